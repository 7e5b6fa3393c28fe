import * as path from "node:path";
import type pc from "picocolors";
import type { KubernetesObject } from "../../analysis";
import type { Deployment } from "../../engine";
import type { WrittenFile } from "../../engine/manifests";
import { printable } from "../terminal";
import { plural } from "./plural";
import { summariseRoutes } from "../../analysis";

/** What `synth` tells of. */
export interface Synthesis {
  readonly deployment: Deployment;
  readonly objects: readonly KubernetesObject[];
  /** In the order in which to apply them. */
  readonly files: readonly WrittenFile[];
  /** Where the files are. */
  readonly folder: string;
  /** Paths are shown relative to it. */
  readonly cwd: string;
}

/** What was compiled: the program's components, the files with what is in them, and where requests go. */
export function renderSynthesis(synthesis: Synthesis, colors: ReturnType<typeof pc.createColors>): string {
  const { deployment, objects, files, folder, cwd } = synthesis;
  const components = deployment.resources.filter(
    ({ custom, type }) => !custom && type !== "pulumi:pulumi:Stack",
  );
  const shown = path.relative(cwd, folder);
  const where = shown === "" ? "." : shown.startsWith("..") ? folder : shown;
  const lines = [
    `${colors.bold(`Stack ${deployment.stack}`)} of ${deployment.project}: ${plural(components.length, "component")}, ` +
      `${plural(deployment.resources.length, "resource")}, ${plural(objects.length, "Kubernetes object")}`,
    "",
    ...countBy(components.map(({ type }) => type)).map(([type, count]) => `  ${type}${times(count)}`),
    "",
    `${colors.bold("Manifests")} in ${where}`,
    "",
    ...table(
      files.map(({ name, objects: written }) => [name, String(written.length), describeKinds(written)]),
    ),
  ];
  const routes = summariseRoutes(objects);
  if (routes.length > 0) lines.push("", colors.bold("Routes"));
  for (const { object, hosts, lines: rules } of routes) {
    lines.push("", `  ${printable(object)}  ${colors.dim(printable(hosts.join(", ")))}`);
    lines.push(...table(rules.map(({ when, then }) => [`  ${printable(when)}`, `-> ${printable(then)}`])));
  }
  return `${lines.join("\n")}\n`;
}

function describeKinds(objects: WrittenFile["objects"]): string {
  return countBy(objects.map(({ kind }) => kind))
    .map(([kind, count]) => `${kind}${times(count)}`)
    .join(", ");
}

function countBy(items: readonly string[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return [...counts].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

function times(count: number): string {
  return count === 1 ? "" : ` x${count}`;
}

/** Rows with their columns aligned, numbers to the right. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, index) => (widths[index] = Math.max(widths[index] ?? 0, cell.length)));
  return rows.map((row) => {
    const cells = row.map((cell, index) =>
      /^\d+$/.test(cell) ? cell.padStart(widths[index] ?? 0) : cell.padEnd(widths[index] ?? 0),
    );
    return `  ${cells.join("  ")}`.trimEnd();
  });
}
