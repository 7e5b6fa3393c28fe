import type { FieldsOf } from "../arguments/shape";
import type { VirtualMachineBootstrapArgs } from "./args";

export const VIRTUAL_MACHINE_BOOTSTRAP_SHAPE = {
  workloadGroup: { required: "any" },
  rootCertificatePem: { required: "Input<string>" },
  meshConfig: "Input<string>",
  ingressAddress: "Input<string>",
  clusterName: "string",
  namespace: "string",
  revision: "string",
  autoRegister: "boolean",
  captureDns: "boolean",
  internalAddress: "string",
  externalAddress: "string",
  token: "Input<string>",
  tokenSeconds: "number",
  createServiceAccount: "boolean",
} satisfies FieldsOf<VirtualMachineBootstrapArgs>;
