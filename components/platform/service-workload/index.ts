export type { MountedVolume, ServiceWorkloadArgs, WorkloadSettings } from "./args";
export { ServiceWorkload } from "./service-workload";
