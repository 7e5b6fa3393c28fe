import type { FieldsOf } from "../arguments/shape";
import { RESOURCES_SHAPE } from "../arguments/shared";
import { INSTALL_SOURCE_SHAPE } from "../charts/shape";
import type { CniArgs } from "./args";

export const CNI_SHAPE = {
  ...INSTALL_SOURCE_SHAPE,
  istioVersion: "string",
  profile: "string",
  namespace: "string",
  revision: "string",
  hub: "Input<string>",
  tag: "Input<string>",
  variant: "string",
  imagePullSecrets: { list: "string" },
  platform: "string",
  ambient: "boolean",
  excludeNamespaces: { list: "string" },
  repair: "string",
  cniBinDir: "string",
  cniConfDir: "string",
  cniConfFileName: "string",
  cniNetnsDir: "string",
  chained: "boolean",
  resources: { fields: RESOURCES_SHAPE },
  logLevel: "string",
  logAsJson: "boolean",
  env: { each: "Input<string>" },
  appArmor: "string",
  affinity: "any",
  maxUnavailable: "string",
  criticalPodsQuota: "number",
  networkPolicy: "boolean",
} satisfies FieldsOf<CniArgs>;
