// Compiled, never run; see mesh.types.ts.
import { defineMesh } from "../../components/intent";

const mesh = defineMesh("prod", {
  services: {
    cart: {
      namespace: "shop",
      ports: { http: { number: 80, protocol: "http" } },
      subsets: { v1: { labels: { version: "v1" } } },
    },
    web: { namespace: "shop", ports: { http: { number: 80, protocol: "http" } } },
    cache: { namespace: "data", ports: { redis: { number: 6379, protocol: "tcp" } } },
    mixed: {
      namespace: "data",
      ports: { http: { number: 80, protocol: "http" }, sql: { number: 5432, protocol: "tcp" } },
    },
  },
  external: { maps: "maps.example.org" },
});
const other = defineMesh("other", {
  services: { web: { namespace: "shop", ports: { http: { number: 80, protocol: "http" } } } },
});
const { cart, web, cache, mixed } = mesh.services;
const { maps } = mesh.external;

// --- whom it is for -------------------------------------------------------------------------------------------------

mesh.trafficPolicy(cart, { loadBalancer: { simple: "LEAST_REQUEST" } }, { from: web, exportTo: ["."] });
// @ts-expect-error a service of another mesh
mesh.trafficPolicy(other.services.web, { loadBalancer: { simple: "LEAST_REQUEST" } });
// @ts-expect-error a caller of another mesh
mesh.trafficPolicy(cart, { loadBalancer: { simple: "LEAST_REQUEST" } }, { from: other.services.web });
mesh.trafficPolicy(cart, { ports: { http: { outlierDetection: { consecutive5xxErrors: 1 } } } });
// @ts-expect-error a port that the service does not open
mesh.trafficPolicy(cart, { ports: { grpc: { outlierDetection: { consecutive5xxErrors: 1 } } } });
mesh.trafficPolicy(cart, { subsets: { v1: { outlierDetection: { consecutive5xxErrors: 1 } } } });
// @ts-expect-error a subset that is not declared
mesh.trafficPolicy(cart, { subsets: { v2: { outlierDetection: { consecutive5xxErrors: 1 } } } });

// --- what a proxy reads of the traffic ---------------------------------------------------------------------------------

mesh.trafficPolicy(cache, { connectionPool: { tcp: { maxConnections: 10 } } });
// @ts-expect-error nobody sees requests of TCP
mesh.trafficPolicy(cache, { connectionPool: { http: { http2MaxRequests: 10 } } });
mesh.trafficPolicy(mixed, { connectionPool: { http: { http2MaxRequests: 10 } } });
mesh.trafficPolicy(mixed, { ports: { http: { connectionPool: { http: { http2MaxRequests: 10 } } } } });
mesh.trafficPolicy(cache, { loadBalancer: { consistentHash: { useSourceIp: true } } });
// @ts-expect-error a connection has no header
mesh.trafficPolicy(cache, { loadBalancer: { consistentHash: { httpHeaderName: "x-user" } } });
mesh.trafficPolicy(maps, { connectionPool: { http: { http2MaxRequests: 10 } } });

// --- load balancing -------------------------------------------------------------------------------------------------

mesh.trafficPolicy(cart, {
  loadBalancer: { consistentHash: { httpHeaderName: "x-user", maglev: { tableSize: 65537 } } },
});
mesh.trafficPolicy(cart, {
  // @ts-expect-error a host is chosen in one way
  loadBalancer: { simple: "RANDOM", consistentHash: { useSourceIp: true } },
});
// @ts-expect-error a hash of two things
mesh.trafficPolicy(cart, { loadBalancer: { consistentHash: { useSourceIp: true, httpHeaderName: "x" } } });
mesh.trafficPolicy(cart, {
  loadBalancer: {
    // @ts-expect-error a ring and a table
    consistentHash: { useSourceIp: true, ringHash: {}, maglev: { tableSize: 65537 } },
  },
});
mesh.trafficPolicy(cart, {
  // @ts-expect-error slow start, where the request decides on the host
  loadBalancer: { consistentHash: { useSourceIp: true }, warmup: { duration: "1m" } },
});
// @ts-expect-error a word that Istio gave up
mesh.trafficPolicy(cart, { loadBalancer: { simple: "LEAST_CONN" } });
// @ts-expect-error a duration has a unit
mesh.trafficPolicy(cart, { loadBalancer: { warmup: { duration: "60" } } });

// --- TLS ------------------------------------------------------------------------------------------------------------

mesh.trafficPolicy(maps, { tls: { sni: "maps.example.org" } });
mesh.trafficPolicy(maps, {
  tls: { mode: "mutual", clientCertificate: "/c.pem", privateKey: "/k.pem", caCertificates: "/ca.pem" },
});
mesh.trafficPolicy(maps, { tls: { mode: "mutual", credentialName: "client-cert" } });
// @ts-expect-error TLS in the mesh is derived
mesh.trafficPolicy(cart, { tls: { sni: "cart" } });
// @ts-expect-error mutual TLS needs a certificate of the client
mesh.trafficPolicy(maps, { tls: { mode: "mutual" } });
// @ts-expect-error a certificate of the client, in TLS that shows none
mesh.trafficPolicy(maps, { tls: { mode: "simple", clientCertificate: "/c.pem", privateKey: "/k.pem" } });
