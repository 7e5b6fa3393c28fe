import assert from "node:assert/strict";
import fc from "fast-check";
import { type AnyMesh, defineMesh, formatProblem, MeshError } from "../../../components/intent";
import { bookinfo } from "./bookinfo";

/** Anything that JavaScript can hold, and things that look almost right. */
const anything: fc.Arbitrary<unknown> = fc.oneof(
  fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    withSparseArray: true,
    withTypedArray: true,
  }),
  fc.constantFrom<unknown>(
    undefined,
    null,
    NaN,
    Symbol("s"),
    () => "f",
    Object.create(null),
    new Array(2),
    "__proto__",
    "constructor",
  ),
);

const KEYS = [
  "namespace",
  "ports",
  "subsets",
  "labels",
  "name",
  "serviceAccount",
  "number",
  "protocol",
  "targetPort",
  "host",
  "tls",
  "hosts",
  "selector",
  "from",
  "to",
  "methods",
  "paths",
  "kind",
  "matches",
  "options",
  "weight",
  "on",
  "match",
  "value",
  "timeout",
  "retries",
  "attempts",
  "perTryTimeout",
  "retryOn",
  "services",
  "external",
  "security",
  "telemetryProviders",
  "tracing",
  "accessLogging",
  "metrics",
  "provider",
  "providers",
  "customTags",
  "overrides",
  "tagOverrides",
  "__proto__",
  "http",
  "loadBalancer",
  "connectionPool",
  "outlierDetection",
  "consistentHash",
  "localityLbSetting",
  "httpCookie",
  "distribute",
  "rewrite",
  "fault",
  "mirrors",
  "headers",
  "corsPolicy",
  "uri",
  "status",
  "body",
  "gateways",
  "source",
  "negated",
  "alsoAt",
  "steps",
  "step",
  "pin",
  "header",
  "blue",
  "active",
  "scope",
  "via",
  "tcp",
];

/** Objects with the right keys and any values, several levels deep. */
const { almost } = fc.letrec((tie) => ({
  leaf: fc.oneof(
    anything,
    fc.constantFrom<unknown>(
      "http",
      "bookinfo",
      80,
      "GET",
      "/a",
      "2s",
      "prefix",
      "path",
      "*.example.com",
      100,
    ),
  ),
  almost: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    tie("leaf"),
    fc.dictionary(fc.constantFrom(...KEYS), tie("almost"), { maxKeys: 4 }),
    fc.array(tie("almost"), { maxLength: 3 }),
  ),
}));

/** Whatever was said, the answer is a list of problems, or none and an intent; never another error. */
function judge(mesh: AnyMesh): void {
  const problems = mesh.validate();
  for (const problem of problems) {
    assert.match(problem.id, /^intent\/[a-z-]+$/);
    assert.ok(formatProblem(problem).length > 0);
  }
  if (problems.length === 0) assert.equal(typeof JSON.stringify(mesh), "string");
  else assert.throws(() => mesh.intent(), MeshError);
}

describe("a mesh that is told anything at all", () => {
  it("reports on any catalogue and never throws", () => {
    fc.assert(
      fc.property(almost, almost, (name, catalogue) => judge(defineMesh(name as never, catalogue as never))),
      { numRuns: 300 },
    );
  });

  it("reports on any service, external and security setting", () => {
    fc.assert(
      fc.property(almost, almost, almost, (service, external, security) => {
        judge(defineMesh("m", { services: { a: service }, external: { b: external }, security } as never));
      }),
      { numRuns: 300 },
    );
  });

  it("reports on any telemetry", () => {
    fc.assert(
      fc.property(almost, almost, (providers, telemetry) => {
        const mesh = defineMesh("m", { services: {}, telemetryProviders: { a: providers } } as never);
        mesh.telemetry(telemetry as never);
        mesh.slo(mesh.services as never, telemetry as never);
        judge(mesh);
      }),
      { numRuns: 300 },
    );
  });

  it("reports on a service whose name cannot be made a text", () => {
    const shop = bookinfo();
    shop.route(shop.services.reviews, [
      shop.otherwise().bySubset({ name: Object.create(null) } as never, { v1: 100 } as never),
    ]);
    judge(shop);
  });

  it("reports on any argument of any verb", () => {
    const verbs = [
      "route",
      "allow",
      "trafficPolicy",
      "gateway",
      "share",
      "split",
      "canary",
      "bySubset",
      "when",
      "whenGrpc",
      "whenTcp",
      "whenTls",
      "from",
      "via",
      "delegate",
      "progression",
      "blueGreen",
      "pinned",
      "rateLimit",
      "subsetPort",
      "otherwise",
    ] as const;
    fc.assert(
      fc.property(fc.constantFrom(...verbs), fc.array(almost, { maxLength: 3 }), (verb, values) => {
        const shop = bookinfo();
        const result: unknown = (shop[verb] as (...all: unknown[]) => unknown)(...values);
        shop.route(shop.services.reviews, [result] as never);
        shop.route(shop.services.ratings, result as never);
        judge(shop);
      }),
      { numRuns: 300 },
    );
  });

  it("reports on any traffic policy", () => {
    fc.assert(
      fc.property(almost, almost, (policy, options) => {
        const shop = bookinfo();
        shop.trafficPolicy(shop.services.reviews, policy as never, options as never);
        shop.trafficPolicy(shop.external.stripe, policy as never);
        judge(shop);
      }),
      { numRuns: 200 },
    );
  });

  it("reports on any end of a route, any option and any host", () => {
    const ends = ["to", "canary", "split", "bySubset", "redirect", "respond", "delegate"] as const;
    fc.assert(
      fc.property(fc.constantFrom(...ends), almost, almost, almost, (end, a, b, c) => {
        const shop = bookinfo();
        const { reviews, ratings } = shop.services;
        const builder = shop
          .when(a as never)
          .or(b as never)
          .with(c as never);
        shop.route(reviews, [(builder[end] as (...all: unknown[]) => unknown)(b, c)] as never);
        const edge = shop.gateway("edge", { hosts: ["*.example.com"], ...(a as object) });
        edge.expose(b as never, c as never);
        shop.allow({ from: edge, to: ratings, ...(c as object) });
        judge(shop);
      }),
      { numRuns: 300 },
    );
  });
});
