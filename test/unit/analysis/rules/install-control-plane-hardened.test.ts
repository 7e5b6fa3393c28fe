import assert from "node:assert/strict";
import { codes, findings, waits } from "../support";

const RULE = "install-control-plane-hardened";

describe("install-control-plane-hardened", () => {
  it("passes what is as it should be", () => {
    assert.deepEqual(
      findings(
        RULE,
        `
{ apiVersion: apps/v1, kind: Deployment, metadata: { name: istiod, namespace: istio-system }, spec: { template: { spec: { containers: [{ args: [discovery, "--grpcAddr="], env: [{ name: ENABLE_DEBUG_ON_HTTP, value: "false" }] }] } } } }
`,
      ),
      [],
    );
  });

  const violation = `
{ apiVersion: apps/v1, kind: Deployment, metadata: { name: istiod, namespace: istio-system }, spec: { template: { spec: { containers: [{ args: [discovery], env: [{ name: JWT_POLICY, value: first-party-jwt }] }] } } } }
---
{ apiVersion: security.istio.io/v1, kind: RequestAuthentication, metadata: { name: a } }
`;

  it("says what is wrong, where and why", () => {
    assert.deepEqual(findings(RULE, violation), [
      'Deployment istio-system/istiod spec.template.spec.containers[0].args: istiod "istio-system/istiod" serves xDS in plaintext, without asking who calls, on :15010',
      'Deployment istio-system/istiod spec.template.spec.containers[0].env: istiod "istio-system/istiod" fetches signing keys from whatever address a RequestAuthentication names (there are 1), also inside the cluster\'s network',
      'Deployment istio-system/istiod spec.template.spec.containers[0].env: istiod "istio-system/istiod" serves its debug interface on the plaintext port 8080 to every pod that reaches it',
      'Deployment istio-system/istiod spec.template.spec.containers[0].env: istiod "istio-system/istiod" takes first-party tokens, which do not expire and are good for every audience',
    ]);
  });

  it("names the codes that other tools give the same things, and caps the level of what the set cannot settle", () => {
    assert.deepEqual(codes(RULE, violation), ["advisory", "advisory IST0175", "advisory", "advisory"]);
  });

  it("waits for what is not known before deployment", () => {
    assert.deepEqual(
      waits(
        RULE,
        `
{ apiVersion: apps/v1, kind: Deployment, metadata: { name: istiod }, spec: { template: { spec: { containers: [{ env: UNKNOWN }] } } } }
`,
      ),
      ["spec.template.spec.containers[0].env"],
    );
  });
});
