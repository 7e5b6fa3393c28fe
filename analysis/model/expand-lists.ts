import type { KubernetesObject, Located } from "../kubernetes-object";
import { Value } from "../reader";

/**
 * Takes `kind: List` (and `PodList`, `VirtualServiceList` …) apart. Each element keeps the place of its list: a line
 * is asked for under `items[n]`.
 */
export function* expandLists(located: Iterable<Located>): Iterable<Located> {
  for (const each of located) {
    // Of any type: nothing of an object can be relied upon.
    const kind = (each.object as Partial<KubernetesObject> | null | undefined)?.kind as unknown;
    const isList = typeof kind === "string" && kind.endsWith("List");
    const items = isList ? new Value(each.object, "").get("items") : undefined;
    if (!Array.isArray(items?.raw)) {
      yield each;
      continue;
    }
    const { lineOf } = each;
    for (const item of items.items()) {
      yield {
        ...each,
        // The element is as unreliable as any other object: everything reads it through `Value`.
        object: item.raw as KubernetesObject,
        ...(lineOf === undefined
          ? {}
          : { lineOf: (path: string) => lineOf(path === "" ? item.path : `${item.path}.${path}`) }),
      };
    }
  }
}
