import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";

import { MeshError } from "../../../intent/problem";
import { printed } from "../../problems";
import { buildDashboard } from "./build";
import { CONTROL_PLANE, OBJECTIVES, ZTUNNEL } from "./control";
import { GATEWAYS, MESH, SERVICE, WORKLOAD } from "./traffic";
import type { DashboardSpec } from "./types";

/** Our dashboards. */
export const DASHBOARDS: readonly DashboardSpec[] = [
  MESH,
  SERVICE,
  WORKLOAD,
  GATEWAYS,
  CONTROL_PLANE,
  ZTUNNEL,
  OBJECTIVES,
];

/** Dashboards in JSON by the name of their file, without its ending. */
export function ourDashboards(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    DASHBOARDS.map((spec) => [
      spec.uid.replace(/^meshwright-/, ""),
      `${JSON.stringify(buildDashboard(spec))}\n`,
    ]),
  );
}

/**
 * Dashboards of a folder, such as Istio's own.
 *
 * @throws {@link MeshError} where the folder cannot be read, or holds no dashboard
 */
export function dashboardsFrom(folder: string): Readonly<Record<string, string>> {
  const refuse = (message: string, fix: string): never => {
    throw new MeshError("TelemetryStack", [
      {
        id: "platform/dashboards",
        path: "grafana.dashboards.from",
        message,
        got: printed(folder),
        expected: "a folder that can be read, with dashboards in JSON",
        fix,
      },
    ]);
  };
  let files: string[];
  try {
    files = readdirSync(folder)
      .filter((file) => file.endsWith(".json") && file !== "jsonnetfile.json")
      .sort();
  } catch {
    return refuse("cannot be read", "Correct the path; it starts at the folder that the program runs in");
  }
  const dashboards = files.flatMap((file) => {
    const text = readFileSync(path.join(folder, file), "utf8");
    return isDashboard(text)
      ? [
          [
            path
              .basename(file, ".json")
              .replace(/[^a-z0-9-]+/gi, "-")
              .toLowerCase(),
            text,
          ],
        ]
      : [];
  });
  if (dashboards.length === 0) refuse("holds no dashboard", "Name another folder");
  return Object.fromEntries(dashboards) as Readonly<Record<string, string>>;
}

function isDashboard(text: string): boolean {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === "object" && value !== null && "panels" in value;
  } catch {
    return false;
  }
}
