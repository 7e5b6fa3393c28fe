import * as fs from "node:fs";
import * as path from "node:path";
import { CNI_TABLE } from "../components/platform/charts/cni";
import { BASE_VALUES, CONTROL_PLANE_TABLE, ISTIOD_VALUES } from "../components/platform/charts/control-plane";
import { GATEWAY_TABLE } from "../components/platform/charts/gateway";
import { type ChartTable, type FixedValues, setsValues } from "../components/platform/charts/table";
import { ZTUNNEL_TABLE, ZTUNNEL_VALUES } from "../components/platform/charts/ztunnel";

/** Where it is written which argument sets which value of a chart. */
export const HELM_VALUES_FILE = path.join(__dirname, "..", "docs", "helm-values.md");

function section<Settings, Args>(
  component: string,
  table: ChartTable<Settings, Args>,
  fixed: Readonly<Record<string, FixedValues>> = {},
): string {
  const rows = Object.keys(table)
    .sort()
    .flatMap((argument) => {
      const entry = table[argument as keyof Args];
      if (setsValues(entry))
        return entry.map(({ chart, value }) => [`\`${argument}\``, chart, `\`${value}\``]);
      const text = "instead" in entry ? `decides ${entry.instead}` : `refused: ${entry.refused}`;
      return [[`\`${argument}\``, "", text]];
    });
  const always = Object.entries(fixed).flatMap(([chart, values]) =>
    Object.keys(values).map((value) => ["always", chart, `\`${value}\``]),
  );
  const lines = [...rows, ...always].map((cells) => `| ${cells.join(" | ")} |`);
  return [`## ${component}`, "", "| argument | chart | value |", "|---|---|---|", ...lines, ""].join("\n");
}

/** The text of that file. */
export function helmValuesPage(): string {
  return [
    "# Arguments and chart values",
    "",
    'With `source: "helm"`, `ControlPlane`, `Cni`, `Ztunnel` and `Gateway` install the official charts. Their values',
    "follow from the same arguments as our own objects, defaults included. This page says which value each argument",
    "sets, and what becomes of arguments that set none. `npm run generate` writes it from `components/platform/charts`.",
    "",
    "`ServiceMesh` hands its own `source` and `chart` to each of these parts that does not say otherwise.",
    "",
    section("ControlPlane", CONTROL_PLANE_TABLE, { base: BASE_VALUES, istiod: ISTIOD_VALUES }),
    section("Cni", CNI_TABLE),
    section("Ztunnel", ZTUNNEL_TABLE, { ztunnel: ZTUNNEL_VALUES }),
    section("Gateway", GATEWAY_TABLE, {
      gateway: {
        containerSecurityContext: "",
        securityContext: "",
        strategy: "",
        volumeMounts: "",
        volumes: "",
      },
    }),
  ].join("\n");
}

if (require.main === module) fs.writeFileSync(HELM_VALUES_FILE, helmValuesPage());
