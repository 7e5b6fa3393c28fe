import assert from "node:assert/strict";
import { codes, findings, waits } from "../support";

const RULE = "authz-path-normalization";

describe("authz-path-normalization", () => {
  it("passes what is as it should be", () => {
    assert.deepEqual(
      findings(
        RULE,
        `
{ apiVersion: security.istio.io/v1, kind: AuthorizationPolicy, metadata: { name: a }, spec: { rules: [{ to: [{ operation: { paths: [/a], methods: [GET, "P*"] } }] }] } }
`,
      ),
      [],
    );
  });

  const violation = `
{ apiVersion: v1, kind: ConfigMap, metadata: { name: istio, namespace: istio-system }, data: { mesh: "pathNormalization: { normalization: NONE }" } }
---
{ apiVersion: security.istio.io/v1, kind: AuthorizationPolicy, metadata: { name: a }, spec: { rules: [{ to: [{ operation: { paths: [/a], methods: [get] } }] }] } }
`;

  it("says what is wrong, where and why", () => {
    assert.deepEqual(findings(RULE, violation), [
      'AuthorizationPolicy default/a spec.rules[0].to[0].operation.methods[0]: "get" is no method of HTTP, so it never matches',
      "AuthorizationPolicy default/a spec.rules[0].to[0].operation.paths: paths are compared, but the mesh has normalization NONE: //admin and /%2Fadmin are other paths than /admin to the policy, and often not to the workload",
    ]);
  });

  it("names the codes that other tools give the same things, and caps the level of what the set cannot settle", () => {
    assert.deepEqual(codes(RULE, violation), ["advisory KIA0102", "advisory"]);
  });

  it("waits for what is not known before deployment", () => {
    assert.deepEqual(
      waits(
        RULE,
        `
{ apiVersion: security.istio.io/v1, kind: AuthorizationPolicy, metadata: { name: a }, spec: { rules: [{ to: [{ operation: { methods: [UNKNOWN] } }] }] } }
`,
      ),
      ["spec.rules[0].to[0].operation.methods[0]"],
    );
  });
});
