import { isDeepStrictEqual } from "node:util";

import { withoutServerDefaults } from "./server-defaults";
import { isFields, type Fields } from "../../analysis/schema/value";

/** One place at which two injected pods differ; a side that says nothing there is absent. */
export interface PodDifference {
  /** For example `spec.containers[istio-proxy].env[POD_NAME].value`. */
  readonly path: string;
  readonly theirs?: unknown;
  readonly ours?: unknown;
}

function named(item: Fields): string {
  return String(item["name"]);
}

function numbered(item: Fields): string {
  const protocol = item["protocol"] ?? "TCP";
  return `${String(item["port"] ?? item["containerPort"])}${protocol === "TCP" ? "" : `/${String(protocol)}`}`;
}

/** Lists whose order means nothing, with what Kubernetes tells their entries apart by. */
const KEYS: Readonly<Record<string, (item: Fields) => string>> = {
  containers: named,
  env: named,
  ephemeralContainers: named,
  imagePullSecrets: named,
  initContainers: named,
  ports: numbered,
  volumeMounts: (item) => String(item["mountPath"]),
  volumes: named,
};

/** The entries by their keys; a list that is none, or that says a key twice, is compared in its order. */
function byKey(value: unknown, field: string): ReadonlyMap<string, unknown> | undefined {
  const key = KEYS[field];
  if (key === undefined || !Array.isArray(value) || !value.every(isFields)) return undefined;
  const entries = new Map(value.map((item) => [key(item), item]));
  return entries.size === value.length ? entries : undefined;
}

function step(path: string, key: string): string {
  if (!/^[\w-]+$/.test(key)) return `${path}[${key}]`;
  return path === "" ? key : `${path}.${key}`;
}

function walk(theirs: unknown, ours: unknown, path: string, field: string): PodDifference[] {
  if (isDeepStrictEqual(theirs, ours)) return [];
  if (isFields(theirs) && isFields(ours)) {
    const keys = [...new Set([...Object.keys(theirs), ...Object.keys(ours)])].sort();
    return keys.flatMap((key) => walk(theirs[key], ours[key], step(path, key), key));
  }
  const [left, right] = [theirs ?? [], ours ?? []].map((value) => byKey(value, field));
  if (left !== undefined && right !== undefined) {
    const keys = [...new Set([...left.keys(), ...right.keys()])].sort();
    return keys.flatMap((key) => walk(left.get(key), right.get(key), `${path}[${key}]`, ""));
  }
  return [{ path, ...(theirs === undefined ? {} : { theirs }), ...(ours === undefined ? {} : { ours }) }];
}

/** How two injected pods, or the objects of two managed gateways, differ in meaning. */
export function podDifferences(theirs: unknown, ours: unknown): PodDifference[] {
  return walk(withoutServerDefaults(theirs), withoutServerDefaults(ours), "", "");
}
