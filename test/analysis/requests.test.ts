import assert from "node:assert/strict";
import fc from "fast-check";
import { MeshModel, UNKNOWN, type KubernetesObject } from "../../analysis";
import { authorize, explainRequest, findCaller, type Explanation } from "../../analysis/requests";
import { evaluate } from "../security/evaluator";
import type { Policy, Rule } from "../security/evaluator/manifests";

function modelOf(objects: readonly KubernetesObject[]): MeshModel {
  return new MeshModel(
    objects.map((object) => ({ object })),
    { today: "" },
  );
}

const texts = (...choices: string[]): fc.Arbitrary<string[]> =>
  fc.array(fc.constantFrom(...choices), { minLength: 1, maxLength: 2 });
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(value, { nil: undefined });
const block = (fields: Record<string, fc.Arbitrary<string[]>>): fc.Arbitrary<Record<string, string[]>> =>
  fc
    .record(Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, maybe(value)])))
    .map((drawn) => JSON.parse(JSON.stringify(drawn)) as Record<string, string[]>);

const principals = texts(
  "cluster.local/ns/a/sa/web",
  "mesh.example/ns/b/*",
  "*/sa/web",
  "*",
  "cluster.local/ns/b/sa/db",
);
const source = block({
  principals,
  notPrincipals: principals,
  namespaces: texts("a", "b", "*"),
  notNamespaces: texts("a", "b*"),
  ipBlocks: texts("10.0.0.0/8", "10.1.2.3", "192.168.0.0/16"),
  notRequestPrincipals: texts("*"),
});
const operation = block({
  methods: texts("GET", "POST", "*"),
  notMethods: texts("GET", "DELETE"),
  paths: texts("/a", "/a*", "*/b", "/x/{*}/b", "/x/{**}", "*"),
  notPaths: texts("/a/b"),
  hosts: texts("reviews", "*.example.com", "REVIEWS"),
  ports: texts("8080", "9090"),
  notPorts: texts("8080"),
});
const when = fc.oneof(
  fc.record({ key: fc.constant("request.headers[x-user]"), values: texts("anna", "*", "b*") }),
  fc.record({ key: fc.constant("request.headers[x-user]"), notValues: texts("anna", "b*") }),
  fc.record({ key: fc.constant("destination.port"), values: texts("8080") }),
  fc.record({ key: fc.constant("source.namespace"), notValues: texts("a") }),
);
const rule = fc
  .record({
    from: maybe(
      fc.array(
        source.map((each) => ({ source: each })),
        { minLength: 1, maxLength: 2 },
      ),
    ),
    to: maybe(
      fc.array(
        operation.map((each) => ({ operation: each })),
        { minLength: 1, maxLength: 2 },
      ),
    ),
    when: maybe(fc.array(when, { minLength: 1, maxLength: 2 })),
  })
  .map((drawn) => JSON.parse(JSON.stringify(drawn)) as Rule);
const policies = fc.array(
  fc.record({
    action: fc.constantFrom("ALLOW" as const, "DENY" as const, "AUDIT" as const),
    rules: fc.array(rule, { maxLength: 2 }),
    dryRun: fc.constantFrom(false, false, false, true),
  }),
  { maxLength: 3 },
);
const call = fc.record({
  port: fc.constantFrom(8080, 9090),
  principal: fc.constantFrom("mesh.example/ns/a/sa/web", "mesh.example/ns/b/sa/db", undefined),
  ip: fc.constantFrom("10.1.2.3", "192.168.1.1", "172.16.0.1"),
  method: fc.constantFrom("GET", "POST"),
  path: fc.constantFrom("/a", "/a/b", "/x/1/b?q=1", "/x/"),
  host: fc.constantFrom("reviews", "shop.example.com"),
  user: fc.constantFrom("anna", "bob", undefined),
  isHttp: fc.constantFrom(true, true, false),
});

describe("authorization of a call", () => {
  it("is what the independent evaluator says, over random policies and calls", () => {
    let allowed = 0;
    const mesh: KubernetesObject = {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "istio", namespace: "istio-system" },
      data: { mesh: "trustDomain: mesh.example" },
    };
    const runs = 4000;
    fc.assert(
      fc.property(policies, call, (drawn, { principal, user, isHttp, ...rest }) => {
        const objects = drawn.map(({ action, rules, dryRun }, at): KubernetesObject => ({
          apiVersion: "security.istio.io/v1",
          kind: "AuthorizationPolicy",
          metadata: {
            name: `p${at}`,
            namespace: "shop",
            ...(dryRun && { annotations: { "istio.io/dry-run": "true" } }),
          },
          spec: { action, rules },
        }));
        const model = modelOf([mesh, ...objects]);
        const headers: Record<string, string> = user === undefined ? {} : { "x-user": user };
        const http = { method: rest.method, path: rest.path, host: rest.host, headers };
        const ours = authorize(
          model.objects.slice(1),
          {
            port: rest.port,
            ip: rest.ip,
            ...(principal === undefined ? {} : { principal }),
            ...(isHttp && { http }),
          },
          model.config,
        );
        const theirs = evaluate(
          drawn.map(({ action, rules, dryRun }, at): Policy => ({
            name: `p${at}`,
            namespace: "shop",
            labels: undefined,
            action,
            dryRun,
            rules,
          })),
          {
            to: { namespace: "shop", labels: {}, port: rest.port },
            ip: rest.ip,
            ...(principal === undefined ? {} : { spiffe: `spiffe://${principal}` }),
            ...(isHttp && { http }),
          },
          { rootNamespace: "istio-system", trustDomain: "mesh.example" },
        );
        if (theirs.allowed) allowed++;
        assert.equal(ours.allowed, theirs.allowed);
      }),
      { numRuns: runs, seed: 8 },
    );
    console.log(`      ${runs} calls, ${allowed} allowed`);
    assert.ok(allowed > runs / 10 && allowed < (runs * 9) / 10);
  });
});

const deployment = (name: string, labels: object, namespace = "shop"): KubernetesObject => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name, namespace },
  spec: { template: { metadata: { labels }, spec: { serviceAccountName: name, containers: [] } } },
});
const service = (name: string, port = 80, portName = "http", namespace = "shop"): KubernetesObject => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name, namespace },
  spec: { selector: { app: name }, ports: [{ name: portName, port, targetPort: 8080 }] },
});
const istio = (kind: string, name: string, spec: object, group = "networking"): KubernetesObject => ({
  apiVersion: `${group}.istio.io/v1`,
  kind,
  metadata: { name, namespace: "shop" },
  spec,
});
const shop: readonly KubernetesObject[] = [
  {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: "shop", labels: { "istio-injection": "enabled" } },
  },
  deployment("web", { app: "web" }),
  service("reviews"),
  deployment("reviews-v1", { app: "reviews", version: "v1" }),
  deployment("reviews-v2", { app: "reviews", version: "v2" }),
  istio("DestinationRule", "reviews", {
    host: "reviews",
    subsets: [
      { name: "v1", labels: { version: "v1" } },
      { name: "v2", labels: { version: "v2" }, trafficPolicy: { tls: { mode: "DISABLE" } } },
    ],
  }),
];
const to = (subset: string, weight?: number): object => ({
  destination: { host: "reviews", subset },
  ...(weight === undefined ? {} : { weight }),
});

function explain(
  more: readonly KubernetesObject[],
  question: Partial<Parameters<typeof explainRequest>[1]> = {},
): Explanation {
  const model = modelOf([...shop, ...more]);
  const from = findCaller(model, "web") ?? assert.fail("web");
  return explainRequest(model, { from, host: "reviews", ...question });
}

/** The rule and where it leads, for short. */
function told({ route, destinations, verdict }: Explanation): string {
  const where = destinations.map(
    ({ host, subset, weight }) => `${host.split(".")[0]}/${subset ?? "-"} ${weight}%`,
  );
  return `${route.chosen?.rule.value.path ?? "no rule"}: ${where.join(", ")}: ${verdict}`;
}

describe("the explanation of a request", () => {
  const routes = istio("VirtualService", "reviews", {
    hosts: ["reviews"],
    http: [
      { match: [{ uri: { prefix: "/wines" }, method: { exact: "GET" } }], route: [to("v1")] },
      { match: [{ headers: { "x-user": { regex: "an.*" } } }], route: [to("v1", 75), to("v2", 25)] },
      { match: [{ queryParams: { old: { exact: "1" } } }], redirect: { uri: "/new" } },
      { match: [{ withoutHeaders: { cookie: {} } }], route: [to("v1")] },
    ],
  });
  const cases: readonly (readonly [string, object, string])[] = [
    ["by path and method", { path: "/wines/red" }, "spec.http[0]: reviews/v1 100%: allowed"],
    [
      "by a header, with shares",
      { path: "/", headers: { "x-user": "anna" } },
      "spec.http[1]: reviews/v1 75%, reviews/v2 25%: allowed",
    ],
    ["by a parameter, answered by the proxy", { path: "/?old=1" }, "spec.http[2]: : answered"],
    ["by what a request has not", { path: "/", method: "POST" }, "spec.http[3]: reviews/v1 100%: allowed"],
    ["by no rule", { path: "/", headers: { cookie: "a" } }, "no rule: : unroutable"],
  ];
  for (const [what, question, expected] of cases)
    it(`finds its rule ${what}`, () => assert.equal(told(explain([routes], question)), expected));

  it("takes the rule of the most specific host, of VirtualServices that the caller sees", () => {
    const wide = istio("VirtualService", "wide", {
      hosts: ["*.svc.cluster.local"],
      http: [{ route: [to("v2")] }],
    });
    assert.equal(told(explain([wide, routes], { path: "/wines" })), "spec.http[0]: reviews/v1 100%: allowed");
    assert.equal(told(explain([wide])), "spec.http[0]: reviews/v2 100%: allowed");
    const elsewhere = {
      ...wide,
      metadata: { name: "hidden", namespace: "other" },
      spec: { hosts: ["reviews.shop.svc.cluster.local"], exportTo: ["."], http: [{ route: [to("v2")] }] },
    };
    assert.equal(told(explain([elsewhere])), "no rule: reviews/- 100%: allowed");
  });

  it("follows a delegate", () => {
    const root = istio("VirtualService", "root", {
      hosts: ["reviews"],
      http: [{ match: [{ uri: { prefix: "/a" } }], delegate: { name: "leaf" } }],
    });
    const leaf = istio("VirtualService", "leaf", {
      http: [{ match: [{ uri: { exact: "/a/b" } }], route: [to("v2")] }],
    });
    const found = explain([root, leaf], { path: "/a/b" });
    assert.equal(found.route.chosen?.object.name, "leaf");
    assert.equal(found.route.chosen.delegatedBy?.name, "root");
    assert.equal(told(explain([root, leaf], { path: "/a/c" })), "no rule: : unroutable");
  });

  it("tells mutual TLS of each subset, and refuses what the server does not take", () => {
    const strict = istio("PeerAuthentication", "default", { mtls: { mode: "STRICT" } }, "security");
    const split = istio("VirtualService", "reviews", {
      hosts: ["reviews"],
      http: [{ route: [to("v1", 50), to("v2", 50)] }],
    });
    const found = explain([strict, split]);
    assert.equal(found.verdict, "mixed");
    assert.deepEqual(
      found.destinations.flatMap(({ workloads }) =>
        workloads.map(({ connection }) => [connection.client, connection.isMutual, connection.refusal]),
      ),
      [
        ["ISTIO_MUTUAL", true, undefined],
        ["DISABLE", false, "the server demands a certificate of the mesh, and the caller shows none"],
      ],
    );
  });

  it("gives a caller without a proxy no identity, no routes and no rules for clients", () => {
    const allow = istio(
      "AuthorizationPolicy",
      "web",
      { rules: [{ from: [{ source: { principals: ["cluster.local/ns/shop/sa/web"] } }] }] },
      "security",
    );
    const model = modelOf([...shop, routes, allow]);
    const ask = (name: string): Explanation =>
      explainRequest(model, {
        from: findCaller(model, name) ?? assert.fail(name),
        host: "reviews.shop.svc.cluster.local",
        path: "/wines",
      });
    assert.equal(told(ask("outside")), "no rule: reviews/- 100%: denied");
    assert.equal(told(ask("web")), "spec.http[0]: reviews/v1 100%: allowed");
  });

  it("looks at connections where the port carries no HTTP", () => {
    const tcp = istio("VirtualService", "db", {
      hosts: ["db"],
      http: [{ route: [{ destination: { host: "reviews" } }] }],
      tcp: [{ match: [{ port: 5432 }], route: [{ destination: { host: "db" } }] }],
    });
    const found = explain([service("db", 5432, "tcp"), deployment("db", { app: "db" }), tcp], { host: "db" });
    assert.equal(told(found), "spec.tcp[0]: db/- 100%: allowed");
    assert.equal(found.isHttp, false);
  });

  it("enters at a gateway, whose VirtualServices count together", () => {
    const gateway = istio("Gateway", "edge", { selector: { app: "edge" }, servers: [] });
    const bound = (name: string, prefix: string): KubernetesObject =>
      istio("VirtualService", name, {
        hosts: ["shop.example.com"],
        gateways: ["edge"],
        http: [{ match: [{ uri: { prefix } }], route: [to("v1")] }],
      });
    const model = modelOf([
      ...shop,
      gateway,
      deployment("edge", { app: "edge" }),
      bound("a", "/a"),
      bound("b", "/b"),
    ]);
    const from = findCaller(model, "shop/edge") ?? assert.fail("edge");
    const found = explainRequest(model, { from, host: "shop.example.com", path: "/b", port: 443 });
    assert.equal(found.route.chosen?.object.name, "b");
    assert.equal(found.verdict, "allowed");
  });

  const gatewayApi = (kind: string, name: string, spec: object, namespace = "shop"): KubernetesObject => ({
    apiVersion: "gateway.networking.k8s.io/v1",
    kind,
    metadata: { name, namespace },
    spec,
  });
  const toService = (name: string, weight?: number): object => ({
    name,
    port: 80,
    ...(weight === undefined ? {} : { weight }),
  });
  const ofReviews = { parentRefs: [{ group: "", kind: "Service", name: "reviews" }] };
  const old = [service("old"), deployment("old", { app: "old" })];

  it("follows an HTTPRoute that is attached to the Service: the match that says most, whatever its place", () => {
    const route = gatewayApi("HTTPRoute", "reviews", {
      ...ofReviews,
      rules: [
        { backendRefs: [toService("reviews", 3), toService("old", 1)] },
        { matches: [{ path: { value: "/wines" } }], backendRefs: [toService("old")] },
        { matches: [{ path: { type: "Exact", value: "/wines" } }], backendRefs: [toService("reviews")] },
        {
          matches: [{ path: { value: "/wines" }, headers: [{ name: "X-User", value: "anna" }] }],
          filters: [{ type: "RequestRedirect", requestRedirect: { path: { type: "ReplaceFullPath" } } }],
        },
      ],
    });
    const cases: readonly (readonly [object, string])[] = [
      [{ path: "/" }, "spec.rules[0]: reviews/- 75%, old/- 25%: allowed"],
      [{ path: "/winery" }, "spec.rules[0]: reviews/- 75%, old/- 25%: allowed"],
      [{ path: "/wines/red" }, "spec.rules[1]: old/- 100%: allowed"],
      [{ path: "/wines?a=b" }, "spec.rules[2]: reviews/- 100%: allowed"],
      [{ path: "/wines/red", headers: { "x-user": "anna" } }, "spec.rules[3]: : answered"],
    ];
    for (const [question, expected] of cases)
      assert.equal(told(explain([...old, route], question)), expected);
  });

  it("prefers a route of the caller's own namespace to one of the service's", () => {
    const produced = gatewayApi("HTTPRoute", "produced", { ...ofReviews, rules: [{ backendRefs: [] }] });
    const elsewhere = gatewayApi(
      "HTTPRoute",
      "consumed",
      {
        parentRefs: [{ group: "", kind: "Service", name: "reviews", namespace: "shop" }],
        rules: [{ backendRefs: [] }],
      },
      "other",
    );
    const model = modelOf([...shop, produced, elsewhere]);
    const web = findCaller(model, "web") ?? assert.fail("web");
    const asked = (namespace: string): unknown =>
      explainRequest(model, { from: { ...web, namespace }, host: "reviews.shop" }).route.chosen?.object.name;
    assert.deepEqual([asked("shop"), asked("other"), asked("third")], ["produced", "consumed", "produced"]);
  });

  it("follows a GRPCRoute by service and method", () => {
    const route = gatewayApi("GRPCRoute", "reviews", {
      ...ofReviews,
      rules: [
        { matches: [{ method: { service: "shop.Reviews" } }], backendRefs: [toService("old")] },
        {
          matches: [{ method: { service: "shop.Reviews", method: "List" } }],
          backendRefs: [toService("reviews")],
        },
      ],
    });
    const call = (path: string): string => told(explain([...old, route], { method: "POST", path }));
    assert.equal(call("/shop.Reviews/List"), "spec.rules[1]: reviews/- 100%: allowed");
    assert.equal(call("/shop.Reviews/Get"), "spec.rules[0]: old/- 100%: allowed");
    assert.equal(call("/shop.Wines/Get"), "no rule: : unroutable");
  });

  it("enters at a Gateway of the Gateway API, whose routes are taken by the most specific host", () => {
    const gateway = gatewayApi("Gateway", "edge", {
      gatewayClassName: "istio",
      listeners: [{ name: "https", port: 443, protocol: "HTTPS", hostname: "*.example.com" }],
    });
    const route = (name: string, hostname: string | undefined, section = "https"): KubernetesObject =>
      gatewayApi("HTTPRoute", name, {
        parentRefs: [{ name: "edge", sectionName: section }],
        ...(hostname === undefined ? {} : { hostnames: [hostname] }),
        rules: [
          {
            matches: [{ path: { value: `/${name}` } }, { path: { value: "/" } }],
            backendRefs: [toService("reviews")],
          },
        ],
      });
    const model = modelOf([
      ...shop,
      gateway,
      route("any", undefined),
      route("own", "shop.example.com"),
      route("lost", "shop.example.com", "http"),
    ]);
    const from = findCaller(model, "edge") ?? assert.fail("edge");
    const at = (host: string, path = "/") => {
      const { route: choice, verdict, request } = explainRequest(model, { from, host, path });
      return [choice.chosen?.object.name, verdict, request.port];
    };
    assert.deepEqual(at("shop.example.com"), ["own", "allowed", 443]);
    assert.deepEqual(at("shop.example.com", "/any"), ["own", "allowed", 443]);
    assert.deepEqual(at("other.example.com"), ["any", "allowed", 443]);
  });

  it("resolves a name as the caller's pod does, in its namespace first, and a complete one at once", () => {
    const model = modelOf([...shop, service("reviews", 80, "http", "other")]);
    const from = findCaller(model, "web") ?? assert.fail("web");
    const host = (name: string): string => explainRequest(model, { from, host: name }).request.host;
    const complete = "reviews.shop.svc.cluster.local";
    for (const name of [
      "reviews",
      "reviews.shop",
      "reviews.shop.svc",
      complete,
      `${complete}.`,
      "Reviews.shop",
    ])
      assert.equal(host(name), complete, name);
    assert.equal(host("reviews.other"), "reviews.other.svc.cluster.local");
    assert.equal(host("nobody"), "nobody.shop.svc.cluster.local");
    assert.equal(host("api.example.com"), "api.example.com");
  });

  it("lets a call through to a service that is declared to live elsewhere, by its routes", () => {
    const declared = { "meshwright.dev/declared-hosts": "old.shop.svc.cluster.local:8080" };
    const route = gatewayApi("HTTPRoute", "old", {
      parentRefs: [{ group: "", kind: "Service", name: "old" }],
      rules: [{ backendRefs: [{ name: "old", port: 8080 }] }],
    });
    const found = explain([{ ...route, metadata: { ...route.metadata, annotations: declared } }], {
      host: "old",
    });
    assert.equal(told(found), "spec.rules[0]: old/- 100%: allowed");
    assert.equal(found.request.port, 8080);
    assert.deepEqual(
      found.destinations.map(({ isElsewhere }) => isElsewhere),
      [true],
    );
  });

  it("names what may change the answer, because it is not followed", () => {
    const filter = istio("EnvoyFilter", "lua", { workloadSelector: { labels: { app: "reviews" } } });
    const others = istio("EnvoyFilter", "others", { workloadSelector: { labels: { app: "other" } } });
    const wide = {
      ...istio("EnvoyFilter", "wide", {}),
      metadata: { name: "wide", namespace: "istio-system" },
    };
    const plugin = {
      ...istio("WasmPlugin", "auth", { selector: { matchLabels: { app: "web" } } }),
      apiVersion: "extensions.istio.io/v1alpha1",
    };
    const found = explain([filter, others, wide, plugin]).mayChange.map(({ name }) => name);
    assert.deepEqual(found.toSorted(), ["auth", "lua", "wide"]);
    assert.deepEqual(explain([]).mayChange, []);
  });

  it("leaves open what is known only after deployment, and says where", () => {
    const open = istio("VirtualService", "reviews", {
      hosts: ["reviews"],
      http: [{ match: [{ uri: { prefix: UNKNOWN } }], route: [to("v1")] }],
    });
    const found = explain([open]);
    assert.equal(found.verdict, "unknown");
    assert.equal(found.route.open?.path, "spec.http[0]");
  });
});
