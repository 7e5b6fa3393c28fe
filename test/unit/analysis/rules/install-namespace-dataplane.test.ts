import assert from "node:assert/strict";
import { codes, findings, waits } from "../support";

const RULE = "install-namespace-dataplane";

describe("install-namespace-dataplane", () => {
  it("passes what is as it should be", () => {
    assert.deepEqual(
      findings(
        RULE,
        `
{ apiVersion: v1, kind: Namespace, metadata: { name: a, labels: { istio-injection: disabled } } }
---
{ apiVersion: v1, kind: Namespace, metadata: { name: kube-system } }
`,
      ),
      [],
    );
  });

  const violation = `
{ apiVersion: v1, kind: Namespace, metadata: { name: a } }
`;

  it("says what is wrong, where and why", () => {
    assert.deepEqual(findings(RULE, violation), [
      'Namespace a metadata.name: namespace "a" is neither enrolled in the mesh nor left out on purpose',
    ]);
  });

  it("names the codes that other tools give the same things, and caps the level of what the set cannot settle", () => {
    assert.deepEqual(codes(RULE, violation), ["mandatory IST0102 IST0148"]);
  });

  it("waits for what is not known before deployment", () => {
    assert.deepEqual(
      waits(
        RULE,
        `
{ apiVersion: v1, kind: Namespace, metadata: { name: a, labels: { istio-injection: UNKNOWN } } }
`,
      ),
      ["metadata.labels"],
    );
  });
});
