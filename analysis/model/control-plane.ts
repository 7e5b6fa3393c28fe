import type { MeshModel } from "../model";
import { kinds } from "./kinds";
import type { MeshObject } from "./mesh-object";

/** istiod's Deployment, its injector webhook or its mesh configuration: the first of them that the set holds. */
export function findControlPlane(model: MeshModel): MeshObject | undefined {
  if (model.config.object !== undefined) return model.config.object;
  const istiod = model
    .ofKind(kinds.deployment)
    .find(
      (object) => (typeof object.name === "string" && /^istiod(-|$)/.test(object.name)) || isIstiod(object),
    );
  return istiod ?? model.ofKind(kinds.mutatingWebhook).find(isInjector);
}

function isIstiod(deployment: MeshObject): boolean {
  return deployment.spec.get("template").get("metadata").get("labels").get("istio").text() === "pilot";
}

function isInjector(webhook: MeshObject): boolean {
  return webhook.labels.get("app").text() === "sidecar-injector";
}
