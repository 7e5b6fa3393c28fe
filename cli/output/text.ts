import type pc from "picocolors";
import type { Finding } from "../../analysis/finding";
import { printable } from "../terminal";
import { objectOf, placeOf, type CheckReport } from "./report";

type Colors = ReturnType<typeof pc.createColors>;

/** For people: one block per finding, in the order of the report, and one line that sums up. */
export function renderText(report: CheckReport, colors: Colors): string {
  const blocks = report.findings.map((finding) => block(finding, colors));
  return [...blocks, summary(report, colors), ""].join("\n");
}

function block(finding: Finding, colors: Colors): string {
  const level = finding.level === "mandatory" ? colors.red("mandatory") : colors.yellow("advisory");
  const place = placeOf(finding);
  const anchors = finding.anchors.length === 0 ? "" : ` (${finding.anchors.join(", ")})`;
  const inside = finding.path === "" ? "" : `${printable(finding.path)}: `;
  const lines = [
    `${level} ${colors.bold(finding.rule)}${anchors}  ${printable(objectOf(finding))}`,
    ...(place === undefined ? [] : [`  at    ${colors.cyan(printable(place))}`]),
    `  what  ${inside}${printable(finding.message)}`,
    `  fix   ${printable(finding.fix)}`,
    ...(finding.docs === "" ? [] : [`  docs  ${finding.docs}`]),
  ];
  return `${lines.join("\n")}\n`;
}

function summary(report: CheckReport, colors: Colors): string {
  const mandatory = report.findings.filter(({ level }) => level === "mandatory").length;
  const advisory = report.findings.length - mandatory;
  const over = `${plural(report.checked, "object")}, ${plural(report.rules, "rule")}`;
  if (report.findings.length === 0) return `${colors.green("No findings")}: ${over}.`;
  return `${colors.bold(`${mandatory} mandatory, ${advisory} advisory`)}: ${over}.`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
