import type { FieldsOf, ShapeOf } from "./shape";
import type { Manifest } from "../../compile/manifest";
import type { AutoscaleArgs, Resources } from "../control-plane/args";
import type { CrdsArgs } from "../crds";
import type { IpFamilyArgs } from "../ip-families";
import type { SchedulingArgs } from "../scheduling";

export const RESOURCES_SHAPE: FieldsOf<Resources> = {
  requests: { each: "Input<string>" },
  limits: { each: "Input<string>" },
};

export const IP_FAMILY_SHAPE: FieldsOf<IpFamilyArgs> = {
  ipFamilyPolicy: "string",
  ipFamilies: { list: "string" },
};

export const SCHEDULING_SHAPE: FieldsOf<SchedulingArgs> = {
  priorityClassName: "string",
  nodeSelector: { each: "string" },
  affinity: "any",
  tolerations: { list: "any" },
  topologySpreadConstraints: { list: "any" },
};

export const AUTOSCALE_SHAPE: FieldsOf<AutoscaleArgs> = {
  min: "number",
  max: "number",
  targetCpuPercent: "number",
};

export const CRDS_SHAPE: FieldsOf<CrdsArgs> = {
  istioVersion: "string",
  kubeconfig: "Input<string>",
};

/** What every object says; what its kind has beside it, is judged by the schema of the kind. */
export const MANIFEST_SHAPE: ShapeOf<Manifest> = {
  having: {
    apiVersion: { required: "string" },
    kind: { required: "string" },
    metadata: { required: { having: { name: { required: "string" } } } },
  },
};
