import assert from "node:assert/strict";
import { codes, findings, waits } from "../support";

const RULE = "mtls-client-not-disabled";

describe("mtls-client-not-disabled", () => {
  it("passes what is as it should be", () => {
    assert.deepEqual(
      findings(
        RULE,
        `
{ apiVersion: networking.istio.io/v1, kind: DestinationRule, metadata: { name: a }, spec: { host: a, trafficPolicy: { tls: { mode: ISTIO_MUTUAL } } } }
---
{ apiVersion: networking.istio.io/v1, kind: DestinationRule, metadata: { name: b }, spec: { host: api.example.com, trafficPolicy: { tls: { mode: DISABLE } } } }
`,
      ),
      [],
    );
  });

  const violation = `
{ apiVersion: networking.istio.io/v1, kind: DestinationRule, metadata: { name: a }, spec: { host: a, trafficPolicy: { portLevelSettings: [{ port: { number: 80 }, tls: { mode: DISABLE } }] }, subsets: [{ name: v1, trafficPolicy: { tls: {} } }] } }
`;

  it("says what is wrong, where and why", () => {
    assert.deepEqual(findings(RULE, violation), [
      'DestinationRule default/a spec.subsets[0].trafficPolicy.tls: clients of "a.default.svc.cluster.local" speak plaintext (subset "v1"): they have no identity there, and policies cannot tell them apart',
      'DestinationRule default/a spec.trafficPolicy.portLevelSettings[0].tls.mode: clients of "a.default.svc.cluster.local" speak plaintext (port 80): they have no identity there, and policies cannot tell them apart',
    ]);
  });

  it("names the codes that other tools give the same things, and caps the level of what the set cannot settle", () => {
    assert.deepEqual(codes(RULE, violation), ["mandatory", "mandatory"]);
  });

  it("waits for what is not known before deployment", () => {
    assert.deepEqual(
      waits(
        RULE,
        `
{ apiVersion: networking.istio.io/v1, kind: DestinationRule, metadata: { name: a }, spec: { host: a, trafficPolicy: { tls: { mode: UNKNOWN } } } }
`,
      ),
      ["spec.trafficPolicy.tls.mode"],
    );
  });
});
