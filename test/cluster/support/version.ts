import type { KubernetesObject } from "./objects";

/** Kinds into which controllers write a status at any time, without anything having been changed. */
const MOVING = new Set(["DaemonSet", "Deployment", "HorizontalPodAutoscaler", "PodDisruptionBudget"]);

/**
 * What must be the same after a second apply: the resource version. Where a controller's status counts into that, it is
 * everything but the status, with who owns which field since when.
 */
export function version(object: KubernetesObject): unknown {
  const { resourceVersion, managedFields, ...metadata } = object.metadata as KubernetesObject["metadata"] & {
    readonly resourceVersion?: string;
    readonly generation?: number;
    readonly managedFields?: readonly { readonly subresource?: string }[];
  };
  // The server writes one anew that is applied again, with another time alone; its generation counts what was changed.
  if (object.kind === "ValidatingAdmissionPolicy") return metadata.generation;
  if (!MOVING.has(object.kind)) return resourceVersion;
  const { status: _, ...rest } = object;
  const owners = (managedFields ?? []).filter(({ subresource }) => subresource === undefined);
  return { ...rest, metadata: { ...metadata, managedFields: owners } };
}
