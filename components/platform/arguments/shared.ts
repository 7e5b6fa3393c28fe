import type { FieldsOf, ShapeOf } from "./shape";
import type { Manifest } from "../../compile/manifest";
import type { AutoscaleArgs, Resources } from "../control-plane/args";
import type { CrdsArgs } from "../crds";
import type { IpFamilyArgs } from "../ip-families";
import type { SchedulingArgs } from "../scheduling";

export const RESOURCES_SHAPE = {
  requests: { each: "Input<string>" },
  limits: { each: "Input<string>" },
} satisfies FieldsOf<Resources>;

export const IP_FAMILY_SHAPE = {
  ipFamilyPolicy: "string",
  ipFamilies: { list: "string" },
} satisfies FieldsOf<IpFamilyArgs>;

export const SCHEDULING_SHAPE = {
  priorityClassName: "string",
  nodeSelector: { each: "string" },
  affinity: "any",
  tolerations: { list: "any" },
  topologySpreadConstraints: { list: "any" },
} satisfies FieldsOf<SchedulingArgs>;

export const AUTOSCALE_SHAPE = {
  min: "number",
  max: "number",
  targetCpuPercent: "number",
} satisfies FieldsOf<AutoscaleArgs>;

export const CRDS_SHAPE = {
  istioVersion: "string",
  kubeconfig: "Input<string>",
} satisfies FieldsOf<CrdsArgs>;

/** What every object says; what its kind has beside it, is judged by the schema of the kind. */
export const MANIFEST_SHAPE = {
  having: {
    apiVersion: { required: "string" },
    kind: { required: "string" },
    metadata: { required: { having: { name: { required: "string" } } } },
  },
} satisfies ShapeOf<Manifest>;
