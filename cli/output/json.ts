import type { CheckReport } from "./report";

/** `{ "findings": [Finding…], "checked": N, "rules": N }`: public, so fields may be added but not changed. */
export function renderJson(report: CheckReport): string {
  const { findings, checked, rules } = report;
  return `${JSON.stringify({ findings, checked, rules }, null, 2)}\n`;
}
