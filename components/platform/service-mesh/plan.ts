import { compileMesh } from "../../compile";
import type { Manifest } from "../../compile/manifest";
import { MeshError, type Problem } from "../../intent/problem";
import type { CertificateAuthorityArgs } from "../certificate-authority";
import { authorityProblems } from "../certificate-authority/problems";
import type { ControlPlaneArgs } from "../control-plane";
import { Profile } from "../control-plane";
import { controlPlaneProblems } from "../control-plane/settings";
import type { CrdsArgs } from "../crds";
import { type InjectionArgs, type NamespaceArgs, SidecarInjection } from "../enrolment";
import { injectionProblems } from "../enrolment/objects";
import type { GatewayArgs } from "../gateway";
import { gatewayProblems } from "../gateway/settings";
import { meshResourcesProblems } from "../mesh-resources/mesh-resources";
import { printed } from "../problems";
import { DEFAULT_ROOT_NAMESPACE } from "../versions";
import type { ServiceMeshArgs, ServiceMeshOptions } from "./args";

/** The arguments of every part. A part that is switched off is absent, never empty. */
export interface ServiceMeshPlan {
  readonly rootNamespace: string;
  readonly crds?: CrdsArgs;
  readonly injection: InjectionArgs;
  readonly certificateAuthority?: CertificateAuthorityArgs;
  readonly controlPlane: ControlPlaneArgs;
  readonly gateways: ReadonlyMap<string, GatewayArgs>;
  readonly manifests: readonly Manifest[];
}

const USUAL_GATEWAYS: Readonly<Record<Profile, NonNullable<ServiceMeshArgs["gateways"]>>> = {
  minimal: {},
  default: { "istio-ingressgateway": {} },
  demo: { "istio-ingressgateway": {}, "istio-egressgateway": { direction: "egress" } },
};

/** Only the fields that are set: an absent argument and an undefined one are different things to a strict compiler. */
function given<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

function at(prefix: string, problems: readonly Problem[]): Problem[] {
  return problems.map((problem) => ({ ...problem, path: `${prefix}.${problem.path}` }));
}

function namespacesOf(args: ServiceMeshArgs): Record<string, NamespaceArgs> {
  const { controlPlane, revision, rootNamespace } = args;
  const network = controlPlane?.network;
  const root: NamespaceArgs = { injection: SidecarInjection.OnRequest, ...rootNamespace };
  const byRevision = (namespace: NamespaceArgs): NamespaceArgs =>
    revision === undefined || (namespace.injection ?? SidecarInjection.Enabled) !== SidecarInjection.Enabled
      ? namespace
      : { revision, ...namespace };
  return {
    [args.namespace ?? DEFAULT_ROOT_NAMESPACE]:
      // istiod tells by this label which network the cluster's endpoints are on.
      network === undefined
        ? root
        : { ...root, labels: { ...root.labels, "topology.istio.io/network": network } },
    ...Object.fromEntries(
      Object.entries(args.namespaces ?? {}).map(([name, namespace]) => [name, byRevision(namespace)]),
    ),
  };
}

/** Compiles the mesh; what is wrong with it is reported together with what is wrong elsewhere. */
function compiled(
  args: ServiceMeshArgs,
  opts: ServiceMeshOptions | undefined,
  problems: Problem[],
): Manifest[] {
  const manifests = [...(args.manifests ?? [])];
  if (args.mesh === undefined) return manifests;
  try {
    const { clusterDomain, meshConfig } = args.controlPlane ?? {};
    const options = given({
      clusterDomain,
      trustDomain: meshConfig?.trustDomain,
      rootNamespace: args.namespace,
      transform: opts?.transform,
    });
    return [...compileMesh(args.mesh, options), ...manifests];
  } catch (error) {
    if (!(error instanceof MeshError)) throw error;
    problems.push(...at("mesh", error.problems));
    return manifests;
  }
}

function undeclaredNamespace(path: string, namespace: string): Problem {
  return {
    id: "platform/undeclared-namespace",
    path,
    message:
      "is in a namespace that the mesh does not know: it would not exist yet, or its pods would have no sidecars",
    got: printed(namespace),
    expected: "one of `namespaces`",
    fix: `Add \`namespaces: { ${printed(namespace)}: {} }\`, with \`ownership: "adopt"\` where it exists already`,
  };
}

/**
 * Works out what each part of the mesh gets.
 *
 * @param problems receives everything that is wrong, of all parts
 */
export function planServiceMesh(
  args: ServiceMeshArgs,
  opts: ServiceMeshOptions | undefined,
  problems: Problem[],
): ServiceMeshPlan {
  const shared = given({
    istioVersion: args.istioVersion,
    profile: args.profile,
    namespace: args.namespace,
    revision: args.revision,
  });
  const { istioVersion: _, ...ofGateways } = shared;
  const rootNamespace = args.namespace ?? DEFAULT_ROOT_NAMESPACE;
  if (args.namespaces !== undefined && rootNamespace in args.namespaces) {
    problems.push({
      id: "platform/two-root-namespaces",
      path: `namespaces.${rootNamespace}`,
      message: "is the root namespace, which has its own argument",
      fix: "Move it to `rootNamespace`",
    });
  }
  const controlPlane: ControlPlaneArgs = {
    ...args.controlPlane,
    ...shared,
    ...given({ hub: args.hub, tag: args.tag }),
  };
  problems.push(...controlPlaneProblems(controlPlane));

  const injection: InjectionArgs = { namespaces: namespacesOf(args) };
  problems.push(...injectionProblems(injection));
  const declared = new Set(Object.keys(injection.namespaces));

  const gateways = new Map<string, GatewayArgs>();
  const usual = USUAL_GATEWAYS[args.profile ?? Profile.Default] as ServiceMeshArgs["gateways"];
  for (const [name, gateway] of Object.entries(args.gateways ?? usual ?? {})) {
    const full: GatewayArgs = { ...ofGateways, ...gateway, gatewayName: name };
    gateways.set(name, full);
    problems.push(...at(`gateways.${name}`, gatewayProblems(full)));
    if (full.namespace !== undefined && !declared.has(full.namespace)) {
      problems.push(undeclaredNamespace(`gateways.${name}.namespace`, full.namespace));
    }
  }

  const certificateAuthority =
    args.certificateAuthority === false
      ? undefined
      : { ...args.certificateAuthority, ...given({ namespace: args.namespace }) };
  if (certificateAuthority !== undefined) {
    problems.push(...at("certificateAuthority", authorityProblems(certificateAuthority)));
  }

  const manifests = compiled(args, opts, problems);
  if (manifests.length > 0) problems.push(...meshResourcesProblems({ manifests }));
  const undeclared = new Set(
    manifests.flatMap(({ metadata: { namespace } }) =>
      namespace === undefined || declared.has(namespace) ? [] : [namespace],
    ),
  );
  problems.push(...[...undeclared].map((namespace) => undeclaredNamespace("mesh", namespace)));

  return {
    rootNamespace,
    ...(args.crds === false ? {} : { crds: { ...args.crds, ...given({ istioVersion: args.istioVersion }) } }),
    injection,
    ...(certificateAuthority === undefined ? {} : { certificateAuthority }),
    controlPlane,
    gateways,
    manifests,
  };
}
