import type { FieldsOf } from "../arguments/shape";
import { AUTOSCALE_SHAPE, IP_FAMILY_SHAPE, RESOURCES_SHAPE, SCHEDULING_SHAPE } from "../arguments/shared";
import { INSTALL_SOURCE_SHAPE } from "../charts/shape";
import type { GatewayArgs, GatewayPortArgs } from "./args";

export const GATEWAY_PORT_SHAPE = {
  name: { required: "string" },
  port: { required: "number" },
  targetPort: "number",
  nodePort: "number",
} satisfies FieldsOf<GatewayPortArgs>;

export const GATEWAY_SHAPE = {
  ...INSTALL_SOURCE_SHAPE,
  ...SCHEDULING_SHAPE,
  ...IP_FAMILY_SHAPE,
  istioVersion: "string",
  direction: "string",
  gatewayName: "string",
  namespace: "string",
  profile: "string",
  platform: "string",
  revision: "string",
  labels: { each: "string" },
  ports: { list: { fields: GATEWAY_PORT_SHAPE } },
  privilegedPorts: "boolean",
  network: "string",
  crossNetworkHosts: { list: "string" },
  exposeControlPlane: "boolean",
  clusterDomain: "string",
  serviceType: "string",
  serviceAnnotations: { each: "Input<string>" },
  loadBalancerIP: "Input<string>",
  loadBalancerClass: "string",
  externalIPs: { list: "Input<string>" },
  loadBalancerSourceRanges: { list: "string" },
  externalTrafficPolicy: "string",
  replicas: "number",
  autoscale: { fields: AUTOSCALE_SHAPE },
  resources: { fields: RESOURCES_SHAPE },
  env: { each: "Input<string>" },
  podAnnotations: { each: "string" },
  furtherTemplates: { list: "string" },
  imagePullSecrets: { list: "string" },
  networkPolicy: "boolean",
} satisfies FieldsOf<GatewayArgs>;
