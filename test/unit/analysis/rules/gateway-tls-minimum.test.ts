import assert from "node:assert/strict";
import { codes, findings, waits } from "../support";

const RULE = "gateway-tls-minimum";

describe("gateway-tls-minimum", () => {
  it("passes what is as it should be", () => {
    assert.deepEqual(
      findings(
        RULE,
        `
{ apiVersion: networking.istio.io/v1, kind: Gateway, metadata: { name: g }, spec: { servers: [{ tls: { mode: SIMPLE, minProtocolVersion: TLSV1_2, cipherSuites: [ECDHE-RSA-AES128-GCM-SHA256] } }, { tls: { mode: PASSTHROUGH, minProtocolVersion: TLSV1_0 } }] } }
`,
      ),
      [],
    );
  });

  const violation = `
{ apiVersion: networking.istio.io/v1, kind: Gateway, metadata: { name: g }, spec: { servers: [{ tls: { mode: SIMPLE, minProtocolVersion: TLSV1_1 } }, { tls: { mode: MUTUAL, cipherSuites: [AES128-SHA, AES128-SHA, ROT13] } }] } }
`;

  it("says what is wrong, where and why", () => {
    assert.deepEqual(findings(RULE, violation), [
      "Gateway default/g spec.servers[0].tls.minProtocolVersion: the gateway has TLSV1_1; expected TLS 1.2 or newer (TLSV1_2 and TLSV1_3); without cipherSuites of that time no client can use it either",
      'Gateway default/g spec.servers[1].tls.cipherSuites[0]: cipher suite "AES128-SHA" is weak: whoever gets the key later reads what was said, or it is broken',
      'Gateway default/g spec.servers[1].tls.cipherSuites[1]: cipher suite "AES128-SHA" is named twice',
      'Gateway default/g spec.servers[1].tls.cipherSuites[2]: "ROT13" is no cipher suite that Istio knows, and is dropped',
    ]);
  });

  it("names the codes that other tools give the same things, and caps the level of what the set cannot settle", () => {
    assert.deepEqual(codes(RULE, violation), [
      "mandatory IST0133",
      "advisory",
      "mandatory IST0133",
      "mandatory IST0133",
    ]);
  });

  it("waits for what is not known before deployment", () => {
    assert.deepEqual(
      waits(
        RULE,
        `
{ apiVersion: networking.istio.io/v1, kind: Gateway, metadata: { name: g }, spec: { servers: [{ tls: { mode: SIMPLE, minProtocolVersion: UNKNOWN } }] } }
`,
      ),
      ["spec.servers[0].tls.minProtocolVersion"],
    );
  });
});
