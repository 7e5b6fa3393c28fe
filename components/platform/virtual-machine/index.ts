export type { VirtualMachineBootstrapArgs, WorkloadGroupArgs } from "./args";
export { VirtualMachineBootstrap } from "./virtual-machine-bootstrap";
