import assert from "node:assert/strict";
import { analyse } from "../../../../analysis";
import { findings, NOW, objects, run, waits } from "../support";

const RULE = "schema-valid";
const vs = (spec: string, kind = "VirtualService", version = "v1"): string => `
apiVersion: networking.istio.io/${version}
kind: ${kind}
metadata: { name: o, namespace: shop }
spec: ${spec}
`;

describe("schema-valid", () => {
  it("passes a valid object of every version", () => {
    for (const version of ["v1", "v1beta1", "v1alpha3"]) {
      assert.deepEqual(
        findings(
          RULE,
          vs("{ hosts: [a], http: [{ route: [{ destination: { host: a } }] }] }", undefined, version),
        ),
        [],
      );
    }
  });

  it("reports a wrong type, an unknown field and a broken CEL rule, each at its place", () => {
    const wrong = run(RULE, vs("{ hosts: a, http: [{ timeot: 1s }] }")).findings;
    assert.deepEqual(
      wrong.map(({ path, anchors }) => [path, anchors]),
      [
        ["spec.hosts", ["IST0106"]],
        ["spec.http[0].timeot", ["IST0106"]],
      ],
    );
    const cel = `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: o, namespace: shop }
spec: { portLevelMtls: { 80: { mode: STRICT } } }
`;
    assert.deepEqual(
      run(RULE, cel).findings.map(({ path, message }) => [
        path,
        /portLevelMtls requires selector/.test(message),
      ]),
      [["spec", true]],
    );
  });

  it("reports a kind that Istio does not have, and which one was meant", () => {
    assert.deepEqual(findings(RULE, vs("{}", "VirtualServce")), [
      'VirtualServce shop/o kind: API group "networking.istio.io" has no kind "VirtualServce"; did you mean "VirtualService"?',
    ]);
  });

  it("leaves kinds of others alone", () => {
    assert.deepEqual(
      findings(RULE, "apiVersion: example.com/v1\nkind: Thing\nmetadata: { name: t }\nspec: 5\n"),
      [],
    );
  });

  it("does not expect the whole of an object from a patch", () => {
    const [located] = objects(vs("{ http: [] }", "Gateway"));
    assert.ok(located);
    assert.notDeepEqual(analyse([located], { now: NOW }).findings, []);
    assert.deepEqual(analyse([{ ...located, isPatch: true }], { now: NOW }).findings, []);
  });

  it("waits for values that are not known", () => {
    const yaml = vs("{ hosts: [UNKNOWN] }");
    assert.deepEqual([findings(RULE, yaml), waits(RULE, yaml)], [[], ["spec"]]);
  });
});
