import assert from "node:assert/strict";
import Ajv from "ajv";
import {
  allRules,
  analyse,
  exceptionValid,
  frameworksOf,
  mtlsNoDowngrade,
  readSettings,
  settingsSchema,
  type CheckSettings,
  type ExceptionSetting,
} from "../../../analysis";
import { remediableRuleIds } from "../../../analysis/settings/settings";
import { MeshError } from "../../../components/intent/problem";
import { lines, NOW, objects } from "./support";

/** What a JavaScript user, or a file, might hand over. */
function problemsOf(settings: unknown): string[] {
  try {
    readSettings(settings as CheckSettings);
  } catch (error) {
    assert.ok(error instanceof MeshError);
    return error.problems.map(({ id, path }) => `${id} ${path}`);
  }
  return [];
}

describe("readSettings", () => {
  it("takes levels from the rule, `all` and the pack, the narrowest word first", () => {
    const { levels } = readSettings({
      pack: "strict",
      all: "advisory",
      rules: { "schema-valid": "mandatory", "mtls-mesh-strict": { level: "off" } },
    });
    assert.equal(levels["schema-valid"], "mandatory");
    assert.equal(levels["mtls-mesh-strict"], "off");
    assert.equal(levels["authz-default-deny"], "advisory");
    assert.equal(readSettings({ pack: "strict" }).levels["authz-default-deny"], "mandatory");
  });

  it("has a pack audit with every rule and none that is mandatory", () => {
    const { levels } = readSettings({ pack: "audit" });
    assert.deepEqual(
      Object.keys(levels),
      allRules.map(({ id }) => id),
    );
    assert.deepEqual(new Set(Object.values(levels)), new Set(["advisory"]));
  });

  it("names every problem at once, each with its place", () => {
    const settings = {
      pack: "lenient",
      all: "fatal",
      colour: "red",
      rules: {
        "gateway-no-plain-text": "off",
        "mtls-mesh-strict": "remediate",
        "schema-valid": { ports: [1] },
        "gateway-no-plaintext": { allowedPorts: [80, "http"] },
      },
      exceptions: [
        { rule: "schema-valid", reason: " ", until: "soon", name: "x" },
        { rule: "schema-valid", reason: "r", until: "2027-01-31" },
        { rule: "schema-valid", reason: "r", until: "2027-01-31", name: "x", cluster: "y" },
        "schema-valid",
      ],
    };
    assert.deepEqual(problemsOf(settings), [
      "policies/invalid-settings colour",
      "policies/unknown-pack pack",
      "policies/unknown-level all",
      'policies/unknown-rule rules["gateway-no-plain-text"]',
      'policies/unknown-level rules["mtls-mesh-strict"].level',
      'policies/unknown-option rules["schema-valid"].ports',
      'policies/invalid-option rules["gateway-no-plaintext"].allowedPorts[1]',
      "policies/invalid-exception exceptions[0].reason",
      "policies/invalid-exception exceptions[0].until",
      "policies/invalid-exception exceptions[1]",
      "policies/invalid-exception exceptions[2].cluster",
      "policies/invalid-exception exceptions[3]",
    ]);
    for (const wrong of [[], "text", 7])
      assert.deepEqual(problemsOf(wrong), ["policies/invalid-settings settings"]);
    assert.deepEqual(problemsOf({ rules: ["schema-valid"] }), ["policies/invalid-settings rules"]);
  });

  it("lets only those rules remediate that say how", () => {
    const able = allRules.filter(({ remediable }) => remediable === true).map(({ id }) => id);
    assert.deepEqual(
      able.filter((id) => !remediableRuleIds.some((known) => known === id)),
      [],
    );
  });
});

describe("settingsSchema", () => {
  const validate = new Ajv({ strict: false }).compile(settingsSchema());

  it("accepts what readSettings accepts, and refuses what it refuses", () => {
    const exception = { rule: "schema-valid", name: "x", reason: "r", until: "2027-01-31" };
    const settings: readonly unknown[] = [
      {},
      { pack: "strict", all: "off", exceptions: [exception] },
      { rules: { "gateway-no-plaintext": { level: "advisory", allowedPorts: [80] } } },
      { pack: "x" },
      { rules: { x: "off" } },
      { rules: { "schema-valid": { allowedPorts: [80] } } },
      { rules: { "gateway-no-plaintext": { allowedPorts: ["80"] } } },
      { exceptions: [{ ...exception, name: undefined }] },
      { exceptions: [{ ...exception, until: "tomorrow" }] },
    ];
    for (const each of settings) {
      const plain: unknown = JSON.parse(JSON.stringify(each));
      assert.equal(validate(plain), problemsOf(plain).length === 0, JSON.stringify(each));
    }
  });

  it("describes every option with the default that a check uses", () => {
    for (const rule of allRules) {
      for (const [name, option] of Object.entries(rule.options ?? {})) {
        assert.deepEqual(problemsOf({ rules: { [rule.id]: { [name]: option.default } } }), [], rule.id);
      }
    }
  });
});

describe("exceptions of the settings", () => {
  const POLICY = `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: legacy, namespace: shop }
spec: { selector: { matchLabels: { app: x } }, mtls: { mode: DISABLE }, portLevelMtls: { 80: { mode: DISABLE } } }
`;
  const exception: ExceptionSetting = {
    rule: "mtls-no-downgrade",
    kind: "PeerAuthentication",
    namespace: "shop",
    name: "legacy",
    reason: "OPS-7",
    until: "2026-11-21",
  };
  const check = (...exceptions: ExceptionSetting[]) =>
    analyse(objects(POLICY), { now: NOW, exceptions, rules: [mtlsNoDowngrade, exceptionValid] });

  it("lift a rule from the object they name until the end of their day", () => {
    assert.equal(check().findings.length, 2);
    const { findings, excepted, unused } = check(exception);
    assert.deepEqual(lines(findings), []);
    assert.deepEqual(
      excepted.map(({ reason, until }) => `${reason} ${until}`),
      ["OPS-7 2026-11-21", "OPS-7 2026-11-21"],
    );
    assert.deepEqual(unused, []);
  });

  it("are a finding themselves once they have ended, told once, and the rule holds again", () => {
    const { findings } = check({ ...exception, until: "2026-11-20" });
    assert.deepEqual(findings.map(({ rule }) => rule).toSorted(), [
      "exception-valid",
      "mtls-no-downgrade",
      "mtls-no-downgrade",
    ]);
    const [late] = findings.filter(({ rule }) => rule === "exception-valid");
    assert.equal(
      late?.message,
      'the exception from "mtls-no-downgrade" in the settings ended on 2026-11-20 (reason: OPS-7), so the rule holds again',
    );
    assert.equal(late?.object.name, "legacy");
  });

  it("cover whatever they leave open, and no more", () => {
    const { kind: _, name: __, ...namespace } = exception;
    assert.equal(check(namespace).findings.length, 0);
    for (const other of [{ name: "other" }, { namespace: "other" }, { kind: "Gateway" }]) {
      const wrong = { ...exception, ...other };
      const { findings, unused } = check(wrong);
      assert.equal(findings.length, 2);
      assert.deepEqual(unused, [wrong]);
    }
  });
});

/** The form in which each standard numbers its requirements; of PCI DSS and CIS, those that the rules may cite at all. */
const NUMBERS: Readonly<Record<string, RegExp>> = {
  "NIST SP 800-204": /^MS-SS-\d+$/,
  "NIST SP 800-204A": /^SM-DR\d+$/,
  "NIST SP 800-204B": /^((APE|AHLC)-SR-\d+|\d(\.\d+)+)$/,
  "NIST SP 800-52r2": /^3\.\d(\.\d)*$/,
  "PCI DSS": /^(1\.3\.2|2\.2\.4|4\.2\.1|7\.3\.3)$/,
  "CIS Kubernetes Benchmark": /^5\.(1|2|7)\.\d+$/,
};

describe("the standards that rules serve", () => {
  it("are cited by the number that the standard gives to what it asks for, with its version and place", () => {
    const cited = allRules.flatMap((rule) => frameworksOf(rule));
    assert.ok(cited.length > 0);
    for (const { name, version, reference, specification } of cited) {
      assert.match(reference, NUMBERS[name] ?? /^$/, `${name} ${reference}`);
      assert.match(version, /^\d/);
      assert.match(specification, /^https:\/\//);
    }
    assert.deepEqual([...new Set(cited.map(({ name }) => name))].sort(), Object.keys(NUMBERS).sort());
  });

  it("are each cited once by a rule", () => {
    for (const rule of allRules) {
      const cited = frameworksOf(rule).map(({ name, reference }) => `${name} ${reference}`);
      assert.deepEqual(cited, [...new Set(cited)], rule.id);
    }
  });

  it("are not claimed by rules that only keep a mesh working", () => {
    for (const group of ["traffic", "resilience", "telemetry", "multicluster", "schema", "exception"])
      for (const rule of allRules.filter((each) => each.group === group))
        assert.deepEqual(frameworksOf(rule), [], rule.id);
  });
});
