import assert from "node:assert/strict";
import { codes, findings, waits } from "../support";

const RULE = "traffic-destinationrule-effective";

describe("traffic-destinationrule-effective", () => {
  it("passes what is as it should be", () => {
    assert.deepEqual(
      findings(
        RULE,
        `
{ apiVersion: v1, kind: Service, metadata: { name: a }, spec: { ports: [{ port: 80 }] } }
---
{ apiVersion: networking.istio.io/v1, kind: DestinationRule, metadata: { name: a }, spec: { host: a, exportTo: ["."] } }
`,
      ),
      [],
    );
  });

  const violation = `
{ apiVersion: v1, kind: Service, metadata: { name: reviews }, spec: { ports: [{ port: 80 }] } }
---
{ apiVersion: networking.istio.io/v1, kind: DestinationRule, metadata: { name: a }, spec: { host: reviws } }
---
{ apiVersion: networking.istio.io/v1, kind: DestinationRule, metadata: { name: b }, spec: { host: reviews.default } }
---
{ apiVersion: networking.istio.io/v1, kind: DestinationRule, metadata: { name: c }, spec: { host: reviews, exportTo: [nowhere] } }
`;

  it("says what is wrong, where and why", () => {
    assert.deepEqual(findings(RULE, violation), [
      'DestinationRule default/a spec.host: no Service or ServiceEntry declares "reviws.default.svc.cluster.local", so the rule does nothing; did you mean "reviews.default.svc.cluster.local"?',
      'DestinationRule default/b spec.host: no Service or ServiceEntry declares "reviews.default", so the rule does nothing: a name with a dot is taken as it stands; "reviews.default.svc.cluster.local" exists',
      'DestinationRule default/c spec.exportTo: it is exported to namespace "nowhere", which does not exist',
    ]);
  });

  it("names the codes that other tools give the same things, and caps the level of what the set cannot settle", () => {
    assert.deepEqual(codes(RULE, violation), [
      "mandatory IST0174 KIA0202",
      "mandatory IST0174 KIA0202",
      "advisory KIA0005",
    ]);
  });

  it("waits for what is not known before deployment", () => {
    assert.deepEqual(
      waits(
        RULE,
        `
{ apiVersion: v1, kind: Service, metadata: { name: UNKNOWN } }
---
{ apiVersion: networking.istio.io/v1, kind: DestinationRule, metadata: { name: a }, spec: { host: a, exportTo: [UNKNOWN] } }
`,
      ),
      ["spec.exportTo", "spec.host"],
    );
  });
});
