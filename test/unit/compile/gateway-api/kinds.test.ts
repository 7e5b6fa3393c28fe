import assert from "node:assert/strict";
import { analyse } from "../../../../analysis";
import type { KubernetesObject } from "../../../../analysis/kubernetes-object";
import { validateObject } from "../../../../analysis/schema";
import { compileMesh, identify, type MeshManifest } from "../../../../components/compile";
import { formatGatewayDuration, LONGEST_DURATION } from "../../../../components/compile/gateway-api/duration";
import { defineMesh } from "../../../../components/intent";
import { bookinfo, routable } from "../meshes";

/** Rules that miss Services, workloads and secrets, which are not the mesh's own; and one on timeouts, which it says none of. */
const OF_OTHERS: ReadonlySet<string> = new Set([
  "authz-target-exists",
  "gateway-credential-valid",
  "gateway-route-binding",
  "resilience-timeout-budget",
]);

const GROUP = "gateway.networking.k8s.io";

function ofKind<K extends MeshManifest["kind"]>(
  manifests: readonly MeshManifest[],
  kind: K,
): readonly Extract<MeshManifest, { kind: K }>[] {
  return manifests.filter((each): each is Extract<MeshManifest, { kind: K }> => each.kind === kind);
}

/** A gateway for so many hosts, each exposed. */
function manyHosts(count: number) {
  const mesh = defineMesh("shop", {
    services: { web: { namespace: "shop", ports: { http: { number: 80, protocol: "http" } } } },
  });
  const hosts = Array.from({ length: count }, (_, index) => `h${String(index).padStart(3, "0")}.example.com`);
  const edge = mesh.gateway("edge", { hosts, service: "edge" });
  for (const host of hosts) edge.expose(host, mesh.services.web);
  return mesh;
}

describe("a mesh written for the Gateway API", () => {
  for (const [name, mesh] of Object.entries({ bookinfo, routable, "seventy hosts": () => manyHosts(70) })) {
    it(`has objects that meet their schemas and CEL rules: ${name}`, () => {
      const manifests = compileMesh(mesh(), { api: "gateway-api" });
      for (const manifest of manifests) {
        const plain = JSON.parse(JSON.stringify(manifest)) as KubernetesObject;
        assert.deepEqual(validateObject(plain)?.problems ?? [], [], identify(manifest));
      }
      assert.equal(manifests.filter(({ apiVersion }) => apiVersion === `${GROUP}/v1`).length > 0, true);
    });
  }

  it("breaks none of our own rules where it is sound", () => {
    const { findings } = analyse(
      compileMesh(bookinfo(), { api: "gateway-api" }).map((object) => ({ object: { ...object } })),
    );
    assert.deepEqual(
      findings.filter(({ rule }) => !OF_OTHERS.has(rule)).map(({ rule, path }) => `${rule} ${path}`),
      [],
    );
  });

  it("has no VirtualService and no Gateway of Istio's, and no GatewayClass, which istiod makes", () => {
    const kinds = new Set(
      compileMesh(routable(), { api: "gateway-api" }).map(({ apiVersion, kind }) => `${apiVersion} ${kind}`),
    );
    for (const absent of [
      "networking.istio.io/v1 VirtualService",
      "networking.istio.io/v1 Gateway",
      `${GROUP}/v1 GatewayClass`,
    ]) {
      assert.ok(!kinds.has(absent), absent);
    }
  });

  it("says the same of security and of hosts outside, whatever routes are written as", () => {
    const others = (api: "istio" | "gateway-api"): readonly MeshManifest[] =>
      compileMesh(bookinfo(), { api }).filter(({ kind }) =>
        ["PeerAuthentication", "AuthorizationPolicy", "ServiceEntry"].includes(kind),
      );
    assert.deepEqual(others("gateway-api"), others("istio"));
    assert.ok(others("istio").length > 3);
  });

  it("leads to subsets by Services of their own, which choose the service's workloads of that version", () => {
    const services = ofKind(compileMesh(routable(), { api: "gateway-api" }), "Service");
    assert.deepEqual(
      services.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`),
      [
        "data/store-primary",
        "data/store-standby",
        "data/vault-active",
        "orders/orders-canary",
        "orders/orders-stable",
        "shop/web-blue",
        "shop/web-green",
      ],
    );
    assert.deepEqual(services.at(-1)?.spec, {
      selector: { app: "web", colour: "green" },
      ports: [{ name: "http", port: 80, targetPort: 8080, protocol: "TCP", appProtocol: "http" }],
    });
  });

  it("attaches its gateway to the Service of the proxies that would serve Istio's own, or has istiod run some", () => {
    const [edge, partner] = ofKind(compileMesh(routable(), { api: "gateway-api" }), "Gateway");
    assert.ok(edge?.apiVersion === `${GROUP}/v1` && partner?.apiVersion === `${GROUP}/v1`);
    assert.equal(edge.spec.gatewayClassName, "istio");
    assert.deepEqual(edge.spec.addresses, [{ type: "Hostname", value: "edge.edge.svc.cluster.local" }]);
    assert.deepEqual(partner.spec.addresses, [{ type: "IPAddress", value: "192.0.2.10" }]);
    const [usual] = ofKind(compileMesh(bookinfo(), { api: "gateway-api" }), "Gateway");
    assert.ok(usual?.apiVersion === `${GROUP}/v1`);
    assert.deepEqual(usual.spec.addresses, [
      { type: "Hostname", value: "istio-ingressgateway.istio-system.svc.cluster.local" },
    ]);
  });

  it("knows the proxies that istiod runs by their Gateway and their account, in policies", () => {
    const policies = ofKind(compileMesh(routable(), { api: "gateway-api" }), "AuthorizationPolicy");
    const spec = (name: string) => policies.find(({ metadata }) => metadata.name === name)?.spec;
    assert.deepEqual(spec("allow-at-partner")?.targetRefs, [
      { group: GROUP, kind: "Gateway", name: "partner" },
    ]);
    assert.equal(spec("allow-at-partner")?.selector, undefined);
    assert.deepEqual(spec("allow-at-edge")?.selector, { matchLabels: { istio: "edge" } });

    const mesh = defineMesh("shop", {
      services: { web: { namespace: "shop", ports: { http: { number: 80, protocol: "http" } } } },
    });
    mesh
      .gateway("edge", { hosts: ["a.example.com"], managed: {} })
      .expose("a.example.com", mesh.services.web);
    const text = JSON.stringify(compileMesh(mesh, { api: "gateway-api" }));
    assert.match(text, /"cluster\.local\/ns\/istio-system\/sa\/edge-istio"/);
  });

  it("spreads more hosts than a Gateway has room for over sets of listeners", () => {
    const manifests = compileMesh(manyHosts(70), { api: "gateway-api" });
    const [gateway] = ofKind(manifests, "Gateway");
    assert.ok(gateway?.apiVersion === `${GROUP}/v1`);
    const sets = ofKind(manifests, "ListenerSet");
    assert.deepEqual(
      [gateway.spec.listeners.length, ...sets.map(({ spec }) => spec.listeners.length)],
      [64, 64, 12],
    );
    assert.deepEqual(gateway.spec.allowedListeners, { namespaces: { from: "Same" } });
    assert.deepEqual(sets[0]?.spec.parentRef, { group: GROUP, kind: "Gateway", name: "edge" });

    const routes = ofKind(manifests, "HTTPRoute");
    const parents = (name: string) => routes.find(({ metadata }) => metadata.name === name)?.spec.parentRefs;
    assert.deepEqual(parents("edge.h069.example.com"), [
      { group: GROUP, kind: "ListenerSet", name: "edge-3", sectionName: "https.h069.example.com" },
    ]);
    const redirects = routes.filter(({ metadata }) => metadata.name.includes(".https-redirect"));
    assert.deepEqual(
      redirects.map(({ metadata, spec }) => [
        metadata.name,
        spec.hostnames?.length,
        spec.parentRefs?.map(({ name }) => name),
      ]),
      [
        ["edge.https-redirect", 16, ["edge"]],
        ["edge.https-redirect-2", 16, ["edge"]],
        ["edge.https-redirect-3", 16, ["edge-2"]],
        ["edge.https-redirect-4", 16, ["edge-2"]],
        ["edge.https-redirect-5", 6, ["edge-3"]],
      ],
    );
    const listeners = new Set(
      [...gateway.spec.listeners, ...sets.flatMap(({ spec }) => spec.listeners)].map(({ name }) => name),
    );
    for (const { spec } of routes) {
      for (const { sectionName } of spec.parentRefs ?? []) {
        assert.ok(sectionName === undefined || listeners.has(sectionName), sectionName);
      }
    }
  });

  it("permits the routes of a gateway to lead to Services elsewhere, one by one, and to no others", () => {
    const manifests = compileMesh(bookinfo(), { api: "gateway-api" });
    assert.deepEqual(
      ofKind(manifests, "ReferenceGrant").map(({ metadata, spec }) => [
        `${metadata.namespace}/${metadata.name}`,
        spec,
      ]),
      [
        [
          "bookinfo/from-istio-system.productpage",
          {
            from: [{ group: GROUP, kind: "HTTPRoute", namespace: "istio-system" }],
            to: [{ group: "", kind: "Service", name: "productpage" }],
          },
        ],
      ],
    );
  });

  it("may be written in part: a gateway for one API, all else for the other", () => {
    const manifests = compileMesh(routable());
    assert.deepEqual(
      ofKind(manifests, "Gateway").map(({ apiVersion, metadata }) => `${apiVersion} ${metadata.name}`),
      ["networking.istio.io/v1 edge", `${GROUP}/v1 partner`],
    );
    assert.deepEqual(
      ofKind(manifests, "HTTPRoute").map(({ metadata }) => metadata.name),
      ["partner.wildcard"],
    );
    assert.ok(ofKind(manifests, "VirtualService").length > 3);
    // Istio's routes still name subsets, and begin TLS by rules.
    assert.deepEqual(
      ofKind(manifests, "DestinationRule").map(({ metadata }) => metadata.name),
      ["store", "vault", "legacy", "maps", "orders", "web"],
    );
    assert.deepEqual(ofKind(manifests, "BackendTLSPolicy"), []);
  });

  it("keeps what is said of connections to a service, and takes a subset's along to its Service", () => {
    const mesh = routable();
    const { web } = mesh.services;
    mesh.trafficPolicy(web, {
      loadBalancer: { consistentHash: { httpHeaderName: "x-user" } },
      subsets: { green: { connectionPool: { tcp: { maxConnections: 7 } } } },
    });
    const rules = ofKind(compileMesh(mesh, { api: "gateway-api" }), "DestinationRule");
    const hash = { consistentHash: { httpHeaderName: "x-user" } };
    assert.deepEqual(
      rules
        .filter(({ metadata }) => metadata.namespace === "shop")
        .map(({ metadata, spec }) => [metadata.name, spec]),
      [
        ["web", { host: "web.shop.svc.cluster.local", trafficPolicy: { loadBalancer: hash } }],
        ["web-blue", { host: "web-blue.shop.svc.cluster.local", trafficPolicy: { loadBalancer: hash } }],
        [
          "web-green",
          {
            host: "web-green.shop.svc.cluster.local",
            trafficPolicy: { loadBalancer: hash, connectionPool: { tcp: { maxConnections: 7 } } },
          },
        ],
      ],
    );
  });

  it("begins TLS by a BackendTLSPolicy, and by a DestinationRule where that has more to say", () => {
    const mesh = routable();
    const names = (kind: "BackendTLSPolicy" | "DestinationRule"): string[] =>
      ofKind(compileMesh(mesh, { api: "gateway-api" }), kind).map(({ metadata }) => metadata.name);
    assert.deepEqual([names("BackendTLSPolicy"), names("DestinationRule")], [["maps.http"], ["legacy"]]);
    mesh.trafficPolicy(mesh.external.maps, { connectionPool: { tcp: { maxConnections: 10 } } });
    assert.deepEqual([names("BackendTLSPolicy"), names("DestinationRule")], [[], ["legacy", "maps"]]);
  });

  it("changes headers, mirrors requests, attaches to a host outside, and routes sealed traffic by its name", () => {
    const manifests = compileMesh(routable(), { api: "gateway-api" });
    const web = ofKind(manifests, "HTTPRoute").find(({ metadata }) => metadata.name === "web.http");
    const [beta] = web?.spec.rules ?? [];
    assert.equal(beta?.name, "beta");
    assert.deepEqual(beta.filters, [
      { type: "RequestHeaderModifier", requestHeaderModifier: { set: [{ name: "x-beta", value: "1" }] } },
      { type: "ResponseHeaderModifier", responseHeaderModifier: { remove: ["server"] } },
      {
        type: "RequestMirror",
        requestMirror: {
          backendRef: { group: "", kind: "Service", name: "web-blue", port: 80 },
          fraction: { numerator: 125_000, denominator: 1_000_000 },
        },
      },
    ]);
    const maps = ofKind(manifests, "HTTPRoute").find(({ metadata }) => metadata.name === "maps.http");
    assert.deepEqual(maps?.spec.parentRefs, [
      { group: "networking.istio.io", kind: "ServiceEntry", name: "maps", port: 80 },
    ]);
    assert.deepEqual(
      ofKind(manifests, "TLSRoute").map(({ spec }) => spec.hostnames),
      [["vault.data.svc.cluster.local"]],
    );
  });

  it("passes TLS on by a listener and a TLSRoute, by the names that are asked for", () => {
    const mesh = defineMesh("shop", {
      services: { vault: { namespace: "data", ports: { tls: { number: 8443, protocol: "tls" } } } },
    });
    const edge = mesh.gateway("edge", {
      hosts: ["vault.example.com", "*.example.org"],
      tls: "passthrough",
      managed: {},
    });
    edge.expose("vault.example.com", mesh.services.vault);
    edge.expose("a.example.org", mesh.services.vault);
    const manifests = compileMesh(mesh, { api: "gateway-api" });
    for (const manifest of manifests) {
      const plain = JSON.parse(JSON.stringify(manifest)) as KubernetesObject;
      assert.deepEqual(validateObject(plain)?.problems ?? [], [], identify(manifest));
    }
    const [gateway] = ofKind(manifests, "Gateway");
    assert.ok(gateway?.apiVersion === `${GROUP}/v1`);
    assert.deepEqual(
      gateway.spec.listeners.map(({ name, hostname, port, protocol, tls }) => [
        name,
        hostname,
        port,
        protocol,
        tls,
      ]),
      [
        ["tls.wildcard.example.org", "*.example.org", 443, "TLS", { mode: "Passthrough" }],
        ["tls.vault.example.com", "vault.example.com", 443, "TLS", { mode: "Passthrough" }],
      ],
    );
    assert.deepEqual(
      ofKind(manifests, "TLSRoute").map(({ spec }) => [
        spec.hostnames,
        spec.parentRefs?.map(({ name, sectionName }) => [name, sectionName]),
        spec.rules.flatMap(({ backendRefs }) => backendRefs.map(({ name, port }) => [name, port])),
      ]),
      [
        [["a.example.org"], [["edge", "tls.wildcard.example.org"]], [["vault", 8443]]],
        [["vault.example.com"], [["edge", "tls.vault.example.com"]], [["vault", 8443]]],
      ],
    );
    const allowed = ofKind(manifests, "AuthorizationPolicy").find(
      ({ metadata }) => metadata.name === "allow-sni-at-edge",
    );
    assert.deepEqual(allowed?.spec.targetRefs, [{ group: GROUP, kind: "Gateway", name: "edge" }]);
  });

  it("takes a hook for each kind, and tells the two kinds of Gateway apart", () => {
    const seen = new Set<string>();
    const note =
      <T extends MeshManifest>(hook: string) =>
      (manifest: T): T => {
        seen.add(`${hook}: ${manifest.apiVersion} ${manifest.kind}`);
        return manifest;
      };
    compileMesh(routable(), {
      transform: { gateway: note("gateway"), kubernetesGateway: note("kubernetesGateway") },
    });
    compileMesh(routable(), {
      api: "gateway-api",
      transform: {
        backendTLSPolicy: note("backendTLSPolicy"),
        grpcRoute: note("grpcRoute"),
        httpRoute: note("httpRoute"),
        referenceGrant: note("referenceGrant"),
        tcpRoute: note("tcpRoute"),
        tlsRoute: note("tlsRoute"),
        versionService: note("versionService"),
      },
    });
    compileMesh(manyHosts(40), { api: "gateway-api", transform: { listenerSet: note("listenerSet") } });
    assert.deepEqual([...seen].sort(), [
      `backendTLSPolicy: ${GROUP}/v1 BackendTLSPolicy`,
      "gateway: networking.istio.io/v1 Gateway",
      `grpcRoute: ${GROUP}/v1 GRPCRoute`,
      `httpRoute: ${GROUP}/v1 HTTPRoute`,
      `kubernetesGateway: ${GROUP}/v1 Gateway`,
      `listenerSet: ${GROUP}/v1 ListenerSet`,
      `referenceGrant: ${GROUP}/v1 ReferenceGrant`,
      `tcpRoute: ${GROUP}/v1 TCPRoute`,
      `tlsRoute: ${GROUP}/v1 TLSRoute`,
      "versionService: v1 Service",
    ]);
  });
});

describe("a duration of the Gateway API", () => {
  it("is written in whole numbers of five digits at most", () => {
    assert.equal(formatGatewayDuration(500), "500ms");
    assert.equal(formatGatewayDuration(90_500), "1m30s500ms");
    assert.equal(formatGatewayDuration(7_200_000), "2h");
    for (const milliseconds of [1, 59_999, 3_599_999, 86_400_001, LONGEST_DURATION]) {
      assert.match(formatGatewayDuration(milliseconds), /^([0-9]{1,5}(h|m|s|ms)){1,4}$/);
    }
  });
});
