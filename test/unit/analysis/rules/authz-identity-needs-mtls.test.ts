import assert from "node:assert/strict";
import { codes, findings, waits } from "../support";

const RULE = "authz-identity-needs-mtls";

describe("authz-identity-needs-mtls", () => {
  it("passes what is as it should be", () => {
    assert.deepEqual(
      findings(
        RULE,
        `
{ apiVersion: security.istio.io/v1, kind: AuthorizationPolicy, metadata: { name: a }, spec: { rules: [{ from: [{ source: { namespaces: [x] } }] }] } }
`,
      ),
      [],
    );
  });

  const violation = `
{ apiVersion: security.istio.io/v1, kind: PeerAuthentication, metadata: { name: p }, spec: { selector: { matchLabels: { app: a } }, portLevelMtls: { 8080: { mode: DISABLE } } } }
---
{ apiVersion: apps/v1, kind: Deployment, metadata: { name: a }, spec: { template: { metadata: { labels: { app: a } } } } }
---
{ apiVersion: security.istio.io/v1, kind: AuthorizationPolicy, metadata: { name: a }, spec: { selector: { matchLabels: { app: a } }, rules: [{ from: [{ source: { principals: [x] } }], to: [{ operation: { ports: ["8080"] } }] }] } }
`;

  it("says what is wrong, where and why", () => {
    assert.deepEqual(findings(RULE, violation), [
      'AuthorizationPolicy default/a spec.rules[0].from[0].source.principals: the policy asks who calls, but Deployment "default/a", port 8080, has mutual TLS off (PeerAuthentication "default/p", spec.portLevelMtls["8080"].mode): callers have no identity',
    ]);
  });

  it("names the codes that other tools give the same things, and caps the level of what the set cannot settle", () => {
    assert.deepEqual(codes(RULE, violation), ["mandatory KIA0105"]);
  });

  it("waits for what is not known before deployment", () => {
    assert.deepEqual(
      waits(
        RULE,
        `
{ apiVersion: security.istio.io/v1, kind: AuthorizationPolicy, metadata: { name: a, namespace: UNKNOWN }, spec: { rules: [{ from: [{ source: { principals: [x] } }] }] } }
`,
      ),
      ["spec.rules[0].from[0].source.principals"],
    );
  });
});
