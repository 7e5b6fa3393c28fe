import { defineMesh } from "../../components/intent";

/** Every field of what proxies do beyond what is derived, and of how they run. */
export function sidecars() {
  const mesh = defineMesh("sidecars", {
    services: {
      web: {
        namespace: "shop",
        ports: {
          http: { number: 80, protocol: "http", targetPort: 8080 },
          https: { number: 443, protocol: "https", targetPort: 8443 },
        },
      },
      proxy: {
        namespace: "ways-out",
        ports: { tcp: { number: 3128, protocol: "tcp" } },
        subsets: { v2: { labels: { version: "v2" } } },
      },
    },
    external: { stripe: "api.stripe.com" },
  });
  const { web, proxy } = mesh.services;
  const connectionPool = {
    tcp: {
      maxConnections: 100,
      connectTimeout: "1s",
      tcpKeepalive: { probes: 3, time: "60s", interval: "10s" },
      maxConnectionDuration: "1h",
      idleTimeout: "10m",
    },
    http: {
      http1MaxPendingRequests: 1,
      http2MaxRequests: 2,
      maxRequestsPerConnection: 3,
      maxRetries: 4,
      idleTimeout: "5m",
      h2UpgradePolicy: "DEFAULT",
      useClientProtocol: true,
      maxConcurrentStreams: 5,
      http2KeepAlive: { interval: "30s", timeout: "5s" },
    },
  } as const;
  mesh.sidecar({
    on: web,
    outboundTrafficPolicy: { mode: "ALLOW_ANY", egressProxy: proxy.subsets.v2 },
    inboundConnectionPool: connectionPool,
    captureMode: "IPTABLES",
    ingress: [
      {
        port: "http",
        defaultEndpoint: "127.0.0.1:9080",
        bind: "0.0.0.0",
        captureMode: "DEFAULT",
        connectionPool,
      },
      {
        port: "https",
        tls: {
          mode: "mutual",
          serverCertificate: "/etc/certs/server.pem",
          privateKey: "/etc/certs/key.pem",
          caCertificates: "/etc/certs/ca.pem",
          caCrl: "/etc/certs/crl.pem",
          minProtocolVersion: "TLSV1_2",
          maxProtocolVersion: "TLSV1_3",
          cipherSuites: ["ECDHE-ECDSA-AES256-GCM-SHA384"],
        },
      },
    ],
    egress: [
      {
        port: { number: 9443, protocol: "https", name: "stripe" },
        bind: "127.0.0.1",
        captureMode: "NONE",
        hosts: [mesh.external.stripe],
      },
      { port: { protocol: "tcp" }, bind: "unix:///run/legacy.sock", hosts: ["legacy/*", proxy] },
    ],
  });
  mesh.proxyConfig({
    on: web,
    concurrency: 4,
    environmentVariables: { ISTIO_META_DNS_CAPTURE: "true" },
    image: { imageType: "distroless" },
  });
  return mesh;
}
