import { type AmbientNamespace, compileMesh, compileSlos, type RuleGroup } from "../../compile";
import type { Manifest } from "../../compile/manifest";
import type { MeshIntent } from "../../intent/intent";
import { MeshError, type InputProblem } from "../../intent/problem";
import { bucketAnnotation } from "../../intent/slo";
import { GATEWAY_API_GROUP } from "../../resources/crds";
import type { AdmissionPoliciesArgs } from "../admission";
import type { CertificateAuthorityArgs } from "../certificate-authority";
import { DEFAULTS as AUTHORITY_DEFAULTS } from "../certificate-authority/defaults";
import { type ChartArgs, InstallSource } from "../charts";
import type { InstallSourceArgs } from "../charts/args";
import { hookProblems } from "../charts/install";
import { chartWithoutHelm } from "../charts/problems";
import type { CniArgs } from "../cni";
import type { MeshComponentOptions } from "../component";
import { cniProblems, cniSettings } from "../cni/settings";
import type { ControlPlaneArgs } from "../control-plane";
import { Profile } from "../control-plane";
import { controlPlaneProblems } from "../control-plane/settings";
import type { CrdsArgs } from "../crds";
import {
  DataplaneMode,
  type InjectionArgs,
  type NamespaceArgs,
  PodSecurity,
  SidecarInjection,
} from "../enrolment";
import { injectionOf, injectionProblems } from "../enrolment/objects";
import type { GatewayArgs } from "../gateway";
import { gatewayProblems } from "../gateway/settings";
import type { GatewayApiCrdsArgs } from "../gateway-api-crds";
import { gatewayApiCrdsProblems, isRead } from "../gateway-api-crds/required";
import { meshResourcesProblems } from "../mesh-resources/mesh-resources";
import { Platform, platformDefaults } from "../platforms";
import type { RateLimitServiceArgs } from "../rate-limit-service";
import { rateLimitServiceProblems } from "../rate-limit-service/settings";
import { choiceProblems, printed } from "../problems";
import { DEFAULT_ROOT_NAMESPACE } from "../versions";
import type { ZtunnelArgs } from "../ztunnel";
import { ztunnelProblems, ztunnelSettings } from "../ztunnel/settings";
import type { RevisionTagArgs } from "../revision-tag";
import { revisionTagProblems } from "../revision-tag/objects";
import type { TelemetryStackArgs } from "../telemetry-stack";
import { telemetryStackProblems } from "../telemetry-stack/problems";
import { DEFAULT_TELEMETRY_NAMESPACE } from "../telemetry-stack/settings";
import { admissionOf } from "./admission";
import type { ServiceMeshArgs, ServiceMeshOptions } from "./args";
import { authorityOf, authorityPaths, spireProblems, ztunnelAuthority } from "./authority";
import { withServerPorts } from "./gateway-ports";
import { planCredentials, type PlannedCredential } from "./credentials";
import { hostsOfProviders, providerReferenceProblems, withProviders } from "./telemetry-providers";

/** The arguments of every part. A part that is switched off is absent, never empty. */
export interface ServiceMeshPlan {
  readonly rootNamespace: string;
  readonly crds?: CrdsArgs;
  readonly gatewayApi?: GatewayApiCrdsArgs;
  readonly injection: InjectionArgs;
  readonly certificateAuthority?: CertificateAuthorityArgs;
  readonly controlPlane: ControlPlaneArgs;
  readonly revisionTags: readonly RevisionTagArgs[];
  readonly cni?: CniArgs;
  readonly ztunnel?: ZtunnelArgs;
  readonly telemetry?: TelemetryStackArgs;
  readonly rateLimit?: RateLimitServiceArgs;
  readonly gateways: ReadonlyMap<string, GatewayArgs>;
  readonly credentials: readonly PlannedCredential[];
  readonly admission?: AdmissionPoliciesArgs;
  readonly manifests: readonly Manifest[];
}

const USUAL_GATEWAYS: Readonly<Record<Profile, NonNullable<ServiceMeshArgs["gateways"]>>> = {
  minimal: {},
  default: { "istio-ingressgateway": {} },
  demo: { "istio-ingressgateway": {}, "istio-egressgateway": { direction: "egress" } },
  ambient: {},
};

/** Only the fields that are set: an absent argument and an undefined one are different things to a strict compiler. */
function given<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

function at(prefix: string, problems: readonly InputProblem[]): InputProblem[] {
  return problems.map((problem) => ({ ...problem, path: `${prefix}.${problem.path}` }));
}

/**
 * The namespace of the telemetry stack, unless it is declared. Its pods have no proxies: it must tell what is wrong when
 * the mesh is, and proxies that send it spans would trace themselves.
 */
function telemetryNamespace({ telemetry }: ServiceMeshArgs): Record<string, NamespaceArgs> {
  if (telemetry === undefined || telemetry === false) return {};
  return {
    [telemetry.namespace ?? DEFAULT_TELEMETRY_NAMESPACE]: {
      injection: SidecarInjection.Disabled,
      podSecurity: PodSecurity.Restricted,
    },
  };
}

/** The rate-limit service, where the mesh has limits that it counts; a mesh that is wrong is reported where it is compiled. */
function rateLimitOf(args: ServiceMeshArgs, problems: InputProblem[]): RateLimitServiceArgs | undefined {
  const { mesh, rateLimit } = args;
  if (mesh === undefined || rateLimit === false || mesh.validate().length > 0) return undefined;
  if (rateLimit === undefined && mesh.intent().globalRateLimits.length === 0) return undefined;
  const full: RateLimitServiceArgs = {
    mesh,
    ...given({
      imagePullSecrets: args.controlPlane?.imagePullSecrets,
      clusterDomain: args.controlPlane?.clusterDomain,
      trustDomain: args.controlPlane?.meshConfig?.trustDomain,
    }),
    ...rateLimit,
  };
  problems.push(...at("rateLimit", rateLimitServiceProblems(full)));
  return full;
}

/** Its namespace, unless it is declared. Its pods are part of the mesh: calls to them are in mutual TLS. */
function rateLimitNamespace(rateLimit: RateLimitServiceArgs | undefined): Record<string, NamespaceArgs> {
  if (rateLimit === undefined) return {};
  return { [rateLimit.mesh.intent().rateLimitService.namespace]: {} };
}

/** What the services promise, as rules; a mesh that is wrong is reported where it is compiled. */
function objectivesOf({ mesh }: ServiceMeshArgs): readonly RuleGroup[] {
  return mesh === undefined || mesh.validate().length > 0 ? [] : compileSlos(mesh);
}

/** What gateways carry, as callers at which promises are measured. */
function measuringCallers(slos: MeshIntent["slos"]): Readonly<Record<string, string>> | undefined {
  const thresholds = slos.flatMap(({ annotated, reporter, under }) =>
    annotated === true && reporter === "source" && under !== undefined ? [under] : [],
  );
  return thresholds.length === 0 ? undefined : bucketAnnotation(thresholds);
}

/** Compiled objects cannot be changed, arguments could be: copies. */
function asArguments(groups: readonly RuleGroup[]): NonNullable<TelemetryStackArgs["ruleGroups"]> {
  return structuredClone(groups) as NonNullable<TelemetryStackArgs["ruleGroups"]>;
}

/** The arguments of the telemetry stack; absent where it is not wanted. */
function telemetryOf(args: ServiceMeshArgs, problems: InputProblem[]): TelemetryStackArgs | undefined {
  const { telemetry } = args;
  if (telemetry === undefined && objectivesOf(args).length > 0) {
    problems.push({
      id: "platform/objectives-unwatched",
      path: "telemetry",
      message: "is not there, so nobody watches what the services of the mesh promise",
      got: "nothing",
      expected:
        "a telemetry stack; with `prometheus: { operator: true }` the rules go to the Prometheus that you have",
      fix: "Set `telemetry: {}`, or `telemetry: false` where you use what `compileSlos` returns yourself",
    });
  }
  if (telemetry === undefined || telemetry === false) return undefined;
  const promised = objectivesOf(args);
  const full: TelemetryStackArgs = {
    ...telemetry,
    ...(promised.length === 0
      ? {}
      : { ruleGroups: [...asArguments(promised), ...(telemetry.ruleGroups ?? [])] }),
    ...given({ rootNamespace: args.namespace, clusterDomain: args.controlPlane?.clusterDomain }),
  };
  problems.push(...at("telemetry", telemetryStackProblems(full)));
  return full;
}

function namespacesOf(
  args: ServiceMeshArgs,
  rateLimit: RateLimitServiceArgs | undefined,
): Record<string, NamespaceArgs> {
  const { controlPlane, revision, rootNamespace } = args;
  const network = controlPlane?.network;
  const root: NamespaceArgs = { injection: SidecarInjection.OnRequest, ...rootNamespace };
  const byProfile = (namespace: NamespaceArgs): NamespaceArgs =>
    args.profile === Profile.Ambient && namespace.injection === undefined
      ? { dataplaneMode: DataplaneMode.Ambient, ...namespace }
      : namespace;
  const throughWaypoint = (namespace: NamespaceArgs): NamespaceArgs =>
    namespace.waypoint === undefined || namespace.waypoint === NO_WAYPOINT
      ? namespace
      : { ...namespace, labels: { ...THROUGH_WAYPOINT, ...namespace.labels } };
  const byRevision = (namespace: NamespaceArgs): NamespaceArgs =>
    revision === undefined || injectionOf(namespace) !== SidecarInjection.Enabled
      ? namespace
      : { revision, ...namespace };
  return {
    [args.namespace ?? DEFAULT_ROOT_NAMESPACE]:
      // istiod tells by this label which network the cluster's endpoints are on.
      network === undefined
        ? root
        : { ...root, labels: { ...root.labels, "topology.istio.io/network": network } },
    ...telemetryNamespace(args),
    ...Object.fromEntries(
      Object.entries({ ...rateLimitNamespace(rateLimit), ...args.namespaces }).map(([name, namespace]) => [
        name,
        throughWaypoint(byRevision(byProfile(namespace))),
      ]),
    ),
  };
}

/** The namespaces that are in ambient, as the compiler is told of them; absent where none is. */
function ambientOf(args: ServiceMeshArgs): Record<string, AmbientNamespace> | undefined {
  const found = Object.entries(namespacesOf(args, undefined)).flatMap(([name, namespace]) => {
    if (namespace.dataplaneMode !== DataplaneMode.Ambient) return [];
    const { waypoint, waypointNamespace } = namespace;
    const named = waypoint === NO_WAYPOINT ? undefined : waypoint;
    return [[name, given({ waypoint: named, waypointNamespace: named && waypointNamespace })] as const];
  });
  return found.length === 0 ? undefined : Object.fromEntries(found);
}

/** Compiles the mesh; what is wrong with it is reported together with what is wrong elsewhere. */
function compiled(
  args: ServiceMeshArgs,
  opts: ServiceMeshOptions | undefined,
  keepInScope: readonly string[],
  problems: InputProblem[],
): Manifest[] {
  const manifests = [...(args.manifests ?? [])];
  if (args.mesh === undefined) return manifests;
  try {
    const { clusterDomain, meshConfig } = args.controlPlane ?? {};
    const options = given({
      api: args.api,
      ambient: ambientOf(args),
      clusterDomain,
      trustDomain: meshConfig?.trustDomain,
      rootNamespace: args.namespace,
      keepInScope,
      transform: opts?.transform,
    });
    return [...compileMesh(args.mesh, options), ...manifests];
  } catch (error) {
    if (!(error instanceof MeshError)) throw error;
    // A hook of the program may refuse, too, and need not say all of it.
    const complete = error.problems.map((problem) => ({
      got: "an object of this mesh",
      expected: "one that the program's own hooks take",
      ...problem,
    }));
    problems.push(...at("mesh", complete));
    return manifests;
  }
}

/** What stands for a waypoint where there is to be none. */
const NO_WAYPOINT = "none";

/** Without it, gateways pass waypoints by, and with them what is denied there. */
const THROUGH_WAYPOINT = { "istio.io/ingress-use-waypoint": "true" };

/** Kubernetes' own namespace, where agents of the nodes may run without the mesh having made it. */
const SYSTEM_NAMESPACE = "kube-system";

/** Where the objects of a part come from: as the part says, or as the mesh does. */
function sourceOf(
  args: ServiceMeshArgs,
  part: InstallSourceArgs = {},
): { readonly source?: InstallSource; readonly chart?: ChartArgs } {
  const source = part.source ?? args.source;
  return given({ source, chart: part.chart ?? (source === InstallSource.Helm ? args.chart : undefined) });
}

/** What is wrong with where the parts come from, as far as no part knows it by itself. */
function sourcesProblems(
  args: ServiceMeshArgs,
  opts: ServiceMeshOptions | undefined,
  parts: Readonly<Record<string, InstallSourceArgs | undefined>>,
): InputProblem[] {
  const fromCharts = Object.entries(parts).filter(([, part]) => part?.source === InstallSource.Helm);
  const hooks = fromCharts.flatMap(([path, part]) =>
    hookProblems(part ?? {}, opts as MeshComponentOptions | undefined).map((problem) => ({
      ...problem,
      message: `${problem.message}: \`${path}\``,
    })),
  );
  return args.chart === undefined || fromCharts.length > 0 ? hooks : [chartWithoutHelm(args)];
}

/** The arguments of the agents on the nodes; each absent where it is not installed. */
function agentsOf(args: ServiceMeshArgs): { readonly cni?: CniArgs; readonly ztunnel?: ZtunnelArgs } {
  const { cni, ztunnel, controlPlane, namespace, profile } = args;
  const ambient = profile === Profile.Ambient;
  const platform = platformDefaults(args.platform);
  const { istioVersion, revision, hub, tag, variant } = args;
  const shared = given({ istioVersion, profile, revision, hub, tag, variant, platform: args.platform });
  const pullSecrets = given({ imagePullSecrets: controlPlane?.imagePullSecrets });
  const ownNamespace = given({ namespace: platform.agentNamespace ?? namespace });
  const withCni = cni !== false && (cni !== undefined || ambient || platform.cniProvider === "multus");
  const withZtunnel = ztunnel !== false && (ztunnel !== undefined || ambient);
  return {
    ...(withCni
      ? { cni: { ...pullSecrets, ...ownNamespace, ...cni, ...sourceOf(args, cni), ...shared } }
      : {}),
    ...(withZtunnel
      ? {
          ztunnel: {
            ...pullSecrets,
            ...ownNamespace,
            ...ztunnel,
            ...sourceOf(args, ztunnel),
            ...shared,
            ...given({
              controlPlaneNamespace: namespace,
              clusterName: controlPlane?.clusterName,
              network: controlPlane?.network,
              ...ztunnelAuthority(args, ztunnel),
            }),
          },
        }
      : {}),
  };
}

/** The definitions of the Gateway API that the mesh needs; absent where it needs none, or has them from elsewhere. */
function gatewayApiOf(
  args: ServiceMeshArgs,
  manifests: readonly Manifest[],
  problems: InputProblem[],
): { readonly gatewayApi?: GatewayApiCrdsArgs } {
  const kinds = manifests
    .filter(({ apiVersion }) => apiVersion.startsWith(`${GATEWAY_API_GROUP}/`))
    .map(({ kind }) => kind);
  if (args.gatewayApi === false || (args.gatewayApi === undefined && kinds.length === 0)) return {};
  // istiod makes the classes that Gateways name.
  const used = [...kinds, ...(kinds.includes("Gateway") ? ["GatewayClass"] : [])].filter(isRead);
  const gatewayApi: GatewayApiCrdsArgs = {
    ...args.gatewayApi,
    ...given({ istioVersion: args.istioVersion }),
    ...(used.length > 0 ? { kinds: [...new Set(used)].sort() } : {}),
  };
  problems.push(...at("gatewayApi", gatewayApiCrdsProblems(gatewayApi)));
  return { gatewayApi };
}

function undeclaredNamespace(path: string, namespace: string): InputProblem {
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

/** Days that the mesh's own authority lives, from when it is made; unlimited, as far as is known, where it came issued. */
function authorityLife({ issued, newIntermediate }: CertificateAuthorityArgs): number {
  return issued === undefined
    ? (newIntermediate?.validityDays ?? AUTHORITY_DEFAULTS.intermediateDays)
    : Infinity;
}

/** The tags of the control plane. */
function tagsOf(args: ServiceMeshArgs, problems: InputProblem[]): RevisionTagArgs[] {
  const { revision, namespace } = args;
  const tags = [...new Set(args.revisionTags)].map((tag) => ({ tag, ...given({ revision, namespace }) }));
  tags.forEach((tag) => problems.push(...at(`revisionTags.${tag.tag}`, revisionTagProblems(tag))));
  const unnamed = revision === undefined || revision === "default";
  if (unnamed && tags.some(({ tag }) => tag === "default") && args.controlPlane?.isDefault !== false) {
    problems.push({
      id: "platform/two-defaults",
      path: "revisionTags.default",
      message: "stands for the control plane that is the default already: pods would be injected twice",
      got: 'the tag "default"',
      expected: "a named `revision`, or `controlPlane: { isDefault: false }`",
      fix: "Remove the tag",
    });
  }
  return tags;
}

/** What keeps an agent, which reaches into its node, from starting in a namespace. */
function agentNamespaceProblems(
  path: string,
  namespace: string,
  { namespaces }: InjectionArgs,
): InputProblem[] {
  const declared = namespaces[namespace];
  if (declared === undefined) {
    return namespace === SYSTEM_NAMESPACE ? [] : [undeclaredNamespace(path, namespace)];
  }
  const { podSecurity } = declared;
  if (podSecurity === undefined || podSecurity === PodSecurity.Privileged) return [];
  return [
    {
      id: "platform/unprivileged-namespace",
      path,
      message: `refuses the agent's pods: it enforces the Pod Security Standard ${printed(podSecurity)}`,
      got: printed(namespace),
      expected: `a namespace with podSecurity ${printed(PodSecurity.Privileged)}, or ${printed(SYSTEM_NAMESPACE)}`,
      fix: `Set \`namespace: ${printed(SYSTEM_NAMESPACE)}\` here`,
    },
  ];
}

/** What is missing or in vain in a cluster whose istiod runs in another one. */
function remoteClusterProblems(args: ServiceMeshArgs): InputProblem[] {
  const { certificateAuthority, controlPlane, revisionTags = [], rootNamespace } = args;
  const problems: InputProblem[] = [];
  if (controlPlane?.remote?.configCluster !== true && rootNamespace?.controlPlaneClusters === undefined) {
    problems.push({
      id: "platform/nobody-in-charge",
      path: "rootNamespace.controlPlaneClusters",
      message: "is missing: no istiod would look after this cluster, and its pods would not be injected",
      got: "nothing",
      expected: "the name of the cluster that istiod runs in",
      fix: 'Add `rootNamespace: { controlPlaneClusters: ["…"] }`',
    });
  }
  if (certificateAuthority !== undefined && certificateAuthority !== false) {
    problems.push({
      id: "platform/not-in-remote-cluster",
      path: "certificateAuthority",
      message: "is read by nobody: istiod runs in another cluster, and signs with the authority there",
      got: "an authority",
      expected: "no value here",
      fix: "Set it on the mesh of that cluster",
    });
  }
  return [
    ...problems,
    ...revisionTags.map((tag) => ({
      id: "platform/not-in-remote-cluster",
      path: `revisionTags.${tag}`,
      message: "stands for an istiod of this cluster, and it runs in another one",
      got: printed(tag),
      expected: "no tags beside `remote`",
      fix: "Name the revision itself in `namespaces`",
    })),
  ];
}

/** What the component of the compiled objects is called, after the name of the mesh. */
export const MESH_RESOURCES = "resources";

/** What most parts follow from: one that is not known is reported once, and the rest is read as if it were not there. */
function withKnownChoices(args: ServiceMeshArgs, problems: InputProblem[]): ServiceMeshArgs {
  const wrong = [
    ...choiceProblems("profile", args.profile, Object.values(Profile)),
    ...choiceProblems("platform", args.platform, Object.values(Platform)),
  ];
  problems.push(...wrong);
  return wrong.reduce<ServiceMeshArgs>((rest, { path }) => ({ ...rest, [path]: undefined }), args);
}

/**
 * Works out what each part of the mesh gets.
 *
 * @param problems receives everything that is wrong, of all parts
 * @param name the Pulumi name of the mesh, so that a problem can say which resource it is about
 */
export function planServiceMesh(
  asked: ServiceMeshArgs,
  opts: ServiceMeshOptions | undefined,
  problems: InputProblem[],
  name = "mesh",
): ServiceMeshPlan {
  const args = withKnownChoices(asked, problems);
  const shared = given({
    istioVersion: args.istioVersion,
    profile: args.profile,
    namespace: args.namespace,
    revision: args.revision,
  });
  const ofGateways = { ...shared, ...given({ imagePullSecrets: args.controlPlane?.imagePullSecrets }) };
  const rootNamespace = args.namespace ?? DEFAULT_ROOT_NAMESPACE;
  if (args.namespaces !== undefined && rootNamespace in args.namespaces) {
    problems.push({
      id: "platform/two-root-namespaces",
      path: `namespaces.${rootNamespace}`,
      message: "is the root namespace, which has its own argument",
      got: printed(rootNamespace),
      expected: "namespaces of workloads and gateways",
      fix: "Move it to `rootNamespace`",
    });
  }
  const agents = agentsOf(args);
  const telemetry = telemetryOf(args, problems);
  const rateLimit = rateLimitOf(args, problems);
  if (agents.cni !== undefined) problems.push(...at("cni", cniProblems(agents.cni)));
  if (agents.ztunnel !== undefined) problems.push(...at("ztunnel", ztunnelProblems(agents.ztunnel)));
  const remote = args.controlPlane?.remote !== undefined;
  const readsNoConfiguration = remote && args.controlPlane?.remote?.configCluster !== true;
  if (remote) problems.push(...remoteClusterProblems(args));
  const signing = authorityOf(args);
  problems.push(...signing.problems);
  const { certificateAuthority } = signing;
  const controlPlane: ControlPlaneArgs = {
    // An istiod elsewhere has been told there.
    ...(agents.cni === undefined || remote ? {} : { cni: true }),
    ...(agents.ztunnel === undefined || remote
      ? {}
      : { ztunnelNamespace: ztunnelSettings(agents.ztunnel).namespace }),
    ...(readsNoConfiguration ? args.controlPlane : withProviders(args, telemetry, problems)),
    ...sourceOf(args, args.controlPlane),
    ...signing.controlPlane,
    ...shared,
    ...given({ hub: args.hub, tag: args.tag, variant: args.variant, platform: args.platform }),
  };
  problems.push(...authorityPaths(controlPlaneProblems(controlPlane)));

  const injection: InjectionArgs = { namespaces: namespacesOf(args, rateLimit) };
  problems.push(...injectionProblems(injection));
  const declared = new Set(Object.keys(injection.namespaces));

  for (const [agent, namespace] of [
    ["cni", agents.cni && cniSettings(agents.cni).namespace],
    ["ztunnel", agents.ztunnel && ztunnelSettings(agents.ztunnel).namespace],
  ] as const) {
    if (namespace === undefined) continue;
    problems.push(...agentNamespaceProblems(`${agent}.namespace`, namespace, injection));
  }
  if (agents.ztunnel !== undefined && args.profile !== Profile.Ambient) {
    problems.push({
      id: "platform/ztunnel-without-ambient",
      path: "ztunnel",
      message: "is for ambient, which the control plane of this profile does not serve",
      got: `profile ${printed(args.profile ?? Profile.Default)}`,
      expected: `profile ${printed(Profile.Ambient)}`,
      fix: "Change `profile`, and set the sizes that you want by their own arguments; or remove `ztunnel`",
    });
  }

  const gateways = new Map<string, GatewayArgs>();
  const usual = USUAL_GATEWAYS[args.profile ?? Profile.Default] as ServiceMeshArgs["gateways"];
  const intent = args.mesh === undefined || args.mesh.validate().length > 0 ? undefined : args.mesh.intent();
  const typed = intent?.gateways ?? [];
  const measured = measuringCallers(intent?.slos ?? []);
  for (const [name, gateway] of Object.entries(args.gateways ?? usual ?? {})) {
    const betweenClusters =
      gateway.direction === "eastwest"
        ? given({ network: args.controlPlane?.network, clusterDomain: args.controlPlane?.clusterDomain })
        : {};
    const said: GatewayArgs = {
      ...ofGateways,
      ...betweenClusters,
      ...given({ platform: args.platform }),
      ...gateway,
      ...(measured === undefined ? {} : { podAnnotations: { ...measured, ...gateway.podAnnotations } }),
      ...signing.gateway(gateway),
      ...sourceOf(args, gateway),
      gatewayName: name,
    };
    const full = withServerPorts(said, typed, `gateways.${name}`, problems);
    gateways.set(name, full);
    problems.push(...at(`gateways.${name}`, gatewayProblems(full)));
    if (full.namespace !== undefined && !declared.has(full.namespace)) {
      problems.push(undeclaredNamespace(`gateways.${name}.namespace`, full.namespace));
    }
  }

  problems.push(
    ...sourcesProblems(args, opts, {
      controlPlane,
      ...agents,
      ...Object.fromEntries([...gateways].map(([name, gateway]) => [`gateways.${name}`, gateway])),
    }),
  );

  const found = problems.length;
  const manifests = compiled(args, opts, hostsOfProviders(args, controlPlane.meshConfig), problems);
  const isCompiled = problems.length === found;
  if (manifests.length > 0)
    problems.push(...meshResourcesProblems({ manifests, rootNamespace }, `${name}-${MESH_RESOURCES}`));
  problems.push(...providerReferenceProblems(manifests, controlPlane.meshConfig, args.profile));
  const undeclared = new Set(
    manifests.flatMap(({ metadata: { namespace } }) =>
      namespace === undefined || declared.has(namespace) ? [] : [namespace],
    ),
  );
  problems.push(...[...undeclared].map((namespace) => undeclaredNamespace("mesh", namespace)));
  problems.push(...spireProblems(args, manifests));
  // An adopted authority keeps its key to itself.
  const authorityDays =
    certificateAuthority?.existing === undefined
      ? certificateAuthority && authorityLife(certificateAuthority)
      : undefined;
  // The gateways of a mesh that does not compile are not there to say what their certificates are for.
  const credentials = isCompiled
    ? planCredentials(
        {
          credentials: args.credentials,
          manifests,
          gateways,
          rootNamespace,
          declared,
          authorityDays,
          authorityConstraints: certificateAuthority?.newIntermediate?.nameConstraints,
        },
        problems,
      )
    : [];

  return {
    rootNamespace,
    ...(args.crds === false ? {} : { crds: { ...args.crds, ...given({ istioVersion: args.istioVersion }) } }),
    ...gatewayApiOf(args, manifests, problems),
    injection,
    ...(certificateAuthority === undefined ? {} : { certificateAuthority }),
    controlPlane,
    revisionTags: tagsOf(args, problems),
    ...agents,
    ...given({ telemetry, rateLimit, admission: admissionOf(args, manifests, problems) }),
    gateways,
    credentials,
    manifests,
  };
}
