/**
 * What each proxy is told of the mesh. Istio by itself tells every proxy everything; with a scope it is told of what its
 * workload calls, as `allow` and the routes say.
 *
 * What the mesh configuration needs stays in every scope: the root namespace, the providers of traces and logs, external
 * authorizers, the rate-limit service, and the hosts that gateways share with the mesh. Externals are in the root namespace.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/sidecar/
 */
export interface ScopeSpec {
  /**
   * One Sidecar for each service's workloads, or one for each namespace, which has what any of its services calls.
   *
   * @default "workload"
   */
  readonly per?: "workload" | "namespace";
  /**
   * More that every proxy needs, as `namespace/host`, or a namespace with `legacy/*`. What the mesh configuration of a
   * `ServiceMesh` names is kept by itself, unless its host is an Output.
   *
   * @default - nothing
   */
  readonly keep?: readonly string[];
}

/** The proxies that hosts outside are reached through where `via: "egress"` says so. */
export interface EgressGatewaySpec {
  /** Where the gateway runs. @default "istio-system" */
  readonly namespace?: string;
  /** The name of its Service. @default "istio-egressgateway" */
  readonly service?: string;
  /** The labels of its proxies. @default { istio: "egressgateway" } */
  readonly selector?: Readonly<Record<string, string>>;
}
