import assert from "node:assert/strict";
import { codes, findings } from "../support";

const RULE = "traffic-make-before-break";

describe("traffic-make-before-break", () => {
  it("passes what is as it should be", () => {
    assert.deepEqual(
      findings(
        RULE,
        `
{ apiVersion: networking.istio.io/v1, kind: DestinationRule, metadata: { name: d }, spec: { host: a, subsets: [{ name: v1 }] } }
---
{ apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: { name: v }, spec: { hosts: [a], http: [{ route: [{ destination: { host: a, subset: v1 } }] }] } }
`,
        {},
        "f.yaml",
      ),
      [],
    );
  });

  const violation = `
{ apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: { name: v }, spec: { hosts: [a], http: [{ route: [{ destination: { host: a, subset: v1 } }] }] } }
---
{ apiVersion: networking.istio.io/v1, kind: DestinationRule, metadata: { name: d }, spec: { host: a, subsets: [{ name: v1 }] } }
`;

  it("says what is wrong, where and why", () => {
    assert.deepEqual(findings(RULE, violation, {}, "f.yaml"), [
      'VirtualService default/v spec.http[0].route[0].destination.subset: the route uses subset "v1" of "a", but does not wait for DestinationRule "default/d", which defines it',
    ]);
  });

  it("names the codes that other tools give the same things, and caps the level of what the set cannot settle", () => {
    assert.deepEqual(codes(RULE, violation, "f.yaml"), ["advisory"]);
  });

  it("says nothing of a subset that is not known before deployment", () => {
    assert.deepEqual(findings(RULE, violation.replace("subset: v1", "subset: UNKNOWN"), {}, "f.yaml"), []);
  });
});
