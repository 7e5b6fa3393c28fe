import type * as inputs from "@pulumi/kubernetes/types/input";
import type * as pulumi from "@pulumi/pulumi";

import type { InputProblem } from "../../intent/problem";
import { sourceProblems } from "../charts/problems";
import { ZTUNNEL_TABLE } from "../charts/ztunnel";
import type { Resources } from "../control-plane/args";
import { discoveryAddress } from "../control-plane/names";
import { Profile, PROFILES } from "../control-plane/profile";
import { ImageVariant } from "../images";
import { USUAL_QUOTA } from "../node-agents";
import { Platform, platformDefaults } from "../platforms";
import { choiceProblems, countProblems, derivedProblems, labelProblems } from "../problems";
import { DEFAULT_ISTIO_VERSION, DEFAULT_ROOT_NAMESPACE, officialHub, versionProblems } from "../versions";
import type { ZtunnelArgs } from "./args";

/** Arguments with every default filled in. */
export interface ZtunnelSettings {
  readonly namespace: string;
  /** `""` for the unnamed control plane. */
  readonly revision: string;
  readonly hub: pulumi.Input<string>;
  readonly tag: pulumi.Input<string>;
  readonly variant: ImageVariant | undefined;
  readonly imagePullSecrets: readonly string[];
  readonly clusterName: string;
  readonly network: string | undefined;
  readonly caAddress: pulumi.Input<string>;
  readonly xdsAddress: pulumi.Input<string>;
  readonly resources: Resources;
  readonly logLevel: string;
  readonly logAsJson: boolean;
  readonly terminationGracePeriodSeconds: number;
  readonly env: Readonly<Record<string, pulumi.Input<string>>>;
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly affinity: inputs.core.v1.Affinity | undefined;
  /** 0 for no quota. */
  readonly criticalPodsQuota: number;
  readonly networkPolicy: boolean;
  readonly seLinuxType: string | undefined;
  readonly securityContextConstraints: boolean;
}

const RESOURCES: Resources = { requests: { cpu: "200m", memory: "512Mi" } };

/** Environment that follows from an argument; a second value under the same name would silently win or lose. */
const DERIVED_ENV: Readonly<Record<string, string>> = {
  CA_ADDRESS: "caAddress",
  XDS_ADDRESS: "xdsAddress",
  ISTIO_META_CLUSTER_ID: "clusterName",
  NETWORK: "network",
  RUST_LOG: "logLevel",
  LOG_FORMAT: "logAsJson",
  TERMINATION_GRACE_PERIOD_SECONDS: "terminationGracePeriodSeconds",
};

/** Every problem of the arguments, none when they are fine. */
export function ztunnelProblems(args: ZtunnelArgs): InputProblem[] {
  return [
    ...sourceProblems(args, ZTUNNEL_TABLE, ["ztunnel"]),
    ...versionProblems("istioVersion", args.istioVersion),
    ...choiceProblems("profile", args.profile, Object.values(Profile)),
    ...choiceProblems("variant", args.variant, Object.values(ImageVariant)),
    ...choiceProblems("platform", args.platform, Object.values(Platform)),
    ...labelProblems("namespace", args.namespace),
    ...labelProblems("controlPlaneNamespace", args.controlPlaneNamespace),
    ...labelProblems("revision", args.revision),
    ...labelProblems("clusterName", args.clusterName),
    ...labelProblems("network", args.network),
    ...countProblems("terminationGracePeriodSeconds", args.terminationGracePeriodSeconds, 0),
    ...countProblems("criticalPodsQuota", args.criticalPodsQuota, 0),
    ...derivedProblems("env", args.env, DERIVED_ENV),
  ];
}

/** The arguments with every default filled in. They must be free of problems: see {@link ztunnelProblems}. */
export function ztunnelSettings(args: ZtunnelArgs): ZtunnelSettings {
  const { agentRequests, variant } = PROFILES[args.profile ?? Profile.Ambient];
  const platform = platformDefaults(args.platform);
  const controlPlaneNamespace = args.controlPlaneNamespace ?? DEFAULT_ROOT_NAMESPACE;
  const revision = args.revision === "default" ? "" : (args.revision ?? "");
  const istiod = discoveryAddress({ namespace: controlPlaneNamespace, revision });
  return {
    namespace: args.namespace ?? platform.agentNamespace ?? controlPlaneNamespace,
    revision,
    hub: args.hub ?? officialHub(args.istioVersion),
    tag: args.tag ?? args.istioVersion ?? DEFAULT_ISTIO_VERSION,
    variant: args.variant ?? variant,
    imagePullSecrets: args.imagePullSecrets ?? [],
    clusterName: args.clusterName ?? "Kubernetes",
    network: args.network,
    caAddress: args.caAddress ?? istiod,
    xdsAddress: args.xdsAddress ?? istiod,
    resources: args.resources ?? (agentRequests === undefined ? RESOURCES : { requests: agentRequests }),
    logLevel: args.logLevel ?? "info",
    logAsJson: args.logAsJson ?? false,
    terminationGracePeriodSeconds: args.terminationGracePeriodSeconds ?? 30,
    env: args.env ?? {},
    nodeSelector: args.nodeSelector ?? {},
    affinity: args.affinity,
    criticalPodsQuota: args.criticalPodsQuota ?? (platform.criticalPodsNeedQuota ? USUAL_QUOTA : 0),
    networkPolicy: args.networkPolicy ?? false,
    seLinuxType: platform.seLinuxType,
    securityContextConstraints: platform.securityContextConstraints,
  };
}
