import type pc from "picocolors";
import { UNKNOWN } from "../../analysis";
import { plural } from "../output/plural";
import { printable } from "../terminal";
import type { CallComparison } from "./compare-calls";
import type { ObjectDifference } from "./compare-objects";
import type { RouteDifference } from "./compare-routes";

type Colors = ReturnType<typeof pc.createColors>;

/** How two meshes differ. */
export interface MeshDifference {
  readonly calls: CallComparison;
  readonly routes: readonly RouteDifference[];
  readonly objects: readonly ObjectDifference[];
}

const LONGEST = 100;
const MOST_REQUESTS = 4;

export function isSame({ calls, routes, objects }: MeshDifference): boolean {
  return calls.differences.length + routes.length + objects.length === 0;
}

/** For people: calls first, because that is what hurts; objects last. */
export function renderDifference(difference: MeshDifference, colors: Colors): string {
  if (isSame(difference)) return `${colors.green("No difference")} in calls, routes or objects.\n`;
  const { calls, routes, objects } = difference;
  const lines: string[] = [];
  const section = (title: string, rows: readonly string[]): void => {
    if (rows.length > 0) lines.push(colors.bold(title), ...rows, "");
  };
  section(
    "Calls",
    calls.differences.map(({ from, to, before, after, requests }) => {
      const mark = after === "allowed" ? colors.green("+") : colors.red("-");
      const shown = requests.slice(0, MOST_REQUESTS).join(", ");
      const rest = requests.length > MOST_REQUESTS ? ` and ${requests.length - MOST_REQUESTS} more` : "";
      const what = requests.length === 0 ? "every request" : `${shown}${rest}`;
      return `  ${mark} ${printable(`${from} to ${to}, ${what}: ${before}, now ${after}`)}`;
    }),
  );
  section(
    "Routes",
    routes.map(({ object, when, before = "(no rule)", after = "(no rule)" }) =>
      printable(`  ~ ${object}  ${when}: ${before}, now ${after}`),
    ),
  );
  section(
    "Objects",
    objects.flatMap((object) => objectLines(object, colors)),
  );
  lines.push(summary(difference), "");
  return lines.join("\n");
}

function objectLines({ object, change, differences }: ObjectDifference, colors: Colors): readonly string[] {
  if (change === "added") return [`  ${colors.green("+")} ${printable(object)}`];
  if (change === "removed") return [`  ${colors.red("-")} ${printable(object)}`];
  return [
    `  ${colors.yellow("~")} ${printable(object)}`,
    ...differences.map(({ path, ...sides }) => {
      const isSecret = !("before" in sides) && !("after" in sides);
      return printable(
        isSecret
          ? `      ${path}: another value, which is not shown`
          : `      ${path}: ${shown(sides, "before")}, now ${shown(sides, "after")}`,
      );
    }),
  ];
}

function shown(
  sides: { readonly before?: unknown; readonly after?: unknown },
  side: "before" | "after",
): string {
  if (!(side in sides)) return "nothing";
  const text = JSON.stringify(sides[side], (_, value: unknown) =>
    value === UNKNOWN ? "(known after deployment)" : value,
  );
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`;
}

function summary({ calls, routes, objects }: MeshDifference): string {
  const allowed = calls.differences.filter(({ after }) => after === "allowed").length;
  const count = (change: ObjectDifference["change"]): number =>
    objects.filter((object) => object.change === change).length;
  const left = calls.leftOut === 0 ? "" : ` (${plural(calls.leftOut, "caller")} not tried)`;
  return (
    `${plural(allowed, "kind")} of call newly allowed, ${calls.differences.length - allowed} otherwise changed${left}; ` +
    `${plural(routes.length, "route")} changed; ${plural(objects.length, "object")}: ` +
    `${count("added")} added, ${count("removed")} removed, ${count("changed")} changed.`
  );
}

/** Public: fields may be added but not changed. */
export function renderDifferenceJson({ calls, routes, objects }: MeshDifference): string {
  const open = (_: string, value: unknown): unknown =>
    value === UNKNOWN ? "(known after deployment)" : value;
  return `${JSON.stringify({ calls: calls.differences, callersLeftOut: calls.leftOut, routes, objects }, open, 2)}\n`;
}
