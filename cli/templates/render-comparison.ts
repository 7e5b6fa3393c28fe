import type pc from "picocolors";

import { plural } from "../output/plural";
import { printable } from "../terminal";
import type { CaseComparison, TemplateComparison } from "./compare-templates";
import type { PodDifference } from "./differences";

type Colors = ReturnType<typeof pc.createColors>;

/** A value in one line of a terminal; all of it is in the JSON report. */
const LONGEST = 160;

function shown(difference: PodDifference, side: "theirs" | "ours"): string {
  if (!(side in difference)) return "nothing";
  const text = JSON.stringify(difference[side]);
  return printable(text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`);
}

/** Differences with the cases that show them: templates that differ at one place mostly do so in every pod. */
function byDifference(cases: readonly CaseComparison[]): ReadonlyMap<string, [PodDifference, string[]]> {
  const groups = new Map<string, [PodDifference, string[]]>();
  for (const { name, differences } of cases) {
    for (const difference of differences) {
      const key = JSON.stringify(difference);
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [difference, [name]]);
      else group[1].push(name);
    }
  }
  return groups;
}

function failures({ name, errors }: CaseComparison, colors: Colors): string[] {
  return (["theirs", "ours"] as const).flatMap((side) => {
    const error = errors?.[side];
    if (error === undefined) return [];
    const whose = side === "theirs" ? "these templates" : "ours";
    return [`${colors.red(`${whose} inject nothing into`)} ${printable(name)}\n  ${printable(error)}\n`];
  });
}

/** For people: a block for each difference with the cases that show it, and one line that sums up. */
export function renderComparisonText({ templates, cases }: TemplateComparison, colors: Colors): string {
  const failed = cases.flatMap((one) => failures(one, colors));
  const groups = [...byDifference(cases).values()];
  const differing = groups.map(([difference, names]) =>
    [
      colors.bold(printable(difference.path)),
      `  theirs  ${shown(difference, "theirs")}`,
      `  ours    ${shown(difference, "ours")}`,
      ...names.map((name, index) => `  ${index === 0 ? "in" : "  "}      ${printable(name)}`),
      "",
    ].join("\n"),
  );
  const compared = `${templates.join(", ")} in ${plural(cases.length, "case")}`;
  const changed = cases.filter(({ differences, errors }) => differences.length > 0 || errors !== undefined);
  const counts = [
    ...(groups.length === 0 ? [] : [plural(groups.length, "difference")]),
    ...(failed.length === 0 ? [] : [plural(failed.length, "failure")]),
  ];
  const summary =
    changed.length === 0
      ? `${colors.green("No difference")}: ${compared}.`
      : `${colors.bold(`${counts.join(" and ")}, seen in ${plural(changed.length, "case")}`)}: ${compared}.`;
  return [...failed, ...differing, summary, ""].join("\n");
}

/**
 * `{ "templates": [name…], "cases": [{ "name", "templates", "differences": [{ "path", "theirs", "ours" }…], "errors"? }…] }`:
 * public, so fields may be added but not changed. A side that says nothing at a path is absent.
 */
export function renderComparisonJson(comparison: TemplateComparison): string {
  return `${JSON.stringify(comparison, null, 2)}\n`;
}
