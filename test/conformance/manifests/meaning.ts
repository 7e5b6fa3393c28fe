/**
 * Reduces a Kubernetes object to what it means, so that two ways of writing the same thing are equal: lists whose order
 * means nothing become maps or sorted sets, texts that hold YAML or JSON become data, and defaults that a cluster would
 * fill in are filled in.
 */
import { isDeepStrictEqual } from "node:util";

import { load } from "js-yaml";

export interface AnyObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly [field: string]: unknown;
}

type Fields = Record<string, unknown>;

/** Labels that only say which installer was used. */
const INSTALLER_LABELS =
  /^(helm\.sh\/chart|app\.kubernetes\.io\/(managed-by|version|instance|part-of)|install\.operator\.istio\.io\/.*|operator\.istio\.io\/.*|release|chart|heritage)$/;

/** The identity of an object, as differences name it. */
export function identity({ kind, metadata }: AnyObject): string {
  return `${kind} ${metadata.namespace === undefined ? "" : `${metadata.namespace}/`}${metadata.name}`;
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function byKey(list: unknown, key: (item: Fields, index: number) => string): Fields {
  const map: Fields = {};
  (list as Fields[]).forEach((item, index) => {
    const name = key(item, index);
    if (name in map) throw new Error(`two entries are called ${name}`);
    map[name] = item;
  });
  return map;
}

/** Rules as the set of single permissions that they grant together. */
function permissions(rules: unknown): string[] {
  const single = (rules as Fields[]).flatMap((rule) =>
    (rule["apiGroups"] as string[]).flatMap((group) =>
      (rule["resources"] as string[]).flatMap((resource) =>
        (rule["verbs"] as string[]).map((verb) =>
          `${verb} ${group}/${resource} ${((rule["resourceNames"] ?? []) as string[]).join(",")}`.trim(),
        ),
      ),
    ),
  );
  return [...new Set(single)].sort();
}

function sortedSet(list: unknown): unknown[] {
  return [...(list as unknown[])].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

/** Lists whose order means nothing, by the field that holds them. */
const LISTS: Readonly<Record<string, (list: unknown) => unknown>> = {
  env: (list) => byKey(list, (item) => String(item["name"])),
  containers: (list) => byKey(list, (item) => String(item["name"])),
  volumes: (list) => byKey(list, (item) => String(item["name"])),
  volumeMounts: (list) => byKey(list, (item) => `${String(item["name"])} at ${String(item["mountPath"])}`),
  webhooks: (list) => byKey(list, (item) => String(item["name"])),
  ports: (list) =>
    byKey(
      (list as Fields[]).map((port) => ({ protocol: "TCP", ...port })),
      ({ containerPort, port, protocol }) =>
        `${String(port ?? containerPort)}${protocol === "TCP" ? "" : "/UDP"}`,
    ),
  matchExpressions: (list) => byKey(list, (item) => String(item["key"])),
  subjects: sortedSet,
  tolerations: sortedSet,
  operations: sortedSet,
  apiGroups: sortedSet,
  values: (list) => (Array.isArray(list) ? sortedSet(list) : list),
};

const MAY_BE_EMPTY = ["annotations", "labels", "nodeAffinity", "affinity"];

function reduce(value: unknown, field: string): unknown {
  if (field === "rules" && Array.isArray(value) && value.every((rule) => isFields(rule) && "verbs" in rule)) {
    return permissions(value);
  }
  if (Array.isArray(value)) {
    const inner = value.map((item) => reduce(item, ""));
    return LISTS[field]?.(inner) ?? inner;
  }
  if (!isFields(value)) return value;
  const kept = Object.entries(value)
    // A null is how the installer writes that a field is absent.
    .filter(
      ([key, inner]) =>
        inner !== null && inner !== undefined && !(field === "labels" && INSTALLER_LABELS.test(key)),
    )
    .map(([key, inner]) => [key, reduce(inner, key)] as const)
    // An empty one of these says nothing.
    .filter(
      ([key, inner]) => !(isFields(inner) && Object.keys(inner).length === 0 && MAY_BE_EMPTY.includes(key)),
    );
  return Object.fromEntries(kept);
}

function parsed(text: unknown): unknown {
  return typeof text === "string" ? load(text) : text;
}

/** An object's meaning. */
export function meaning(object: AnyObject): Fields {
  const { data, ...rest } = object;
  const reduced = reduce(rest, "") as Fields;
  if (data === undefined) return reduced;
  // Texts inside a ConfigMap are compared as the data that they hold, without our liberties about lists.
  const texts = Object.fromEntries(Object.entries(data as Fields).map(([key, text]) => [key, parsed(text)]));
  return { ...reduced, data: texts };
}

export interface Difference {
  readonly object: string;
  /** Where inside the object's meaning; empty when the whole object is on one side only. */
  readonly path: string;
  readonly official: unknown;
  readonly ours: unknown;
}

function walk(
  official: unknown,
  ours: unknown,
  path: string,
  found: (at: Omit<Difference, "object">) => void,
): void {
  if (isFields(official) && isFields(ours)) {
    for (const key of new Set([...Object.keys(official), ...Object.keys(ours)])) {
      const step = /[./ ]/.test(key) ? `${path}["${key}"]` : path === "" ? key : `${path}.${key}`;
      walk(official[key], ours[key], step, found);
    }
    return;
  }
  if (!isDeepStrictEqual(official, ours)) found({ path, official, ours });
}

/** Every difference in meaning between two sets of objects. */
export function differences(official: readonly AnyObject[], ours: readonly AnyObject[]): Difference[] {
  const result: Difference[] = [];
  const [left, right] = [official, ours].map(
    (list) => new Map(list.map((object) => [identity(object), object])),
  );
  for (const object of new Set([...left!.keys(), ...right!.keys()])) {
    const [a, b] = [left!.get(object), right!.get(object)];
    walk(a && meaning(a), b && meaning(b), "", (difference) => result.push({ object, ...difference }));
  }
  return result;
}
