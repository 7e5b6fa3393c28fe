import type { KubernetesObject } from "../../../analysis/kubernetes-object";
import { objectOf } from "./fragments";

const networking = (kind: string, spec: unknown): KubernetesObject =>
  objectOf(kind, "networking.istio.io/v1", spec);

const selector = { matchLabels: { app: "reviews" } };

/** An object or more of each kind that istiod takes, with much of what the kind can say. */
export const goodObjects: readonly KubernetesObject[] = [
  networking("VirtualService", {
    hosts: ["reviews.example.com", "*.shop.example.com"],
    gateways: ["edge/public", "mesh"],
    exportTo: ["."],
    http: [
      {
        name: "first",
        match: [
          {
            uri: { prefix: "/v1" },
            method: { exact: "GET" },
            headers: { "x-user": { exact: "a" } },
            queryParams: { q: { regex: "a.*" } },
            sourceLabels: { app: "web" },
            port: 80,
          },
        ],
        route: [
          { destination: { host: "reviews", subset: "v1", port: { number: 80 } }, weight: 90 },
          { destination: { host: "reviews", subset: "v2" }, weight: 10 },
        ],
        timeout: "5s",
        retries: { attempts: 2, perTryTimeout: "2s", retryOn: "5xx,reset,503" },
        fault: { delay: { percentage: { value: 1 }, fixedDelay: "1s" }, abort: { httpStatus: 503 } },
        mirrors: [{ destination: { host: "shadow" }, percentage: { value: 5 } }],
        corsPolicy: {
          allowOrigins: [{ exact: "https://a.example.com" }],
          allowMethods: ["GET"],
          maxAge: "24h",
        },
        headers: { request: { set: { "x-a": "%HOSTNAME%" }, remove: ["x-b"] } },
        rewrite: { uri: "/", authority: "reviews.internal" },
      },
      { match: [{ uri: { exact: "/old" } }], redirect: { uri: "/new", redirectCode: 301 } },
      { match: [{ uri: { exact: "/ping" } }], directResponse: { status: 200, body: { string: "pong" } } },
    ],
  }),
  networking("VirtualService", {
    hosts: ["*.example.com"],
    gateways: ["edge/public"],
    tls: [
      {
        match: [{ sniHosts: ["a.example.com"], port: 443, destinationSubnets: ["10.0.0.0/8"] }],
        route: [{ destination: { host: "a" } }],
      },
    ],
    tcp: [{ match: [{ port: 9000 }], route: [{ destination: { host: "b" } }] }],
  }),
  networking("DestinationRule", {
    host: "reviews",
    exportTo: ["*"],
    trafficPolicy: {
      loadBalancer: {
        consistentHash: { httpCookie: { name: "user", ttl: "0s" } },
        localityLbSetting: { failover: [{ from: "eu", to: "us" }] },
        warmup: { duration: "10s", minimumPercent: 10, aggression: 1 },
      },
      connectionPool: {
        tcp: { maxConnections: 10, connectTimeout: "1s", tcpKeepalive: { time: "60s", interval: "10s" } },
        http: { http2MaxRequests: 10, idleTimeout: "60s" },
      },
      outlierDetection: { consecutive5xxErrors: 5, interval: "10s", baseEjectionTime: "30s" },
      tls: { mode: "MUTUAL", clientCertificate: "/c", privateKey: "/k", caCertificates: "/ca" },
      portLevelSettings: [{ port: { number: 80 }, tls: { mode: "SIMPLE", credentialName: "shop" } }],
      tunnel: { targetHost: "proxy.example.com", targetPort: 3128 },
    },
    subsets: [
      { name: "v1", labels: { version: "v1" }, trafficPolicy: { loadBalancer: { simple: "RANDOM" } } },
    ],
  }),
  networking("Gateway", {
    selector: { istio: "ingress" },
    servers: [
      {
        hosts: ["shop.example.com"],
        port: { number: 80, name: "http", protocol: "HTTP" },
        tls: { httpsRedirect: true },
      },
      {
        hosts: ["./shop.example.com"],
        port: { number: 443, name: "https", protocol: "HTTPS" },
        tls: { mode: "MUTUAL", serverCertificate: "/c", privateKey: "/k", caCertificates: "/ca" },
      },
    ],
  }),
  networking("ServiceEntry", {
    hosts: ["api.example.com"],
    addresses: ["10.1.0.0/16"],
    ports: [
      { number: 443, name: "https", protocol: "HTTPS" },
      { number: 80, name: "http", protocol: "HTTP", targetPort: 8080 },
    ],
    location: "MESH_EXTERNAL",
    resolution: "STATIC",
    endpoints: [{ address: "10.1.2.3", ports: { https: 8443 }, labels: { app: "api" }, weight: 1 }],
    exportTo: ["~"],
  }),
  networking("ServiceEntry", {
    hosts: ["api.example.com"],
    ports: [{ number: 443, name: "https", protocol: "HTTPS" }],
    resolution: "DNS",
    endpoints: [{ address: "a.example.com", ports: { https: 443 } }],
  }),
  networking("ServiceEntry", {
    hosts: ["*.example.com"],
    ports: [{ number: 443, name: "tls", protocol: "TLS" }],
    resolution: "DYNAMIC_DNS",
    location: "MESH_EXTERNAL",
  }),
  networking("Sidecar", {
    workloadSelector: { labels: { app: "web" } },
    ingress: [
      {
        port: { number: 8080, protocol: "HTTPS", name: "https" },
        defaultEndpoint: "127.0.0.1:8081",
        tls: { mode: "SIMPLE", serverCertificate: "/c", privateKey: "/k" },
        connectionPool: { tcp: { maxConnections: 1 } },
      },
    ],
    egress: [
      { port: { number: 9000, protocol: "TCP", name: "tcp" }, bind: "127.0.0.1", hosts: ["shop/*"] },
      { hosts: ["./*", "istio-system/*.example.com"] },
    ],
    outboundTrafficPolicy: { mode: "ALLOW_ANY" },
  }),
  networking("WorkloadEntry", {
    address: "10.0.0.1",
    ports: { http: 80 },
    labels: { app: "vm" },
    network: "vms",
  }),
  networking("WorkloadGroup", {
    metadata: { labels: { app: "vm" } },
    template: { serviceAccount: "vm" },
    probe: { periodSeconds: 5, httpGet: { port: 80, path: "/", httpHeaders: [{ name: "x-a", value: "b" }] } },
  }),
  objectOf("ProxyConfig", "networking.istio.io/v1beta1", { selector, concurrency: 2 }),
  objectOf("AuthorizationPolicy", "security.istio.io/v1", {
    selector,
    action: "DENY",
    rules: [
      {
        from: [{ source: { principals: ["cluster.local/ns/a/sa/b"], ipBlocks: ["10.0.0.0/8"] } }],
        to: [{ operation: { ports: ["80"], methods: ["GET"], paths: ["/a/{*}/{**}"] } }],
        when: [{ key: "request.headers[x-a]", values: ["b"] }],
      },
    ],
  }),
  objectOf("AuthorizationPolicy", "security.istio.io/v1", {
    targetRefs: [{ group: "gateway.networking.k8s.io", kind: "Gateway", name: "edge" }],
    action: "CUSTOM",
    provider: { name: "authz" },
    rules: [{ to: [{ operation: { hosts: ["a"] } }], when: [{ key: "destination.port", values: ["80"] }] }],
  }),
  objectOf("RequestAuthentication", "security.istio.io/v1", {
    selector,
    jwtRules: [
      {
        issuer: "https://issuer.example.com",
        jwksUri: "https://issuer.example.com/keys",
        audiences: ["shop"],
        fromHeaders: [{ name: "x-token", prefix: "Bearer " }],
        outputClaimToHeaders: [{ header: "x-sub", claim: "sub" }],
        timeout: "5s",
      },
    ],
  }),
  objectOf("PeerAuthentication", "security.istio.io/v1", {
    selector,
    mtls: { mode: "STRICT" },
    portLevelMtls: { "8080": { mode: "DISABLE" } },
  }),
  objectOf("Telemetry", "telemetry.istio.io/v1", {
    selector,
    tracing: [
      {
        providers: [{ name: "zipkin" }],
        randomSamplingPercentage: 10,
        customTags: { team: { literal: { value: "shop" } } },
      },
    ],
    metrics: [
      {
        providers: [{ name: "prometheus" }],
        overrides: [
          { match: { metric: "REQUEST_COUNT" }, tagOverrides: { a: { operation: "UPSERT", value: "'b'" } } },
        ],
      },
    ],
    accessLogging: [{ providers: [{ name: "envoy" }], filter: { expression: "response.code >= 400" } }],
  }),
  objectOf("EnvoyFilter", "networking.istio.io/v1alpha3", {
    workloadSelector: { labels: { app: "web" } },
    configPatches: [
      {
        applyTo: "HTTP_FILTER",
        match: {
          context: "SIDECAR_INBOUND",
          proxy: { proxyVersion: "^1\\.3[01].*" },
          listener: {
            portNumber: 8080,
            filterChain: {
              filter: {
                name: "envoy.filters.network.http_connection_manager",
                subFilter: { name: "envoy.filters.http.router" },
              },
            },
          },
        },
        patch: {
          operation: "INSERT_BEFORE",
          value: {
            name: "lua",
            typed_config: {
              "@type": "type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua",
              default_source_code: { inline_string: "function envoy_on_request(handle) end" },
            },
          },
        },
      },
      {
        applyTo: "LISTENER_FILTER",
        match: { listener: { filterChain: { filter: { subFilter: {} } } } },
        patch: { operation: "REMOVE" },
      },
    ],
  }),
  objectOf("EnvoyFilter", "networking.istio.io/v1alpha3", {
    configPatches: [
      {
        applyTo: "VIRTUAL_HOST",
        match: { context: "GATEWAY", routeConfiguration: { vhost: { name: "a.example.com:80" } } },
        patch: { operation: "MERGE", value: { include_request_attempt_count: true } },
      },
      {
        applyTo: "CLUSTER",
        match: { context: "SIDECAR_OUTBOUND", cluster: { service: "reviews.shop.svc.cluster.local" } },
        patch: { operation: "MERGE", value: { connect_timeout: "3s" } },
      },
    ],
  }),
  objectOf("WasmPlugin", "extensions.istio.io/v1alpha1", {
    selector,
    url: "oci://example.com/filter:v1",
    pluginName: "filter",
    vmConfig: { env: [{ name: "A", value: "b" }] },
    match: [{ mode: "SERVER", ports: [{ number: 80 }] }],
  }),
  objectOf("TrafficExtension", "extensions.istio.io/v1alpha1", {
    selector,
    lua: { inlineCode: "function envoy_on_request(handle) end" },
    match: [{ mode: "SERVER", ports: [{ number: 80 }] }],
  }),
];
