import type { FieldsOf } from "../arguments/shape";
import { AUTOSCALE_SHAPE, IP_FAMILY_SHAPE, RESOURCES_SHAPE, SCHEDULING_SHAPE } from "../arguments/shared";
import { INSTALL_SOURCE_SHAPE } from "../charts/shape";
import { EXTERNAL_AUTHORITY_SHAPE } from "../external-authority/shape";
import type { InjectionTemplatesArgs } from "../injection/given/read-templates";
import type { ControlPlaneArgs } from "./args";
import type { ConfigClusterArgs, ExternalIstiodArgs } from "./external/args";
import type { RemoteIstiodArgs } from "./remote/args";

export const INJECTION_TEMPLATES_SHAPE = {
  from: { required: "string" },
} satisfies FieldsOf<InjectionTemplatesArgs>;

export const CONFIG_CLUSTER_SHAPE = {
  discoveryAddress: { required: "Input<string>" },
  rootCertificates: "string",
  sharedMeshConfig: "string",
} satisfies FieldsOf<ConfigClusterArgs>;

export const EXTERNAL_ISTIOD_SHAPE = {
  configCluster: { fields: CONFIG_CLUSTER_SHAPE },
} satisfies FieldsOf<ExternalIstiodArgs>;

export const REMOTE_ISTIOD_SHAPE = {
  address: "Input<string>",
  addressType: "string",
  webhookUrl: "Input<string>",
  webhookCertificateAuthorityPem: "Input<string>",
  injectionPath: "string",
  configCluster: "boolean",
} satisfies FieldsOf<RemoteIstiodArgs>;

export const CONTROL_PLANE_SHAPE = {
  ...INSTALL_SOURCE_SHAPE,
  ...SCHEDULING_SHAPE,
  ...IP_FAMILY_SHAPE,
  istioVersion: "string",
  profile: "string",
  namespace: "string",
  revision: "string",
  isDefault: "boolean",
  hub: "Input<string>",
  tag: "Input<string>",
  variant: "string",
  platform: "string",
  cni: "boolean",
  ztunnelNamespace: "string",
  imagePullSecrets: { list: "string" },
  meshConfig: "any",
  replicas: "number",
  autoscale: { fields: AUTOSCALE_SHAPE },
  resources: { fields: RESOURCES_SHAPE },
  proxyResources: { fields: RESOURCES_SHAPE },
  injectionTemplates: { fields: INJECTION_TEMPLATES_SHAPE },
  env: "any",
  unknownEnv: { each: "Input<string>" },
  traceSampling: "number",
  logLevel: "string",
  logAsJson: "boolean",
  clusterDomain: "string",
  meshId: "string",
  clusterName: "string",
  network: "string",
  externalAuthority: { fields: EXTERNAL_AUTHORITY_SHAPE },
  authoritySecret: "string",
  remote: { fields: REMOTE_ISTIOD_SHAPE },
  external: { fields: EXTERNAL_ISTIOD_SHAPE },
  networkPolicy: "boolean",
  readerServiceAccount: "boolean",
} satisfies FieldsOf<ControlPlaneArgs>;
