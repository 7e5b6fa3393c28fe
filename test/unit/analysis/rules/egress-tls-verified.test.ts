import assert from "node:assert/strict";
import { codes, findings, waits } from "../support";

const RULE = "egress-tls-verified";

describe("egress-tls-verified", () => {
  it("passes what is as it should be", () => {
    assert.deepEqual(
      findings(
        RULE,
        `
{ apiVersion: networking.istio.io/v1, kind: DestinationRule, metadata: { name: a }, spec: { host: api.example.com, trafficPolicy: { tls: { mode: SIMPLE, caCertificates: system } } } }
`,
      ),
      [],
    );
  });

  const violation = `
{ apiVersion: networking.istio.io/v1, kind: DestinationRule, metadata: { name: a }, spec: { host: "*.example.com", trafficPolicy: { tls: { mode: SIMPLE, caCertificates: system }, portLevelSettings: [{ port: { number: 443 }, tls: { mode: MUTUAL, credentialName: c } }] }, subsets: [{ name: v1, trafficPolicy: { tls: { mode: SIMPLE, insecureSkipVerify: true } } }] } }
`;

  it("says what is wrong, where and why", () => {
    assert.deepEqual(findings(RULE, violation), [
      'DestinationRule default/a spec.subsets[0].trafficPolicy.tls.insecureSkipVerify: TLS to "*.example.com" (subset "v1") skips the check of the server\'s certificate: whoever answers is taken for the server',
      'DestinationRule default/a spec.trafficPolicy.portLevelSettings[0].tls: TLS to "*.example.com" (port 443) names no caCertificates: credentialName is read only where the rule has a workloadSelector',
      'DestinationRule default/a spec.trafficPolicy.portLevelSettings[0].tls: TLS to "*.example.com" (port 443) names no subjectAltNames, and a wildcard host says nothing of the name: any certificate of the authority is taken',
      'DestinationRule default/a spec.trafficPolicy.tls: TLS to "*.example.com" (every port) names no subjectAltNames, and a wildcard host says nothing of the name: any certificate of the authority is taken',
    ]);
  });

  it("names the codes that other tools give the same things, and caps the level of what the set cannot settle", () => {
    assert.deepEqual(codes(RULE, violation), ["mandatory", "advisory IST0129", "advisory", "advisory"]);
  });

  it("waits for what is not known before deployment", () => {
    assert.deepEqual(
      waits(
        RULE,
        `
{ apiVersion: networking.istio.io/v1, kind: DestinationRule, metadata: { name: a }, spec: { host: a.example.com, trafficPolicy: { tls: { mode: SIMPLE, caCertificates: UNKNOWN } } } }
`,
      ),
      ["spec.trafficPolicy.tls"],
    );
  });
});
