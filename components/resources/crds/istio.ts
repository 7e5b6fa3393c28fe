import stored from "./istio-1.31.1.json";
import { expandCrdSet, type CrdSet, type CustomResourceDefinition } from "./crd-set";

/** The custom resources of Istio, as stored. */
export const istioCrds = stored as CrdSet;

/**
 * The CustomResourceDefinitions that Istio needs in a cluster: structure, defaults and CEL rules complete, no prose.
 *
 * @example for (const crd of istioCustomResourceDefinitions()) console.log(crd.metadata.name);
 */
export function istioCustomResourceDefinitions(): CustomResourceDefinition[] {
  return expandCrdSet(istioCrds);
}
