import assert from "node:assert/strict";
import pc from "picocolors";
import type { Finding } from "../../analysis/finding";
import type { RuleMetadata } from "../../analysis/rule";
import { FORMATS, renderReport, type CheckReport, type Format } from "../../cli/output";

const rule = (id: string, group: string): RuleMetadata => ({
  id,
  group,
  title: `title of ${id}`,
  description: "what it is",
  severity: "high",
  level: "mandatory",
  scope: "stack",
  anchors: ["IST0101"],
  fix: "mend it",
  docs: "https://istio.io/latest/docs/",
});

const finding = (over: Partial<Finding> = {}): Finding => ({
  rule: "traffic-subset-exists",
  level: "mandatory",
  anchors: ["IST0101", "KIA1107"],
  object: {
    apiVersion: "networking.istio.io/v1",
    kind: "VirtualService",
    namespace: "shop",
    name: "reviews",
  },
  path: "spec.http[0].route[1].destination.subset",
  file: "mesh/a file.yaml",
  line: 12,
  message: 'no subset "v9" <of> reviews & friends',
  fix: 'define it, or use "v1"',
  docs: "https://istio.io/latest/docs/reference/",
  ...over,
});

const withoutPlace = (over: Partial<Finding>): Finding => {
  const { file: _file, line: _line, ...rest } = finding(over);
  return rest;
};

const report = (findings: readonly Finding[]): CheckReport => ({
  findings,
  checked: 34,
  rules: 2,
  catalogue: [rule("traffic-subset-exists", "traffic"), rule("mtls-mesh-strict", "mtls")],
  version: "1.2.3",
  lineText: ({ line }) => (line === 12 ? "subset: v9" : undefined),
});

const render = (findings: readonly Finding[], format: Format): string =>
  renderReport(report(findings), format, pc.createColors(false));

describe("report formats", () => {
  for (const format of FORMATS) {
    it(`${format} ends with a line end and says the same twice`, () => {
      const text = render([finding()], format);
      assert.ok(text.endsWith("\n"));
      assert.equal(text, render([finding()], format));
    });
  }

  it("json is one object of findings, checked and rules", () => {
    assert.deepEqual(JSON.parse(render([finding()], "json")), {
      findings: [finding()],
      checked: 34,
      rules: 2,
    });
  });

  it("text groups by object, gives place, line, path, fix and docs of each finding, and sums up", () => {
    assert.equal(
      render(
        [
          finding(),
          finding({ rule: "mtls-mesh-strict", line: 14 }),
          withoutPlace({ level: "advisory", path: "", anchors: [] }),
        ],
        "text",
      ),
      [
        "VirtualService shop/reviews  mesh/a file.yaml",
        "  mandatory traffic-subset-exists (IST0101, KIA1107)",
        "    at    mesh/a file.yaml:12",
        "    line  subset: v9",
        '    what  spec.http[0].route[1].destination.subset: no subset "v9" <of> reviews & friends',
        '    fix   define it, or use "v1"',
        "    docs  https://istio.io/latest/docs/reference/",
        "  mandatory mtls-mesh-strict (IST0101, KIA1107)",
        "    at    mesh/a file.yaml:14",
        '    what  spec.http[0].route[1].destination.subset: no subset "v9" <of> reviews & friends',
        '    fix   define it, or use "v1"',
        "    docs  https://istio.io/latest/docs/reference/",
        "",
        "VirtualService shop/reviews",
        "  advisory traffic-subset-exists",
        '    what  no subset "v9" <of> reviews & friends',
        '    fix   define it, or use "v1"',
        "    docs  https://istio.io/latest/docs/reference/",
        "",
        "2 mandatory, 1 advisory: 34 objects, 2 rules.",
        "",
      ].join("\n"),
    );
    assert.equal(render([], "text"), "No findings: 34 objects, 2 rules.\n");
  });

  it("text shows control characters of a manifest instead of sending them to the terminal", () => {
    const text = render([finding({ message: "\u001b[2Jgone\r" })], "text");
    assert.ok(text.includes("\\u001b[2Jgone\\u000d"));
    assert.ok(!text.includes("\u001b"));
  });

  it("sarif names version, rules, and per result a level, an encoded file, a line and a stable fingerprint", () => {
    const log = JSON.parse(render([finding(), withoutPlace({ level: "advisory" })], "sarif"));
    assert.equal(log.version, "2.1.0");
    const [run] = log.runs;
    assert.equal(run.tool.driver.name, "meshwright");
    assert.deepEqual(
      run.tool.driver.rules.map((each: { id: string }) => each.id),
      ["traffic-subset-exists", "mtls-mesh-strict"],
    );
    const [first, second] = run.results;
    assert.equal(first.level, "error");
    assert.equal(first.ruleIndex, 0);
    assert.deepEqual(first.locations[0].physicalLocation, {
      artifactLocation: { uri: "mesh/a%20file.yaml" },
      region: { startLine: 12 },
    });
    assert.equal(second.level, "warning");
    assert.equal(second.locations[0].physicalLocation, undefined);
    const moved = JSON.parse(render([finding({ line: 99 })], "sarif")).runs[0].results[0];
    assert.deepEqual(moved.partialFingerprints, first.partialFingerprints);
  });

  it("junit counts what it lists, fails mandatory findings only, and escapes", () => {
    const text = render(
      [finding(), withoutPlace({ level: "advisory" }), finding({ rule: "their-own-policy" })],
      "junit",
    );
    assert.match(
      text,
      /^<\?xml version="1.0" encoding="UTF-8"\?>\n<testsuites name="meshwright check" tests="4" failures="2"/,
    );
    assert.equal(text.match(/<testcase /g)?.length, 4);
    assert.equal(text.match(/<failure /g)?.length, 2);
    assert.equal(text.match(/<system-out>/g)?.length, 1);
    assert.ok(text.includes("no subset &quot;v9&quot; &lt;of&gt; reviews &amp; friends"));
    assert.ok(text.includes('<testcase classname="meshwright.mtls" name="mtls-mesh-strict"/>'));
    assert.ok(text.includes('<testsuite name="meshwright.policy-pack" tests="1" failures="1"'));
  });

  it("junit holds no character that XML forbids", () => {
    const text = render([finding({ message: "bell \u0007 and half a pair \ud800" })], "junit");
    // eslint-disable-next-line no-control-regex -- they are what must be absent
    assert.doesNotMatch(text, /[\u0000-\u0008\u000b\u000c\u000e-\u001f]|\p{Surrogate}/u);
  });
});
