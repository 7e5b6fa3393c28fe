import assert from "node:assert/strict";
import { codes, findings, waits } from "../support";

const RULE = "resilience-no-fault-in-prod";

describe("resilience-no-fault-in-prod", () => {
  it("passes what is as it should be", () => {
    assert.deepEqual(
      findings(
        RULE,
        `
{ apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: { name: v, namespace: test-a }, spec: { http: [{ fault: { delay: { fixedDelay: 1s } } }] } }
`,
      ),
      [],
    );
  });

  const violation = `
{ apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: { name: v, namespace: shop }, spec: { http: [{ fault: { delay: { fixedDelay: 1s, percentage: { value: 10 } }, abort: { httpStatus: 500 } } }] } }
`;

  it("says what is wrong, where and why", () => {
    assert.deepEqual(findings(RULE, violation), [
      'VirtualService shop/v spec.http[0].fault.abort: the route fails some requests on purpose in namespace "shop"',
      'VirtualService shop/v spec.http[0].fault.delay: the route delays 10 % of the requests on purpose in namespace "shop"',
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
{ apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: { name: v }, spec: { http: [{ fault: UNKNOWN }] } }
`,
      ),
      ["spec.http[0].fault"],
    );
  });
});
