import assert from "node:assert/strict";
import { codes, findings, run, waits } from "../support";

const RULE = "traffic-subset-exists";
const SERVICE = `
apiVersion: v1
kind: Service
metadata: { name: reviews, namespace: shop }
spec: { selector: { app: reviews }, ports: [{ port: 9080 }] }
---
`;
const deployment = (
  name: string,
  labels: string,
  namespace = "shop",
  kind = "Deployment",
  api = "apps/v1",
): string => `
apiVersion: ${api}
kind: ${kind}
metadata: { name: ${name}, namespace: ${namespace} }
spec: { template: { metadata: { labels: ${labels} }, spec: { containers: [{ name: c }] } } }
---
`;
const rule = (host: string, subsets: string, name = "dr", more = "", namespace = "shop"): string => `
apiVersion: networking.istio.io/v1alpha3
kind: DestinationRule
metadata: { name: ${name}, namespace: ${namespace} }
spec: { host: "${host}", subsets: ${subsets}${more} }
---
`;
const route = (subset: string, gateways = "[mesh]"): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: vs, namespace: shop }
spec: { hosts: [reviews], gateways: ${gateways}, http: [{ route: [{ destination: { host: reviews, subset: ${subset} } }] }] }
---
`;
const V1 = "[{ name: v1, labels: { version: v1 } }]";
const USE = "VirtualService shop/vs spec.http[0].route[0].destination.subset";
const HOST = "reviews.shop.svc.cluster.local";

describe("traffic-subset-exists: a route names a subset", () => {
  it("passes a subset that a rule of that host defines, by any spelling of the host", () => {
    for (const host of ["reviews", HOST, "*.shop.svc.cluster.local", "*.local", "*"]) {
      assert.deepEqual(findings(RULE, route("v1") + rule(host, V1)), [], host);
    }
  });

  it("passes a route without a subset and without a rule", () => {
    assert.deepEqual(findings(RULE, SERVICE + route("''")), []);
  });

  it("reports a subset of a host that no rule speaks of", () => {
    assert.deepEqual(findings(RULE, route("v1") + rule("ratings", V1)), [
      `${USE}: subset "v1" of "${HOST}" is not defined: no DestinationRule speaks of that host`,
    ]);
  });

  it("reports a subset that the rules of the host do not define, and what they define", () => {
    const { findings: found } = run(
      RULE,
      route("v3") + rule("reviews", "[{ name: v1, labels: { a: b } }, { name: v2, labels: { a: c } }]"),
    );
    assert.deepEqual(
      found.map(({ message, anchors }) => [message, anchors]),
      [
        [
          `subset "v3" of "${HOST}" is not defined: DestinationRule "shop/dr" defines "v1" and "v2"`,
          ["IST0101", "KIA1107"],
        ],
      ],
    );
    assert.deepEqual(findings(RULE, route("v3") + rule("reviews", "[]")), [
      `${USE}: subset "v3" of "${HOST}" is not defined: DestinationRule "shop/dr" defines no subsets`,
    ]);
  });

  it("joins the rules of one host", () => {
    const more = rule("reviews", "[{ name: v2, labels: { version: v2 } }]", "more");
    assert.deepEqual(findings(RULE, route("v2") + rule("reviews", V1) + more), []);
  });

  it("knows that a rule for a narrower host replaces a wider one", () => {
    const yaml = route("v1") + rule("*.local", V1, "wide") + rule("reviews", "[]", "narrow");
    assert.deepEqual(findings(RULE, yaml), [
      `${USE}: subset "v1" of "${HOST}" is not defined: DestinationRule "shop/wide" for "*.local" has it, but "shop/narrow" for "${HOST}" is more specific and replaces it`,
    ]);
  });

  it("counts a rule only where it is exported to", () => {
    const hidden = rule(HOST, V1, "dr", ', exportTo: ["."]', "other");
    assert.deepEqual(findings(RULE, route("v1") + hidden), [
      `${USE}: subset "v1" of "${HOST}" is not defined here: DestinationRule "other/dr" has it, but is not exported to this namespace`,
    ]);
    assert.deepEqual(findings(RULE, route("v1", "[other/gateway]") + hidden), []);
  });

  it("waits for subsets and hosts that are not known", () => {
    const path = "spec.http[0].route[0].destination.subset";
    for (const yaml of [
      route("UNKNOWN") + rule("reviews", V1),
      route("v2") + rule("reviews", "[{ name: UNKNOWN }]"),
      route("v2") + rule("reviews", "UNKNOWN"),
      route("v2") + rule("UNKNOWN", V1),
    ]) {
      assert.deepEqual([findings(RULE, yaml), waits(RULE, yaml)], [[], [path]], yaml);
    }
  });
});

describe("traffic-subset-exists: a rule defines a subset", () => {
  const labels = (place: string, message: string): string =>
    `DestinationRule shop/dr spec.subsets[0]${place}: ${message}`;

  it("passes labels that a pod of that service carries, whatever makes the pod", () => {
    const dr = rule("reviews", V1);
    const pod = "{ app: reviews, version: v1 }";
    for (const [kind, api] of [
      ["Deployment", "apps/v1"],
      ["StatefulSet", "apps/v1"],
      ["DaemonSet", "apps/v1"],
      ["ReplicaSet", "apps/v1"],
      ["Job", "batch/v1"],
      ["Rollout", "argoproj.io/v1alpha1"],
    ] as const) {
      assert.deepEqual(findings(RULE, SERVICE + dr + deployment("r", pod, "shop", kind, api)), [], kind);
    }
    const cron = `
apiVersion: batch/v1
kind: CronJob
metadata: { name: c, namespace: shop }
spec: { jobTemplate: { spec: { template: { metadata: { labels: ${pod} }, spec: {} } } } }
---
`;
    const bare = `
apiVersion: v1
kind: Pod
metadata: { name: p, namespace: shop, labels: ${pod} }
spec: {}
---
`;
    for (const yaml of [cron, bare]) assert.deepEqual(findings(RULE, SERVICE + dr + yaml), []);
  });

  it("reports labels that no pod of that service carries", () => {
    const yaml =
      SERVICE +
      rule("reviews", "[{ name: v2, labels: { version: v2 } }]") +
      deployment("r", "{ app: reviews, version: v1 }");
    const { findings: found } = run(RULE, yaml);
    assert.deepEqual(
      found.map(({ path, message, anchors }) => [path, message, anchors]),
      [
        [
          "spec.subsets[0].labels",
          'subset "v2" wants pods of Service "shop/reviews" with version=v2, but its workloads carry version=v1',
          ["IST0173", "KIA0203"],
        ],
      ],
    );
  });

  it("does not take another service's pod, or a pod of another namespace, for one of this service", () => {
    const dr = rule("reviews", "[{ name: v2, labels: { version: v2 } }]");
    const own = deployment("r", "{ app: reviews, version: v1 }");
    const others =
      deployment("x", "{ app: ratings, version: v2 }") +
      deployment("y", "{ app: reviews, version: v2 }", "other");
    assert.equal(findings(RULE, SERVICE + dr + own + others).length, 1);
  });

  it("only advises where the set does not hold the workloads of that namespace", () => {
    const elsewhere = SERVICE + rule("reviews", V1) + deployment("r", "{}", "other");
    for (const yaml of [SERVICE + rule("reviews", V1), elsewhere])
      assert.deepEqual(codes(RULE, yaml), ["advisory IST0173 KIA0203"]);
  });

  it("leaves out labels that the cluster sets", () => {
    const dr = rule("reviews", "[{ name: east, labels: { topology.istio.io/network: east } }]");
    assert.deepEqual(findings(RULE, SERVICE + dr + deployment("r", "{ app: reviews }")), []);
  });

  it("reports a subset without labels, unless it carries a policy", () => {
    assert.deepEqual(findings(RULE, rule("reviews", "[{ name: all }]")), [
      labels("", `subset "all" of "${HOST}" has no labels, so it is every pod of the host`),
    ]);
    assert.deepEqual(
      findings(RULE, rule("reviews", "[{ name: all, trafficPolicy: { tls: { mode: SIMPLE } } }]")),
      [],
    );
  });

  it("waits for labels that are not known, on either side", () => {
    const dr = rule("reviews", "[{ name: v1, labels: { version: UNKNOWN } }]");
    assert.deepEqual(waits(RULE, dr), ["spec.subsets[0].labels"]);
    const yaml = SERVICE + rule("reviews", V1) + deployment("r", "{ app: reviews, version: UNKNOWN }");
    assert.deepEqual([findings(RULE, yaml), waits(RULE, yaml)], [[], ["spec.subsets[0].labels"]]);
  });
});
