import type { Problem } from "../intent/problem";
import { show } from "../intent/show";
import type { Compiled, Source } from "./compiled";
import { identify, type MeshManifest } from "./mesh-manifest";
import { VERSION } from "./gateway-api/names";
import type { ServiceManifest } from "./gateway-api/service-manifest";
import type { NetworkPolicyManifest } from "./network-policy-manifest";
import type {
  AuthorizationPolicyManifest,
  DestinationRuleManifest,
  EnvoyFilterManifest,
  GatewayManifest,
  PeerAuthenticationManifest,
  ProxyConfigManifest,
  RequestAuthenticationManifest,
  ServiceEntryManifest,
  SidecarManifest,
  TelemetryManifest,
  VirtualServiceManifest,
  WorkloadEntryManifest,
  WorkloadGroupManifest,
} from "./types";
import type * as gatewayApi from "./types/gateway-api";

/** Gives an object the fields that the intent does not model. It returns a changed copy, or the object as it is. */
export type Transform<T> = (manifest: T, source: Source) => T;

/**
 * One hook per kind; it sees every object of that kind.
 *
 * @example
 * compileMesh(shop, {
 *   transform: { virtualService: (vs) => ({ ...vs, spec: { ...vs.spec, exportTo: ["."] } }) },
 * });
 */
export interface Transforms {
  readonly authorizationPolicy?: Transform<AuthorizationPolicyManifest>;
  readonly backendTLSPolicy?: Transform<gatewayApi.BackendTLSPolicyManifest>;
  readonly destinationRule?: Transform<DestinationRuleManifest>;
  readonly envoyFilter?: Transform<EnvoyFilterManifest>;
  /** Gateways of Istio's own. */
  readonly gateway?: Transform<GatewayManifest>;
  readonly grpcRoute?: Transform<gatewayApi.GRPCRouteManifest>;
  readonly httpRoute?: Transform<gatewayApi.HTTPRouteManifest>;
  /** Gateways of the Gateway API. */
  readonly kubernetesGateway?: Transform<gatewayApi.GatewayManifest>;
  readonly listenerSet?: Transform<gatewayApi.ListenerSetManifest>;
  /** NetworkPolicies that mirror the calls of the mesh. */
  readonly meshNetworkPolicy?: Transform<NetworkPolicyManifest>;
  readonly peerAuthentication?: Transform<PeerAuthenticationManifest>;
  readonly proxyConfig?: Transform<ProxyConfigManifest>;
  readonly requestAuthentication?: Transform<RequestAuthenticationManifest>;
  readonly referenceGrant?: Transform<gatewayApi.ReferenceGrantManifest>;
  readonly serviceEntry?: Transform<ServiceEntryManifest>;
  readonly sidecar?: Transform<SidecarManifest>;
  readonly telemetry?: Transform<TelemetryManifest>;
  readonly tcpRoute?: Transform<gatewayApi.TCPRouteManifest>;
  readonly tlsRoute?: Transform<gatewayApi.TLSRouteManifest>;
  /** Services that the mesh writes: of subsets, which routes of the Gateway API lead to, and those of `createService`. */
  readonly versionService?: Transform<ServiceManifest>;
  readonly virtualService?: Transform<VirtualServiceManifest>;
  readonly workloadEntry?: Transform<WorkloadEntryManifest>;
  readonly workloadGroup?: Transform<WorkloadGroupManifest>;
}

const HOOKS: Readonly<Record<MeshManifest["kind"], keyof Transforms>> = {
  AuthorizationPolicy: "authorizationPolicy",
  BackendTLSPolicy: "backendTLSPolicy",
  DestinationRule: "destinationRule",
  EnvoyFilter: "envoyFilter",
  Gateway: "gateway",
  GRPCRoute: "grpcRoute",
  HTTPRoute: "httpRoute",
  ListenerSet: "listenerSet",
  NetworkPolicy: "meshNetworkPolicy",
  PeerAuthentication: "peerAuthentication",
  ProxyConfig: "proxyConfig",
  RequestAuthentication: "requestAuthentication",
  ReferenceGrant: "referenceGrant",
  Service: "versionService",
  ServiceEntry: "serviceEntry",
  Sidecar: "sidecar",
  Telemetry: "telemetry",
  TCPRoute: "tcpRoute",
  TLSRoute: "tlsRoute",
  VirtualService: "virtualService",
  WorkloadEntry: "workloadEntry",
  WorkloadGroup: "workloadGroup",
};

/** Names of all hooks. */
export const TRANSFORM_HOOKS: readonly string[] = [...Object.values(HOOKS), "kubernetesGateway"];

/** Two kinds are called Gateway. */
function hookOf({ apiVersion, kind }: MeshManifest): keyof Transforms {
  return kind === "Gateway" && apiVersion === VERSION ? "kubernetesGateway" : HOOKS[kind];
}

/**
 * The object after its hook. A hook cannot change which object it is: names are what the other objects refer to.
 *
 * @param problems receives what a hook did wrong
 */
export function transformed(
  { manifest, source }: Compiled,
  transforms: Transforms,
  problems: Problem[],
): MeshManifest {
  const name = hookOf(manifest);
  // The kind of the object chose the hook, which the compiler cannot follow through the table.
  const hook = transforms[name] as Transform<MeshManifest> | undefined;
  if (hook === undefined) return manifest;
  const report = (message: string, got: unknown, expected: string, fix: string): MeshManifest => {
    problems.push({
      id: "compile/transform",
      path: `transform.${name}`,
      message: `${message}, for ${identify(manifest)}`,
      got: show(got),
      expected,
      fix,
    });
    return manifest;
  };
  let result: unknown;
  try {
    result = hook(manifest, source);
  } catch (error) {
    return report("threw", error instanceof Error ? error.message : error, "a manifest", "correct the hook");
  }
  if (!isManifest(result)) {
    return report(
      "did not return an object",
      result,
      "a manifest",
      "return the one it was given, or a changed copy",
    );
  }
  const before = identityOf(manifest);
  if (identityOf(result) !== before) {
    return report(
      "changed which object it is",
      identityOf(result),
      before,
      "keep apiVersion, kind, name and namespace",
    );
  }
  return result;
}

function isManifest(value: unknown): value is MeshManifest {
  if (typeof value !== "object" || value === null || !("metadata" in value)) return false;
  return typeof value.metadata === "object" && value.metadata !== null;
}

function identityOf({ apiVersion, kind, metadata }: MeshManifest): string {
  return [apiVersion, kind, metadata.namespace, metadata.name].join("/");
}
