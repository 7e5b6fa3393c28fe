import assert from "node:assert/strict";
import { findings, NOW, objects, run } from "../support";
import { analyse } from "../../../../analysis";

const RULE = "exception-valid";
const excepted = (value: string, rule = "mtls-no-downgrade"): string => `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: a, namespace: shop, annotations: { "except.meshwright.dev/${rule}": ${value} } }
spec: { mtls: { mode: PERMISSIVE } }
`;
const at = (message: string, rule = "mtls-no-downgrade"): string =>
  `PeerAuthentication shop/a metadata.annotations["except.meshwright.dev/${rule}"]: ${message}`;

describe("exceptions", () => {
  it("lift the finding of their rule from their object, with the reason and the end kept", () => {
    const analysis = run("mtls-no-downgrade", excepted('"until=2027-01-31; reason=legacy client; OPS-712"'));
    assert.deepEqual(analysis.findings, []);
    assert.deepEqual(
      analysis.excepted.map(({ finding, reason, until }) => [finding.path, reason, until]),
      [["spec.mtls.mode", "legacy client; OPS-712", "2027-01-31"]],
    );
  });

  it("take their fields in either order", () => {
    assert.deepEqual(findings("mtls-no-downgrade", excepted('"reason=a; b; until=2027-01-31"')), []);
  });

  it("hold on their last day and not on the day after", () => {
    const yaml = excepted('"until=2026-11-21; reason=x"');
    assert.deepEqual(findings("mtls-no-downgrade", yaml), []);
    const tomorrow = analyse(objects(yaml), { now: new Date("2026-11-22T00:00:00Z") });
    assert.deepEqual(
      tomorrow.findings.map(({ rule, message }) => [rule, message]),
      [
        [
          "exception-valid",
          'the exception from "mtls-no-downgrade" ended on 2026-11-21 (reason: x), so the rule holds again',
        ],
        [
          "mtls-no-downgrade",
          'mode PERMISSIVE makes namespace "shop" still accept plaintext; expected STRICT, or no mode to inherit it',
        ],
      ],
    );
  });

  it("lift no other rule, and never the rule about exceptions", () => {
    assert.equal(
      findings("mtls-no-downgrade", excepted('"until=2027-01-31; reason=x"', "traffic-weights-sane")).length,
      1,
    );
    const itself = excepted('"until=2020-01-31; reason=x"', "exception-valid");
    assert.equal(
      analyse(objects(itself), { now: NOW }).findings.filter(({ rule }) => rule === RULE).length,
      1,
    );
  });

  it("have no effect while something in them is wrong, and say what", () => {
    for (const [value, fault] of [
      ['""', "no reason is given"],
      ["5", "no reason is given"],
      ['"until=2027-01-31"', "no reason is given"],
      ['"reason=x"', "no day is given on which it ends"],
      ['"until=2027-02-30; reason=x"', "until=2027-02-30 is not a day of the form YYYY-MM-DD"],
      ['"until=soon; reason=x"', "until=soon is not a day of the form YYYY-MM-DD"],
      ['"because it is old"', '"because it is old" is neither "until=…" nor "reason=…"'],
      ['"until=2027-01-31; until=2027-01-31; reason=x"', '"until" is given twice'],
    ] as const) {
      assert.deepEqual(findings(RULE, excepted(value)), [
        at(`the exception from "mtls-no-downgrade" is not complete and has no effect: ${fault}`),
      ]);
      assert.equal(findings("mtls-no-downgrade", excepted(value)).length, 1);
    }
  });

  it("name a rule that exists", () => {
    assert.deepEqual(findings(RULE, excepted('"until=2027-01-31; reason=x"', "mtls-no-downgrad")), [
      at(
        'the exception is from "mtls-no-downgrad", which is no rule; did you mean "mtls-no-downgrade"?',
        "mtls-no-downgrad",
      ),
    ]);
  });

  it("wait, and are no finding, where their text is known only after deployment", () => {
    assert.deepEqual(findings(RULE, excepted("UNKNOWN")), []);
  });
});
