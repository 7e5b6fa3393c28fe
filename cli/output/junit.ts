import type { Finding } from "../../analysis/finding";
import { objectOf, placeOf, type CheckReport } from "./report";

/**
 * JUnit XML, which every CI server reads. One suite per group of rules; a rule without findings is one passed case, each
 * finding is a case of its own: failed at the mandatory level, passed with a message at the advisory one.
 */
export function renderJunit(report: CheckReport): string {
  const groups = new Map<string, string[]>();
  const failures = new Map<string, number>();
  const add = (group: string, testcase: string): void => {
    const cases = groups.get(group);
    if (cases === undefined) groups.set(group, [testcase]);
    else cases.push(testcase);
  };

  const found = new Map<string, Finding[]>();
  for (const finding of report.findings) {
    const list = found.get(finding.rule);
    if (list === undefined) found.set(finding.rule, [finding]);
    else list.push(finding);
  }
  const groupOf = new Map(report.catalogue.map((rule) => [rule.id, rule.group]));
  // A policy pack of the user's may report under names that are none of our rules.
  const names = new Set([...groupOf.keys(), ...found.keys()]);
  for (const name of names) {
    const group = groupOf.get(name) ?? "policy-pack";
    const findings = found.get(name) ?? [];
    if (findings.length === 0) add(group, element("testcase", { classname: `meshwright.${group}`, name }));
    for (const finding of findings) {
      if (finding.level === "mandatory") failures.set(group, (failures.get(group) ?? 0) + 1);
      add(group, caseOf(finding, group));
    }
  }

  const total = [...groups.values()].reduce((sum, cases) => sum + cases.length, 0);
  const failed = [...failures.values()].reduce((sum, count) => sum + count, 0);
  const suites = [...groups].map(([group, cases]) =>
    element(
      "testsuite",
      {
        name: `meshwright.${group}`,
        tests: cases.length,
        failures: failures.get(group) ?? 0,
        errors: 0,
        skipped: 0,
      },
      cases,
    ),
  );
  const root = element(
    "testsuites",
    { name: "meshwright check", tests: total, failures: failed, errors: 0 },
    suites,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${root}\n`;
}

function caseOf(finding: Finding, group: string): string {
  const place = placeOf(finding);
  const line = finding.line;
  const text = [
    ...(place === undefined ? [] : [place]),
    `${objectOf(finding)}${finding.path === "" ? "" : ` ${finding.path}`}`,
    finding.message,
    `fix: ${finding.fix}`,
    ...(finding.docs === "" ? [] : [`docs: ${finding.docs}`]),
  ].join("\n");
  const body =
    finding.level === "mandatory"
      ? element("failure", { type: finding.rule, message: finding.message }, [escape(text)], "")
      : element("system-out", {}, [escape(text)], "");
  const attributes = {
    classname: `meshwright.${group}`,
    name: `${finding.rule}: ${objectOf(finding)}${finding.path === "" ? "" : ` ${finding.path}`}`,
    ...(finding.file === undefined ? {} : { file: finding.file }),
    ...(line === undefined ? {} : { line }),
  };
  return element("testcase", attributes, [body]);
}

function element(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  children: readonly string[] = [],
  separator = "\n",
): string {
  // A line end inside an attribute would be read as a space.
  const list = Object.entries(attributes).map(
    ([key, value]) => ` ${key}="${escape(String(value)).replace(/\n/g, "&#10;").replace(/\t/g, "&#9;")}"`,
  );
  const open = `<${name}${list.join("")}`;
  if (children.length === 0) return `${open}/>`;
  return `${open}>${separator}${children.join(separator)}${separator}</${name}>`;
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** XML 1.0 cannot hold most control characters or lone surrogates, not even escaped. */
function escape(text: string): string {
  return (
    text
      // eslint-disable-next-line no-control-regex -- they are what is looked for
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\uFFFD")
      .replace(/\p{Surrogate}/gu, "\uFFFD")
      .replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character)
  );
}
