import assert from "node:assert/strict";
import { findings, waits } from "../support";

const RULE = "mtls-mesh-strict";
const ISTIOD = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: istiod, namespace: istio-system }
spec: { template: { spec: { containers: [{ name: discovery }] } } }
---
`;
const peerAuthentication = (
  spec: string,
  namespace = "istio-system",
  apiVersion = "security.istio.io/v1",
): string => `
apiVersion: ${apiVersion}
kind: PeerAuthentication
metadata: { name: default, namespace: ${namespace} }
spec: ${spec}
---
`;
const MISSING =
  'Deployment istio-system/istiod metadata.namespace: no PeerAuthentication without selector exists in the root namespace "istio-system": workloads accept plaintext (PERMISSIVE is Istio\'s default)';

describe("mtls-mesh-strict", () => {
  it("passes a mesh-wide STRICT policy in any version of its API", () => {
    for (const version of ["security.istio.io/v1", "security.istio.io/v1beta1"]) {
      assert.deepEqual(
        findings(RULE, ISTIOD + peerAuthentication("{ mtls: { mode: STRICT } }", "istio-system", version)),
        [],
      );
    }
  });

  it("reports a control plane without a mesh-wide policy", () => {
    assert.deepEqual(findings(RULE, ISTIOD), [MISSING]);
  });

  it("does not count a policy of another namespace, or of selected workloads", () => {
    const elsewhere = peerAuthentication("{ mtls: { mode: STRICT } }", "shop");
    const selective = peerAuthentication("{ selector: { matchLabels: { app: a } }, mtls: { mode: STRICT } }");
    assert.deepEqual(findings(RULE, ISTIOD + elsewhere + selective), [MISSING]);
  });

  it("takes an empty selector for none", () => {
    assert.deepEqual(
      findings(RULE, ISTIOD + peerAuthentication("{ selector: {}, mtls: { mode: STRICT } }")),
      [],
    );
  });

  it("takes the root namespace, or a policy in it, for a sign of a whole mesh", () => {
    const root = "apiVersion: v1\nkind: Namespace\nmetadata: { name: istio-system }\n";
    assert.deepEqual(findings(RULE, root), [
      MISSING.replace(
        "Deployment istio-system/istiod metadata.namespace",
        "Namespace istio-system metadata.name",
      ),
    ]);
    const policy = (kind: string, group: string): string =>
      `apiVersion: ${group}/v1\nkind: ${kind}\nmetadata: { name: o, namespace: istio-system }\nspec: {}\n`;
    for (const [kind, group] of [
      ["AuthorizationPolicy", "security.istio.io"],
      ["Telemetry", "telemetry.istio.io"],
      ["Sidecar", "networking.istio.io"],
    ] as const) {
      assert.equal(findings(RULE, policy(kind, group)).length, 1, kind);
    }
    assert.deepEqual(findings(RULE, policy("Gateway", "networking.istio.io")), []);
  });

  it("says nothing of what is missing where the set is no mesh", () => {
    assert.deepEqual(findings(RULE, peerAuthentication("{ mtls: { mode: STRICT } }", "shop")), []);
  });

  it("judges a mesh-wide policy even without a control plane beside it", () => {
    assert.deepEqual(findings(RULE, peerAuthentication("{ mtls: { mode: PERMISSIVE } }")), [
      'PeerAuthentication istio-system/default spec.mtls.mode: the mesh-wide PeerAuthentication "istio-system/default" has mode PERMISSIVE; expected STRICT',
    ]);
    for (const spec of ["{}", "{ mtls: {} }", "{ mtls: { mode: UNSET } }"]) {
      assert.deepEqual(findings(RULE, peerAuthentication(spec)), [
        'PeerAuthentication istio-system/default spec.mtls.mode: the mesh-wide PeerAuthentication "istio-system/default" sets no mode, which means PERMISSIVE for the whole mesh; expected STRICT',
      ]);
    }
  });

  it("takes the root namespace from the mesh configuration", () => {
    const config = `
apiVersion: v1
kind: ConfigMap
metadata: { name: istio, namespace: istio-system }
data: { mesh: "rootNamespace: mesh-root" }
---
`;
    assert.deepEqual(
      findings(RULE, config + peerAuthentication("{ mtls: { mode: STRICT } }", "mesh-root")),
      [],
    );
    assert.deepEqual(findings(RULE, config + peerAuthentication("{ mtls: { mode: STRICT } }")), [
      'ConfigMap istio-system/istio metadata.namespace: no PeerAuthentication without selector exists in the root namespace "mesh-root": workloads accept plaintext (PERMISSIVE is Istio\'s default)',
    ]);
  });

  it("waits for a mode and for a namespace that are not known", () => {
    assert.deepEqual(waits(RULE, peerAuthentication("{ mtls: { mode: UNKNOWN } }")), ["spec.mtls.mode"]);
    const yaml = ISTIOD + peerAuthentication("{ mtls: { mode: STRICT } }", "UNKNOWN");
    assert.deepEqual([findings(RULE, yaml), waits(RULE, yaml)], [[], ["metadata.namespace"]]);
  });
});
