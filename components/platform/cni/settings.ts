import type * as inputs from "@pulumi/kubernetes/types/input";
import type * as pulumi from "@pulumi/pulumi";

import type { InputProblem } from "../../intent/problem";
import { CNI_TABLE } from "../charts/cni";
import { sourceProblems } from "../charts/problems";
import type { Resources } from "../control-plane/args";
import { Profile, PROFILES } from "../control-plane/profile";
import { ImageVariant } from "../images";
import { USUAL_QUOTA } from "../node-agents";
import { type CniProvider, Platform, platformDefaults } from "../platforms";
import { choiceProblems, countProblems, labelProblems, pathProblems, shareProblems } from "../problems";
import { DEFAULT_ISTIO_VERSION, DEFAULT_ROOT_NAMESPACE, officialHub, versionProblems } from "../versions";
import { AppArmorRequest, type CniArgs, CniRepair } from "./args";

/** Arguments with every default filled in. */
export interface CniSettings {
  readonly namespace: string;
  /** Value of the label `istio.io/rev`. */
  readonly rev: string;
  readonly hub: pulumi.Input<string>;
  readonly tag: pulumi.Input<string>;
  readonly variant: ImageVariant | undefined;
  readonly imagePullSecrets: readonly string[];
  readonly ambient: boolean;
  readonly excludeNamespaces: readonly string[];
  readonly repair: CniRepair;
  readonly binDir: string;
  readonly confDir: string;
  readonly confFileName: string | undefined;
  readonly netnsDir: string;
  readonly chained: boolean;
  readonly provider: CniProvider;
  readonly resources: Resources;
  readonly logLevel: string;
  readonly logAsJson: boolean;
  readonly env: Readonly<Record<string, pulumi.Input<string>>>;
  readonly appArmor: AppArmorRequest;
  readonly affinity: inputs.core.v1.Affinity | undefined;
  readonly maxUnavailable: number | string;
  /** 0 for no quota. */
  readonly criticalPodsQuota: number;
  readonly networkPolicy: boolean;
  readonly seLinuxType: string | undefined;
  readonly securityContextConstraints: boolean;
}

const RESOURCES: Resources = { requests: { cpu: "100m", memory: "100Mi" } };

/** Every problem of the arguments, none when they are fine. */
export function cniProblems(args: CniArgs): InputProblem[] {
  return [
    ...sourceProblems(args, CNI_TABLE, ["cni"]),
    ...versionProblems("istioVersion", args.istioVersion),
    ...choiceProblems("profile", args.profile, Object.values(Profile)),
    ...choiceProblems("variant", args.variant, Object.values(ImageVariant)),
    ...choiceProblems("platform", args.platform, Object.values(Platform)),
    ...choiceProblems("repair", args.repair, Object.values(CniRepair)),
    ...choiceProblems("appArmor", args.appArmor, Object.values(AppArmorRequest)),
    ...labelProblems("namespace", args.namespace),
    ...labelProblems("revision", args.revision),
    ...(args.excludeNamespaces ?? []).flatMap((name, index) =>
      labelProblems(`excludeNamespaces[${index}]`, name),
    ),
    ...pathProblems("cniBinDir", args.cniBinDir),
    ...pathProblems("cniConfDir", args.cniConfDir),
    ...pathProblems("cniNetnsDir", args.cniNetnsDir),
    ...shareProblems("maxUnavailable", args.maxUnavailable),
    ...countProblems("criticalPodsQuota", args.criticalPodsQuota, 0),
  ];
}

/** The arguments with every default filled in. They must be free of problems: see {@link cniProblems}. */
export function cniSettings(args: CniArgs): CniSettings {
  const profile = args.profile ?? Profile.Default;
  const { agentRequests, variant } = PROFILES[profile];
  const platform = platformDefaults(args.platform);
  const maxUnavailable = args.maxUnavailable ?? "1";
  return {
    namespace: args.namespace ?? platform.agentNamespace ?? DEFAULT_ROOT_NAMESPACE,
    rev: args.revision ?? "default",
    hub: args.hub ?? officialHub(args.istioVersion),
    tag: args.tag ?? args.istioVersion ?? DEFAULT_ISTIO_VERSION,
    variant: args.variant ?? variant,
    imagePullSecrets: args.imagePullSecrets ?? [],
    ambient: args.ambient ?? profile === Profile.Ambient,
    excludeNamespaces: args.excludeNamespaces ?? ["kube-system"],
    repair: args.repair ?? CniRepair.Repair,
    binDir: args.cniBinDir ?? platform.cniBinDir,
    confDir: args.cniConfDir ?? platform.cniConfDir,
    confFileName: args.cniConfFileName ?? platform.cniConfFileName,
    netnsDir: args.cniNetnsDir ?? platform.cniNetnsDir,
    chained: args.chained ?? platform.cniChained,
    provider: platform.cniProvider,
    resources: args.resources ?? (agentRequests === undefined ? RESOURCES : { requests: agentRequests }),
    logLevel: args.logLevel ?? "info",
    logAsJson: args.logAsJson ?? false,
    env: args.env ?? {},
    appArmor: args.appArmor ?? AppArmorRequest.Annotation,
    affinity: args.affinity,
    maxUnavailable: maxUnavailable.endsWith("%") ? maxUnavailable : Number(maxUnavailable),
    criticalPodsQuota: args.criticalPodsQuota ?? (platform.criticalPodsNeedQuota ? USUAL_QUOTA : 0),
    networkPolicy: args.networkPolicy ?? false,
    seLinuxType: platform.seLinuxType,
    securityContextConstraints: platform.securityContextConstraints,
  };
}
