/** The API group of Gateways and routes. */
export const GATEWAY_API_GROUP = "gateway.networking.k8s.io";

/** By it a definition says which release of the Gateway API it is from. */
export const BUNDLE_VERSION = `${GATEWAY_API_GROUP}/bundle-version`;

/** What istiod asks of one definition of the Gateway API. */
export interface GatewayApiRequirement {
  /** The version of the kind that istiod reads. */
  readonly served: string;
  /** Oldest release of the Gateway API whose definition istiod takes; it looks past the kind otherwise. */
  readonly minimum?: string;
}

/**
 * What istiod 1.31 asks, by the name of the definition; 1.30 asks the same, but nothing of TCPRoute's release.
 *
 * @see https://github.com/istio/istio/blob/master/pkg/config/schema/gatewayapi/minimumversions.go
 */
export const GATEWAY_API_REQUIREMENTS: ReadonlyMap<string, GatewayApiRequirement> = new Map(Object.entries({
  [`backendtlspolicies.${GATEWAY_API_GROUP}`]: { served: "v1", minimum: "1.4.0" },
  [`gatewayclasses.${GATEWAY_API_GROUP}`]: { served: "v1" },
  [`gateways.${GATEWAY_API_GROUP}`]: { served: "v1" },
  [`grpcroutes.${GATEWAY_API_GROUP}`]: { served: "v1", minimum: "1.1.0" },
  [`httproutes.${GATEWAY_API_GROUP}`]: { served: "v1" },
  [`listenersets.${GATEWAY_API_GROUP}`]: { served: "v1" },
  [`referencegrants.${GATEWAY_API_GROUP}`]: { served: "v1beta1" },
  [`tcproutes.${GATEWAY_API_GROUP}`]: { served: "v1", minimum: "1.6.0" },
  [`tlsroutes.${GATEWAY_API_GROUP}`]: { served: "v1", minimum: "1.5.0" },
}));

/**
 * Whether a release of the Gateway API is at least another. What follows the numbers of a release candidate does not
 * count, as istiod has it.
 *
 * @returns `undefined` where the text is no release
 * @example isAtLeast("v1.4.0-rc.2", "1.4.0") // true
 */
export function isAtLeast(version: string, minimum: string): boolean | undefined {
  const given = numbersOf(version);
  const wanted = numbersOf(minimum);
  if (given === undefined || wanted === undefined) return undefined;
  const index = given.findIndex((value, at) => value !== wanted[at]);
  return index < 0 || (given[index] ?? 0) > (wanted[index] ?? 0);
}

function numbersOf(version: string): readonly number[] | undefined {
  const match = /^v?(\d+)\.(\d+)(?:\.(\d+))?(?:[-+].*)?$/.exec(version);
  return match?.slice(1, 4).map((part) => Number(part ?? 0));
}
