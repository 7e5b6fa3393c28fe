import assert from "node:assert/strict";
import { loadAll } from "js-yaml";
import type { KubernetesObject } from "../../analysis";
import { readTopology, renderGraph, type Topology } from "../../cli/graph";
import { readable } from "./readable-page";

const read = (yaml: string): Topology =>
  readTopology(
    (loadAll(yaml) as (KubernetesObject | undefined)[]).filter((object) => object !== undefined),
    [],
    "Mesh",
  );

const arrows = ({ edges }: Topology): string[] =>
  edges.map(
    ({ kind, from, to, label, broken }) =>
      `${kind} ${from} > ${to}${label === "" ? "" : `: ${label}`}${broken === undefined ? "" : ` !${broken}`}`,
  );

const service = (name: string, namespace = "shop"): string => `---
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: ${namespace} }
spec: { selector: { app: ${name} }, ports: [{ name: http, port: 80, targetPort: 8080 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  template:
    metadata: { labels: { app: ${name} } }
    spec: { serviceAccountName: ${name} }
`;

const EDGE = `---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: edge, namespace: ingress }
spec:
  gatewayClassName: istio
  listeners:
    - { name: web, port: 80, protocol: HTTP, hostname: "*.example.com", allowedRoutes: { namespaces: { from: All } } }
    - { name: db, port: 5432, protocol: TCP, allowedRoutes: { namespaces: { from: All } } }
    - { name: tls, port: 443, protocol: TLS, allowedRoutes: { namespaces: { from: All } } }
`;

const route = (
  kind: string,
  name: string,
  rules: string,
  parent = "{ name: edge, namespace: ingress }",
): string => `---
apiVersion: gateway.networking.k8s.io/v1
kind: ${kind}
metadata: { name: ${name}, namespace: shop }
spec: { parentRefs: [${parent}], rules: ${rules} }
`;

describe("the topology of the Gateway API", () => {
  it("leads from a Gateway by each kind of route, with the weights of its backends", () => {
    const topology = read(
      ["cart", "cart-next", "prices", "orders"].map((name) => service(name)).join("") +
        EDGE +
        route(
          "HTTPRoute",
          "cart",
          "[{ matches: [{ path: { type: PathPrefix, value: /cart } }], backendRefs: [{ name: cart, port: 80, weight: 3 }, { name: cart-next, port: 80 }] }]",
        ) +
        route(
          "GRPCRoute",
          "prices",
          "[{ matches: [{ method: { service: Prices } }], backendRefs: [{ name: prices, port: 80 }] }]",
        ) +
        route("TCPRoute", "orders", "[{ backendRefs: [{ name: orders, port: 80 }] }]") +
        route("TLSRoute", "orders-tls", "[{ backendRefs: [{ name: orders, port: 80 }] }]").replace(
          "spec: {",
          'spec: { hostnames: ["db.example.com"],',
        ),
    );
    const gateway = topology.nodes.find(({ id }) => id === "gateway-api ingress/edge");
    assert.deepEqual(gateway?.details, ["HTTP TCP TLS", "*.example.com"]);
    assert.deepEqual(arrows(topology), [
      "route gateway-api ingress/edge > service shop/cart: /cart* · 75 %",
      "route gateway-api ingress/edge > service shop/cart-next: /cart* · 25 %",
      "route gateway-api ingress/edge > service shop/orders: db.example.com",
      "route gateway-api ingress/edge > service shop/prices: Prices",
    ]);
  });

  it("shows routes that no listener takes, and backends that no grant allows, as what nothing passes", async () => {
    const yaml =
      service("cart") +
      service("stock", "depot") +
      EDGE.replace(/from: All/g, "from: Same") +
      EDGE.replace("name: edge", "name: open") +
      route("HTTPRoute", "cart", "[{ backendRefs: [{ name: cart, port: 80 }] }]") +
      route(
        "HTTPRoute",
        "stock",
        "[{ backendRefs: [{ name: stock, namespace: depot, port: 80 }] }]",
        "{ name: open, namespace: ingress }",
      );
    const grant = `---
apiVersion: gateway.networking.k8s.io/v1
kind: ReferenceGrant
metadata: { name: shop, namespace: depot }
spec: { from: [{ group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: shop }], to: [{ group: "", kind: Service }] }
`;
    const refused = read(yaml);
    assert.deepEqual(arrows(refused), [
      'route gateway-api ingress/edge > service shop/cart !Gateway "ingress/edge" takes no routes of namespace "shop" (allowedRoutes.namespaces): by itself it takes those of its own namespace only',
      'route gateway-api ingress/open > service depot/stock !no ReferenceGrant in "depot" lets it refer to Service "stock"',
    ]);
    assert.match(await renderGraph(refused, "mermaid"), /not served/);
    assert.ok(arrows(read(yaml + grant)).includes("route gateway-api ingress/open > service depot/stock"));
  });

  it("reads listeners of ListenerSets, routes between services, mirrors and hosts outside", () => {
    const topology = read(
      service("cart") +
        service("cart-next") +
        EDGE +
        `---
apiVersion: gateway.networking.k8s.io/v1
kind: ListenerSet
metadata: { name: shop, namespace: shop }
spec:
  parentRef: { name: edge, namespace: ingress }
  listeners: [{ name: own, port: 8443, protocol: HTTP, hostname: own.example.org }]
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: pay, namespace: shop }
spec: { hosts: [api.pay.example], ports: [{ number: 443, name: tls, protocol: TLS }], resolution: DNS }
` +
        route(
          "HTTPRoute",
          "own",
          "[{ backendRefs: [{ name: cart, port: 80 }] }]",
          "{ kind: ListenerSet, name: shop }",
        ) +
        route(
          "HTTPRoute",
          "inside",
          "[{ backendRefs: [{ name: cart, port: 80, weight: 9 }, { group: networking.istio.io, kind: Hostname, name: api.pay.example, port: 443 }], filters: [{ type: RequestMirror, requestMirror: { backendRef: { name: cart-next, port: 80 } } }] }]",
          '{ group: "", kind: Service, name: cart }',
        ),
    );
    const gateway = topology.nodes.find(({ id }) => id === "gateway-api ingress/edge");
    assert.ok(gateway);
    assert.ok(gateway.details.includes("own.example.org"));
    assert.ok(gateway.objects.includes("ListenerSet shop/shop"));
    assert.deepEqual(arrows(topology), [
      "route gateway-api ingress/edge > service shop/cart",
      "route service shop/cart > external api.pay.example: 10 %",
      "route service shop/cart > service shop/cart-next: mirror",
    ]);
  });

  it("knows both kinds of Gateway by the same name", () => {
    const topology = read(
      `${EDGE}---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: edge, namespace: ingress }
spec: { selector: { istio: ingress }, servers: [{ hosts: [a.example.com], port: { number: 80, protocol: HTTP, name: http } }] }
`,
    );
    assert.deepEqual(Object.keys(topology.objects), [
      "Gateway ingress/edge",
      "gateway.networking.k8s.io/Gateway ingress/edge",
    ]);
    assert.equal(topology.nodes.length, 2);
  });
});

describe("the topology of an ambient mesh", () => {
  it("tells what captures each namespace's pods, and which waypoint requests pass", () => {
    const { nodes, namespaces } = read(
      `---
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio.io/dataplane-mode: ambient, istio.io/use-waypoint: waypoint } }
---
apiVersion: v1
kind: Namespace
metadata: { name: old, labels: { istio-injection: enabled } }
---
apiVersion: v1
kind: Namespace
metadata: { name: plain }
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: waypoint, namespace: shop }
spec: { gatewayClassName: istio-waypoint, listeners: [{ name: mesh, port: 15008, protocol: HBONE }] }
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: shop }
spec: { mtls: { mode: STRICT } }
` +
        service("cart") +
        service("stock", "old") +
        service("log", "plain"),
    );
    const planes = nodes.map(({ kind, name, dataPlane, mtls, waypoint }) => [
      kind,
      name,
      dataPlane,
      mtls,
      waypoint,
    ]);
    assert.deepEqual(planes, [
      ["waypoint", "waypoint", undefined, undefined, undefined],
      ["service", "stock", "sidecar", "permissive", undefined],
      ["service", "log", "none", undefined, undefined],
      ["service", "cart", "ambient", "strict", "shop/waypoint"],
    ]);
    assert.deepEqual(
      namespaces.map(({ name, dataPlane, mtls }) => [name, dataPlane, mtls]),
      [
        ["old", "sidecar", "permissive"],
        ["plain", "none", undefined],
        ["shop", "ambient", "strict"],
      ],
    );
  });
});

describe("the topology of permissions", () => {
  const policy = (action: string, spec: string): string => `---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: p-${action.toLowerCase()}, namespace: shop }
spec: { action: ${action}, ${spec} }
`;

  it("shows callers by identity, and those whom a policy names otherwise as what they are", () => {
    const yaml =
      service("cart") +
      service("front", "web") +
      policy(
        "ALLOW",
        `selector: { matchLabels: { app: cart } }, rules: [
          { from: [{ source: { principals: ["cluster.local/ns/web/sa/*"] } }], to: [{ operation: { methods: [GET], paths: [/items], ports: ["8080"] } }] },
          { from: [{ source: { serviceAccounts: ["web/front"] } }], when: [{ key: "request.headers[x-a]", values: [b] }] },
          { from: [{ source: { namespaces: [batch] } }, { source: { ipBlocks: [10.0.0.0/8] } }, { source: { requestPrincipals: ["issuer/*"] } }] }]`,
      ) +
      policy(
        "DENY",
        'targetRefs: [{ group: "", kind: Service, name: cart }], rules: [{ from: [{ source: { notNamespaces: [shop] } }] }]',
      );
    assert.deepEqual(arrows(read(yaml)), [
      "allow callers address 10.0.0.0/8 > service shop/cart",
      "allow callers namespace batch > service shop/cart",
      "allow callers token of issuer/* > service shop/cart",
      "allow service web/front > service shop/cart: GET /items :8080\nif request.headers[x-a]",
      "deny callers everyone but shop > service shop/cart",
    ]);
  });

  it("holds a policy without selector for each service of its namespace, and everyone where it names nobody", () => {
    const yaml =
      service("cart") +
      service("stock") +
      policy("ALLOW", 'rules: [{ to: [{ operation: { ports: ["8080"] } }] }]');
    assert.deepEqual(arrows(read(yaml)), [
      "allow callers everyone > service shop/cart: :8080",
      "allow callers everyone > service shop/stock: :8080",
    ]);
  });
});

describe("the topology of several clusters", () => {
  const SECRET = `---
apiVersion: v1
kind: Secret
metadata: { name: istio-remote-secret-west, namespace: istio-system, labels: { istio/multiCluster: "true" }, annotations: { networking.istio.io/cluster: west } }
`;
  const HERE = `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: istiod, namespace: istio-system, labels: { app: istiod } }
spec: { template: { spec: { containers: [{ name: discovery, env: [{ name: CLUSTER_ID, value: east }] }] } } }
---
apiVersion: v1
kind: Namespace
metadata: { name: istio-system, labels: { topology.istio.io/network: net-east } }
`;
  const configMap = (meshNetworks: string, mesh = "{}"): string => `---
apiVersion: v1
kind: ConfigMap
metadata: { name: istio, namespace: istio-system }
data:
  mesh: '${mesh}'
  meshNetworks: '${meshNetworks}'
`;

  it("leads to a cluster by the subsets that are its endpoints, with their shares, and not to this one", () => {
    const yaml = `${service("cart")}${HERE}---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: cart, namespace: shop }
spec: { host: cart, subsets: [{ name: east, labels: { topology.istio.io/cluster: east } }, { name: west, labels: { topology.istio.io/cluster: west } }] }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: cart, namespace: shop }
spec: { hosts: [cart], http: [{ route: [{ destination: { host: cart, subset: east }, weight: 80 }, { destination: { host: cart, subset: west }, weight: 20 }] }] }
`;
    assert.deepEqual(arrows(read(yaml)), ["route service shop/cart > cluster west: subset west · 20 %"]);
  });

  it("leads to where endpoints are, through the gateways of a network whose cluster is named", () => {
    const entry = (name: string, spec: string): string => `---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: ${name}, namespace: shop }
spec: { hosts: [${name}.global], ports: [{ number: 80, name: http, protocol: HTTP }], location: MESH_INTERNAL, resolution: STATIC, ${spec} }
`;
    const yaml =
      HERE +
      entry(
        "stock",
        "endpoints: [{ address: 10.1.0.1, network: net-west }, { address: 10.2.0.1, network: net-south }, { address: 10.0.0.1, network: net-east }]",
      ) +
      entry("jobs", "workloadSelector: { labels: { app: jobs } }") +
      service("batch") +
      `---
apiVersion: networking.istio.io/v1
kind: WorkloadEntry
metadata: { name: batch-west, namespace: shop }
spec: { address: 10.1.0.7, network: net-west, labels: { app: batch } }
` +
      configMap(
        '{"networks":{"net-west":{"endpoints":[{"fromRegistry":"west"}],"gateways":[{"address":"203.0.113.9","port":15443}]}}}',
      );
    const topology = read(yaml);
    assert.deepEqual(arrows(topology), [
      "route external stock.global > cluster west: 10.1.0.1",
      "route external stock.global > network net-south: 10.2.0.1",
      "route service shop/batch > cluster west: 10.1.0.7",
    ]);
    const west = topology.nodes.find(({ id }) => id === "cluster west");
    assert.deepEqual(west?.details, ["another cluster", "on network net-west", "through 203.0.113.9:15443"]);
  });

  it("leads to the clusters that are read from a service without pods here, where its neighbours have some", () => {
    const bare = `---
apiVersion: v1
kind: Service
metadata: { name: stock, namespace: shop }
spec: { selector: { app: stock }, ports: [{ name: http, port: 80 }] }
`;
    const all = bare + service("cart") + SECRET;
    assert.deepEqual(arrows(read(all)), ["route service shop/stock > cluster west: no pods here"]);
    // Without any pods the set does not say where they are, and some services stay in their cluster.
    assert.deepEqual(arrows(read(bare + SECRET)), []);
    const kept = configMap(
      "{}",
      '{"serviceSettings":[{"settings":{"clusterLocal":true},"hosts":["*.shop.svc.cluster.local"]}]}',
    );
    assert.deepEqual(arrows(read(all + kept)), []);
  });

  it("shows a gateway between networks as the way in for callers of the others", () => {
    const topology = read(`---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: cross-network, namespace: istio-system }
spec: { selector: { istio: eastwestgateway }, servers: [{ port: { number: 15443, name: tls, protocol: TLS }, tls: { mode: AUTO_PASSTHROUGH }, hosts: ["*.local"] }] }
`);
    assert.deepEqual(arrows(topology), [
      "route callers other networks > gateway istio-system/cross-network: *.local",
    ]);
  });

  it("shows the clusters whose endpoints are read, and nothing of what lets them be read", async () => {
    const topology = read(`---
apiVersion: v1
kind: Secret
metadata: { name: istio-remote-secret-west, namespace: istio-system, labels: { istio/multiCluster: "true" }, annotations: { networking.istio.io/cluster: west } }
stringData: { west: hunter2 }
`);
    assert.deepEqual(
      topology.nodes.map(({ id, objects }) => [id, objects]),
      [["cluster west", ["Secret istio-system/istio-remote-secret-west"]]],
    );
    for (const format of ["html", "json", "svg", "mermaid"] as const)
      assert.ok(!readable(await renderGraph(topology, format)).includes("hunter2"), format);
  });
});
