import assert from "node:assert/strict";
import { findings } from "../unit/analysis/support";

/** A namespace whose pods have sidecars. */
const SHOP =
  "{ apiVersion: v1, kind: Namespace, metadata: { name: shop, labels: { istio-injection: enabled } } }";

function yaml(...documents: readonly string[]): string {
  return documents.join("\n---\n");
}

function istio(
  kind: string,
  name: string,
  spec: string,
  { group = "networking", namespace = "shop" } = {},
): string {
  return `{ apiVersion: ${group}.istio.io/v1, kind: ${kind}, metadata: { name: ${name}, namespace: ${namespace} }, spec: ${spec} }`;
}

function deployment(
  name: string,
  labels: string,
  pod = "containers: [{ name: app, image: a }]",
  namespace = "shop",
): string {
  return `{ apiVersion: apps/v1, kind: Deployment, metadata: { name: ${name}, namespace: ${namespace} }, spec: { selector: {}, template: { metadata: { labels: { ${labels} } }, spec: { ${pod} } } } }`;
}

function service(name: string, selector = `app: ${name}`, port = "{ name: http, port: 80 }"): string {
  return `{ apiVersion: v1, kind: Service, metadata: { name: ${name}, namespace: shop }, spec: { selector: { ${selector} }, ports: [${port}] } }`;
}

/** The pod of a gateway, which istiod completes. */
const PROXY = "serviceAccountName: ingress, containers: [{ name: istio-proxy, image: auto }]";

const security = { group: "security" };

/** What `istioctl analyze` misses, or reports where nothing is wrong, by the way it looks. */
const blindSpots: readonly {
  readonly what: string;
  readonly rule: string;
  /** Each with something that is found: the object and the place. */
  readonly found?: readonly (readonly [yaml: string, finding: RegExp])[];
  /** Each right as it is. */
  readonly silent?: readonly string[];
}[] = [
  {
    what: "pods are read from the templates of workloads",
    rule: "authz-target-exists",
    found: [
      [
        yaml(
          SHOP,
          deployment("web", "app: web"),
          istio("AuthorizationPolicy", "a", "{ selector: { matchLabels: { app: api } } }", security),
        ),
        /^AuthorizationPolicy shop\/a spec\.selector/,
      ],
    ],
    silent: [
      yaml(
        SHOP,
        deployment("web", "app: web"),
        istio("AuthorizationPolicy", "a", "{ selector: { matchLabels: { app: web } } }", security),
      ),
    ],
  },
  {
    what: "a host has one owner at a named gateway, too",
    rule: "traffic-single-owner",
    found: [
      [
        yaml(
          ...["a", "b"].map((name) =>
            istio(
              "VirtualService",
              name,
              "{ hosts: [shop.example.com], gateways: [edge], http: [{ route: [{ destination: { host: web } }] }] }",
            ),
          ),
        ),
        /^VirtualService shop\/[ab] .*shop\.example\.com/,
      ],
    ],
  },
  {
    what: "each host that no server of the gateway has is reported, also beside one that fits",
    rule: "gateway-route-binding",
    found: [
      [
        yaml(
          istio(
            "Gateway",
            "edge",
            "{ selector: { app: edge }, servers: [{ hosts: [a.example.com], port: { number: 80, name: http, protocol: HTTP } }] }",
          ),
          istio(
            "VirtualService",
            "a",
            "{ hosts: [a.example.com, b.example.com], gateways: [edge], http: [{ route: [{ destination: { host: web } }] }] }",
          ),
        ),
        /^VirtualService shop\/a spec\.hosts\[1\]: .*b\.example\.com/,
      ],
    ],
  },
  {
    what: "servers are verified at every level, with names, and not skipped",
    rule: "egress-tls-verified",
    found: [
      [
        istio(
          "DestinationRule",
          "a",
          "{ host: api.example.com, subsets: [{ name: v1, trafficPolicy: { tls: { mode: SIMPLE } } }] }",
        ),
        /^DestinationRule shop\/a spec\.subsets\[0\]/,
      ],
      [
        istio(
          "DestinationRule",
          "a",
          "{ host: api.example.com, trafficPolicy: { tls: { mode: SIMPLE, insecureSkipVerify: true } } }",
        ),
        /^DestinationRule shop\/a .*insecureSkipVerify/,
      ],
      [
        istio(
          "DestinationRule",
          "a",
          "{ host: '*.example.com', trafficPolicy: { tls: { mode: MUTUAL, caCertificates: /ca, clientCertificate: /c, privateKey: /k } } }",
        ),
        /^DestinationRule shop\/a .*subjectAltNames|name/,
      ],
    ],
  },
  {
    what: "a subset selects pods of its own service",
    rule: "traffic-subset-exists",
    found: [
      [
        yaml(
          SHOP,
          service("reviews"),
          deployment("reviews", "app: reviews, version: v1"),
          deployment("ratings", "app: ratings, version: v2"),
          istio(
            "DestinationRule",
            "a",
            "{ host: reviews, subsets: [{ name: v2, labels: { version: v2 } }] }",
          ),
        ),
        /^DestinationRule shop\/a spec\.subsets\[0\]/,
      ],
    ],
  },
  {
    what: "a rule that an earlier one covers is found by all it asks, whatever the kind of match",
    rule: "traffic-route-reachable",
    found: [
      [
        istio(
          "VirtualService",
          "a",
          "{ hosts: [a], http: [{ match: [{ uri: { prefix: /a } }], route: [{ destination: { host: a } }] }, { match: [{ uri: { exact: /a/b }, headers: { x: { exact: y } } }], route: [{ destination: { host: b } }] }] }",
        ),
        /^VirtualService shop\/a spec\.http\[1\]/,
      ],
      [
        istio(
          "VirtualService",
          "a",
          "{ hosts: [a], http: [{ match: [{ uri: { regex: '.*' } }], route: [{ destination: { host: a } }] }, { match: [{ uri: { prefix: /b } }], route: [{ destination: { host: b } }] }] }",
        ),
        /^VirtualService shop\/a spec\.http\[1\]/,
      ],
    ],
    silent: [
      istio(
        "VirtualService",
        "a",
        "{ hosts: [a], http: [{ match: [{ uri: { prefix: /a }, method: { exact: POST } }], route: [{ destination: { host: a } }] }, { match: [{ uri: { prefix: /a/b } }], route: [{ destination: { host: b } }] }] }",
      ),
    ],
  },
  {
    what: "gateways clash over wildcards",
    rule: "gateway-conflict",
    found: [
      [
        yaml(
          ...[
            ["a", "'*.example.com'"],
            ["b", "a.example.com"],
          ].map(([name = "", host = ""]) =>
            istio(
              "Gateway",
              name,
              `{ selector: { app: edge }, servers: [{ hosts: [${host}], port: { number: 80, name: http, protocol: HTTP } }] }`,
            ),
          ),
        ),
        /^Gateway shop\/[ab] /,
      ],
    ],
  },
  {
    what: "credentials are looked up in every field that names one, grants included",
    rule: "gateway-credential-valid",
    found: [
      [
        yaml(
          "{ apiVersion: v1, kind: Secret, metadata: { name: other, namespace: shop }, type: kubernetes.io/tls }",
          deployment("edge", "app: edge"),
          istio(
            "Gateway",
            "a",
            "{ selector: { app: edge }, servers: [{ hosts: [a.example.com], port: { number: 443, name: https, protocol: HTTPS }, tls: { mode: SIMPLE, credentialNames: [missing] } }] }",
          ),
        ),
        /^Gateway shop\/a .*credentialNames.*missing/,
      ],
      [
        yaml(
          "{ apiVersion: v1, kind: Secret, metadata: { name: tls, namespace: certs }, type: kubernetes.io/tls }",
          "{ apiVersion: gateway.networking.k8s.io/v1, kind: Gateway, metadata: { name: a, namespace: shop }, spec: { gatewayClassName: istio, listeners: [{ name: https, port: 443, protocol: HTTPS, tls: { certificateRefs: [{ name: tls, namespace: certs }] } }] } }",
        ),
        /^Gateway shop\/a spec\.listeners\[0\]\.tls\.certificateRefs\[0\].*ReferenceGrant/,
      ],
    ],
  },
  {
    what: "the root namespace is that of the mesh configuration",
    rule: "jwt-claims-backed",
    silent: [
      yaml(
        "{ apiVersion: v1, kind: ConfigMap, metadata: { name: istio, namespace: istio-system }, data: { mesh: 'rootNamespace: mesh-root' } }",
        "{ apiVersion: apps/v1, kind: Deployment, metadata: { name: edge, namespace: shop }, spec: { template: { metadata: { labels: { app: edge } }, spec: { containers: [] } } } }",
        istio("Gateway", "edge", "{ selector: { app: edge }, servers: [] }"),
        istio("RequestAuthentication", "a", "{ jwtRules: [{ issuer: i, jwksUri: 'https://i' }] }", {
          ...security,
          namespace: "mesh-root",
        }),
        istio(
          "VirtualService",
          "a",
          "{ hosts: [a.example.com], gateways: [edge], http: [{ match: [{ headers: { '@request.auth.claims.group': { exact: a } } }], route: [{ destination: { host: a } }] }] }",
        ),
      ),
    ],
    found: [
      [
        yaml(
          "{ apiVersion: v1, kind: ConfigMap, metadata: { name: istio, namespace: istio-system }, data: { mesh: 'rootNamespace: mesh-root' } }",
          "{ apiVersion: apps/v1, kind: Deployment, metadata: { name: edge, namespace: shop }, spec: { template: { metadata: { labels: { app: edge } }, spec: { containers: [] } } } }",
          istio("Gateway", "edge", "{ selector: { app: edge }, servers: [] }"),
          istio("RequestAuthentication", "a", "{ jwtRules: [{ issuer: i, jwksUri: 'https://i' }] }", {
            ...security,
            namespace: "istio-system",
          }),
          istio(
            "VirtualService",
            "a",
            "{ hosts: [a.example.com], gateways: [edge], http: [{ match: [{ headers: { '@request.auth.claims.group': { exact: a } } }], route: [{ destination: { host: a } }] }] }",
          ),
        ),
        /^VirtualService shop\/a .*claims/,
      ],
    ],
  },
  {
    what: "the proxy's own user and group are refused to every kind of workload",
    rule: "workload-pod-security",
    found: [
      [
        yaml(
          SHOP,
          "{ apiVersion: apps/v1, kind: StatefulSet, metadata: { name: db, namespace: shop }, spec: { template: { metadata: { labels: { app: db } }, spec: { securityContext: { runAsGroup: 1337 }, containers: [{ name: db, image: a }] } } } }",
        ),
        /^StatefulSet shop\/db .*runAsGroup: .*1337/,
      ],
    ],
  },
  {
    what: "annotations are read on the pod templates of every kind",
    rule: "install-stable-surface",
    found: [
      [
        "{ apiVersion: apps/v1, kind: DaemonSet, metadata: { name: agent, namespace: shop }, spec: { template: { metadata: { annotations: { sidecar.istio.io/unheardOf: 'true' } }, spec: { containers: [] } } } }",
        /^DaemonSet shop\/agent spec\.template\.metadata\.annotations/,
      ],
    ],
  },
  {
    what: "routes of the Gateway API are analysed: parents, sections, hosts, backends and grants",
    rule: "gateway-route-binding",
    found: [
      [
        yaml(
          service("web"),
          "{ apiVersion: gateway.networking.k8s.io/v1, kind: Gateway, metadata: { name: edge, namespace: shop }, spec: { gatewayClassName: istio, listeners: [{ name: http, port: 80, protocol: HTTP }] } }",
          "{ apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRoute, metadata: { name: a, namespace: shop }, spec: { parentRefs: [{ name: edge, sectionName: https }], rules: [{ backendRefs: [{ name: web, port: 80 }] }] } }",
        ),
        /^HTTPRoute shop\/a spec\.parentRefs\[0\]/,
      ],
      [
        yaml(
          service("web"),
          "{ apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRoute, metadata: { name: a, namespace: shop }, spec: { rules: [{ backendRefs: [{ name: wep, port: 80 }] }] } }",
        ),
        /^HTTPRoute shop\/a spec\.rules\[0\]\.backendRefs\[0\]/,
      ],
    ],
  },
  {
    what: "what clients send is held against what servers take",
    rule: "mtls-client-server-agree",
    found: [
      [
        yaml(
          SHOP,
          service("reviews"),
          deployment("reviews", "app: reviews"),
          istio("PeerAuthentication", "default", "{ mtls: { mode: STRICT } }", security),
          istio("DestinationRule", "a", "{ host: reviews, trafficPolicy: { tls: { mode: DISABLE } } }"),
        ),
        /^DestinationRule shop\/a spec\.trafficPolicy\.tls/,
      ],
    ],
  },
  {
    what: "a RequestAuthentication without a policy that demands a token is found",
    rule: "jwt-requires-authorization",
    found: [
      [
        yaml(
          SHOP,
          deployment("web", "app: web"),
          istio(
            "RequestAuthentication",
            "a",
            "{ selector: { matchLabels: { app: web } }, jwtRules: [{ issuer: i }] }",
            security,
          ),
        ),
        /^RequestAuthentication shop\/a /,
      ],
    ],
  },
  {
    what: "a subset is found in a DestinationRule for a wildcard",
    rule: "traffic-subset-exists",
    silent: [
      yaml(
        SHOP,
        service("reviews"),
        deployment("reviews", "app: reviews, version: v1"),
        istio(
          "DestinationRule",
          "all",
          "{ host: '*.shop.svc.cluster.local', subsets: [{ name: v1, labels: { version: v1 } }] }",
        ),
        istio(
          "VirtualService",
          "a",
          "{ hosts: [reviews], http: [{ route: [{ destination: { host: reviews, subset: v1 } }] }] }",
        ),
      ),
    ],
  },
];

describe("what istioctl analyze does not see", () => {
  it("is fifteen ways to miss something", () => assert.equal(blindSpots.length, 15));

  for (const [index, { what, rule, found = [], silent = [] }] of blindSpots.entries()) {
    it(`${String.fromCharCode(97 + index)}: ${what} (${rule})`, () => {
      assert.ok(found.length + silent.length > 0);
      for (const [text, finding] of found) {
        const said = findings(rule, text);
        assert.ok(
          said.some((line) => finding.test(line)),
          `${String(finding)} is not among:\n${said.join("\n")}`,
        );
      }
      for (const text of silent) assert.deepEqual(findings(rule, text), []);
    });
  }
});

/** Configurations that are right, and that Kiali has reported at some time. */
const falsePositives: readonly (readonly [what: string, rules: readonly string[], yaml: string])[] = [
  [
    "KIA0104: hosts of an AuthorizationPolicy are what requests say, not services",
    ["authz-references-exist"],
    istio(
      "AuthorizationPolicy",
      "a",
      "{ rules: [{ to: [{ operation: { hosts: ['*.example.com', shop.example.com, 'shop.example.com:8080'] } }] }] }",
      security,
    ),
  ],
  [
    "KIA0102: beginnings and ends of methods, and the presence of one",
    ["authz-path-normalization"],
    istio(
      "AuthorizationPolicy",
      "a",
      "{ rules: [{ to: [{ operation: { methods: ['*', 'GE*', '*ST'] } }] }] }",
      security,
    ),
  ],
  [
    "KIA0205, KIA0206: mutual TLS by a wide DestinationRule, with automatic mutual TLS and no PeerAuthentication",
    ["mtls-client-server-agree"],
    yaml(
      istio(
        "DestinationRule",
        "mesh",
        "{ host: '*.local', trafficPolicy: { tls: { mode: ISTIO_MUTUAL } } }",
        { namespace: "istio-system" },
      ),
      istio(
        "DestinationRule",
        "wide",
        "{ host: '*.shop.svc.cluster.local', trafficPolicy: { tls: { mode: ISTIO_MUTUAL } } }",
      ),
    ),
  ],
  [
    "KIA0401, KIA0501: a strict mesh and a strict namespace without a DestinationRule, where automatic mutual TLS is not turned off",
    ["mtls-client-server-agree", "mtls-mesh-strict", "mtls-no-downgrade"],
    yaml(
      istio("PeerAuthentication", "default", "{ mtls: { mode: STRICT } }", {
        ...security,
        namespace: "istio-system",
      }),
      istio("PeerAuthentication", "default", "{ mtls: { mode: STRICT } }", security),
    ),
  ],
  [
    "KIA0602: the appProtocols of Kubernetes itself",
    ["traffic-port-protocol"],
    service(
      "web",
      "app: web",
      "{ name: a, port: 80, appProtocol: kubernetes.io/h2c }, { name: b, port: 81, appProtocol: kubernetes.io/ws }",
    ),
  ],
  [
    "KIA0207, KIA0208: plaintext to one workload that its own PeerAuthentication takes out of a strict mesh",
    ["mtls-client-server-agree"],
    yaml(
      SHOP,
      service("legacy"),
      deployment("legacy", "app: legacy"),
      istio("PeerAuthentication", "default", "{ mtls: { mode: STRICT } }", {
        ...security,
        namespace: "istio-system",
      }),
      istio(
        "PeerAuthentication",
        "legacy",
        "{ selector: { matchLabels: { app: legacy } }, mtls: { mode: DISABLE } }",
        security,
      ),
      istio("DestinationRule", "legacy", "{ host: legacy, trafficPolicy: { tls: { mode: DISABLE } } }"),
    ),
  ],
  [
    "KIA0202, KIA1101: a host that a ServiceEntry declares for machines outside Kubernetes",
    ["traffic-destination-exists", "traffic-destinationrule-effective", "traffic-subset-exists"],
    yaml(
      istio(
        "ServiceEntry",
        "db",
        "{ hosts: [db.shop.svc.cluster.local], location: MESH_INTERNAL, resolution: STATIC, ports: [{ number: 80, name: http, protocol: HTTP }], workloadSelector: { labels: { app: db } } }",
      ),
      istio("WorkloadEntry", "vm", "{ address: 10.0.0.1, labels: { app: db, version: v1 } }"),
      istio(
        "DestinationRule",
        "db",
        "{ host: db.shop.svc.cluster.local, subsets: [{ name: v1, labels: { version: v1 } }] }",
      ),
      istio(
        "VirtualService",
        "db",
        "{ hosts: [db.shop.svc.cluster.local], http: [{ route: [{ destination: { host: db.shop.svc.cluster.local, subset: v1 } }] }] }",
      ),
    ),
  ],
  [
    "KIA1106, KIA0201: one VirtualService and one DestinationRule, which do not clash with themselves",
    ["traffic-single-owner"],
    yaml(
      service("web"),
      istio(
        "VirtualService",
        "web",
        "{ hosts: [web, web.example.com], gateways: [mesh, edge], http: [{ route: [{ destination: { host: web } }] }] }",
      ),
      istio("DestinationRule", "web", "{ host: web, trafficPolicy: { loadBalancer: { simple: RANDOM } } }"),
    ),
  ],
  [
    "KIA0104: a policy at a gateway about a host that only the Gateway and its VirtualService know, in namespaces of their own",
    ["authz-references-exist", "authz-target-exists", "gateway-route-binding", "traffic-destination-exists"],
    yaml(
      SHOP,
      service("bar"),
      deployment("bar", "app: bar"),
      deployment("ingress", "istio: ingress", PROXY, "edge"),
      istio(
        "Gateway",
        "public",
        "{ selector: { istio: ingress }, servers: [{ port: { number: 443, name: https, protocol: HTTPS }, hosts: [foo.example.com], tls: { mode: SIMPLE, credentialName: foo } }] }",
        { namespace: "edge" },
      ),
      istio(
        "VirtualService",
        "foo",
        "{ hosts: [foo.example.com], gateways: [edge/public], http: [{ match: [{ uri: { prefix: /bar } }], route: [{ destination: { host: bar } }] }, { route: [{ destination: { host: bar.vms.svc.cluster.local } }] }] }",
      ),
      istio(
        "ServiceEntry",
        "vms",
        "{ hosts: [bar.vms.svc.cluster.local], location: MESH_EXTERNAL, resolution: DNS, ports: [{ number: 443, name: https, protocol: HTTPS }], endpoints: [{ address: bar.example.org }] }",
      ),
      istio(
        "AuthorizationPolicy",
        "foo",
        "{ selector: { matchLabels: { istio: ingress } }, rules: [{ to: [{ operation: { hosts: [foo.example.com, bar.vms.svc.cluster.local] } }] }] }",
        { ...security, namespace: "edge" },
      ),
    ),
  ],
  [
    "KIA0301: one host at two ports, names that differ by a dot and a dash, and two gateways with pods of their own",
    ["gateway-conflict"],
    yaml(
      ...["public", "private"].flatMap((name) => [
        deployment(name, `istio: ${name}`, PROXY, "istio-system"),
        istio(
          "Gateway",
          name,
          `{ selector: { istio: ${name} }, servers: [{ port: { number: 443, name: https, protocol: HTTPS }, hosts: [api.example.com], tls: { mode: SIMPLE, credentialName: ${name} } }, { port: { number: 80, name: http, protocol: HTTP }, hosts: [api.example.com, api-dev.example.com, api.dev.example.com], tls: { httpsRedirect: true } }] }`,
          { namespace: "istio-system" },
        ),
      ]),
    ),
  ],
  [
    "KIA1107: a subset of a rule that only its own namespace sees, where TLS to an outside host begins",
    ["traffic-subset-exists", "traffic-destination-exists", "traffic-destinationrule-effective"],
    yaml(
      istio(
        "ServiceEntry",
        "api",
        "{ exportTo: ['.'], hosts: [api.example.com], location: MESH_EXTERNAL, resolution: DNS, ports: [{ number: 80, name: http, protocol: HTTP }, { number: 443, name: https-to-be, protocol: HTTP }] }",
      ),
      istio(
        "DestinationRule",
        "api",
        "{ exportTo: ['.'], host: api.example.com, subsets: [{ name: tls-origination, trafficPolicy: { portLevelSettings: [{ port: { number: 443 }, tls: { mode: SIMPLE, sni: api.example.com } }] } }] }",
      ),
      istio(
        "VirtualService",
        "api",
        "{ exportTo: ['.'], hosts: [api.example.com], http: [{ match: [{ port: 80 }], route: [{ destination: { host: api.example.com, subset: tls-origination, port: { number: 443 } } }] }] }",
      ),
    ),
  ],
  [
    "KIA1105: two services that share a route, neither by a subset",
    ["traffic-weights-sane"],
    istio(
      "VirtualService",
      "web",
      "{ hosts: [web], http: [{ route: [{ destination: { host: stable }, weight: 90 }, { destination: { host: canary }, weight: 10 }] }] }",
    ),
  ],
];

describe("what Kiali has reported where nothing is wrong", () => {
  for (const [what, rules, text] of falsePositives)
    it(`${what}: silent`, () => {
      for (const rule of rules) assert.deepEqual(findings(rule, text), [], rule);
    });
});
