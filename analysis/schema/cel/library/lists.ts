import { celMethod, CelScalar, listType, type CelList, type CelValue } from "@bufbuild/cel";

const { BOOL, DYN, INT } = CelScalar;
const LIST = listType(DYN);

/** Kubernetes compares what CEL compares; a list of anything else is refused before it gets here, by the type check. */
type Comparable = bigint | number | string | boolean;

function comparable(value: CelValue): Comparable {
  if (typeof value === "object") throw new Error("no such overload: the items cannot be compared");
  return value;
}

function extreme(list: CelList, name: string, better: (a: Comparable, b: Comparable) => boolean): Comparable {
  const [first, ...rest] = [...list].map(comparable);
  if (first === undefined) throw new Error(`${name} called on empty list`);
  return rest.reduce((best, item) => (better(item, best) ? item : best), first);
}

function sum(list: CelList): bigint | number {
  const items = [...list];
  if (items.every((item) => typeof item === "bigint")) return items.reduce((total, item) => total + item, 0n);
  if (items.every((item) => typeof item === "number")) return items.reduce((total, item) => total + item, 0);
  throw new Error("no such overload: the items cannot be added up");
}

function positions(list: CelList, item: CelValue): number[] {
  const same = (other: CelValue): boolean =>
    other === item || (typeof other !== typeof item && other == item);
  return [...list].flatMap((other, index) => (same(other) ? [index] : []));
}

/** Kubernetes' list library, over numbers, strings and booleans. */
export const lists = [
  celMethod("isSorted", LIST, [], BOOL, function () {
    const items = [...this].map(comparable);
    return items.every((item, index) => index === 0 || (items[index - 1] ?? item) <= item);
  }),
  celMethod("sum", LIST, [], DYN, function () {
    return sum(this);
  }),
  celMethod("min", LIST, [], DYN, function () {
    return extreme(this, "min", (a, b) => a < b);
  }),
  celMethod("max", LIST, [], DYN, function () {
    return extreme(this, "max", (a, b) => a > b);
  }),
  celMethod("indexOf", LIST, [DYN], INT, function (item) {
    return BigInt(positions(this, item)[0] ?? -1);
  }),
  celMethod("lastIndexOf", LIST, [DYN], INT, function (item) {
    return BigInt(positions(this, item).at(-1) ?? -1);
  }),
];
