export { AppArmorRequest, type CniArgs, CniRepair } from "./args";
export { Cni } from "./cni";
