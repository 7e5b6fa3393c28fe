import { UNKNOWN, type Unknown } from "../kubernetes-object";
import type { Value } from "../reader";
import type { MeshObject } from "./mesh-object";

/** The policy names workloads or targets, so it does not hold for its whole namespace. */
export function isSelective(policy: MeshObject): boolean {
  const { spec } = policy;
  return (
    spec.get("selector").get("matchLabels").entries().length > 0 ||
    spec.get("selector").isUnknown ||
    spec.get("selector").get("matchLabels").isUnknown ||
    spec.has("targetRef") ||
    spec.get("targetRefs").items().length > 0 ||
    spec.get("targetRefs").isUnknown
  );
}

/** The policy holds for every namespace. */
export function isMeshWide(policy: MeshObject, rootNamespace: string): boolean {
  return policy.namespace === rootNamespace && !isSelective(policy);
}

/** The `mode` of an `mtls` block; a block that is absent or empty is `UNSET`, and inherits. */
export function mtlsMode(mtls: Value): string | Unknown {
  const mode = mtls.get("mode").text();
  return mode === UNKNOWN ? UNKNOWN : (mode ?? "UNSET");
}
