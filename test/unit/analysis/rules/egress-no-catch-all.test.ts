import assert from "node:assert/strict";
import { codes, findings, waits } from "../support";

const RULE = "egress-no-catch-all";

describe("egress-no-catch-all", () => {
  it("passes what is as it should be", () => {
    assert.deepEqual(
      findings(
        RULE,
        `
{ apiVersion: networking.istio.io/v1, kind: ServiceEntry, metadata: { name: a }, spec: { hosts: ["*.example.com"], addresses: [10.0.0.0/8] } }
`,
      ),
      [],
    );
  });

  const violation = `
{ apiVersion: networking.istio.io/v1, kind: ServiceEntry, metadata: { name: a }, spec: { hosts: ["*", "*.com"], addresses: [0.0.0.0/0, "::/0"] } }
`;

  it("says what is wrong, where and why", () => {
    assert.deepEqual(findings(RULE, violation), [
      "ServiceEntry default/a spec.addresses[0]: the address 0.0.0.0/0 is every address",
      "ServiceEntry default/a spec.addresses[1]: the address ::/0 is every address",
      "ServiceEntry default/a spec.hosts[0]: the host is *, which is every host",
      "ServiceEntry default/a spec.hosts[1]: the host *.com is every host of a top-level domain",
    ]);
  });

  it("names the codes that other tools give the same things, and caps the level of what the set cannot settle", () => {
    assert.deepEqual(codes(RULE, violation), ["mandatory", "mandatory", "mandatory", "mandatory"]);
  });

  it("waits for what is not known before deployment", () => {
    assert.deepEqual(
      waits(
        RULE,
        `
{ apiVersion: networking.istio.io/v1, kind: ServiceEntry, metadata: { name: a }, spec: { hosts: [UNKNOWN], addresses: [UNKNOWN] } }
`,
      ),
      ["spec.addresses[0]", "spec.hosts[0]"],
    );
  });
});
