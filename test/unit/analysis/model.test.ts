import assert from "node:assert/strict";
import { MeshModel, UNKNOWN } from "../../../analysis";
import { coveringHosts, HostIndex, hostCovers, qualify } from "../../../analysis/model/hosts";
import { Value } from "../../../analysis/reader";
import { nearest } from "../../../analysis/text";
import { objects } from "./support";

const model = (yaml: string): MeshModel => new MeshModel(objects(yaml), { today: "2026-11-21" });

describe("Value", () => {
  it("reads what is there, with its path", () => {
    const value = new Value({ spec: { http: [{ match: { "x-user": "a" } }] } }, "")
      .get("spec")
      .get("http")
      .items()[0]
      ?.get("match");
    assert.deepEqual([value?.path, value?.get("x-user").text()], ["spec.http[0].match", "a"]);
    assert.equal(value?.get("a.b/c").path, 'spec.http[0].match["a.b/c"]');
  });

  it("reads nothing from what is absent, of another type, or inherited", () => {
    for (const raw of [undefined, null, 5, "x", []]) {
      const value = new Value(raw, "p");
      assert.deepEqual(
        [value.get("a").raw, value.get("a").items(), value.get("a").entries()],
        [undefined, [], []],
      );
    }
    const value = new Value({ a: 5 }, "");
    assert.deepEqual(
      [value.get("a").text(), value.get("a").boolean(), value.get("toString").raw],
      [undefined, undefined, undefined],
    );
    assert.equal(new Value(Number.NaN, "").number(), undefined);
  });

  it("finds everything below an unknown value unknown", () => {
    const value = new Value(UNKNOWN, "spec").get("hosts");
    assert.deepEqual(
      [value.isUnknown, value.text(), value.texts(), value.items()],
      [true, UNKNOWN, UNKNOWN, []],
    );
  });
});

describe("hosts", () => {
  it("completes names without a dot and no others", () => {
    for (const [host, complete] of [
      ["reviews", "reviews.shop.svc.cluster.local"],
      ["Reviews", "reviews.shop.svc.cluster.local"],
      ["reviews.shop", "reviews.shop"],
      ["*", "*"],
      ["*.example.com", "*.example.com"],
      ["::1", "::1"],
    ] as const) {
      assert.equal(qualify(host, "shop", "cluster.local"), complete);
    }
  });

  it("covers names below a wildcard, not the name beside it", () => {
    assert.ok(hostCovers("*.b.c", "a.b.c"));
    assert.ok(hostCovers("*.c", "*.b.c"));
    assert.ok(!hostCovers("*.b.c", "b.c"));
    assert.ok(!hostCovers("*.b.c", "*.c"));
    assert.ok(!hostCovers("a.b.c", "*.b.c"));
    assert.deepEqual([...coveringHosts("a.b.c")], ["a.b.c", "*.b.c", "*.c", "*"]);
    assert.deepEqual([...coveringHosts("*.b.c")], ["*.b.c", "*.c", "*"]);
  });

  it("finds the most specific entry first", () => {
    const index = new HostIndex<number>();
    index.add("*", 3);
    index.add("*.b.c", 2);
    index.add("a.b.c", 1);
    assert.deepEqual(
      [...index.covering("a.b.c")].map(({ things }) => things),
      [[1], [2], [3]],
    );
    assert.deepEqual(
      [...index.covering("x.y")].map(({ host }) => host),
      ["*"],
    );
  });
});

describe("MeshModel", () => {
  it("counts every version of a kind as the same kind", () => {
    const gateway = (version: string): string =>
      `apiVersion: networking.istio.io/${version}\nkind: Gateway\nmetadata: { name: ${version} }\n---\n`;
    const set = model(gateway("v1") + gateway("v1beta1") + gateway("v1alpha3"));
    assert.equal(set.ofKind("networking.istio.io/Gateway").length, 3);
    assert.equal(set.find("networking.istio.io/Gateway", "default", "v1beta1")?.name, "v1beta1");
  });

  it("reads the mesh configuration from the ConfigMap of a revision too", () => {
    const map = (name: string, mesh: string): string => `
apiVersion: v1
kind: ConfigMap
metadata: { name: ${name}, namespace: istio-system }
data: { mesh: "${mesh}" }
---
`;
    const { config } = model(
      map("other", "trustDomain: no") +
        map("istio-canary", "{ trustDomain: corp, outboundTrafficPolicy: { mode: REGISTRY_ONLY } }"),
    );
    assert.deepEqual(
      [config.trustDomain, config.outboundTrafficPolicy, config.rootNamespace],
      ["corp", "REGISTRY_ONLY", "istio-system"],
    );
    assert.equal(
      model(map("istio-a", "trustDomain: a") + map("istio", "trustDomain: b")).config.trustDomain,
      "b",
    );
    assert.equal(model(map("istio", "a: [")).config.trustDomain, "cluster.local");
  });

  it("knows who is in the mesh: labels of the pod before labels of the namespace", () => {
    const enrolment = (namespace: string, pod: string, spec = "{}"): string => {
      const both = model(`
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: ${namespace} }
---
apiVersion: v1
kind: Pod
metadata: { name: p, namespace: shop, labels: ${pod} }
spec: ${spec}
`);
      return both.namespaces.enrolmentOfWorkload(both.workloads.all[0] ?? assert.fail());
    };
    assert.equal(enrolment("{ istio-injection: enabled }", "{}"), "sidecar");
    assert.equal(enrolment("{ istio-injection: enabled }", '{ sidecar.istio.io/inject: "false" }'), "out");
    assert.equal(enrolment("{}", '{ sidecar.istio.io/inject: "true" }'), "sidecar");
    assert.equal(enrolment("{ istio.io/dataplane-mode: ambient }", "{}"), "ambient");
    assert.equal(
      enrolment("{ istio.io/dataplane-mode: ambient }", "{ istio.io/dataplane-mode: none }"),
      "out",
    );
    assert.equal(enrolment("{ istio-injection: disabled, istio.io/rev: canary }", "{}"), "out");
    assert.equal(enrolment("{ istio-injection: enabled }", "{}", "{ hostNetwork: true }"), "out");
    assert.equal(enrolment("{ istio-injection: UNKNOWN }", "{}"), "unknown");
  });

  it("selects workloads by all labels, and says when an unknown label might add one", () => {
    const { workloads } = model(`
apiVersion: v1
kind: Pod
metadata: { name: a, namespace: shop, labels: { app: a, version: v1 } }
---
apiVersion: v1
kind: Pod
metadata: { name: b, namespace: shop, labels: { app: a, version: UNKNOWN } }
---
apiVersion: networking.istio.io/v1
kind: WorkloadEntry
metadata: { name: vm, namespace: shop }
spec: { labels: { app: a, version: v1 } }
`);
    const { workloads: found, open } = workloads.select(
      "shop",
      new Map([
        ["app", "a"],
        ["version", "v1"],
      ]),
    );
    assert.deepEqual([found.map(({ object }) => object.name), open], [["a", "vm"], true]);
    assert.deepEqual(workloads.select("other", new Map([["app", "a"]])), { workloads: [], open: false });
    assert.equal(workloads.select("shop", new Map()).workloads.length, 3);
  });
});

describe("nearest", () => {
  it("finds the word that was meant, and none that is another word", () => {
    assert.equal(nearest("rewiews", ["ratings", "reviews"]), "reviews");
    assert.equal(nearest("a", ["b"]), undefined);
    assert.equal(nearest("details", ["reviews", "ratings"]), undefined);
  });
});
