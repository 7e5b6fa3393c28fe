import type { FieldsOf } from "../arguments/shape";
import { RESOURCES_SHAPE } from "../arguments/shared";
import type { ServiceWorkloadArgs, WorkloadSettings } from "./args";

const WORKLOAD_SETTINGS_SHAPE: FieldsOf<WorkloadSettings> = {
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
};

export const SERVICE_WORKLOAD_SHAPE: FieldsOf<ServiceWorkloadArgs<string, string>> = {
  ...WORKLOAD_SETTINGS_SHAPE,
  service: { required: "any" },
  subsets: { each: { fields: WORKLOAD_SETTINGS_SHAPE } },
};
