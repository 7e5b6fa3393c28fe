import assert from "node:assert/strict";
import { findings, run, waits } from "../support";

const RULE = "traffic-route-reachable";
const spec = (text: string): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: vs, namespace: shop }
spec: { hosts: [a], ${text} }
`;
/** One HTTP rule per argument, with these alternatives; an empty text is a rule without `match`. */
const http = (...matches: readonly string[]): string =>
  spec(
    `http: [${matches.map((match) => (match === "" ? "{ name: all }" : `{ match: ${match} }`)).join(", ")}]`,
  );
const dead = (text: string): string[] =>
  run(RULE, text).findings.map(({ path, anchors }) => `${path} ${anchors.join()}`);

describe("traffic-route-reachable: what covers what", () => {
  const covered: readonly (readonly [outer: string, inner: string])[] = [
    ["", "[{ uri: { exact: /a } }]"],
    ["", ""],
    ["[{ uri: { prefix: / } }]", "[{ uri: { exact: /a } }]"],
    ["[{ uri: { prefix: / } }]", ""],
    ["[{ uri: { prefix: /a } }]", "[{ uri: { prefix: /a/b } }]"],
    ["[{ uri: { prefix: /wine } }]", "[{ uri: { exact: /wines } }]"],
    ["[{ uri: { regex: '.*' } }]", "[{ uri: { prefix: /a } }]"],
    ["[{ uri: { regex: '/.*' } }]", ""],
    ["[{ uri: { regex: '/a.*' } }]", "[{ uri: { prefix: /ab } }]"],
    ["[{ uri: { regex: '/v[0-9]+/x' } }]", "[{ uri: { exact: /v12/x } }]"],
    ["[{ uri: { regex: '/v[0-9]+/x' } }]", "[{ uri: { regex: '/v[0-9]+/x' } }]"],
    ["[{ uri: { prefix: /A }, ignoreUriCase: true }]", "[{ uri: { exact: /aB } }]"],
    ["[{ uri: { prefix: /a } }]", "[{ uri: { prefix: /a }, headers: { x: { exact: y } } }]"],
    ["[{ headers: { x: {} } }]", "[{ headers: { x: { exact: y } } }]"],
    [
      "[{ headers: { X-User: { prefix: j } } }]",
      "[{ headers: { x-user: { exact: jason } }, method: { exact: GET } }]",
    ],
    ["[{ method: { exact: GET } }]", "[{ method: { exact: GET }, uri: { exact: /a } }]"],
    [
      "[{ queryParams: { q: { exact: '1' } } }]",
      "[{ queryParams: { q: { exact: '1' }, r: { exact: '2' } } }]",
    ],
    ["[{ withoutHeaders: { x: { exact: a } } }]", "[{ withoutHeaders: { x: {} } }]"],
    ["[{ port: 80 }]", "[{ port: 80, uri: { prefix: /a } }]"],
    ["[{ sourceLabels: { app: a } }]", "[{ sourceLabels: { app: a, version: v1 } }]"],
    [
      "[{ uri: { prefix: /a } }, { uri: { prefix: /b } }]",
      "[{ uri: { prefix: /b/c } }, { uri: { exact: /a } }]",
    ],
  ];
  for (const [outer, inner] of covered) {
    it(`${outer === "" ? "no match" : outer} covers ${inner === "" ? "no match" : inner}`, () => {
      const codes = outer === "" ? "IST0130" : "IST0130,IST0131";
      assert.deepEqual(dead(http(outer, inner)), [`spec.http[1] ${codes}`]);
    });
  }

  const free: readonly (readonly [outer: string, inner: string])[] = [
    ["[{ uri: { exact: /a } }]", "[{ uri: { prefix: /a } }]"],
    ["[{ uri: { prefix: /a/b } }]", "[{ uri: { prefix: /a } }]"],
    ["[{ uri: { exact: /a } }]", "[{ uri: { exact: /A } }]"],
    ["[{ uri: { exact: /a } }]", "[{ uri: { exact: /A }, ignoreUriCase: true }]"],
    ["[{ uri: { prefix: /a }, headers: { x: { exact: y } } }]", "[{ uri: { prefix: /a } }]"],
    ["[{ uri: { prefix: /a }, method: { exact: GET } }]", "[{ uri: { prefix: /a } }]"],
    [
      "[{ uri: { prefix: /a }, method: { exact: GET } }]",
      "[{ uri: { prefix: /a }, method: { exact: POST } }]",
    ],
    ["[{ uri: { regex: '/v[0-9]+' } }]", "[{ uri: { exact: /vx } }]"],
    ["[{ uri: { regex: '/a.b' } }]", "[{ uri: { prefix: /a } }]"],
    ["[{ uri: { regex: '(' } }]", "[{ uri: { exact: /a } }]"],
    ["[{ port: 80 }]", "[{ port: 81 }]"],
    ["[{ gateways: [mesh] }]", "[{ gateways: [shop/g] }]"],
    ["[{ withoutHeaders: { x: {} } }]", "[{ withoutHeaders: { x: { exact: a } } }]"],
    ["[{ sourceNamespace: a }]", "[{ sourceNamespace: b }]"],
    ["[{ authority: { exact: a.example } }]", ""],
  ];
  for (const [outer, inner] of free) {
    it(`${outer} leaves ${inner === "" ? "no match" : inner} something`, () => {
      assert.deepEqual(dead(http(outer, inner)), []);
    });
  }
});

describe("traffic-route-reachable", () => {
  it("names both places and both conditions", () => {
    assert.deepEqual(
      findings(RULE, http("[{ uri: { prefix: /a } }]", "[{ uri: { exact: /ab }, method: { exact: GET } }]")),
      [
        'VirtualService shop/vs spec.http[1]: this rule is never taken: spec.http[0].match[0] (path prefix "/a") comes first and already takes path exact "/ab", method exact "GET"',
      ],
    );
  });

  it("reports a single match where others of its rule can be taken", () => {
    assert.deepEqual(
      dead(http("[{ uri: { prefix: /a } }]", "[{ uri: { prefix: /a/b } }, { uri: { prefix: /c } }]")),
      ["spec.http[1].match[0] IST0131"],
    );
  });

  it("reports a match that an earlier match of the same rule covers", () => {
    assert.deepEqual(dead(http("[{ uri: { prefix: /a } }, { uri: { exact: /ab } }]")), [
      "spec.http[0].match[1] IST0131",
    ]);
  });

  it("covers a match for several gateways only when each is covered", () => {
    const two = (first: string): string =>
      spec(
        `gateways: [mesh, shop/g], http: [{ match: [{ gateways: ${first} }] }, { match: [{ uri: { prefix: /a } }] }]`,
      );
    assert.deepEqual(dead(two("[mesh]")), []);
    assert.deepEqual(dead(two("[mesh, g]")), ["spec.http[1] IST0130,IST0131"]);
    const apart = spec(
      "gateways: [mesh, shop/g], http: [{ match: [{ gateways: [mesh] }] }, { match: [{ gateways: [g] }] }, { name: all }]",
    );
    assert.deepEqual(dead(apart), ["spec.http[2] IST0130,IST0131"]);
  });

  it("does not take a rule that delegates for one that covers", () => {
    assert.deepEqual(
      dead(spec("http: [{ match: [{ uri: { prefix: / } }], delegate: { name: child } }, { name: all }]")),
      [],
    );
  });

  it("finds what covers among thousands of rules by its key", () => {
    const rules = Array.from({ length: 2000 }, (_, index) => `{ match: [{ uri: { exact: /r${index} } }] }`);
    assert.deepEqual(dead(spec(`http: [${rules.join(", ")}, { match: [{ uri: { exact: /r7 } }] }]`)), [
      "spec.http[2000] IST0130,IST0131",
    ]);
  });

  it("compares tls and tcp matches", () => {
    const tls = (...sni: readonly string[]): string =>
      spec(`tls: [${sni.map((each) => `{ match: [{ port: 443, sniHosts: ${each} }] }`).join(", ")}]`);
    assert.deepEqual(dead(tls('["*.example.com"]', "[a.example.com]")), ["spec.tls[1] IST0130,IST0131"]);
    assert.deepEqual(dead(tls("[a.example.com]", '["*.example.com"]')), []);
    assert.deepEqual(dead(tls("[a.example.com, b.example.com]", "[b.example.com]")), [
      "spec.tls[1] IST0130,IST0131",
    ]);
    assert.deepEqual(dead(tls("[a.example.com]", "[a.example.com, b.example.com]")), []);
    const tcp = (first: string, second: string): string =>
      spec(`tcp: [{ match: [${first}] }, { match: [${second}] }]`);
    assert.deepEqual(
      dead(tcp("{ destinationSubnets: [10.0.0.0/8] }", "{ destinationSubnets: [10.1.0.0/16] }")),
      ["spec.tcp[1] IST0130,IST0131"],
    );
    assert.deepEqual(
      dead(tcp("{ destinationSubnets: [10.1.0.0/16] }", "{ destinationSubnets: [10.0.0.0/8] }")),
      [],
    );
    assert.deepEqual(dead(tcp("{ port: 1 }", "{ port: 2 }")), []);
    assert.deepEqual(dead(tcp("{ port: 1 }", "{ port: 1, sourceLabels: { a: b } }")), [
      "spec.tcp[1] IST0130,IST0131",
    ]);
  });

  it("waits for a match that is not known, unless everything before it is covered anyway", () => {
    const unknown = "[{ uri: { prefix: UNKNOWN } }]";
    assert.deepEqual(waits(RULE, http("[{ uri: { prefix: /a } }]", unknown)), ["spec.http[1].match[0]"]);
    assert.deepEqual(dead(http(unknown, "[{ uri: { exact: /a } }]")), []);
    assert.deepEqual(dead(http("", unknown)), ["spec.http[1] IST0130"]);
    assert.deepEqual(waits(RULE, http("UNKNOWN")), ["spec.http[0].match"]);
    assert.deepEqual(waits(RULE, spec("tls: [{ match: [{ sniHosts: UNKNOWN }] }]")), [
      "spec.tls[0].match[0]",
    ]);
  });
});
