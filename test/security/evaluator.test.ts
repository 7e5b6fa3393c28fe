import assert from "node:assert/strict";
import { type Call, evaluate, type MeshFacts, policiesOf } from "./evaluator";

const MESH: MeshFacts = { rootNamespace: "istio-system", trustDomain: "example.org" };
const WEB = { namespace: "shop", labels: { app: "web" }, port: 8080 };
const ALICE = "spiffe://example.org/ns/shop/sa/alice";

/** A GET of / on web, by alice, unless said otherwise. */
function call({
  http,
  to,
  ...rest
}: Omit<Partial<Call>, "http" | "to"> & {
  http?: Partial<Call["http"]> | "none";
  to?: Partial<Call["to"]>;
} = {}): Call {
  return {
    to: { ...WEB, ...to },
    spiffe: ALICE,
    ...(http !== "none" && { http: { method: "GET", path: "/", ...http } }),
    ...rest,
  };
}

function policy(name: string, body: string, namespace = "shop", annotations = ""): string {
  return `---\nkind: AuthorizationPolicy\nmetadata: { name: ${name}, namespace: ${namespace}${annotations} }\nspec: ${body}\n`;
}

function judged(yaml: string, it: Call, mesh: MeshFacts = MESH): boolean {
  return evaluate(policiesOf(yaml), it, mesh).allowed;
}

/** Whether an ALLOW policy with this rule lets the call pass. */
function allows(rule: string, it: Call, mesh?: MeshFacts): boolean {
  return judged(policy("p", `{ rules: [${rule}] }`), it, mesh);
}

const ALLOW_ALL = policy("allow", "{ rules: [{}] }");
const DENY_ALL = policy("deny", "{ action: DENY, rules: [{}] }");
const CUSTOM_ALL = policy("ask", "{ action: CUSTOM, provider: { name: judge }, rules: [{}] }");

describe("the evaluator of authorization policies", () => {
  it("lets everything pass without policies, and nothing under one without rules", () => {
    assert.equal(judged("", call()), true);
    assert.equal(judged(policy("allow-nothing", "{}"), call()), false);
  });

  it("asks external authorizers first, then refusals, then permissions", () => {
    const refuses: MeshFacts = { ...MESH, authorizer: () => false };
    const decide = (yaml: string, mesh = MESH) => evaluate(policiesOf(yaml), call(), mesh);
    assert.deepEqual(decide(ALLOW_ALL + DENY_ALL + CUSTOM_ALL, refuses), {
      allowed: false,
      by: "CUSTOM shop/ask",
    });
    assert.deepEqual(decide(ALLOW_ALL + DENY_ALL + CUSTOM_ALL), { allowed: false, by: "DENY shop/deny" });
    assert.deepEqual(decide(ALLOW_ALL + CUSTOM_ALL), { allowed: true, by: "ALLOW shop/allow" });
    assert.deepEqual(decide(DENY_ALL), { allowed: false, by: "DENY shop/deny" });
    assert.deepEqual(decide(policy("p", "{ rules: [{ to: [{ operation: { methods: [PUT] } }] }] }")), {
      allowed: false,
      by: "no ALLOW policy matches",
    });
  });

  it("lets what an authorizer is not asked about pass without it", () => {
    const some = policy(
      "ask",
      "{ action: CUSTOM, provider: { name: judge }, rules: [{ to: [{ operation: { paths: [/admin] } }] }] }",
    );
    const refuses: MeshFacts = { ...MESH, authorizer: () => false };
    assert.equal(judged(some, call(), refuses), true);
    assert.equal(judged(some, call({ http: { path: "/admin" } }), refuses), false);
  });

  it("is moved neither by audits nor by dry runs", () => {
    assert.equal(judged(policy("p", "{ action: AUDIT, rules: [{}] }"), call()), true);
    const dry = ", annotations: { istio.io/dry-run: 'true' }";
    assert.equal(judged(policy("p", "{}", "shop", dry), call()), true);
    assert.equal(judged(policy("p", "{ action: DENY, rules: [{}] }", "shop", dry), call()), true);
  });

  it("applies a policy in its namespace, in the root namespace to all, and to the workloads it selects", () => {
    assert.equal(judged(policy("p", "{}", "other"), call()), true);
    assert.equal(judged(policy("p", "{}", "istio-system"), call()), false);
    const selecting = policy("p", "{ selector: { matchLabels: { app: web, tier: front } } }");
    assert.equal(judged(selecting, call()), true);
    assert.equal(judged(selecting, call({ to: { labels: { app: "web", tier: "front", v: "1" } } })), false);
  });

  it("wants one of the sources, one of the operations and every condition", () => {
    const rule = `{ from: [{ source: { principals: [example.org/ns/shop/sa/bob] } }, { source: { namespaces: [shop] } }],
      to: [{ operation: { methods: [PUT] } }, { operation: { paths: [/a] } }],
      when: [{ key: "request.headers[x-a]", values: ["1"] }, { key: "request.headers[x-b]", notValues: ["2"] }] }`;
    const path = "/a";
    assert.equal(allows(rule, call({ http: { path, headers: { "x-a": "1" } } })), true);
    assert.equal(allows(rule, call({ http: { headers: { "x-a": "1" } } })), false, "no operation");
    assert.equal(allows(rule, call({ http: { path } })), false, "one condition");
    assert.equal(
      allows(rule, call({ http: { path, headers: { "x-a": "1", "x-b": "2" } } })),
      false,
      "the other",
    );
    const eve = "spiffe://example.org/ns/dark/sa/eve";
    assert.equal(
      allows(rule, call({ spiffe: eve, http: { path, headers: { "x-a": "1" } } })),
      false,
      "no source",
    );
  });

  it("wants every field of a source and of an operation, and one value of each", () => {
    const rule = `{ from: [{ source: { namespaces: [a, shop], notPrincipals: [example.org/ns/shop/sa/bob] } }],
      to: [{ operation: { methods: [GET, PUT], notPaths: [/secret*], ports: ["8080"] } }] }`;
    assert.equal(allows(rule, call()), true);
    assert.equal(allows(rule, call({ spiffe: "spiffe://example.org/ns/shop/sa/bob" })), false);
    assert.equal(allows(rule, call({ http: { path: "/secrets" } })), false);
    assert.equal(allows(rule, call({ http: { method: "POST" } })), false);
    assert.equal(allows(rule, call({ to: { port: 9090 } })), false);
  });

  const texts: readonly (readonly [pattern: string, path: string, matches: boolean])[] = [
    ["/a", "/a", true],
    ["/a", "/a/", false],
    ["/a", "/a?b=c#d", true],
    ["/a", "/A", false],
    ["/a*", "/ab/c", true],
    ["/a/*", "/a", false],
    ["*.html", "/x/y.html", true],
    ["*.html", "/x.htm", false],
    ["*", "/", true],
    ["/foo/{*}", "/foo/bar", true],
    ["/foo/{*}", "/foo/bar/baz", false],
    ["/foo/{*}", "/foo/", false],
    ["/foo/{**}/", "/foo/bar/", true],
    ["/foo/{**}/", "/foo/bar/baz.txt", false],
    ["/foo/{**}/", "/foo//", true],
    ["/foo/{**}/", "/foo/bar", false],
    ["/foo/{*}/bar/{**}", "/foo/buzz/bar/", true],
    ["/foo/{*}/bar/{**}", "/foo/buzz/bar/baz", true],
  ];
  it("matches paths exactly, by prefix, suffix, presence and template", () => {
    for (const [pattern, path, matches] of texts) {
      const rule = `{ to: [{ operation: { paths: ["${pattern}"] } }] }`;
      assert.equal(allows(rule, call({ http: { path } })), matches, `${pattern} and ${path}`);
    }
  });

  it("compares hosts without regard to case, and takes a port for a part of them", () => {
    const rule = '{ to: [{ operation: { hosts: ["Shop.example.com", "*.example.org"] } }] }';
    assert.equal(allows(rule, call({ http: { host: "shop.EXAMPLE.com" } })), true);
    assert.equal(allows(rule, call({ http: { host: "shop.example.com:80" } })), false);
    assert.equal(allows(rule, call({ http: { host: "a.b.example.org" } })), true);
    assert.equal(allows(rule, call()), false);
  });

  it("tells the connection's address from the original client's", () => {
    const direct = '{ from: [{ source: { ipBlocks: ["10.1.0.0/16", "2001:db8::1"] } }] }';
    const original = '{ from: [{ source: { remoteIpBlocks: ["192.0.2.7"] } }] }';
    const forwarded = call({ ip: "10.1.2.3", remoteIp: "192.0.2.7" });
    assert.equal(allows(direct, forwarded), true);
    assert.equal(allows(original, forwarded), true);
    assert.equal(allows(direct, call({ ip: "192.0.2.7", remoteIp: "10.1.2.3" })), false);
    assert.equal(allows(direct, call({ ip: "2001:db8::1" })), true);
    assert.equal(allows(original, call({ ip: "192.0.2.7" })), true, "nobody forwarded it");
    assert.equal(allows('{ from: [{ source: { notIpBlocks: ["10.0.0.0/8"] } }] }', forwarded), false);
  });

  it("reads issuer and subject of a token, divided at the last slash", () => {
    const claims = { iss: "https://login.example", sub: "alice" };
    const matches = (pattern: string, given: object = claims): boolean =>
      allows(
        `{ from: [{ source: { requestPrincipals: ["${pattern}"] } }] }`,
        call({ http: { claims: given as Record<string, unknown> } }),
      );
    assert.equal(matches("*"), true);
    assert.equal(matches("https://login.example/alice"), true);
    assert.equal(matches("https://login.example/*"), true);
    assert.equal(matches("https://login.example/al*"), true);
    assert.equal(matches("*/alice"), true);
    assert.equal(matches("https://other.example/*"), false);
    assert.equal(matches("*", { iss: "https://login.example" }), false, "no subject");
    assert.equal(matches("*", {}), false);
    const without = '{ from: [{ source: { notRequestPrincipals: ["*"] } }] }';
    assert.equal(allows(without, call()), true);
    assert.equal(allows(without, call({ http: { claims } })), false);
  });

  it("reads claims, nested ones and lists too", () => {
    const claims = { groups: ["a", "admins"], team: { name: "web" }, scope: "read write", aud: "shop" };
    const meets = (key: string, value: string): boolean =>
      allows(`{ when: [{ key: "${key}", values: ["${value}"] }] }`, call({ http: { claims } }));
    assert.equal(meets("request.auth.claims[groups]", "admins"), true);
    assert.equal(meets("request.auth.claims[groups]", "adm*"), true);
    assert.equal(meets("request.auth.claims[groups]", "b"), false);
    assert.equal(meets("request.auth.claims[team][name]", "web"), true);
    assert.equal(meets("request.auth.claims[scope]", "write"), true);
    assert.equal(meets("request.auth.audiences", "shop"), true);
    assert.equal(meets("request.auth.claims[missing]", "*"), false);
  });

  it("takes a principal of the own trust domain, an alias or cluster.local for the same workload", () => {
    const moved: MeshFacts = { ...MESH, trustDomain: "new.example", trustDomainAliases: ["example.org"] };
    const rule = (domain: string): string =>
      `{ from: [{ source: { principals: [${domain}/ns/shop/sa/alice] } }] }`;
    assert.equal(allows(rule("example.org"), call(), moved), true, "the old name, and a certificate of it");
    assert.equal(allows(rule("new.example"), call(), moved), true, "the new name, and an old certificate");
    assert.equal(allows(rule("cluster.local"), call(), moved), true);
    assert.equal(allows(rule("new.example"), call()), false, "without the alias");
    assert.equal(
      allows(rule("partner.example"), call({ spiffe: "spiffe://partner.example/ns/shop/sa/alice" })),
      true,
    );
    assert.equal(allows('{ from: [{ source: { principals: ["*"] } }] }', { to: WEB }), false, "plaintext");
  });

  it("passes over an ALLOW rule on a port without HTTP when any part of it reads requests", () => {
    const tcp = call({ http: "none", to: { port: 9000 } });
    assert.equal(allows('{ to: [{ operation: { ports: ["9000"] } }] }', tcp), true);
    assert.equal(allows('{ to: [{ operation: { ports: ["9000"], methods: [GET] } }] }', tcp), false);
    const mixed =
      '{ to: [{ operation: { ports: ["9000"] } }, { operation: { ports: ["8080"], methods: [GET] } }] }';
    assert.equal(allows(mixed, tcp), false, "the whole rule, not the one operation");
  });

  it("makes a DENY rule wider on a port without HTTP: what reads requests is left out", () => {
    const tcp = call({ http: "none", to: { port: 9000 } });
    const denies = (rule: string): boolean => !judged(policy("p", `{ action: DENY, rules: [${rule}] }`), tcp);
    assert.equal(denies("{ to: [{ operation: { methods: [DELETE] } }] }"), true);
    assert.equal(denies('{ to: [{ operation: { methods: [DELETE], ports: ["8080"] } }] }'), false);
    assert.equal(denies('{ from: [{ source: { notRequestPrincipals: ["*"] } }] }'), true);
  });
});
