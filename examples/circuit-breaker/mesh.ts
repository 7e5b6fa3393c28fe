import { defineMesh, path } from "meshwright/intent";

const namespace = "breaker";

/** A service that can be made slow and faulty, and two callers of different patience. */
export const breaker = defineMesh("breaker", {
  services: {
    httpbin: { namespace, ports: { http: { number: 8000, protocol: "http", targetPort: 8080 } } },
    fortio: { namespace, ports: { http: { number: 8080, protocol: "http" } } },
    batch: { namespace, ports: { http: { number: 8080, protocol: "http" } } },
  },
});
const { httpbin, fortio, batch } = breaker.services;

// The circuit: what is beyond these limits is refused at once (503, `x-envoy-overloaded`), and a pod that fails three
// times in a row is left out, the first time for 30 seconds, the second for 60.
breaker.trafficPolicy(httpbin, {
  connectionPool: {
    tcp: { maxConnections: 20, connectTimeout: "1s" },
    http: { http1MaxPendingRequests: 10, maxRequestsPerConnection: 100, idleTimeout: "30s" },
  },
  outlierDetection: {
    consecutive5xxErrors: 3,
    interval: "5s",
    baseEjectionTime: "30s",
    maxEjectionPercent: 50, // never more than half: the rest must not fall under the load of all
    minHealthPercent: 30,
  },
  retryBudget: { percent: 20, minRetryConcurrency: 3 },
});

// Work that can wait gets a small part of it, whatever happens: one connection, nothing that waits.
breaker.trafficPolicy(
  httpbin,
  {
    connectionPool: {
      tcp: { maxConnections: 1 },
      http: { http1MaxPendingRequests: 1, maxRequestsPerConnection: 1 },
    },
    outlierDetection: { consecutive5xxErrors: 3, interval: "5s", baseEjectionTime: "30s" },
  },
  { from: batch },
);

breaker.route(httpbin, [
  // Slow by nature: no retries, which would only add to the load.
  breaker
    .when(path.prefix("/delay"))
    .with({ timeout: "12s", retries: { attempts: 0 } })
    .to(httpbin),
  // (1 + 2) × 1 s fits into 4 s; a third retry would not, and would be refused here.
  breaker
    .otherwise()
    .with({
      timeout: "4s",
      retries: { attempts: 2, perTryTimeout: "1s", retryOn: ["5xx", "reset", "connect-failure"] },
    })
    .to(httpbin),
]);

breaker.allow({ from: [fortio, batch], to: httpbin });
breaker.telemetry({
  accessLogging: { providers: [breaker.providers.envoy], filter: "response.code >= 400" },
});
