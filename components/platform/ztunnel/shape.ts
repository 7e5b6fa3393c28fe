import type { FieldsOf } from "../arguments/shape";
import { RESOURCES_SHAPE } from "../arguments/shared";
import { INSTALL_SOURCE_SHAPE } from "../charts/shape";
import type { ZtunnelArgs } from "./args";

export const ZTUNNEL_SHAPE = {
  ...INSTALL_SOURCE_SHAPE,
  istioVersion: "string",
  profile: "string",
  namespace: "string",
  controlPlaneNamespace: "string",
  revision: "string",
  hub: "Input<string>",
  tag: "Input<string>",
  variant: "string",
  imagePullSecrets: { list: "string" },
  platform: "string",
  clusterName: "string",
  network: "string",
  caAddress: "Input<string>",
  xdsAddress: "Input<string>",
  resources: { fields: RESOURCES_SHAPE },
  logLevel: "string",
  logAsJson: "boolean",
  terminationGracePeriodSeconds: "number",
  env: { each: "Input<string>" },
  nodeSelector: { each: "string" },
  affinity: "any",
  criticalPodsQuota: "number",
  networkPolicy: "boolean",
} satisfies FieldsOf<ZtunnelArgs>;
