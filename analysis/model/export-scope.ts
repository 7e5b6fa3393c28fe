import { UNKNOWN, type Unknown } from "../kubernetes-object";
import type { Value } from "../reader";

/** The namespaces that see a resource: `exportTo`, with `.` already replaced by the namespace it stands for. */
export interface ExportScope {
  readonly everyone: boolean;
  readonly namespaces: ReadonlySet<string>;
  /** Some element is not known before deployment, so any namespace may see it. */
  readonly open: boolean;
}

/** What nearly every resource has: shared, because a large mesh has tens of thousands. */
const EVERYONE: ExportScope = { everyone: true, namespaces: new Set(), open: false };

/**
 * @param elements the strings of `exportTo`
 * @param fallback the mesh-wide default, itself in `exportTo` form; without one, everyone sees it
 */
export function exportScope(
  elements: readonly (string | Unknown)[],
  namespace: string | Unknown,
  fallback: readonly string[] = ["*"],
): ExportScope {
  const listed = elements.length === 0 ? fallback : elements;
  if (listed.length === 1 && listed[0] === "*") return EVERYONE;
  const namespaces = new Set<string>();
  let everyone = false;
  let open = false;
  for (const element of listed) {
    if (element === UNKNOWN) open = true;
    else if (element === "*") everyone = true;
    else if (element === ".") {
      if (namespace === UNKNOWN) open = true;
      else namespaces.add(namespace);
    } else if (element !== "~" && element !== "") namespaces.add(element);
  }
  return { everyone, namespaces, open };
}

/** The elements of an `exportTo` list, or of the comma-separated annotation that a Service carries. */
export function exportElements(value: Value): readonly (string | Unknown)[] {
  if (!value.isPresent) return [];
  if (value.isUnknown) return [UNKNOWN];
  const text = value.text();
  if (typeof text === "string") return text.split(",").map((element) => element.trim());
  return value.items().flatMap((item) => item.text() ?? []);
}

export function isVisibleTo(scope: ExportScope, namespace: string | Unknown): boolean {
  return scope.everyone || scope.open || namespace === UNKNOWN || scope.namespaces.has(namespace);
}
