import type { KubernetesObject } from "../../analysis";
import { compareValues, type ValueDifference } from "./compare-values";

/** How one object differs between two sets. */
export interface ObjectDifference {
  /** `VirtualService shop/reviews`. */
  readonly object: string;
  readonly change: "added" | "removed" | "changed";
  /** Of a changed one; the values of a Secret are left out. */
  readonly differences: readonly ValueDifference[];
}

export function identityOf({ kind, metadata }: KubernetesObject): string {
  const { namespace, name } = metadata;
  return `${kind} ${namespace === undefined ? "" : `${namespace}/`}${name}`;
}

/** The group counts, the version does not: one object can be written in several. */
function keyOf(object: KubernetesObject): string {
  const group = object.apiVersion.includes("/") ? (object.apiVersion.split("/")[0] ?? "") : "";
  return `${group} ${identityOf(object)}`;
}

/** What is new, gone or changed, in the order of the names. */
export function compareObjects(
  before: readonly KubernetesObject[],
  after: readonly KubernetesObject[],
): readonly ObjectDifference[] {
  const old = new Map(before.map((object) => [keyOf(object), object]));
  const now = new Map(after.map((object) => [keyOf(object), object]));
  return [...new Set([...old.keys(), ...now.keys()])].sort().flatMap((key): ObjectDifference[] => {
    const [left, right] = [old.get(key), now.get(key)];
    const some = left ?? right;
    if (some === undefined) return [];
    const object = identityOf(some);
    if (left === undefined) return [{ object, change: "added", differences: [] }];
    if (right === undefined) return [{ object, change: "removed", differences: [] }];
    const differences = compareValues(left, right).map((each) => withoutSecrets(each, left));
    return differences.length === 0 ? [] : [{ object, change: "changed", differences }];
  });
}

/** Of a Secret only the place of a change is told. */
function withoutSecrets(difference: ValueDifference, { kind }: KubernetesObject): ValueDifference {
  return kind === "Secret" ? { path: difference.path } : difference;
}
