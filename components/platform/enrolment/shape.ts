import type { FieldsOf } from "../arguments/shape";
import type { InjectionArgs, NamespaceArgs } from "./args";

export const NAMESPACE_SHAPE = {
  ownership: "string",
  injection: "string",
  revision: "string",
  dataplaneMode: "string",
  waypoint: "string",
  waypointNamespace: "string",
  podSecurity: "string",
  controlPlaneClusters: { list: "string" },
  labels: { each: "string" },
  annotations: { each: "Input<string>" },
} satisfies FieldsOf<NamespaceArgs>;

export const INJECTION_SHAPE = {
  namespaces: { required: { each: { fields: NAMESPACE_SHAPE } } },
} satisfies FieldsOf<InjectionArgs>;
