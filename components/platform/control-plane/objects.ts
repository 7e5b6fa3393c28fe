import type {
  DeploymentObject,
  EndpointSliceObject,
  NetworkPolicyObject,
  PlatformObject,
  ServiceObject,
} from "../kubernetes-objects";
import { controlPlaneConfigMaps, type ControlPlaneConfigMaps } from "./config-maps";
import { istiodDeployment, istiodNetworkPolicy, istiodService } from "./deployment";
import { remoteIstiodService } from "./remote/service";
import { controlPlaneRbac, type ControlPlaneRbac } from "./rbac";
import { istiodScaling, type IstiodScaling } from "./scaling";
import type { ControlPlaneSettings } from "./settings";
import { injectorWebhook, type InjectorWebhook, validatorWebhook, type ValidatorWebhook } from "./webhooks";

/** Every object of a control plane, grouped by what must exist before what. */
export interface ControlPlaneObjects {
  readonly rbac: ControlPlaneRbac;
  readonly configMaps: ControlPlaneConfigMaps;
  /** Absent where istiod runs in another cluster. */
  readonly deployment?: DeploymentObject;
  /** Absent where istiod runs in another cluster, and something else leads there. */
  readonly service?: ServiceObject;
  /** Where the Service of an istiod in another cluster leads. */
  readonly endpointSlice?: EndpointSliceObject;
  readonly networkPolicy?: NetworkPolicyObject;
  readonly scaling: IstiodScaling;
  /** Absent where istiod serves other clusters only. */
  readonly injectorWebhook?: InjectorWebhook;
  /** Absent where no mesh objects are read from this cluster. */
  readonly validatorWebhook?: ValidatorWebhook;
}

/** Builds every object of a control plane. Pure: plain settings give plain objects. */
export function controlPlaneObjects(settings: ControlPlaneSettings): ControlPlaneObjects {
  const { configCluster, networkPolicy, remote } = settings;
  const around = { rbac: controlPlaneRbac(settings), configMaps: controlPlaneConfigMaps(settings) };
  if (remote !== undefined) {
    return {
      ...around,
      ...remoteIstiodService(settings),
      scaling: {},
      injectorWebhook: injectorWebhook(settings),
      ...(remote.configCluster ? { validatorWebhook: validatorWebhook(settings) } : {}),
    };
  }
  return {
    ...around,
    deployment: istiodDeployment(settings),
    service: istiodService(settings),
    ...(networkPolicy ? { networkPolicy: istiodNetworkPolicy(settings) } : {}),
    scaling: istiodScaling(settings),
    ...(configCluster === undefined
      ? { injectorWebhook: injectorWebhook(settings), validatorWebhook: validatorWebhook(settings) }
      : {}),
  };
}

/** The same objects in one list, in the order in which they may be applied. */
export function listObjects(objects: ControlPlaneObjects): PlatformObject[] {
  const listed: (PlatformObject | undefined)[] = [
    ...Object.values<PlatformObject>({ ...objects.rbac }),
    ...Object.values<PlatformObject>({ ...objects.configMaps }),
    objects.service,
    objects.endpointSlice,
    objects.networkPolicy,
    objects.deployment,
    ...Object.values<PlatformObject>({ ...objects.scaling }),
    objects.injectorWebhook,
    objects.validatorWebhook,
  ];
  return listed.filter((object) => object !== undefined);
}
