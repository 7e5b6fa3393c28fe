import assert from "node:assert/strict";
import { codes, findings, waits } from "../support";

const RULE = "jwt-requires-authorization";

describe("jwt-requires-authorization", () => {
  it("passes what is as it should be", () => {
    assert.deepEqual(
      findings(
        RULE,
        `
{ apiVersion: security.istio.io/v1, kind: RequestAuthentication, metadata: { name: a }, spec: { selector: { matchLabels: { app: a } }, jwtRules: [{ issuer: i }] } }
---
{ apiVersion: security.istio.io/v1, kind: AuthorizationPolicy, metadata: { name: a }, spec: { selector: { matchLabels: { app: a } }, action: DENY, rules: [{ from: [{ source: { notRequestPrincipals: ["*"] } }] }] } }
`,
      ),
      [],
    );
  });

  const violation = `
{ apiVersion: security.istio.io/v1, kind: RequestAuthentication, metadata: { name: a }, spec: { selector: { matchLabels: { app: a } }, jwtRules: [{ issuer: i }] } }
---
{ apiVersion: apps/v1, kind: Deployment, metadata: { name: a }, spec: { template: { metadata: { labels: { app: a } } } } }
---
{ apiVersion: security.istio.io/v1, kind: AuthorizationPolicy, metadata: { name: a }, spec: { rules: [{ from: [{ source: { namespaces: [b] } }] }] } }
`;

  it("says what is wrong, where and why", () => {
    assert.deepEqual(findings(RULE, violation), [
      'RequestAuthentication default/a spec.jwtRules: the RequestAuthentication "default/a" checks tokens, but no AuthorizationPolicy for Deployment "default/a" demands one: requests without a token pass',
    ]);
  });

  it("names the codes that other tools give the same things, and caps the level of what the set cannot settle", () => {
    assert.deepEqual(codes(RULE, violation), ["mandatory"]);
  });

  it("waits for what is not known before deployment", () => {
    assert.deepEqual(
      waits(
        RULE,
        `
{ apiVersion: security.istio.io/v1, kind: RequestAuthentication, metadata: { name: a, namespace: UNKNOWN }, spec: { jwtRules: [{ issuer: i }] } }
`,
      ),
      ["spec.selector"],
    );
  });
});
