import assert from "node:assert/strict";
import {
  type AuthorizationPolicyManifest,
  type AuthorizationPolicySpec,
  compileMesh,
  type CompileOptions,
} from "../../../components/compile";
import { type AnyMesh, defineMesh, type SecuritySpec } from "../../../components/intent";
import { bookinfo } from "../intent/bookinfo";

function policies(
  mesh: AnyMesh,
  options?: CompileOptions,
): Readonly<Record<string, AuthorizationPolicySpec>> {
  const found = compileMesh(mesh, options).filter(
    (each): each is AuthorizationPolicyManifest => each.kind === "AuthorizationPolicy",
  );
  return Object.fromEntries(
    found.map(({ metadata, spec }) => [`${metadata.namespace}/${metadata.name}`, spec]),
  );
}

function secured(security: SecuritySpec) {
  const ports = { http: { number: 80, protocol: "http" } } as const;
  const mesh = defineMesh("m", {
    services: { a: { namespace: "one", ports }, b: { namespace: "two", ports } },
    security,
  });
  mesh.gateway("edge", { hosts: ["a.example.com"], namespace: "edge" });
  mesh.allow({ from: mesh.services.a, to: mesh.services.b });
  return mesh;
}

const PRODUCTPAGE = "cluster.local/ns/bookinfo/sa/productpage";
const REVIEWS = "cluster.local/ns/bookinfo/sa/reviews";
const INGRESS = "cluster.local/ns/istio-system/sa/istio-ingressgateway-service-account";

describe("mutual TLS", () => {
  const modes = (mesh: AnyMesh, options?: CompileOptions) =>
    compileMesh(mesh, options)
      .filter(({ kind }) => kind === "PeerAuthentication")
      .map(({ metadata, spec }) => ({ name: metadata.name, namespace: metadata.namespace, spec }));

  it("is strict for the whole mesh, said once", () => {
    assert.deepEqual(modes(bookinfo()), [
      { name: "default", namespace: "istio-system", spec: { mtls: { mode: "STRICT" } } },
    ]);
  });

  it("is permissive where the mesh says so, and stated in the root namespace", () => {
    assert.deepEqual(modes(secured({ mtls: "permissive" }), { rootNamespace: "mesh-root" }), [
      { name: "default", namespace: "mesh-root", spec: { mtls: { mode: "PERMISSIVE" } } },
    ]);
  });

  it("is left to auto mTLS by every DestinationRule of a service", () => {
    const rules = compileMesh(bookinfo()).filter(({ kind }) => kind === "DestinationRule");
    const ofServices = rules.filter(({ metadata }) => metadata.namespace === "bookinfo");
    assert.deepEqual(
      ofServices.map(({ metadata, spec }) => [metadata.name, "trafficPolicy" in spec]),
      [["reviews", false]],
    );
  });
});

describe("permission to call", () => {
  it("is refused to everyone in the mesh unless said", () => {
    assert.deepEqual(policies(bookinfo()), { "istio-system/allow-nothing": {} });
    assert.deepEqual(policies(bookinfo(), { rootNamespace: "mesh-root" }), { "mesh-root/allow-nothing": {} });
  });

  it("can be refused in the mesh's own namespaces alone, its gateways' included", () => {
    assert.deepEqual(Object.keys(policies(secured({ defaultDeny: "namespaces" }))), [
      "two/allow-to-b",
      "edge/allow-nothing",
      "one/allow-nothing",
      "two/allow-nothing",
    ]);
  });

  it("is not restricted at all while it is off", () => {
    assert.deepEqual(policies(secured({ defaultDeny: "off" })), {});
  });

  it("names the caller's service account, and the ports that the workload listens on", () => {
    const shop = bookinfo();
    const { productpage, admin } = shop.services;
    shop.allow({ from: productpage, to: admin });
    assert.deepEqual(policies(shop)["bookinfo/allow-to-admin"], {
      selector: { matchLabels: { app: "admin" } },
      action: "ALLOW",
      rules: [
        {
          from: [{ source: { principals: [PRODUCTPAGE] } }],
          to: [{ operation: { ports: ["8080", "9000", "9090"] } }],
        },
      ],
    });
  });

  it("with methods or paths concerns the ports that speak HTTP", () => {
    const shop = bookinfo();
    const { productpage, admin } = shop.services;
    shop.allow({ from: productpage, to: admin, methods: ["GET"], paths: ["/a/*"] });
    assert.deepEqual(policies(shop)["bookinfo/allow-to-admin"]?.rules?.[0]?.to, [
      { operation: { ports: ["8080", "9090"], methods: ["GET"], paths: ["/a/*"] } },
    ]);
  });

  it("is one policy per service, with one rule for all callers that may do the same", () => {
    const shop = bookinfo();
    const { productpage, details, reviews, ratings } = shop.services;
    shop.allow({ from: productpage, to: ratings, methods: ["GET"] });
    shop.allow({ from: [details, reviews], to: ratings, methods: ["GET"] });
    shop.allow({ from: reviews, to: ratings, methods: ["POST"] });
    assert.deepEqual(policies(shop)["bookinfo/allow-to-ratings"]?.rules, [
      {
        from: [{ source: { principals: ["cluster.local/ns/bookinfo/sa/details", PRODUCTPAGE] } }],
        to: [{ operation: { ports: ["9080"], methods: ["GET"] } }],
      },
      {
        from: [{ source: { principals: [REVIEWS] } }],
        to: [{ operation: { ports: ["9080"], methods: ["GET", "POST"] } }],
      },
    ]);
  });

  it("uses the trust domain of the installation", () => {
    const shop = bookinfo();
    shop.allow({ from: shop.services.reviews, to: shop.services.ratings });
    const [rule] = policies(shop, { trustDomain: "example.org" })["bookinfo/allow-to-ratings"]?.rules ?? [];
    assert.deepEqual(rule?.from, [{ source: { principals: ["example.org/ns/bookinfo/sa/reviews"] } }]);
  });

  it("is given to a gateway for what it exposes, and to the world for the gateway's hosts", () => {
    const shop = bookinfo();
    const edge = shop.gateway(["*.example.com", "bookinfo.example.org"]);
    edge.expose("bookinfo.example.org", shop.services.productpage);
    edge.expose("*.example.com", shop.services.productpage);
    assert.deepEqual(policies(shop), {
      "bookinfo/allow-to-productpage": {
        selector: { matchLabels: { app: "productpage" } },
        action: "ALLOW",
        rules: [{ from: [{ source: { principals: [INGRESS] } }], to: [{ operation: { ports: ["9080"] } }] }],
      },
      "istio-system/allow-at-ingress": {
        selector: { matchLabels: { istio: "ingressgateway" } },
        action: "ALLOW",
        rules: [
          {
            to: [
              {
                operation: {
                  hosts: [
                    "*.example.com",
                    "*.example.com:80",
                    "*.example.com:443",
                    "bookinfo.example.org",
                    "bookinfo.example.org:*",
                  ],
                },
              },
            ],
          },
        ],
      },
      "istio-system/allow-nothing": {},
    });
  });

  it("follows the routes of the service that may be called", () => {
    const shop = bookinfo();
    const { productpage, reviews, ratings } = shop.services;
    shop.route(reviews, [shop.otherwise().canary(reviews, shop.share(ratings, 5))]);
    shop.allow({ from: productpage, to: reviews, methods: ["GET"] });
    assert.deepEqual(policies(shop)["bookinfo/allow-to-ratings"]?.rules, [
      {
        from: [{ source: { principals: [PRODUCTPAGE] } }],
        to: [{ operation: { ports: ["9080"], methods: ["GET"] } }],
      },
    ]);
  });
});
