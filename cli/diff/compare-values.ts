import { isDeepStrictEqual } from "node:util";
import { UNKNOWN } from "../../analysis";
import { isFields, type Fields } from "../../analysis/schema/value";
import { withoutServerDefaults } from "../templates/server-defaults";

/** One place at which two objects differ; a side that says nothing there is absent. */
export interface ValueDifference {
  readonly path: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

/** Lists whose entries have names: an entry is the same one wherever it stands. */
const named = ["name", "mountPath", "containerPort", "port"] as const;

/** How two values differ in meaning: without what an API server adds, and without what is known only after deployment. */
export function compareValues(before: unknown, after: unknown): ValueDifference[] {
  return walk(withoutServerDefaults(before), withoutServerDefaults(after), "");
}

function walk(before: unknown, after: unknown, path: string): ValueDifference[] {
  if (isOpen(before) || isOpen(after) || isDeepStrictEqual(before, after)) return [];
  if (isFields(before) && isFields(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    return keys.flatMap((key) => walk(before[key], after[key], step(path, key)));
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    const key = named.find((field) => isKeyed(before, field) && isKeyed(after, field));
    if (key !== undefined) {
      const [left, right] = [before, after].map((list) => byKey(list as readonly Fields[], key));
      const keys = [...new Set([...(left?.keys() ?? []), ...(right?.keys() ?? [])])].sort();
      return keys.flatMap((each) => walk(left?.get(each), right?.get(each), `${path}[${each}]`));
    }
    if (before.length === after.length)
      return before.flatMap((item, at) => walk(item, after[at], `${path}[${at}]`));
  }
  return [{ path, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) }];
}

function isOpen(value: unknown): boolean {
  return value === UNKNOWN;
}

function isKeyed(list: readonly unknown[], key: string): boolean {
  const values = list.map((item) => (isFields(item) ? item[key] : undefined));
  return (
    values.every((value) => value !== undefined && value !== UNKNOWN) && new Set(values).size === list.length
  );
}

function byKey(list: readonly Fields[], key: string): ReadonlyMap<string, Fields> {
  return new Map(list.map((item) => [String(item[key]), item]));
}

function step(path: string, key: string): string {
  if (!/^[\w-]+$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === "" ? key : `${path}.${key}`;
}
