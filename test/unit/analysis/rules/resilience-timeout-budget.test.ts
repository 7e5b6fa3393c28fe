import assert from "node:assert/strict";
import { codes, findings, waits } from "../support";

const RULE = "resilience-timeout-budget";

describe("resilience-timeout-budget", () => {
  it("passes what is as it should be", () => {
    assert.deepEqual(
      findings(
        RULE,
        `
{ apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: { name: v }, spec: { http: [{ route: [{ destination: { host: a } }], timeout: 6s, retries: { attempts: 2, perTryTimeout: 2s } }] } }
`,
      ),
      [],
    );
  });

  const violation = `
{ apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: { name: v }, spec: { http: [{ route: [{ destination: { host: a } }], timeout: 5s, retries: { attempts: 2, perTryTimeout: 2s } }, { route: [{ destination: { host: a } }] }] } }
---
{ apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRoute, metadata: { name: h }, spec: { rules: [{ backendRefs: [{ name: a }] }] } }
`;

  it("says what is wrong, where and why", () => {
    assert.deepEqual(findings(RULE, violation), [
      "HTTPRoute default/h spec.rules[0]: the rule has no timeout: a server that hangs holds its clients",
      "VirtualService default/v spec.http[0].timeout: 3 tries (the first and 2 retries) of 2s take 6s, but the timeout is 5s: the last tries do not happen",
      "VirtualService default/v spec.http[1]: the route has no timeout: a server that hangs holds its clients",
    ]);
  });

  it("names the codes that other tools give the same things, and caps the level of what the set cannot settle", () => {
    assert.deepEqual(codes(RULE, violation), ["advisory", "advisory", "advisory"]);
  });

  it("waits for what is not known before deployment", () => {
    assert.deepEqual(
      waits(
        RULE,
        `
{ apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: { name: v }, spec: { http: [{ route: [{ destination: { host: a } }], timeout: UNKNOWN }] } }
`,
      ),
      ["spec.http[0].timeout"],
    );
  });
});
