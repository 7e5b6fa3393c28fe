import type { MeshModel } from "../model";
import { groupOf, kinds } from "./kinds";
import type { MeshObject } from "./mesh-object";

/**
 * The object that shows that a set speaks for a whole mesh: its mesh configuration, istiod, the injector, the root
 * namespace itself, or a policy in it, which holds mesh-wide or at least where only the owners of the mesh write.
 */
export function findWholeMesh(model: MeshModel): MeshObject | undefined {
  if (model.config.object !== undefined) return model.config.object;
  return (
    model.ofKind(kinds.deployment).find(isIstiod) ??
    model.ofKind(kinds.mutatingWebhook).find(isInjector) ??
    model.namespaces.get(model.config.rootNamespace) ??
    model.objects.find((object) => object.namespace === model.config.rootNamespace && isPolicy(object))
  );
}

function isIstiod(deployment: MeshObject): boolean {
  const labels = deployment.spec.get("template").get("metadata").get("labels");
  return (
    labels.get("istio").text() === "pilot" ||
    (typeof deployment.name === "string" && /^istiod(-|$)/.test(deployment.name))
  );
}

function isInjector(webhook: MeshObject): boolean {
  return webhook.labels.get("app").text() === "sidecar-injector";
}

/** Gateways and routes are kept in the root namespace by many who have no say over the mesh; these kinds are not. */
function isPolicy(object: MeshObject): boolean {
  const group = groupOf(object.apiVersion);
  return (
    group === "security.istio.io" ||
    group === "telemetry.istio.io" ||
    object.groupKind === "networking.istio.io/Sidecar"
  );
}
