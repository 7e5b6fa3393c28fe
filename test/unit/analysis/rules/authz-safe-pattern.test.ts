import assert from "node:assert/strict";
import { codes, findings, waits } from "../support";

const RULE = "authz-safe-pattern";

describe("authz-safe-pattern", () => {
  it("passes what is as it should be", () => {
    assert.deepEqual(
      findings(
        RULE,
        `
{ apiVersion: security.istio.io/v1, kind: AuthorizationPolicy, metadata: { name: a }, spec: { action: DENY, rules: [{ to: [{ operation: { notPaths: [/open], ports: ["80"] } }] }] } }
`,
      ),
      [],
    );
  });

  const violation = `
{ apiVersion: security.istio.io/v1, kind: AuthorizationPolicy, metadata: { name: a }, spec: { action: DENY, rules: [{ to: [{ operation: { paths: [/admin] } }] }] } }
---
{ apiVersion: security.istio.io/v1, kind: AuthorizationPolicy, metadata: { name: b }, spec: { rules: [{ from: [{ source: { notNamespaces: [x] } }] }] } }
`;

  it("says what is wrong, where and why", () => {
    assert.deepEqual(findings(RULE, violation), [
      "AuthorizationPolicy default/a spec.rules[0]: the DENY rule asks for HTTP only, so it denies all traffic to the TCP ports of its workloads",
      "AuthorizationPolicy default/a spec.rules[0].to[0].operation.paths: the DENY policy matches by paths: a request that says the same in another spelling is not denied",
      "AuthorizationPolicy default/b spec.rules[0].from[0].source.notNamespaces: the ALLOW policy matches by notNamespaces: it lets in whatever is not listed there",
    ]);
  });

  it("names the codes that other tools give the same things, and caps the level of what the set cannot settle", () => {
    assert.deepEqual(codes(RULE, violation), ["advisory IST0133", "advisory", "advisory"]);
  });

  it("waits for what is not known before deployment", () => {
    assert.deepEqual(
      waits(
        RULE,
        `
{ apiVersion: security.istio.io/v1, kind: AuthorizationPolicy, metadata: { name: a }, spec: { action: UNKNOWN } }
`,
      ),
      ["spec.action"],
    );
  });
});
