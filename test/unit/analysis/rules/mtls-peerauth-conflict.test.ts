import assert from "node:assert/strict";
import { codes, findings, waits } from "../support";

const RULE = "mtls-peerauth-conflict";

describe("mtls-peerauth-conflict", () => {
  it("passes what is as it should be", () => {
    assert.deepEqual(
      findings(
        RULE,
        `
{ apiVersion: security.istio.io/v1, kind: PeerAuthentication, metadata: { name: a }, spec: {} }
---
{ apiVersion: security.istio.io/v1, kind: PeerAuthentication, metadata: { name: b }, spec: { selector: { matchLabels: { app: b } } } }
`,
      ),
      [],
    );
  });

  const violation = `
{ apiVersion: security.istio.io/v1, kind: PeerAuthentication, metadata: { name: a }, spec: {} }
---
{ apiVersion: security.istio.io/v1, kind: PeerAuthentication, metadata: { name: b }, spec: { mtls: {} } }
---
{ apiVersion: security.istio.io/v1, kind: PeerAuthentication, metadata: { name: c }, spec: { selector: { matchLabels: { app: c } } } }
---
{ apiVersion: security.istio.io/v1, kind: PeerAuthentication, metadata: { name: d }, spec: { selector: { matchLabels: { app: c } } } }
`;

  it("says what is wrong, where and why", () => {
    assert.deepEqual(findings(RULE, violation), [
      'PeerAuthentication default/a metadata.namespace: namespace "default" has 2 PeerAuthentications without selector: "a", "b"; only the oldest takes effect',
      'PeerAuthentication default/b metadata.namespace: namespace "default" has 2 PeerAuthentications without selector: "a", "b"; only the oldest takes effect',
      'PeerAuthentication default/c spec.selector.matchLabels: each pod with app=c has 2 PeerAuthentications: "c", "d"; only the oldest takes effect',
      'PeerAuthentication default/d spec.selector.matchLabels: each pod with app=c has 2 PeerAuthentications: "c", "d"; only the oldest takes effect',
    ]);
  });

  it("names the codes that other tools give the same things, and caps the level of what the set cannot settle", () => {
    assert.deepEqual(codes(RULE, violation), [
      "mandatory KIA0002",
      "mandatory KIA0002",
      "mandatory KIA0003",
      "mandatory KIA0003",
    ]);
  });

  it("waits for what is not known before deployment", () => {
    assert.deepEqual(
      waits(
        RULE,
        `
{ apiVersion: security.istio.io/v1, kind: PeerAuthentication, metadata: { name: c }, spec: { selector: { matchLabels: { app: UNKNOWN } } } }
---
{ apiVersion: security.istio.io/v1, kind: PeerAuthentication, metadata: { name: d }, spec: { selector: { matchLabels: { app: c } } } }
`,
      ),
      ["spec.selector.matchLabels"],
    );
  });
});
