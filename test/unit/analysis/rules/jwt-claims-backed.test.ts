import assert from "node:assert/strict";
import { codes, findings, waits } from "../support";

const RULE = "jwt-claims-backed";

describe("jwt-claims-backed", () => {
  it("passes what is as it should be", () => {
    assert.deepEqual(
      findings(
        RULE,
        `
{ apiVersion: security.istio.io/v1, kind: RequestAuthentication, metadata: { name: a }, spec: { jwtRules: [{ issuer: i }] } }
---
{ apiVersion: security.istio.io/v1, kind: AuthorizationPolicy, metadata: { name: a }, spec: { rules: [{ when: [{ key: "request.auth.claims[group]", values: [x] }] }] } }
`,
      ),
      [],
    );
  });

  const violation = `
{ apiVersion: security.istio.io/v1, kind: AuthorizationPolicy, metadata: { name: a }, spec: { rules: [{ from: [{ source: { requestPrincipals: ["*"] } }] }] } }
---
{ apiVersion: networking.istio.io/v1, kind: Gateway, metadata: { name: g }, spec: { selector: { app: edge } } }
---
{ apiVersion: apps/v1, kind: Deployment, metadata: { name: edge }, spec: { template: { metadata: { labels: { app: edge } } } } }
---
{ apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: { name: v }, spec: { hosts: [x.example.com], gateways: [g], http: [{ match: [{ headers: { "@request.auth.claims.group": { exact: x } } }] }] } }
`;

  it("says what is wrong, where and why", () => {
    assert.deepEqual(findings(RULE, violation), [
      'AuthorizationPolicy default/a spec.rules[0].from[0].source.requestPrincipals: the ALLOW policy "default/a" asks for the user of a token, but no RequestAuthentication for the same workloads checks tokens: there never is one',
      'VirtualService default/v spec.http[0].match[0].headers["@request.auth.claims.group"]: the match on a claim never holds on gateway "default/g": no RequestAuthentication checks tokens at Deployment "default/edge"',
    ]);
  });

  it("names the codes that other tools give the same things, and caps the level of what the set cannot settle", () => {
    assert.deepEqual(codes(RULE, violation), ["mandatory", "mandatory IST0149"]);
  });

  it("waits for what is not known before deployment", () => {
    assert.deepEqual(
      waits(
        RULE,
        `
{ apiVersion: security.istio.io/v1, kind: AuthorizationPolicy, metadata: { name: a, namespace: UNKNOWN }, spec: { rules: [{ from: [{ source: { requestPrincipals: ["*"] } }] }] } }
`,
      ),
      ["spec.rules[0].from[0].source.requestPrincipals"],
    );
  });
});
