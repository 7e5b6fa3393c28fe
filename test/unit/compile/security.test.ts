import assert from "node:assert/strict";
import {
  type AuthorizationPolicyManifest,
  type AuthorizationPolicySpec,
  compileMesh,
  type CompileOptions,
} from "../../../components/compile";
import {
  type AnyMesh,
  attribute,
  defineMesh,
  everyoneIn,
  jwt,
  outsider,
  path,
  type SecuritySpec,
} from "../../../components/intent";
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

  it("is given to a gateway as a permission says, where one in force says how it may call", () => {
    type Shop = ReturnType<typeof bookinfo>;
    type Edge = ReturnType<Shop["gateway"]>;
    const exposed = (permit: (shop: Shop, edge: Edge) => void) => {
      const shop = bookinfo();
      const { productpage, reviews, ratings } = shop.services;
      shop.route(reviews, [shop.otherwise().canary(reviews, shop.share(ratings, 5))]);
      const edge = shop.gateway(["bookinfo.example.org"]);
      edge.expose("bookinfo.example.org", [
        shop.when(path.prefix("/reviews")).to(reviews),
        shop.otherwise().to(productpage),
      ]);
      permit(shop, edge);
      const all = policies(shop);
      return (name: string) => all[`bookinfo/allow-to-${name}`]?.rules?.map(({ to }) => to?.[0]?.operation);
    };
    const read = { methods: ["GET"], ports: ["9080"] };
    const all = { ports: ["9080"] };
    const narrowed = exposed((shop, edge) =>
      shop.allow({ from: edge, to: shop.services.reviews, methods: ["GET"] }),
    );
    // What the routes of the service lead to is said with it; what nothing is said about stays open.
    assert.deepEqual(
      [narrowed("reviews"), narrowed("ratings"), narrowed("productpage")],
      [[read], [read], [all]],
    );
    const tried = exposed((shop, edge) =>
      shop.allow({ from: edge, to: shop.services.reviews, methods: ["GET"], dryRun: true }),
    );
    assert.deepEqual(tried("reviews"), [all]);
    const others = exposed((shop) =>
      shop.allow({ from: shop.services.details, to: shop.services.reviews, methods: ["GET"] }),
    );
    assert.deepEqual(others("reviews"), [read, all]);
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

describe("what becomes of calls", () => {
  const rulesOf = (mesh: AnyMesh, name: string) => policies(mesh)[name]?.rules;

  it("never lets what reads requests and what does not share a rule: Istio would pass over both on a tcp port", () => {
    const shop = bookinfo();
    const { productpage, admin } = shop.services;
    shop.allow({ from: productpage, to: admin, ports: ["raw"] });
    shop.allow({ from: productpage, to: admin, ports: ["api"], methods: ["GET"] });
    const from = [{ source: { principals: [PRODUCTPAGE] } }];
    assert.deepEqual(rulesOf(shop, "bookinfo/allow-to-admin"), [
      { from, to: [{ operation: { ports: ["8080"], methods: ["GET"] } }] },
      { from, to: [{ operation: { ports: ["9000"] } }] },
    ]);
  });

  it("is said by methods, paths, hosts, ports, addresses, tokens and attributes, and by their opposites", () => {
    const shop = bookinfo();
    const { productpage, details, admin } = shop.services;
    const login = jwt({
      issuer: "https://login.example",
      jwksUri: "https://login.example/jwks",
      audiences: ["shop"],
    });
    shop.deny({
      from: [
        everyoneIn("bookinfo"),
        outsider({ namespace: "ops", serviceAccount: "bot", trustDomain: "o.example" }),
      ],
      notFrom: [productpage, details],
      to: admin,
      ports: ["api"],
      notMethods: ["GET"],
      notPaths: ["/health"],
      hosts: ["*.example.com"],
      ipBlocks: ["10.0.0.0/8"],
      notRemoteIpBlocks: ["192.0.2.1"],
      notTokens: login.of("root"),
      when: [attribute.claim("team", "name").isNot("sre"), attribute.header("x-debug").present()],
    });
    const rest = {
      ipBlocks: ["10.0.0.0/8"],
      notRemoteIpBlocks: ["192.0.2.1"],
      notRequestPrincipals: ["https://login.example/root"],
    };
    const common = {
      to: [
        {
          operation: {
            ports: ["8080"],
            hosts: ["*.example.com"],
            notMethods: ["GET"],
            notPaths: ["/health"],
          },
        },
      ],
      when: [
        { key: "request.auth.claims[team][name]", notValues: ["sre"] },
        { key: "request.headers[x-debug]", values: ["*"] },
      ],
    };
    // An outsider cannot be one of those who are left out, so nothing is said of them there.
    assert.deepEqual(
      rulesOf(shop, "bookinfo/deny-to-admin"),
      [
        { from: [{ source: { principals: ["o.example/ns/ops/sa/bot"], ...rest } }], ...common },
        {
          from: [
            {
              source: {
                namespaces: ["bookinfo"],
                notPrincipals: ["cluster.local/ns/bookinfo/sa/details", PRODUCTPAGE],
                ...rest,
              },
            },
          ],
          ...common,
        },
      ].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
    );
  });

  it("is refused at every port where a refusal reads no request, and only where HTTP is spoken where it does", () => {
    const shop = bookinfo();
    const { admin, mongo } = shop.services;
    shop.deny({ to: mongo, ipBlocks: ["192.0.2.0/24"] });
    shop.deny({ to: admin, paths: ["/debug/*"] });
    assert.deepEqual(rulesOf(shop, "data/deny-to-mongo"), [
      { from: [{ source: { ipBlocks: ["192.0.2.0/24"] } }] },
    ]);
    assert.deepEqual(rulesOf(shop, "bookinfo/deny-to-admin"), [
      { to: [{ operation: { ports: ["8080", "9090"], paths: ["/debug/*"] } }] },
    ]);
  });

  it("is tried before it is enforced, rule by rule or altogether", () => {
    const annotations = (mesh: AnyMesh) =>
      Object.fromEntries(
        compileMesh(mesh)
          .filter(({ kind }) => kind === "AuthorizationPolicy")
          .map(({ metadata }) => [metadata.name, metadata.annotations?.["istio.io/dry-run"]]),
      );
    const shop = bookinfo();
    const { reviews, ratings } = shop.services;
    shop.allow({ from: reviews, to: ratings, methods: ["GET"] });
    shop.allow({ from: reviews, to: ratings, methods: ["POST"], dryRun: true });
    shop.deny({ from: reviews, to: ratings, paths: ["/x"], dryRun: true });
    assert.deepEqual(annotations(shop), {
      "allow-nothing": undefined,
      "allow-to-ratings": undefined,
      "allow-to-ratings.dry-run": "true",
      "deny-to-ratings.dry-run": "true",
    });
    assert.deepEqual(annotations(secured({ dryRun: true })), {
      "allow-nothing": "true",
      "allow-to-b.dry-run": "true",
    });
  });

  it("stays refused and audited while nothing has to be allowed", () => {
    const mesh = secured({ defaultDeny: "off" });
    mesh.deny({ from: mesh.services.a, to: mesh.services.b });
    mesh.audit({ to: mesh.services.b, methods: ["DELETE"] });
    assert.deepEqual(Object.keys(policies(mesh)), ["two/audit-to-b", "two/deny-to-b"]);
  });

  it("is given by roles, to callers and to those who bear a claim", () => {
    const shop = bookinfo();
    const { productpage, reviews, ratings } = shop.services;
    const viewer = shop.role("viewer", { to: reviews, methods: ["GET"] }, { to: ratings, methods: ["GET"] });
    shop.bind(viewer, { from: productpage });
    shop.bind(viewer, { from: "anyone", when: [attribute.claim("groups").is("viewers")] });
    const to = [{ operation: { ports: ["9080"], methods: ["GET"] } }];
    const rules = [
      { from: [{ source: { principals: [PRODUCTPAGE] } }], to },
      { to, when: [{ key: "request.auth.claims[groups]", values: ["viewers"] }] },
    ];
    assert.deepEqual(rulesOf(shop, "bookinfo/allow-to-reviews"), rules);
    assert.deepEqual(rulesOf(shop, "bookinfo/allow-to-ratings"), rules);
  });

  it("asks an external authorizer, which is let in at its service", () => {
    const shop = bookinfo();
    const { ratings, details } = shop.services;
    const edge = shop.gateway(["shop.example.com"]);
    const oauth = shop.extAuthz("oauth2-proxy", { service: details, protocol: "http" });
    shop.custom({ provider: oauth, to: edge, hosts: ["shop.example.com"], notPaths: ["/healthz"] });
    shop.custom({ provider: oauth, to: ratings, paths: ["/admin/*"] });
    const found = policies(shop);
    assert.deepEqual(found["istio-system/custom-at-ingress.oauth2-proxy"], {
      selector: { matchLabels: { istio: "ingressgateway" } },
      action: "CUSTOM",
      provider: { name: "oauth2-proxy" },
      rules: [{ to: [{ operation: { hosts: ["shop.example.com"], notPaths: ["/healthz"] } }] }],
    });
    assert.deepEqual(found["bookinfo/custom-to-ratings.oauth2-proxy"]?.rules, [
      { to: [{ operation: { ports: ["9080"], paths: ["/admin/*"] } }] },
    ]);
    assert.deepEqual(found["bookinfo/allow-to-details"]?.rules, [
      {
        from: [{ source: { principals: ["cluster.local/ns/bookinfo/sa/ratings", INGRESS] } }],
        to: [{ operation: { ports: ["9080"] } }],
      },
    ]);
  });
});

describe("tokens", () => {
  const login = jwt({
    issuer: "https://login.example",
    jwksUri: "https://login.example/jwks",
    audiences: ["shop"],
    from: { headers: [{ name: "x-token", prefix: "JWT " }], params: ["token"], cookies: ["session"] },
    forward: true,
    claimToHeaders: { "x-user": "sub", "x-team": "profile.team" },
    payloadToHeader: "x-claims",
  });
  const staff = jwt({
    issuer: "https://staff.example",
    jwks: '{"keys": [{"kty": "EC"}]}',
    audiences: ["shop"],
  });
  const authentications = (mesh: AnyMesh) =>
    compileMesh(mesh).flatMap((each) =>
      each.kind === "RequestAuthentication"
        ? [[`${each.metadata.namespace}/${each.metadata.name}`, each.spec]]
        : [],
    );

  it("are read where they are demanded, and a request without one is refused but for the exceptions", () => {
    const shop = bookinfo();
    const edge = shop.gateway(["shop.example.com"]);
    shop.authenticate({ at: edge, with: [staff, login], except: { paths: ["/healthz"] } });
    assert.deepEqual(authentications(shop), [
      [
        "istio-system/tokens-at-ingress",
        {
          selector: { matchLabels: { istio: "ingressgateway" } },
          jwtRules: [
            {
              issuer: "https://login.example",
              audiences: ["shop"],
              jwksUri: "https://login.example/jwks",
              fromHeaders: [{ name: "x-token", prefix: "JWT " }],
              fromParams: ["token"],
              fromCookies: ["session"],
              forwardOriginalToken: true,
              outputPayloadToHeader: "x-claims",
              outputClaimToHeaders: [
                { header: "x-team", claim: "profile.team" },
                { header: "x-user", claim: "sub" },
              ],
            },
            { issuer: "https://staff.example", audiences: ["shop"], jwks: '{"keys":[{"kty":"EC"}]}' },
          ],
        },
      ],
    ]);
    assert.deepEqual(policies(shop)["istio-system/deny-at-ingress"]?.rules, [
      {
        from: [{ source: { notRequestPrincipals: ["https://login.example/*", "https://staff.example/*"] } }],
        to: [{ operation: { notPaths: ["/healthz"] } }],
      },
    ]);
  });

  it("are demanded of a service only on ports that speak HTTP, and may be read without a demand", () => {
    const shop = bookinfo();
    const { admin, ratings } = shop.services;
    shop.authenticate({ at: admin, with: staff });
    shop.authenticate({ at: ratings, with: staff, except: "anything" });
    assert.deepEqual(policies(shop)["bookinfo/deny-to-admin"]?.rules, [
      {
        from: [{ source: { notRequestPrincipals: ["https://staff.example/*"] } }],
        to: [{ operation: { ports: ["8080", "9090"] } }],
      },
    ]);
    assert.equal(policies(shop)["bookinfo/deny-to-ratings"], undefined);
    assert.equal(authentications(shop).length, 2);
  });
});

describe("exceptions from mutual TLS", () => {
  it("are of a service, its ports or a namespace, and carry their reason and end where the checks read them", () => {
    const shop = bookinfo();
    const { admin } = shop.services;
    shop.mtls({ for: admin, mode: "strict" });
    shop.mtls({
      for: admin,
      ports: ["raw"],
      mode: "disable",
      reason: "legacy probe, OPS-712",
      until: "2027-01-31",
    });
    shop.mtls({
      for: admin,
      ports: ["api"],
      mode: "permissive",
      reason: "old mobile client",
      until: "2026-12-31",
    });
    shop.mtls({
      for: { namespace: "data" },
      mode: "permissive",
      reason: "migration of the data team",
      until: "2027-03-31",
    });
    const key = "except.meshwright.dev/mtls-no-downgrade";
    const found = compileMesh(shop).filter(({ kind }) => kind === "PeerAuthentication");
    assert.deepEqual(
      found.map(({ metadata, spec }) => [
        `${metadata.namespace}/${metadata.name}`,
        metadata.annotations?.[key],
        spec,
      ]),
      [
        [
          "bookinfo/mtls-of-admin",
          "until=2026-12-31; reason=old mobile client / legacy probe, OPS-712",
          {
            selector: { matchLabels: { app: "admin" } },
            mtls: { mode: "STRICT" },
            portLevelMtls: { "8080": { mode: "PERMISSIVE" }, "9000": { mode: "DISABLE" } },
          },
        ],
        [
          "data/default",
          "until=2027-03-31; reason=migration of the data team",
          { mtls: { mode: "PERMISSIVE" } },
        ],
        ["istio-system/default", undefined, { mtls: { mode: "STRICT" } }],
      ],
    );
  });
});

describe("a caller beside its whole namespace", () => {
  function three() {
    const ports = { http: { number: 80, protocol: "http" } } as const;
    return defineMesh("m", {
      services: {
        a: { namespace: "one", ports },
        b: { namespace: "one", ports },
        c: { namespace: "two", ports },
      },
    });
  }
  const to = [{ operation: { ports: ["80"] } }];

  it("is not named again, not even where the namespace is but for another", () => {
    const whole = three();
    whole.allow({ from: [whole.services.a, everyoneIn("one")], to: whole.services.c });
    assert.deepEqual(policies(whole)["two/allow-to-c"]?.rules, [
      { from: [{ source: { namespaces: ["one"] } }], to },
    ]);
    const but = three();
    const { a, b, c } = but.services;
    but.allow({ from: [a, everyoneIn("one")], notFrom: b, to: c });
    assert.deepEqual(policies(but)["two/allow-to-c"]?.rules, [
      { from: [{ source: { namespaces: ["one"], notPrincipals: ["cluster.local/ns/one/sa/b"] } }], to },
    ]);
  });

  it("is named where the namespace is but for it, or may do less", () => {
    const mesh = three();
    const { a, c } = mesh.services;
    mesh.allow({ from: everyoneIn("one"), notFrom: a, to: c });
    mesh.allow({ from: a, to: c, methods: ["GET"] });
    assert.equal(policies(mesh)["two/allow-to-c"]?.rules?.length, 2);
  });
});
