import type * as pulumi from "@pulumi/pulumi";

import type { InputProblem } from "../../intent/problem";
import { CONTROL_PLANE_CHARTS, CONTROL_PLANE_TABLE } from "../charts/control-plane";
import { sourceProblems } from "../charts/problems";
import {
  externalAuthorityCombinationProblems,
  externalAuthorityProblems,
} from "../external-authority/problems";
import {
  EXTERNAL_AUTHORITY_ENV,
  type ExternalAuthoritySettings,
  externalAuthoritySettings,
} from "../external-authority/settings";
import { ImageVariant } from "../images";
import { ipFamilyProblems } from "../ip-families";
import { Platform, platformDefaults } from "../platforms";
import { choiceProblems, derivedProblems, labelProblems, printed } from "../problems";
import { readTemplates } from "../injection";
import { istiodEnvProblems } from "../istiod-env";
import type { MeshConfigArgs } from "../mesh-config";
import type { Scaling } from "../scaling";
import { scalingOf, scalingProblems } from "../scaling-args";
import { DEFAULT_ISTIO_VERSION, DEFAULT_ROOT_NAMESPACE, officialHub, versionProblems } from "../versions";
import type { ControlPlaneArgs, Resources } from "./args";
import { askedProblems } from "./asked-of-istiod";
import type { ConfigClusterArgs, ExternalIstiodArgs } from "./external/args";
import { externalProblems } from "./external/problems";
import { EXTERNAL_ENV, externalEnv } from "./external/settings";
import { meshConfigProblems } from "./mesh-config-problems";
import { Profile, PROFILES } from "./profile";
import { remoteProblems } from "./remote/problems";
import { type RemoteIstiod, remoteIstiod } from "./remote/settings";

/** Arguments with every default filled in. */
export interface ControlPlaneSettings {
  /** The arguments themselves, for whoever must tell a given value from a default. */
  readonly given: ControlPlaneArgs;
  readonly istioVersion: string;
  readonly profile: Profile;
  readonly namespace: string;
  /** `""` for the unnamed control plane. */
  readonly revision: string;
  /** Its injector answers, for those who name it and, where it has no name, for those who name none. */
  readonly isDefault: boolean;
  readonly hub: pulumi.Input<string>;
  readonly tag: pulumi.Input<string>;
  readonly variant: ImageVariant | undefined;
  readonly platform: Platform | undefined;
  /** Traffic is captured by the CNI node agent. */
  readonly cni: boolean;
  readonly ztunnelNamespace: string;
  readonly imagePullSecrets: readonly string[];
  readonly meshConfig: MeshConfigArgs;
  readonly scaling: Scaling;
  readonly resources: Resources;
  readonly env: Readonly<Record<string, pulumi.Input<string>>>;
  readonly traceSampling: number;
  readonly logLevel: string;
  readonly logAsJson: boolean;
  readonly clusterDomain: string;
  readonly meshId: string | undefined;
  readonly clusterName: string | undefined;
  readonly network: string | undefined;
  readonly networkPolicy: boolean;
  readonly readerServiceAccount: boolean;
  /** What follows from who signs in the place of istiod. */
  readonly authority: ExternalAuthoritySettings;
  readonly authoritySecret: string;
  /** Where istiod is, if it runs in another cluster. */
  readonly remote: RemoteIstiod | undefined;
  /** Whom istiod serves beside this cluster. */
  readonly external: ExternalIstiodArgs | undefined;
  /** The cluster that istiod reads mesh objects from, if it is another one. */
  readonly configCluster: ConfigClusterArgs | undefined;
}

/** Environment that follows from an argument; a second value under the same name would silently win or lose. */
const DERIVED_ENV: Readonly<Record<string, string>> = {
  REVISION: "revision",
  CLUSTER_ID: "clusterName",
  PILOT_TRACE_SAMPLING: "traceSampling",
};

/** The secret that istiod has always read its authority from. */
const DEFAULT_AUTHORITY_SECRET = "cacerts";

/** Every problem of the arguments, none when they are fine. */
export function controlPlaneProblems(args: ControlPlaneArgs): InputProblem[] {
  const sampling = args.traceSampling;
  return [
    ...sourceProblems(args, CONTROL_PLANE_TABLE, CONTROL_PLANE_CHARTS),
    ...versionProblems("istioVersion", args.istioVersion),
    ...choiceProblems("profile", args.profile, Object.values(Profile)),
    ...choiceProblems("variant", args.variant, Object.values(ImageVariant)),
    ...choiceProblems("platform", args.platform, Object.values(Platform)),
    ...labelProblems("namespace", args.namespace),
    ...labelProblems("ztunnelNamespace", args.ztunnelNamespace),
    ...labelProblems("revision", args.revision),
    ...(args.isDefault === undefined || args.revision === undefined || args.revision === "default"
      ? []
      : [
          {
            id: "platform/named-default",
            path: "isDefault",
            message: "is for the unnamed control plane: a named one is never the default by itself",
            got: `${printed(args.isDefault)}, with revision ${printed(args.revision)}`,
            expected: "no value here",
            fix: 'Point a `RevisionTag` called "default" at it',
          },
        ]),
    ...labelProblems("clusterName", args.clusterName),
    ...labelProblems("network", args.network),
    ...labelProblems("meshId", args.meshId),
    ...meshConfigProblems(args.meshConfig ?? {}, args.istioVersion ?? DEFAULT_ISTIO_VERSION),
    ...scalingProblems(args),
    ...(args.injectionTemplates === undefined
      ? []
      : readTemplates(args.injectionTemplates.from, "injectionTemplates.from").problems),
    ...ipFamilyProblems(args),
    ...remoteProblems(args),
    ...externalProblems(args),
    ...labelProblems("authoritySecret", args.authoritySecret),
    ...externalAuthorityProblems("externalAuthority", args.externalAuthority),
    ...externalAuthorityCombinationProblems(args),
    ...derivedProblems(
      "env",
      { ...args.env, ...args.unknownEnv },
      {
        ...DERIVED_ENV,
        ...(args.external === undefined ? {} : EXTERNAL_ENV),
        ...(args.externalAuthority === undefined ? {} : EXTERNAL_AUTHORITY_ENV),
      },
    ),
    ...istiodEnvProblems("env", args.env, "unknownEnv"),
    ...askedProblems("env", { ...args.env }),
    ...askedProblems("unknownEnv", args.unknownEnv),
    ...(sampling === undefined || (sampling >= 0 && sampling <= 100)
      ? []
      : [
          {
            id: "platform/bad-percentage",
            path: "traceSampling",
            message: "is not a percentage",
            got: printed(sampling),
            expected: "a number from 0 to 100",
            fix: "Change the number",
          },
        ]),
  ];
}

/** The arguments with every default filled in. They must be free of problems: see {@link controlPlaneProblems}. */
export function controlPlaneSettings(args: ControlPlaneArgs): ControlPlaneSettings {
  const profile = args.profile ?? Profile.Default;
  const defaults = PROFILES[profile];
  const platform = platformDefaults(args.platform);
  const namespace = args.namespace ?? DEFAULT_ROOT_NAMESPACE;
  const istioVersion = args.istioVersion ?? DEFAULT_ISTIO_VERSION;
  const authority = externalAuthoritySettings(args.externalAuthority);
  return {
    given: args,
    istioVersion,
    profile,
    namespace,
    revision: args.revision === "default" ? "" : (args.revision ?? ""),
    isDefault: args.isDefault ?? true,
    hub: args.hub ?? officialHub(args.istioVersion),
    tag: args.tag ?? istioVersion,
    variant: args.variant ?? defaults.variant,
    platform: args.platform,
    cni: args.cni ?? (profile === Profile.Ambient || platform.cniProvider === "multus"),
    ztunnelNamespace: args.ztunnelNamespace ?? platform.agentNamespace ?? namespace,
    imagePullSecrets: args.imagePullSecrets ?? [],
    meshConfig: args.meshConfig ?? {},
    scaling: scalingOf(args, defaults.autoscale),
    resources: args.resources ?? defaults.pilotResources,
    env: {
      ...defaults.env,
      ...externalEnv(args.external),
      ...authority.env,
      ...args.env,
      ...args.unknownEnv,
    },
    traceSampling: args.traceSampling ?? defaults.traceSampling,
    logLevel: args.logLevel ?? "default:info",
    logAsJson: args.logAsJson ?? false,
    clusterDomain: args.clusterDomain ?? "cluster.local",
    meshId: args.meshId,
    clusterName: args.clusterName,
    network: args.network,
    networkPolicy: args.networkPolicy ?? false,
    readerServiceAccount: args.readerServiceAccount ?? args.external?.configCluster === undefined,
    authority,
    authoritySecret: args.authoritySecret ?? DEFAULT_AUTHORITY_SECRET,
    remote: args.remote && remoteIstiod(args.remote, args),
    external: args.external,
    configCluster: args.external?.configCluster,
  };
}
