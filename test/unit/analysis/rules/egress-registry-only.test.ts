import assert from "node:assert/strict";
import { codes, findings, run, waits } from "../support";

const RULE = "egress-registry-only";

describe("egress-registry-only", () => {
  it("passes what is as it should be", () => {
    assert.deepEqual(
      findings(
        RULE,
        `
{ apiVersion: v1, kind: ConfigMap, metadata: { name: istio, namespace: istio-system }, data: { mesh: "outboundTrafficPolicy: { mode: REGISTRY_ONLY }" } }
`,
      ),
      [],
    );
  });

  const violation = `
{ apiVersion: v1, kind: ConfigMap, metadata: { name: istio, namespace: istio-system }, data: { mesh: "trustDomain: x" } }
---
{ apiVersion: networking.istio.io/v1, kind: Sidecar, metadata: { name: a }, spec: { outboundTrafficPolicy: { mode: ALLOW_ANY } } }
---
{ apiVersion: networking.istio.io/v1, kind: Sidecar, metadata: { name: b }, spec: { outboundTrafficPolicy: {} } }
`;

  it("says what is wrong, where and why", () => {
    assert.deepEqual(findings(RULE, violation), [
      "Sidecar default/a spec.outboundTrafficPolicy.mode: the workloads of this Sidecar may call any host outside",
      "Sidecar default/b spec.outboundTrafficPolicy: outboundTrafficPolicy has no mode, so what it allows has to be looked up",
      "ConfigMap istio-system/istio data.mesh: the mesh configuration sets no outboundTrafficPolicy.mode, which means ALLOW_ANY: workloads may call any host outside",
    ]);
  });

  it("names the codes that other tools give the same things, and caps the level of what the set cannot settle", () => {
    assert.deepEqual(codes(RULE, violation), ["advisory", "advisory KIA1007", "advisory"]);
  });

  it("stops a deployment where calls are denied by default: in pack strict", () => {
    const { findings } = run(RULE, violation, { pack: "strict" });
    assert.deepEqual(
      findings.map(({ level }) => level),
      ["mandatory", "advisory", "mandatory"],
    );
  });

  it("waits for what is not known before deployment", () => {
    assert.deepEqual(
      waits(
        RULE,
        `
{ apiVersion: networking.istio.io/v1, kind: Sidecar, metadata: { name: a }, spec: { outboundTrafficPolicy: { mode: UNKNOWN } } }
`,
      ),
      ["spec.outboundTrafficPolicy.mode"],
    );
  });
});
