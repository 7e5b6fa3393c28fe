import type {
  DeploymentObject,
  NetworkPolicyObject,
  PlatformObject,
  ServiceObject,
} from "../kubernetes-objects";
import { controlPlaneConfigMaps, type ControlPlaneConfigMaps } from "./config-maps";
import { istiodDeployment, istiodNetworkPolicy, istiodService } from "./deployment";
import { controlPlaneRbac, type ControlPlaneRbac } from "./rbac";
import { istiodScaling, type IstiodScaling } from "./scaling";
import type { ControlPlaneSettings } from "./settings";
import { injectorWebhook, type InjectorWebhook, validatorWebhook, type ValidatorWebhook } from "./webhooks";

/** Every object of a control plane, grouped by what must exist before what. */
export interface ControlPlaneObjects {
  readonly rbac: ControlPlaneRbac;
  readonly configMaps: ControlPlaneConfigMaps;
  readonly deployment: DeploymentObject;
  readonly service: ServiceObject;
  readonly networkPolicy?: NetworkPolicyObject;
  readonly scaling: IstiodScaling;
  readonly injectorWebhook: InjectorWebhook;
  readonly validatorWebhook: ValidatorWebhook;
}

/** Builds every object of a control plane. Pure: plain settings give plain objects. */
export function controlPlaneObjects(settings: ControlPlaneSettings): ControlPlaneObjects {
  return {
    rbac: controlPlaneRbac(settings),
    configMaps: controlPlaneConfigMaps(settings),
    deployment: istiodDeployment(settings),
    service: istiodService(settings),
    ...(settings.networkPolicy ? { networkPolicy: istiodNetworkPolicy(settings) } : {}),
    scaling: istiodScaling(settings),
    injectorWebhook: injectorWebhook(settings),
    validatorWebhook: validatorWebhook(settings),
  };
}

/** The same objects in one list, in the order in which they may be applied. */
export function listObjects(objects: ControlPlaneObjects): PlatformObject[] {
  return [
    ...Object.values(objects.rbac),
    ...Object.values(objects.configMaps),
    objects.service,
    ...(objects.networkPolicy === undefined ? [] : [objects.networkPolicy]),
    objects.deployment,
    ...Object.values(objects.scaling),
    objects.injectorWebhook,
    objects.validatorWebhook,
  ];
}
