import type { FieldsOf } from "../arguments/shape";
import type { ChartArgs, InstallSourceArgs } from "./args";

export const CHART_SHAPE = {
  repository: "string",
  path: "string",
  version: "string",
} satisfies FieldsOf<ChartArgs>;

export const INSTALL_SOURCE_SHAPE = {
  source: "string",
  chart: { fields: CHART_SHAPE },
} satisfies FieldsOf<InstallSourceArgs>;
