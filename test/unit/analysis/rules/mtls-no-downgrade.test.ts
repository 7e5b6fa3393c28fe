import assert from "node:assert/strict";
import { findings, waits } from "../support";

const RULE = "mtls-no-downgrade";
const policy = (spec: string): string => `
apiVersion: security.istio.io/v1beta1
kind: PeerAuthentication
metadata: { name: a, namespace: shop }
spec: ${spec}
`;

describe("mtls-no-downgrade", () => {
  it("passes STRICT, UNSET and policies that inherit", () => {
    for (const spec of [
      "{ mtls: { mode: STRICT } }",
      "{ mtls: { mode: UNSET } }",
      "{ mtls: {} }",
      "{}",
      "{ selector: { matchLabels: { app: a } }, portLevelMtls: { 8080: { mode: STRICT } } }",
    ]) {
      assert.deepEqual(findings(RULE, policy(spec)), [], spec);
    }
  });

  it("reports a namespace that accepts plaintext", () => {
    assert.deepEqual(findings(RULE, policy("{ mtls: { mode: PERMISSIVE } }")), [
      'PeerAuthentication shop/a spec.mtls.mode: mode PERMISSIVE makes namespace "shop" still accept plaintext; expected STRICT, or no mode to inherit it',
    ]);
  });

  it("reports workloads and ports, each at its own place", () => {
    const spec =
      "{ selector: { matchLabels: { app: a } }, mtls: { mode: DISABLE }, portLevelMtls: { 8080: { mode: PERMISSIVE }, 9090: { mode: STRICT } } }";
    assert.deepEqual(findings(RULE, policy(spec)), [
      "PeerAuthentication shop/a spec.mtls.mode: mode DISABLE makes the selected workloads accept plaintext only; expected STRICT, or no mode to inherit it",
      'PeerAuthentication shop/a spec.portLevelMtls["8080"].mode: mode PERMISSIVE makes port 8080 still accept plaintext; expected STRICT, or no mode to inherit it',
    ]);
  });

  it("waits for modes that are not known, and judges the others", () => {
    const spec =
      "{ selector: { matchLabels: { app: a } }, mtls: { mode: UNKNOWN }, portLevelMtls: { 1: { mode: DISABLE }, 2: UNKNOWN } }";
    assert.deepEqual(waits(RULE, policy(spec)), ["spec.mtls.mode", 'spec.portLevelMtls["2"].mode']);
    assert.equal(findings(RULE, policy(spec)).length, 1);
    assert.deepEqual(waits(RULE, policy("{ portLevelMtls: UNKNOWN }")), ["spec.portLevelMtls"]);
  });
});
