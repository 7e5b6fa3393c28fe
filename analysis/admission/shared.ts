import { UNKNOWN, type Unknown } from "../kubernetes-object";
import type { Value } from "../reader";
import { isBlank, isFilled, isKnown, textOf, textsOf } from "./fields";
import { isLabel } from "./names";
import type { Problems } from "./problem";

/**
 * `exportTo` names each namespace once, and not both everyone and somebody.
 *
 * @param canBeNobody `~`, for a ServiceEntry, whose hosts only its own workloads may need
 */
export function checkExportTo(
  problems: Problems,
  list: Value,
  namespace: string | Unknown,
  canBeNobody = false,
): void {
  const seen = new Set<string | Unknown>();
  for (const [text, item] of textsOf(list)) {
    const name = text === "." ? namespace : text;
    if (seen.has(name)) {
      problems.refuse(item.path, `exportTo names ${JSON.stringify(text)} twice`);
      continue;
    }
    const isName = name === UNKNOWN || name === "*" || (name === "~" && canBeNobody) || isLabel(name);
    if (isName) seen.add(name);
    else
      problems.refuse(
        item.path,
        name === "~"
          ? "exportTo ~ (nobody) is for ServiceEntries"
          : `${JSON.stringify(text)} is no namespace`,
      );
  }
  if (list.items().length < 2) return;
  for (const all of ["*", "~"])
    if (seen.has(all)) problems.refuse(list.path, `exportTo has ${all} beside other entries`);
}

/** @param labels `matchLabels`, or `labels` in the older kinds */
export function checkSelector(problems: Problems, selector: Value, labels: string): void {
  if (!isKnown(selector) || selector.get(labels).isUnknown) return;
  const entries = selector.get(labels).entries();
  for (const [key, value] of entries) {
    if (key === "" || key.includes("*") || textOf(value).includes("*"))
      problems.refuse(value.path, "a selector takes no wildcards and no empty keys");
  }
  if (entries.length === 0)
    problems.warn(selector.path, "the selector has no labels, so it holds for everything");
}

const targetKinds: ReadonlySet<string> = new Set([
  "/Service",
  "networking.istio.io/ServiceEntry",
  "gateway.networking.k8s.io/Gateway",
  "gateway.networking.k8s.io/GatewayClass",
]);

/** What a policy holds for: objects of its own namespace, of the kinds that proxies serve. */
export function checkTargets(problems: Problems, spec: Value): void {
  for (const ref of [spec.get("targetRef"), ...spec.get("targetRefs").items()]) {
    if (!isKnown(ref)) continue;
    if (isBlank(ref.get("name"))) problems.refuse(ref.path, "a target has no name");
    if (isFilled(ref.get("namespace")))
      problems.refuse(ref.get("namespace").path, "a target is in the policy's own namespace");
    if (ref.get("group").isUnknown || ref.get("kind").isUnknown) continue;
    const group = textOf(ref.get("group"));
    const kind = `${group === "core" ? "" : group}/${textOf(ref.get("kind"))}`;
    if (!targetKinds.has(kind))
      problems.refuse(
        ref.path,
        `${JSON.stringify(kind)} is no target; a Service, ServiceEntry, Gateway or GatewayClass is`,
      );
  }
}
