import {
  defineMesh,
  type LoadBalancerSpec,
  type MutualTlsSpec,
  type PortTrafficPolicySpec,
  type WholeTrafficPolicySpec,
} from "../../components/intent";

const connectionPool = {
  tcp: {
    maxConnections: 100,
    connectTimeout: "2s",
    tcpKeepalive: { probes: 3, time: "2h", interval: "75s" },
    maxConnectionDuration: "1h",
    idleTimeout: "10m",
  },
  http: {
    http1MaxPendingRequests: 64,
    http2MaxRequests: 1000,
    maxRequestsPerConnection: 10,
    maxRetries: 3,
    idleTimeout: "30s",
    h2UpgradePolicy: "DO_NOT_UPGRADE",
    useClientProtocol: true,
    maxConcurrentStreams: 100,
    http2KeepAlive: { interval: "30s", timeout: "5s" },
  },
} as const;

const outlierDetection = {
  consecutiveGatewayErrors: 3,
  consecutive5xxErrors: 5,
  consecutiveLocalOriginFailures: 4,
  splitExternalLocalOriginErrors: true,
  outlierDetectionHttpErrorCodes: [500, 503],
  interval: "5s",
  baseEjectionTime: "1m",
  maxEjectionPercent: 50,
  minHealthPercent: 30,
} as const;

const failover = [{ from: "eu-west", to: "eu-central" }] as const;

/** Load balancers that together use every field; no single one can. */
const loadBalancers: readonly LoadBalancerSpec[] = [
  {
    simple: "LEAST_REQUEST",
    warmup: { duration: "1m", minimumPercent: 20, aggression: 1.5 },
    localityLbSetting: { enabled: true, failover, failoverPriority: ["topology.istio.io/network"] },
  },
  {
    consistentHash: {
      httpCookie: {
        name: "user",
        ttl: "1h",
        path: "/",
        attributes: [{ name: "SameSite", value: "Strict" }],
      },
      ringHash: { minimumRingSize: 2048 },
    },
    localityLbSetting: { distribute: [{ from: "eu/*", to: { "eu/*": 80, "us/*": 20 } }] },
  },
  {
    consistentHash: { httpHeaderName: "x-user", maglev: { tableSize: 65537 } },
    zoneAwareLbSetting: {
      enabled: true,
      minClusterSize: 3,
      failover,
      failoverPriority: ["topology.istio.io/network"],
    },
  },
  { consistentHash: { useSourceIp: true } },
  { consistentHash: { httpQueryParameterName: "user" } },
];

const mutual: MutualTlsSpec = {
  mode: "mutual",
  clientCertificate: "/etc/certs/client.pem",
  privateKey: "/etc/certs/key.pem",
  caCertificates: "/etc/certs/ca.pem",
  caCrl: "/etc/certs/crl.pem",
  sni: "db.example.org",
  subjectAltNames: ["db.example.org"],
};

/** Every field of a traffic policy, at each of the four places that one can be: whole, port, subset, port of a subset. */
export function trafficPolicies() {
  const ports = {
    http: { number: 80, protocol: "http" },
    grpc: { number: 50051, protocol: "grpc" },
  } as const;
  const subsets = { v1: { labels: { version: "v1" } }, v2: { labels: { version: "v2" } } };
  const service = { namespace: "shop", ports, subsets };
  const mesh = defineMesh("traffic-policies", {
    services: { a: service, b: service, c: service, d: service, e: service, caller: service },
    external: {
      verified: { host: "db.example.org", ports, resolution: "dns", subsets },
      unverified: { host: "legacy.example.org", ports, resolution: "dns", subsets },
      secret: { host: "secret.example.org", ports, resolution: "dns", subsets },
    },
  });
  const { a, b, c, d, e, caller } = mesh.services;
  [a, b, c, d, e].forEach((target, index) => {
    const loadBalancer = loadBalancers[index] ?? {};
    const port: PortTrafficPolicySpec = { loadBalancer, connectionPool, outlierDetection };
    const whole: WholeTrafficPolicySpec = {
      ...port,
      retryBudget: { percent: 25.5, budgetInterval: "10s", minRetryConcurrency: 5 },
      ...(index === 0
        ? { tunnel: { protocol: "POST", targetHost: "proxy.example.org", targetPort: 3128 } }
        : { proxyProtocol: "V2" }),
    };
    mesh.trafficPolicy(
      target,
      { ...whole, ports: { http: port }, subsets: { v1: { ...whole, ports: { grpc: port } } } },
      { exportTo: [".", "edge"] },
    );
  });
  mesh.trafficPolicy(a, { loadBalancer: { simple: "RANDOM" } }, { from: caller });
  const { verified, unverified, secret } = mesh.external;
  for (const [external, tls] of [
    [verified, mutual],
    [unverified, { insecureSkipVerify: true }],
    [secret, { mode: "mutual", credentialName: "client-cert" }],
  ] as const) {
    const port = { tls };
    const whole = { ...port, ports: { http: port } };
    mesh.trafficPolicy(external, { ...whole, subsets: { v1: whole } });
  }
  return mesh;
}
