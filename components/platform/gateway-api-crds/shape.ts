import type { FieldsOf } from "../arguments/shape";
import type { GatewayApiCrdsArgs } from "./args";

export const GATEWAY_API_CRDS_SHAPE = {
  ownership: "string",
  bundleVersion: "string",
  kinds: { list: "string" },
  istioVersion: "string",
  kubeconfig: "Input<string>",
} satisfies FieldsOf<GatewayApiCrdsArgs>;
