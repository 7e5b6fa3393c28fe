import type pc from "picocolors";
import type { Finding } from "../../analysis/finding";
import { printable } from "../terminal";
import { plural } from "./plural";
import { objectOf, placeOf, type CheckReport } from "./report";

type Colors = ReturnType<typeof pc.createColors>;

/**
 * For people: one block per object with what was found in it, in the order of the report, and one line that sums up. A
 * finding that has a line shows it.
 */
export function renderText(report: CheckReport, colors: Colors): string {
  const groups = new Map<string, Finding[]>();
  for (const finding of report.findings) {
    // Copies of an object in several files are several objects to who mends them.
    const key = JSON.stringify([finding.file, finding.object]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [finding]);
    else group.push(finding);
  }
  const blocks = [...groups.values()].map((findings) => block(findings, report, colors));
  return [...blocks, summary(report, colors), ""].join("\n");
}

function block(findings: readonly Finding[], report: CheckReport, colors: Colors): string {
  const [first] = findings;
  if (first === undefined) return "";
  const file = first.file === undefined ? "" : `  ${colors.cyan(printable(first.file))}`;
  const lines = [`${colors.bold(printable(objectOf(first)))}${file}`];
  for (const finding of findings) lines.push(...describe(finding, report, colors));
  return `${lines.join("\n")}\n`;
}

function describe(finding: Finding, report: CheckReport, colors: Colors): readonly string[] {
  const level = finding.level === "mandatory" ? colors.red("mandatory") : colors.yellow("advisory");
  const place = finding.line === undefined ? undefined : placeOf(finding);
  const anchors = finding.anchors.length === 0 ? "" : ` (${finding.anchors.join(", ")})`;
  const inside = finding.path === "" ? "" : `${printable(finding.path)}: `;
  const line = report.lineText?.(finding);
  return [
    `  ${level} ${colors.bold(finding.rule)}${anchors}`,
    ...(place === undefined ? [] : [`    at    ${colors.cyan(printable(place))}`]),
    ...(line === undefined ? [] : [`    line  ${colors.dim(printable(line))}`]),
    `    what  ${inside}${printable(finding.message)}`,
    `    fix   ${printable(finding.fix)}`,
    ...(finding.docs === "" ? [] : [`    docs  ${finding.docs}`]),
  ];
}

function summary(report: CheckReport, colors: Colors): string {
  const mandatory = report.findings.filter(({ level }) => level === "mandatory").length;
  const advisory = report.findings.length - mandatory;
  const over = `${plural(report.checked, "object")}, ${plural(report.rules, "rule")}`;
  if (report.findings.length === 0) return `${colors.green("No findings")}: ${over}.`;
  return `${colors.bold(`${mandatory} mandatory, ${advisory} advisory`)}: ${over}.`;
}
