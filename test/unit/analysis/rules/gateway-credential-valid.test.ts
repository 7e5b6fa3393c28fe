import assert from "node:assert/strict";
import { codes, findings, waits } from "../support";

const RULE = "gateway-credential-valid";

describe("gateway-credential-valid", () => {
  it("passes what is as it should be", () => {
    assert.deepEqual(
      findings(
        RULE,
        `
{ apiVersion: networking.istio.io/v1, kind: Gateway, metadata: { name: g }, spec: { servers: [{ tls: { credentialName: c } }] } }
---
{ apiVersion: cert-manager.io/v1, kind: Certificate, metadata: { name: c }, spec: { secretName: c } }
`,
      ),
      [],
    );
  });

  const violation = `
{ apiVersion: networking.istio.io/v1, kind: Gateway, metadata: { name: g }, spec: { servers: [{ tls: { credentialName: c, mode: MUTUAL } }, { tls: { credentialNames: [none] } }] } }
---
{ apiVersion: v1, kind: Secret, metadata: { name: c }, stringData: { tls.crt: garbage } }
---
{ apiVersion: gateway.networking.k8s.io/v1, kind: Gateway, metadata: { name: k }, spec: { listeners: [{ tls: { certificateRefs: [{ name: c, namespace: other }] } }] } }
`;

  it("says what is wrong, where and why", () => {
    assert.deepEqual(findings(RULE, violation), [
      'Gateway default/g spec.servers[0].tls.credentialName: Secret "default/c" cannot be used: it has no private key (tls.key)',
      'Gateway default/g spec.servers[0].tls.credentialName: Secret "default/c" cannot be used: its certificate does not parse',
      'Gateway default/g spec.servers[0].tls.credentialName: Secret "default/c" has no ca.crt, and there is no "c-cacert": client certificates cannot be checked',
      'Gateway default/g spec.servers[1].tls.credentialNames[0]: no Secret "default/none" exists in this set',
      'Gateway default/k spec.listeners[0].tls.certificateRefs[0]: Secret "other/c" is in another namespace, and no ReferenceGrant there lets a Gateway of "default" use it',
      'Gateway default/k spec.listeners[0].tls.certificateRefs[0]: no Secret "other/c" exists in this set; "default/c" is in another namespace than the gateway\'s pods',
    ]);
  });

  it("names the codes that other tools give the same things, and caps the level of what the set cannot settle", () => {
    assert.deepEqual(codes(RULE, violation), [
      "mandatory IST0161",
      "mandatory IST0161",
      "mandatory IST0161",
      "advisory IST0101",
      "mandatory",
      "advisory IST0101",
    ]);
  });

  it("settles a missing Secret only where the set makes credentials in that namespace, not by secrets of the control plane", () => {
    const missing = (secret: string): string => `
{ apiVersion: gateway.networking.k8s.io/v1, kind: Gateway, metadata: { name: k, namespace: edge }, spec: { listeners: [{ tls: { certificateRefs: [{ name: c }] } }] } }
---
{ apiVersion: v1, kind: Secret, metadata: { name: other, namespace: edge }, ${secret} }
`;
    assert.deepEqual(codes(RULE, missing("stringData: { ca-cert.pem: a, ca-key.pem: b }")), [
      "advisory IST0101",
    ]);
    assert.deepEqual(codes(RULE, missing("type: istio.io/multi")), ["advisory IST0101"]);
    assert.deepEqual(codes(RULE, missing("type: kubernetes.io/tls")), ["mandatory IST0101"]);
    assert.deepEqual(codes(RULE, missing('stringData: { cert: "[secret]", key: "[secret]" }')), [
      "mandatory IST0101",
    ]);
  });

  it("waits for what is not known before deployment", () => {
    assert.deepEqual(
      waits(
        RULE,
        `
{ apiVersion: networking.istio.io/v1, kind: Gateway, metadata: { name: g }, spec: { servers: [{ tls: { credentialName: UNKNOWN } }] } }
`,
      ),
      ["spec.servers[0].tls.credentialName"],
    );
  });
});
