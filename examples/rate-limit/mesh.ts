import { defineMesh, method, path } from "meshwright/intent";

export const HOST = "api.example.com";

const namespace = "api";
const ports = { http: { number: 80, protocol: "http", targetPort: 9898 } } as const;

/** An API that is called from outside, and a search behind it that is dear. */
export const api = defineMesh("api", {
  services: {
    frontend: { namespace, ports },
    search: { namespace, ports },
  },
});
const { frontend, search } = api.services;

// Every pod counts for itself, without asking anybody: with three pods, the service as a whole takes 300 in a second.
api.rateLimit(frontend, { requests: 100, per: "1s", burst: 200 });
// A search costs more. What is beyond is told so in a header, and is tried first: half of it is really refused.
api.rateLimit(search, {
  requests: 20,
  per: "1s",
  status: 503,
  enforcedPercent: 50,
  responseHeaders: { "retry-after": "1", "x-limited-by": "search" },
});

// What a tenant pays for holds for all pods together: the rate-limit service counts, and every proxy asks it. It is never
// asked about what the proxy refuses by itself, and while it does not answer, requests pass.
api.rateLimit(frontend, {
  global: {
    "per-tenant": {
      requests: 600,
      per: "minute",
      descriptors: [{ header: "x-tenant" }],
      overrides: { partner: { requests: 6000, per: "minute" }, monitoring: "unlimited" },
    },
  },
});

// Callers that are refused by a limit try again, once and later, and only where that cannot do harm.
api.route(search, [
  api
    .otherwise()
    .with({
      timeout: "3s",
      retries: { attempts: 1, perTryTimeout: "1s", retryOn: ["reset", "connect-failure"], backoff: "200ms" },
    })
    .to(search),
]);
api.trafficPolicy(search, {
  connectionPool: { http: { http1MaxPendingRequests: 50, http2MaxRequests: 100 } },
  outlierDetection: { consecutiveGatewayErrors: 5, baseEjectionTime: "15s" },
});

const edge = api.gateway("edge", { hosts: [HOST], tls: { credentialName: "api-cert" } });
edge.expose(HOST, [
  api.when(path.prefix("/search")).with({ timeout: "3s" }).to(search),
  api.otherwise().with({ timeout: "5s" }).to(frontend),
]);
// Guessing passwords is slow at the edge, whichever gateway pod takes the guesses.
api.rateLimit(edge, {
  global: {
    login: {
      requests: 5,
      per: "minute",
      when: [path.exact("/login"), method("POST")],
      descriptors: [{ remoteAddress: true }],
    },
  },
});
api.allow({ from: frontend, to: search });
api.telemetry({ accessLogging: { providers: [api.providers.envoy], filter: "response.code >= 400" } });
