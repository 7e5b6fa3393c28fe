import stored from "./gateway-api-1.6.0.json";
import { expandCrdSet, type CrdSet, type CustomResourceDefinition } from "./crd-set";

/** The custom resources of the Gateway API's standard channel, as stored. */
export const gatewayApiCrds = stored as CrdSet;

/**
 * The CustomResourceDefinitions of the Gateway API's standard channel: structure, defaults and CEL rules complete, no
 * prose. The set's safe-upgrade admission policy is not a definition and not part of it.
 */
export function gatewayApiCustomResourceDefinitions(): CustomResourceDefinition[] {
  return expandCrdSet(gatewayApiCrds);
}
