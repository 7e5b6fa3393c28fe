import type { KindSlips } from "./kind-slips";
import { longLabel, selector } from "./selection";

const http = (route: object) => ({ hosts: ["reviews"], http: [route] });
const to = (host: string, more: object = {}) => ({ destination: { host }, ...more });
const policy = (trafficPolicy: object) => ({ host: "reviews", trafficPolicy });
const server = { hosts: ["*.example.com"], port: { number: 443, name: "https", protocol: "HTTPS" } };

/** How requests find their way. */
export const routing: readonly KindSlips[] = [
  {
    apiVersion: "networking.istio.io/v1",
    kind: "VirtualService",
    right: {
      hosts: ["reviews.shop.svc.cluster.local"],
      gateways: ["mesh"],
      http: [
        {
          name: "canary",
          match: [{ uri: { prefix: "/v2" }, headers: { "x-user": { exact: "jason" } }, port: 80 }],
          route: [to("reviews", { weight: 90 }), to("reviews-v2", { weight: 10 })],
          timeout: "5s",
          retries: { attempts: 3, perTryTimeout: "2s", retryOn: "5xx" },
          fault: { delay: { fixedDelay: "1s", percentage: { value: 0.1 } } },
        },
        { directResponse: { status: 503, body: { string: "later" } } },
      ],
    },
    odd: {
      "weights of 300": http({ route: [to("reviews", { weight: 200 }), to("other", { weight: 100 })] }),
      "a negative weight": http({ route: [to("reviews", { weight: -1 })] }),
      "a match of nothing": http({ match: [{ uri: {} }], route: [to("reviews")] }),
      "an expression that is none": http({ match: [{ uri: { regex: "(" } }] }),
      "no hosts": {},
      "a route that is null": http({ route: null }),
    },
    wrong: {
      "an empty body in base64": http({ directResponse: { status: 200, body: { bytes: "" } } }),
      "a destination without a host": http({ route: [{ destination: { subset: "v1" } }] }),
      "a route without a destination": http({ route: [{ weight: 100 }] }),
      "a weight in a text": http({ route: [to("reviews", { weight: "100" })] }),
      "a match by prefix and exact": http({ match: [{ uri: { prefix: "/a", exact: "/b" } }] }),
      "a match in a text": http({ match: [{ uri: "/a" }] }),
      "a timeout without a unit": http({ route: [to("reviews")], timeout: "5" }),
      "a timeout in days": http({ route: [to("reviews")], timeout: "1d" }),
      "a timeout below a millisecond": http({ route: [to("reviews")], timeout: "10us" }),
      "a negative port": http({ match: [{ port: -1 }] }),
      "an answer without a status": http({ directResponse: { body: { string: "x" } } }),
      "an answer with two bodies": http({
        directResponse: { status: 200, body: { string: "x", bytes: "eA==" } },
      }),
      "a body that is no base64": http({ directResponse: { status: 200, body: { bytes: "a=b" } } }),
      "a redirect to two ports": http({ redirect: { port: 80, derivePort: "FROM_REQUEST_PORT" } }),
      "two delays": http({ fault: { delay: { fixedDelay: "1s", exponentialDelay: "1s" } } }),
      "a mirror without a host": http({ mirror: { subset: "v1" } }),
      "a misspelt field": http({ routes: [to("reviews")] }),
      "a single route outside of a list": { hosts: ["reviews"], http: { route: [to("reviews")] } },
      "TLS without a server name": { hosts: ["a"], tls: [{ match: [{ port: 443 }], route: [to("a")] }] },
    },
  },
  {
    apiVersion: "networking.istio.io/v1",
    kind: "DestinationRule",
    right: {
      host: "reviews",
      trafficPolicy: {
        connectionPool: { tcp: { maxConnections: 100, connectTimeout: "1s" }, http: { maxRetries: 3 } },
        loadBalancer: { simple: "LEAST_REQUEST", warmup: { duration: "30s", aggression: 1.5 } },
        outlierDetection: { consecutive5xxErrors: 5, interval: "10s", baseEjectionTime: "30s" },
        tls: { mode: "ISTIO_MUTUAL" },
      },
      subsets: [{ name: "v1", labels: { version: "v1" } }],
    },
    odd: {
      "an ejection of 1000 percent": policy({ outlierDetection: { maxEjectionPercent: 1000 } }),
      "a count that is null": policy({ outlierDetection: { consecutive5xxErrors: null } }),
      "two subsets of one name": { host: "reviews", subsets: [{ name: "v1" }, { name: "v1" }] },
      "a ring as large as a number is exact": policy({
        loadBalancer: { consistentHash: { useSourceIp: true, ringHash: { minimumRingSize: 2 ** 53 } } },
      }),
      "an integer of 63 bits": policy({ connectionPool: { tcp: { maxConnections: -(2 ** 62) } } }),
      "an integer beyond 32 bits, where the format alone forbids it": policy({
        connectionPool: { tcp: { maxConnections: 2 ** 40 } },
      }),
    },
    wrong: {
      "no host": { subsets: [{ name: "v1" }] },
      "a subset without a name": { host: "reviews", subsets: [{ labels: { version: "v1" } }] },
      "a load balancer that is unknown": policy({ loadBalancer: { simple: "FASTEST" } }),
      "two ways of balancing": policy({
        loadBalancer: { simple: "RANDOM", consistentHash: { useSourceIp: true } },
      }),
      "two hash keys": policy({
        loadBalancer: { consistentHash: { useSourceIp: true, httpHeaderName: "x-user" } },
      }),
      "a cookie without a name": policy({ loadBalancer: { consistentHash: { httpCookie: { ttl: "0s" } } } }),
      "a negative count of errors": policy({ outlierDetection: { consecutive5xxErrors: -1 } }),
      "a timeout without a unit": policy({ connectionPool: { tcp: { connectTimeout: "10" } } }),
      "an integer beyond 64 bits": policy({ connectionPool: { tcp: { maxConnections: 2 ** 63 } } }),
      "a fraction of a connection": policy({ connectionPool: { tcp: { maxConnections: 1.5 } } }),
      "a status code of 99": policy({ outlierDetection: { outlierDetectionHttpErrorCodes: [99] } }),
      "a warm-up without a duration": policy({ loadBalancer: { simple: "RANDOM", warmup: {} } }),
      "a retry budget of 101 percent": policy({ retryBudget: { percent: 101 } }),
      "a tunnel without a port": policy({ tunnel: { targetHost: "proxy" } }),
    },
  },
  {
    apiVersion: "networking.istio.io/v1",
    kind: "Gateway",
    right: {
      selector: { istio: "ingressgateway" },
      servers: [{ ...server, tls: { mode: "SIMPLE", credentialName: "wildcard" } }],
    },
    odd: {
      "a port of 4294967295": { servers: [{ ...server, port: { ...server.port, number: 4_294_967_295 } }] },
      "no servers": { selector: { istio: "ingressgateway" }, servers: [] },
      "a host that is none": { servers: [{ ...server, hosts: ["not a host"] }] },
    },
    wrong: {
      "a server without hosts": { servers: [{ port: server.port }] },
      "a server without a port": { servers: [{ hosts: ["*"] }] },
      "a port without a name": { servers: [{ ...server, port: { number: 443, protocol: "HTTPS" } }] },
      "a port in a text": { servers: [{ ...server, port: { ...server.port, number: "443" } }] },
      "a port beyond 32 bits": { servers: [{ ...server, port: { ...server.port, number: 2 ** 32 } }] },
      "a TLS mode that is unknown": { servers: [{ ...server, tls: { mode: "STRICT" } }] },
      "a TLS version with a dot": { servers: [{ ...server, tls: { minProtocolVersion: "TLSV1.2" } }] },
      "three credentials": { servers: [{ ...server, tls: { credentialNames: ["a", "b", "c"] } }] },
      "no credential in the list": { servers: [{ ...server, tls: { credentialNames: [] } }] },
      "a selector with matchLabels": { selector, servers: [server] },
      "a host outside of a list": { servers: [{ ...server, hosts: "*" }] },
    },
  },
  {
    apiVersion: "networking.istio.io/v1",
    kind: "Sidecar",
    right: {
      workloadSelector: { labels: { app: "web" } },
      ingress: [
        { port: { number: 9080, protocol: "HTTP", name: "http" }, defaultEndpoint: "127.0.0.1:8080" },
      ],
      egress: [{ hosts: ["./*", "istio-system/*"] }],
      outboundTrafficPolicy: { mode: "REGISTRY_ONLY" },
    },
    odd: {
      "a host without a namespace": { egress: [{ hosts: ["reviews"] }] },
      "an egress to nobody": { egress: [{ hosts: [] }] },
    },
    wrong: {
      "an egress without hosts": { egress: [{ port: { number: 80 } }] },
      "an ingress without a port": { ingress: [{ defaultEndpoint: "127.0.0.1:8080" }] },
      "an outbound mode that is unknown": { outboundTrafficPolicy: { mode: "ALLOW" } },
      "a capture mode that is unknown": { egress: [{ hosts: ["./*"], captureMode: "ALL" }] },
      "a proxy without a host": { outboundTrafficPolicy: { egressProxy: { subset: "v1" } } },
      "a selector as policies have it": { workloadSelector: selector },
      "hosts in a text": { egress: [{ hosts: "./*" }] },
      "a label value of 64 characters": { workloadSelector: { labels: { app: longLabel } } },
      "a TLS mode that is unknown": {
        ingress: [{ port: { number: 1 }, defaultEndpoint: "127.0.0.1:1", tls: { mode: "ON" } }],
      },
    },
  },
];
