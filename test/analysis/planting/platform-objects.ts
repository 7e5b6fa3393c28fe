import type { KubernetesObject } from "../../../analysis";
import type { Certificates } from "./certificates";
import { container, gatewayApi, networking, object, podSecurity, security, telemetry } from "./objects";
import type { Plan } from "./plan";

export const ROOT = "istio-system";
/** Where the gateways run. */
export const EDGE = "edge";

/** The mesh configuration, the control plane, and what holds for the whole mesh. */
export function platformObjects(plan: Plan): KubernetesObject[] {
  const { revision, trustDomain } = plan;
  const suffix = revision === "default" ? "" : `-${revision}`;
  const istiod = `istiod${suffix}`;
  const labels = { app: "istiod", istio: "pilot", "istio.io/rev": revision };
  const config = {
    rootNamespace: ROOT,
    trustDomain,
    outboundTrafficPolicy: { mode: "REGISTRY_ONLY" },
    pathNormalization: { normalization: "DECODE_AND_MERGE_SLASHES" },
    accessLogFile: "/dev/stdout",
    extensionProviders: [
      { name: "otel", opentelemetry: { service: "otel.observability.svc.cluster.local", port: 4317 } },
      { name: "authorizer", envoyExtAuthzGrpc: { service: "authorizer.edge.svc.cluster.local", port: 9000 } },
    ],
    defaultProviders: { tracing: ["otel"] },
  };
  const networks = plan.multicluster
    ? {
        networks: {
          west: { endpoints: [{ fromRegistry: "west" }], gateways: [{ address: "192.0.2.1", port: 15443 }] },
        },
      }
    : { networks: {} };
  return [
    object("v1", "Namespace", "", ROOT, {}),
    object("v1", "ConfigMap", ROOT, "istio", {
      data: { mesh: JSON.stringify(config), meshNetworks: JSON.stringify(networks) },
    }),
    object("v1", "Node", "", "node-1", { status: { nodeInfo: { kubeletVersion: "v1.34.1" } } }),
    ...(plan.multicluster
      ? [
          object(
            "v1",
            "Secret",
            ROOT,
            "istio-remote-secret-west",
            { data: { west: "e30=" } },
            {
              labels: { "istio/multiCluster": "true" },
            },
          ),
        ]
      : []),
    object("v1", "Service", ROOT, istiod, {
      spec: {
        selector: { app: "istiod", "istio.io/rev": revision },
        ports: [
          { name: "https-dns", port: 15012 },
          { name: "https-webhook", port: 443, targetPort: 15017 },
          { name: "http-monitoring", port: 15014 },
        ],
      },
    }),
    object(
      "apps/v1",
      "Deployment",
      ROOT,
      istiod,
      {
        spec: {
          replicas: 2,
          selector: { matchLabels: labels },
          template: {
            metadata: { labels: { ...labels, "sidecar.istio.io/inject": "false" } },
            spec: {
              serviceAccountName: istiod,
              securityContext: podSecurity,
              containers: [
                {
                  ...container("discovery", 15017),
                  image: "docker.io/istio/pilot:1.31.1",
                  ports: [15012, 15014, 15017].map((containerPort) => ({ containerPort })),
                  args: ["discovery", "--grpcAddr="],
                  env: [
                    { name: "ENABLE_DEBUG_ON_HTTP", value: "false" },
                    { name: "JWT_POLICY", value: "third-party-jwt" },
                    { name: "BLOCKED_CIDRS_IN_JWKS_URIS", value: "10.0.0.0/8" },
                    { name: "CLUSTER_ID", value: "east" },
                  ],
                },
              ],
            },
          },
        },
      },
      { labels },
    ),
    injector(plan, istiod),
    object(
      "apiextensions.k8s.io/v1",
      "CustomResourceDefinition",
      "",
      "grpcroutes.gateway.networking.k8s.io",
      { spec: { group: "gateway.networking.k8s.io", versions: [{ name: "v1", served: true }] } },
      { annotations: { "gateway.networking.k8s.io/bundle-version": "v1.6.0" } },
    ),
    security("PeerAuthentication", ROOT, "default", { mtls: { mode: "STRICT" } }),
    security("AuthorizationPolicy", ROOT, "allow-nothing", {}),
    telemetry(ROOT, "mesh", {
      tracing: [{ providers: [{ name: "otel" }], randomSamplingPercentage: 1 }],
      accessLogging: [{ providers: [{ name: "envoy" }] }],
    }),
  ];
}

/** One webhook for namespaces that ask by `istio-injection`, and one for those that name the revision. */
function injector({ revision }: Plan, istiod: string): KubernetesObject {
  const pods = {
    matchExpressions: [{ key: "sidecar.istio.io/inject", operator: "NotIn", values: ["false"] }],
  };
  const clientConfig = { service: { name: istiod, namespace: ROOT, path: "/inject", port: 443 } };
  const webhook = (name: string, ...matchExpressions: readonly object[]): object => ({
    name,
    clientConfig,
    namespaceSelector: { matchExpressions },
    objectSelector: pods,
    admissionReviewVersions: ["v1"],
    sideEffects: "None",
  });
  return object(
    "admissionregistration.k8s.io/v1",
    "MutatingWebhookConfiguration",
    "",
    `istio-sidecar-injector${revision === "default" ? "" : `-${revision}`}`,
    {
      webhooks: [
        webhook(
          "rev.namespace.sidecar-injector.istio.io",
          { key: "istio.io/rev", operator: "In", values: [revision] },
          { key: "istio-injection", operator: "DoesNotExist" },
        ),
        webhook("namespace.sidecar-injector.istio.io", {
          key: "istio-injection",
          operator: "In",
          values: ["enabled"],
        }),
      ],
    },
    { labels: { app: "sidecar-injector", "istio.io/rev": revision } },
  );
}

/** The namespace of the gateways, with a gateway of Istio's API and perhaps one of the Gateway API. */
export function edgeObjects(
  { edge, versionedApi, trustDomain, jwt }: Plan,
  certificates: Certificates,
): KubernetesObject[] {
  const [plain, tls] = edge.numbersOfService ? [80, 443] : [8080, 8443];
  const hosts = hostsOf(edge);
  const labels = { app: "edge", istio: "edge", version: "v1" };
  return [
    object("v1", "Namespace", "", EDGE, {}, { labels: { "istio-injection": "enabled" } }),
    object("v1", "ServiceAccount", EDGE, "edge", {}),
    object("v1", "Secret", EDGE, "shop-tls", {
      type: "kubernetes.io/tls",
      data: { "tls.crt": certificates.sound, "tls.key": certificates.key, "ca.crt": certificates.sound },
    }),
    object("v1", "Service", EDGE, "edge", {
      spec: {
        type: "LoadBalancer",
        selector: { istio: "edge" },
        ports: [
          { name: "http2", port: 80, targetPort: 8080 },
          { name: "https", port: 443, targetPort: 8443 },
        ],
      },
    }),
    object("apps/v1", "Deployment", EDGE, "edge", {
      spec: {
        replicas: 2,
        selector: { matchLabels: { istio: "edge" } },
        template: {
          metadata: { labels, annotations: { "inject.istio.io/templates": "gateway" } },
          spec: {
            serviceAccountName: "edge",
            securityContext: podSecurity,
            containers: [{ ...container("istio-proxy", 8080), image: "auto", ports: [] }],
          },
        },
      },
    }),
    {
      ...networking("Gateway", EDGE, "edge", {
        selector: { istio: "edge" },
        servers: [
          { port: { number: plain, name: "http", protocol: "HTTP" }, hosts, tls: { httpsRedirect: true } },
          {
            port: { number: tls, name: "https", protocol: "HTTPS" },
            hosts,
            tls: {
              mode: edge.mutual ? "MUTUAL" : "SIMPLE",
              credentialName: "shop-tls",
              minProtocolVersion: edge.tls13 ? "TLSV1_3" : "TLSV1_2",
            },
          },
        ],
      }),
      apiVersion: `networking.istio.io/${versionedApi}`,
    },
    security("AuthorizationPolicy", EDGE, "edge", {
      selector: { matchLabels: { istio: "edge" } },
      rules: [{ to: [{ operation: { hosts: hosts.map((host) => host.replace(/^.*\//, "")) } }] }],
    }),
    security("RequestAuthentication", EDGE, "users", {
      selector: { matchLabels: { istio: "edge" } },
      jwtRules: [
        { issuer: "https://id.example.com", audiences: ["shop"], jwksUri: "https://id.example.com/keys" },
      ],
    }),
    security("AuthorizationPolicy", EDGE, "users", tokenPolicy(jwt)),
    ...(edge.api
      ? [
          gatewayApi("Gateway", EDGE, "api", {
            gatewayClassName: "istio",
            listeners: [
              {
                name: "https",
                port: 443,
                protocol: "HTTPS",
                hostname: "routes.example.com",
                tls: { mode: "Terminate", certificateRefs: [{ name: "shop-tls" }] },
                allowedRoutes: { namespaces: { from: "All" } },
              },
            ],
          }),
          security("AuthorizationPolicy", EDGE, "api", {
            targetRefs: [{ group: "gateway.networking.k8s.io", kind: "Gateway", name: "api" }],
            rules: [
              {
                from: [{ source: { notRequestPrincipals: [`${trustDomain}/never`] } }],
                to: [{ operation: { hosts: ["routes.example.com"] } }],
              },
            ],
          }),
        ]
      : []),
  ];
}

/** Both ways to demand a token: deny whoever has none, or allow those of named issuers. */
function tokenPolicy({ denies, claims }: Plan["jwt"]): Readonly<Record<string, unknown>> {
  const selector = { matchLabels: { istio: "edge" } };
  if (denies) {
    const source = { notRequestPrincipals: ["*"] };
    return { selector, action: "DENY", rules: [{ from: [{ source }] }] };
  }
  const source = { requestPrincipals: ["https://id.example.com/*"] };
  const when = [{ key: "request.auth.claims[groups]", values: ["staff"] }];
  return { selector, rules: [{ from: [{ source }], ...(claims ? { when } : {}) }] };
}

/** As a Gateway names them: for every namespace, or for the one in front. */
export function hostsOf(edge: Plan["edge"]): string[] {
  return edge.wildcard ? ["*.example.com"] : edge.hosts.map((host) => `*/${host}.example.com`);
}

/** Hosts outside, one that the mesh speaks TLS to and one that it speaks TCP to. */
export function externalObjects({ external }: Plan): KubernetesObject[] {
  const host = external.wildcard ? "*.partner.example.org" : "api.partner.example.org";
  return [
    networking("ServiceEntry", EDGE, "partner", {
      hosts: [host],
      location: "MESH_EXTERNAL",
      resolution: external.wildcard ? "NONE" : "DNS",
      ports: [{ number: external.port, name: "https", protocol: "HTTPS" }],
    }),
    networking("DestinationRule", EDGE, "partner", {
      host,
      trafficPolicy: {
        tls: {
          mode: external.originatesTls,
          caCertificates: "system",
          subjectAltNames: ["api.partner.example.org"],
          ...(external.originatesTls === "MUTUAL"
            ? { clientCertificate: "/etc/certs/tls.crt", privateKey: "/etc/certs/tls.key" }
            : {}),
        },
      },
    }),
    networking("ServiceEntry", EDGE, "warehouse", {
      hosts: ["warehouse.example.org"],
      addresses: external.addresses ? ["198.51.100.7"] : ["198.51.100.0/28"],
      location: "MESH_EXTERNAL",
      resolution: "STATIC",
      endpoints: [{ address: "198.51.100.7" }],
      ports: [{ number: 5432, name: "tcp", protocol: "TCP" }],
    }),
  ];
}
