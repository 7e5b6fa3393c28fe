// Compiled, never run; see mesh.types.ts.
import { defineMesh, header, method, path, sni } from "../../components/intent";

const mesh = defineMesh("prod", {
  services: {
    web: { namespace: "shop", ports: { http: { number: 80, protocol: "http" } } },
    database: { namespace: "data", ports: { db: { number: 5432, protocol: "tcp" } } },
  },
  rateLimitService: { failureMode: "deny", timeout: "50ms" },
});
const { web, database } = mesh.services;
const edge = mesh.gateway("edge", { hosts: ["*.example.com"] });
const all = { requests: 10, per: "second" } as const;

mesh.rateLimit(web, { global: { all }, ports: ["http"] });
mesh.rateLimit(edge, { global: { all }, hosts: ["www.example.com"] });
mesh.rateLimit(web, {
  global: {
    login: {
      requests: 5,
      per: "minute",
      when: [path.exact("/login"), method("POST"), header("x-internal").absent()],
      descriptors: [{ claim: "sub" }, { header: "x-tenant" }],
      overrides: { partner: { requests: 100, per: "minute" }, monitoring: "unlimited" },
    },
  },
});

// @ts-expect-error connections are not counted
mesh.rateLimit(database, { global: { all }, ports: ["db"] });
// @ts-expect-error a port that the service does not open
mesh.rateLimit(web, { global: { all }, ports: ["grpc"] });
// @ts-expect-error a host that the gateway does not serve
mesh.rateLimit(edge, { global: { all }, hosts: ["www.example.org"] });
// @ts-expect-error the proxies of a gateway count together, not each for itself
mesh.rateLimit(edge, { requests: 10, per: "1s" });
// @ts-expect-error limits of one kind in each call
mesh.rateLimit(web, { requests: 10, per: "1s", global: { all } });
// @ts-expect-error the rate-limit service counts in calendar units
mesh.rateLimit(web, { global: { all: { requests: 10, per: "5s" } } });
// @ts-expect-error a descriptor is one thing
mesh.rateLimit(web, {
  global: { all: { ...all, descriptors: [{ header: "x", claim: "sub", path: false }] } },
});
// @ts-expect-error no descriptor at all
mesh.rateLimit(web, { global: { all: { ...all, descriptors: [] } } });
// @ts-expect-error what a connection asks for is no part of a request
mesh.rateLimit(web, { global: { all: { ...all, when: [sni("www.example.com")] } } });
// @ts-expect-error an override is a rate
mesh.rateLimit(web, { global: { all: { ...all, descriptors: [{ path: true }], overrides: { a: 10 } } } });
defineMesh("other", {
  services: {},
  // @ts-expect-error it either lets requests pass or refuses them
  rateLimitService: { failureMode: "open" },
});
