import assert from "node:assert/strict";
import { codes, findings, waits } from "../support";

const RULE = "jwt-rule-hardened";

describe("jwt-rule-hardened", () => {
  it("passes what is as it should be", () => {
    assert.deepEqual(
      findings(
        RULE,
        `
{ apiVersion: security.istio.io/v1, kind: RequestAuthentication, metadata: { name: a }, spec: { jwtRules: [{ issuer: i, audiences: [shop], jwksUri: "https://i.example.com/keys" }] } }
`,
      ),
      [],
    );
  });

  const violation = `
{ apiVersion: security.istio.io/v1, kind: RequestAuthentication, metadata: { name: a }, spec: { jwtRules: [{ issuer: i, jwksUri: "http://i.example.com/keys", forwardOriginalToken: true }, { issuer: j, audiences: [x], jwks: '{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}' }] } }
`;

  it("says what is wrong, where and why", () => {
    assert.deepEqual(findings(RULE, violation), [
      "RequestAuthentication default/a spec.jwtRules[0]: no audience is named, so a token that the same issuer made for another service is taken here too",
      "RequestAuthentication default/a spec.jwtRules[0].forwardOriginalToken: the token is passed on to the workload, which can use it elsewhere in the user's name",
      "RequestAuthentication default/a spec.jwtRules[0].jwksUri: keys are fetched from http://i.example.com/keys, in plaintext: whoever is on the way can put keys of their own in",
      "RequestAuthentication default/a spec.jwtRules[1].jwks: key 0 of the inline key set is private: whoever reads this object can make tokens",
    ]);
  });

  it("names the codes that other tools give the same things, and caps the level of what the set cannot settle", () => {
    assert.deepEqual(codes(RULE, violation), ["mandatory", "advisory", "mandatory", "mandatory IST0133"]);
  });

  it("waits for what is not known before deployment", () => {
    assert.deepEqual(
      waits(
        RULE,
        `
{ apiVersion: security.istio.io/v1, kind: RequestAuthentication, metadata: { name: a }, spec: { jwtRules: [{ issuer: i, audiences: UNKNOWN, jwksUri: UNKNOWN, jwks: UNKNOWN }] } }
`,
      ),
      ["spec.jwtRules[0].audiences", "spec.jwtRules[0].jwks", "spec.jwtRules[0].jwksUri"],
    );
  });
});
