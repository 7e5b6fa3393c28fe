import assert from "node:assert/strict";
import { codes, findings, run, waits } from "../support";

const RULE = "traffic-single-owner";
const vs = (name: string, spec: string, namespace = "shop"): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ${name}, namespace: ${namespace} }
spec: ${spec}
---
`;
const dr = (name: string, spec: string, namespace = "shop"): string => `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: ${name}, namespace: ${namespace} }
spec: ${spec}
---
`;
const fragment = (name: string, ...matches: readonly string[]): string =>
  vs(
    name,
    `{ hosts: [api.example.com], gateways: [edge/gw], http: [${matches.map((match) => (match === "" ? "{ name: all }" : `{ match: ${match} }`)).join(", ")}] }`,
  );

describe("traffic-single-owner: the mesh", () => {
  it("reports two owners of a host, however each spells it", () => {
    const yaml =
      vs("a", "{ hosts: [reviews] }") +
      vs("b", "{ hosts: [reviews.shop.svc.cluster.local], gateways: [mesh] }", "other");
    const { findings: found } = run(RULE, yaml);
    assert.deepEqual(
      found.map(({ object, path, message, anchors }) => [object.name, path, message, anchors]),
      [
        [
          "b",
          "spec.hosts[0]",
          'host "reviews.shop.svc.cluster.local" of the mesh is owned by VirtualService "shop/a" too, in namespaces that see both: only one of them takes effect',
          ["IST0109", "KIA1106"],
        ],
        [
          "a",
          "spec.hosts[0]",
          'host "reviews.shop.svc.cluster.local" of the mesh is owned by VirtualService "other/b" too, in namespaces that see both: only one of them takes effect',
          ["IST0109", "KIA1106"],
        ],
      ],
    );
  });

  it("passes the same short name in two namespaces, and a wildcard beside a host", () => {
    assert.deepEqual(
      findings(RULE, vs("a", "{ hosts: [reviews] }") + vs("b", "{ hosts: [reviews] }", "other")),
      [],
    );
    assert.deepEqual(
      findings(RULE, vs("a", "{ hosts: ['*.example.com'] }") + vs("b", "{ hosts: [a.example.com] }")),
      [],
    );
  });

  it("advises where a host is kept to some namespaces beside a wildcard that all see, on both", () => {
    const wide = vs("wide", "{ hosts: ['*.example.com'] }", "other");
    for (const host of ["a.example.com", "*.a.example.com"]) {
      const yaml = wide + vs("narrow", `{ hosts: ["${host}"], exportTo: ["."] }`);
      assert.deepEqual(findings(RULE, yaml), [
        `VirtualService other/wide spec.hosts[0]: host "*.example.com" of the mesh overlaps with "${host}" of VirtualService "shop/narrow": in namespaces that see both the more specific one decides alone`,
        `VirtualService shop/narrow spec.hosts[0]: host "${host}" of the mesh overlaps with "*.example.com" of VirtualService "other/wide": in namespaces that see both the more specific one decides alone`,
      ]);
      assert.deepEqual(codes(RULE, yaml), ["advisory IST0109", "advisory IST0109"]);
    }
    const hidden = vs("none", "{ hosts: [a.example.com], exportTo: ['~'] }");
    assert.deepEqual(findings(RULE, wide + hidden), []);
  });

  it("compares only owners that some namespace sees together", () => {
    const scoped = (first: string, second: string): string =>
      vs("a", `{ hosts: [a.example.com], exportTo: ${first} }`) +
      vs("b", `{ hosts: [a.example.com], exportTo: ${second} }`, "other");
    assert.deepEqual(findings(RULE, scoped('["."]', '["."]')), []);
    assert.deepEqual(findings(RULE, scoped("[x]", "[y]")), []);
    assert.equal(findings(RULE, scoped("[x, y]", "[y, z]")).length, 2);
    assert.equal(findings(RULE, scoped('["."]', '["*"]')).length, 2);
    assert.equal(findings(RULE, scoped('["*"]', '["."]')).length, 2);
    assert.deepEqual(findings(RULE, scoped('["~"]', '["*"]')), []);
  });

  it("passes one object that is given twice, and a host that is listed twice", () => {
    assert.deepEqual(findings(RULE, vs("a", "{ hosts: [b, b] }") + vs("a", "{ hosts: [b] }")), []);
  });

  it("does not take a gateway's route for one of the mesh", () => {
    assert.deepEqual(
      findings(
        RULE,
        vs("a", "{ hosts: [a.example.com] }") + vs("b", "{ hosts: [a.example.com], gateways: [gw] }"),
      ),
      [],
    );
  });
});

describe("traffic-single-owner: a named gateway", () => {
  it("passes fragments of a host whose requests are disjoint", () => {
    for (const [first, second] of [
      ["[{ uri: { prefix: /a } }]", "[{ uri: { prefix: /b } }]"],
      ["[{ uri: { exact: /a } }]", "[{ uri: { prefix: /a/ } }]"],
      [
        "[{ uri: { prefix: /a }, method: { exact: GET } }]",
        "[{ uri: { prefix: /a }, method: { exact: POST } }]",
      ],
      [
        "[{ uri: { prefix: /a }, headers: { x: { exact: '1' } } }]",
        "[{ uri: { prefix: /a }, headers: { x: { exact: '2' } } }]",
      ],
      [
        "[{ uri: { prefix: /a }, withoutHeaders: { x: {} } }]",
        "[{ uri: { prefix: /a }, headers: { x: { exact: '2' } } }]",
      ],
      ["[{ port: 80 }]", "[{ port: 443 }]"],
    ] as const) {
      assert.deepEqual(
        findings(RULE, fragment("a", first) + fragment("b", second)),
        [],
        `${first} ${second}`,
      );
    }
  });

  it("passes one catch-all beside narrower fragments, because Istio asks it last", () => {
    for (const all of ["", "[{ uri: { prefix: / } }]"]) {
      assert.deepEqual(findings(RULE, fragment("a", all) + fragment("b", "[{ uri: { prefix: /b } }]")), []);
    }
  });

  it("reports two catch-alls", () => {
    assert.deepEqual(findings(RULE, fragment("a", "") + fragment("b", "[{ uri: { prefix: / } }]")), [
      'VirtualService shop/b spec.http[0].match[0]: on gateway "edge/gw", host "api.example.com", VirtualService "shop/a" claims every request too (spec.http[0]): which one is asked first is not defined',
    ]);
  });

  it("reports fragments that claim the same request", () => {
    for (const [first, second] of [
      ["[{ uri: { prefix: /a } }]", "[{ uri: { prefix: /a/b } }]"],
      ["[{ uri: { prefix: /a/b } }]", "[{ uri: { prefix: /a } }]"],
      ["[{ uri: { exact: /a } }]", "[{ uri: { exact: /a } }]"],
      ["[{ uri: { prefix: /a } }]", "[{ uri: { prefix: /a }, headers: { x: { exact: '2' } } }]"],
      [
        "[{ uri: { prefix: /a }, method: { exact: GET } }]",
        "[{ uri: { prefix: /a }, headers: { x: { exact: '2' } } }]",
      ],
    ] as const) {
      const { findings: found } = run(RULE, fragment("a", first) + fragment("b", second));
      assert.deepEqual(
        found.map(({ object, path, anchors }) => [object.name, path, anchors]),
        [["b", "spec.http[0].match[0]", ["KIA1106"]]],
        `${first} ${second}`,
      );
    }
  });

  it("keeps gateways apart, and matches that are for another gateway", () => {
    const other = vs("b", "{ hosts: [api.example.com], gateways: [edge/other], http: [{}] }");
    assert.deepEqual(findings(RULE, fragment("a", "") + other), []);
    const narrowed = vs(
      "b",
      "{ hosts: [api.example.com], gateways: [edge/gw, mesh], http: [{ match: [{ gateways: [mesh] }] }] }",
    );
    assert.deepEqual(findings(RULE, fragment("a", "") + narrowed), []);
  });

  it("compares TLS routes by server name", () => {
    const tls = (name: string, sni: string): string =>
      vs(
        name,
        `{ hosts: ["*.example.com"], gateways: [edge/gw], tls: [{ match: [{ sniHosts: [${sni}] }] }] }`,
      );
    assert.deepEqual(findings(RULE, tls("a", "a.example.com") + tls("b", "b.example.com")), []);
    assert.equal(findings(RULE, tls("a", "a.example.com") + tls("b", "a.example.com")).length, 1);
  });

  it("waits for hosts and gateways that are not known", () => {
    assert.deepEqual(waits(RULE, vs("a", "{ hosts: [UNKNOWN] }")), ["spec.hosts"]);
    assert.deepEqual(waits(RULE, vs("a", "{ hosts: [a], gateways: [UNKNOWN] }")), ["spec.gateways"]);
  });
});

describe("traffic-single-owner: DestinationRules", () => {
  it("passes rules of one host that divide it", () => {
    const yaml =
      dr("a", "{ host: reviews, trafficPolicy: {}, subsets: [{ name: v1 }] }") +
      dr("b", "{ host: reviews, subsets: [{ name: v2 }] }");
    assert.deepEqual(findings(RULE, yaml), []);
  });

  it("reports a subset and a policy that two rules of a namespace define", () => {
    const one = "trafficPolicy: { tls: { mode: ISTIO_MUTUAL } }, subsets: [{ name: v1 }]";
    const yaml =
      dr("a", `{ host: reviews, ${one} }`) + dr("b", `{ host: reviews.shop.svc.cluster.local, ${one} }`);
    const host = "reviews.shop.svc.cluster.local";
    assert.deepEqual(findings(RULE, yaml), [
      `DestinationRule shop/b spec.subsets[0]: subset "v1" of "${host}" is defined by DestinationRule "shop/a" too: only one of them takes effect`,
      `DestinationRule shop/b spec.trafficPolicy: the traffic policy of "${host}" is set by DestinationRule "shop/a" too: only one of them takes effect`,
    ]);
  });

  it("passes a client's own rule in another namespace, a narrower rule, and a rule for selected clients", () => {
    const policy = "trafficPolicy: { tls: { mode: DISABLE } }";
    const host = "reviews.shop.svc.cluster.local";
    for (const other of [
      dr("b", `{ host: ${host}, ${policy} }`, "client"),
      dr("b", `{ host: "*.shop.svc.cluster.local", ${policy} }`),
      dr("b", `{ host: ${host}, ${policy}, workloadSelector: { matchLabels: { app: a } } }`),
    ]) {
      assert.deepEqual(findings(RULE, dr("a", `{ host: ${host}, ${policy} }`) + other), []);
    }
  });
});
