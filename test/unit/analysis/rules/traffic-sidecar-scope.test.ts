import assert from "node:assert/strict";
import { codes, findings, waits } from "../support";

const RULE = "traffic-sidecar-scope";

describe("traffic-sidecar-scope", () => {
  it("passes what is as it should be", () => {
    assert.deepEqual(
      findings(
        RULE,
        `
{ apiVersion: networking.istio.io/v1, kind: Sidecar, metadata: { name: a }, spec: { egress: [{ hosts: ["./*", "istio-system/*"] }] } }
`,
      ),
      [],
    );
  });

  const violation = `
{ apiVersion: networking.istio.io/v1, kind: Sidecar, metadata: { name: a }, spec: { egress: [{ hosts: ["./nowhere.default.svc.cluster.local"] }] } }
---
{ apiVersion: networking.istio.io/v1, kind: Sidecar, metadata: { name: b }, spec: { outboundTrafficPolicy: {} } }
---
{ apiVersion: networking.istio.io/v1, kind: Sidecar, metadata: { name: c, namespace: istio-system }, spec: { workloadSelector: { labels: { app: c } } } }
---
{ apiVersion: networking.istio.io/v1, kind: Sidecar, metadata: { name: d, namespace: istio-system }, spec: { workloadSelector: { labels: { app: c } } } }
`;

  it("says what is wrong, where and why", () => {
    assert.deepEqual(findings(RULE, violation), [
      'Sidecar default/a metadata.namespace: namespace "default" has 2 Sidecars without workloadSelector: "a", "b"; one of them takes effect, and which is not defined',
      'Sidecar default/a spec.egress[0].hosts[0]: no Service or ServiceEntry declares "nowhere.default.svc.cluster.local"',
      'Sidecar default/b metadata.namespace: namespace "default" has 2 Sidecars without workloadSelector: "a", "b"; one of them takes effect, and which is not defined',
      "Sidecar default/b spec.outboundTrafficPolicy: outboundTrafficPolicy is empty, which means REGISTRY_ONLY here, whatever the mesh allows",
      'Sidecar istio-system/c spec.workloadSelector.labels: each pod with app=c has 2 Sidecars: "c", "d"; one of them takes effect, and which is not defined',
      'Sidecar istio-system/c spec.workloadSelector.labels: no workload of namespace "istio-system" has app=c',
      'Sidecar istio-system/c spec.workloadSelector.labels: the Sidecar stands in the root namespace "istio-system" and selects workloads: it holds for those of that namespace only, not for the mesh',
      'Sidecar istio-system/d spec.workloadSelector.labels: each pod with app=c has 2 Sidecars: "c", "d"; one of them takes effect, and which is not defined',
      'Sidecar istio-system/d spec.workloadSelector.labels: no workload of namespace "istio-system" has app=c',
      'Sidecar istio-system/d spec.workloadSelector.labels: the Sidecar stands in the root namespace "istio-system" and selects workloads: it holds for those of that namespace only, not for the mesh',
    ]);
  });

  it("names the codes that other tools give the same things, and caps the level of what the set cannot settle", () => {
    assert.deepEqual(codes(RULE, violation), [
      "mandatory IST0111 KIA0002",
      "mandatory KIA1004",
      "mandatory IST0111 KIA0002",
      "advisory KIA1007",
      "mandatory IST0110 KIA0003",
      "advisory IST0101 KIA0004",
      "mandatory KIA1006",
      "mandatory IST0110 KIA0003",
      "advisory IST0101 KIA0004",
      "mandatory KIA1006",
    ]);
  });

  it("waits for what is not known before deployment", () => {
    assert.deepEqual(
      waits(
        RULE,
        `
{ apiVersion: networking.istio.io/v1, kind: Sidecar, metadata: { name: a }, spec: { egress: [{ hosts: [UNKNOWN] }], workloadSelector: { labels: UNKNOWN } } }
`,
      ),
      ["spec.egress[0].hosts[0]", "spec.workloadSelector.labels"],
    );
  });
});
