import type { FieldsOf } from "../arguments/shape";
import type { ChartArgs, InstallSourceArgs } from "./args";

export const CHART_SHAPE: FieldsOf<ChartArgs> = {
  repository: "string",
  path: "string",
  version: "string",
};

export const INSTALL_SOURCE_SHAPE: FieldsOf<InstallSourceArgs> = {
  source: "string",
  chart: { fields: CHART_SHAPE },
};
