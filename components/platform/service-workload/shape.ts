import type { FieldsOf } from "../arguments/shape";
import { RESOURCES_SHAPE } from "../arguments/shared";
import type { ServiceWorkloadArgs, WorkloadSettings } from "./args";

const WORKLOAD_SETTINGS_SHAPE = {
  image: "Input<string>",
  replicas: "number",
  command: { list: "Input<string>" },
  args: { list: "Input<string>" },
  env: { each: "any" },
  resources: { fields: RESOURCES_SHAPE },
  readinessProbe: "any",
  writable: { list: "string" },
  runAsUser: "number",
  labels: { each: "string" },
  podAnnotations: { each: "Input<string>" },
  volumes: { list: "any" },
  pod: "any",
} satisfies FieldsOf<WorkloadSettings>;

export const SERVICE_WORKLOAD_SHAPE = {
  ...WORKLOAD_SETTINGS_SHAPE,
  service: { required: "any" },
  subsets: { each: { fields: WORKLOAD_SETTINGS_SHAPE } },
} satisfies FieldsOf<ServiceWorkloadArgs<string, string>>;
