import older from "./istio-1.30.3.json";
import stored from "./istio-1.31.1.json";
import { expandCrdSet, type CrdSet, type CustomResourceDefinition } from "./crd-set";

/** The custom resources of Istio, as stored, of the newest release that can be installed. */
export const istioCrds = stored as CrdSet;

/** The stored sets by minor release, which is what custom resources change with. */
const SETS: Readonly<Record<string, CrdSet>> = { "1.31": istioCrds, "1.30": older as CrdSet };

/**
 * The CustomResourceDefinitions that Istio needs in a cluster: structure, defaults and CEL rules complete, no prose.
 *
 * @param istioVersion release that they are for, for example "1.30.3"; without it, the newest one that can be installed
 * @throws RangeError for a release of which there are none
 * @example for (const crd of istioCustomResourceDefinitions()) console.log(crd.metadata.name);
 */
export function istioCustomResourceDefinitions(istioVersion?: string): CustomResourceDefinition[] {
  const set = istioVersion === undefined ? istioCrds : SETS[istioVersion.split(".").slice(0, 2).join(".")];
  if (set === undefined) {
    throw new RangeError(`no custom resources of Istio ${istioVersion}; there are ${Object.keys(SETS).join(", ")}`);
  }
  return expandCrdSet(set);
}
