import { coversPathPattern, withoutCovered } from "./path-cover";

/** Calls: to these ports, with these methods and paths. An empty list is all of them. */
export interface Operation {
  /** Ports of the workload. */
  readonly ports: readonly number[];
  readonly methods: readonly string[];
  readonly paths: readonly string[];
}

/**
 * The fewest operations that mean the same calls: what others mean already is left out, and two that differ in one
 * respect become one.
 */
export function minimal(operations: readonly Operation[]): readonly Operation[] {
  const plain = operations.map((each) => ({ ...each, paths: withoutCovered(each.paths) }));
  let current = [...new Map(plain.map((each) => [JSON.stringify(each), each])).values()];
  for (;;) {
    const next = step(current);
    if (next === undefined) return withoutRedundant(sorted(current));
    current = next;
  }
}

/** The operations that the others do not mean together. */
function withoutRedundant(operations: readonly Operation[]): readonly Operation[] {
  return operations.reduceRight<readonly Operation[]>((kept, each) => {
    const others = kept.filter((other) => other !== each);
    return means(others, each) ? others : kept;
  }, operations);
}

/**
 * Whether every call of `operation` is among those of `operations`. Sound, not complete: a path pattern counts as
 * contained in one other, never in several together.
 */
export function means(operations: readonly Operation[], operation: Operation): boolean {
  return orAll(operation.ports).every((port) =>
    orAll(operation.methods).every((method) =>
      orAll(operation.paths).every((path) =>
        operations.some(
          (other) =>
            holds(other.ports, port) &&
            holds(other.methods, method) &&
            (other.paths.length === 0 ||
              (path !== undefined && other.paths.some((wide) => coversPathPattern(wide, path)))),
        ),
      ),
    ),
  );
}

/** `undefined` stands for all of them, which only an empty list holds. */
function orAll<T>(values: readonly T[]): readonly (T | undefined)[] {
  return values.length === 0 ? [undefined] : values;
}

function holds<T>(values: readonly T[], value: T | undefined): boolean {
  return values.length === 0 || (value !== undefined && values.includes(value));
}

/** One pair made into one, or `undefined` where no pair is left that can be. */
function step(operations: readonly Operation[]): Operation[] | undefined {
  const ordered = sorted(operations);
  for (const [index, a] of ordered.entries()) {
    for (const [offset, b] of ordered.slice(index + 1).entries()) {
      const joined = join(a, b);
      if (joined === undefined) continue;
      return [...ordered.filter((_, at) => at !== index && at !== index + 1 + offset), joined];
    }
  }
  return undefined;
}

function sorted(operations: readonly Operation[]): Operation[] {
  return operations
    .map((operation) => ({ operation, key: JSON.stringify(operation) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ operation }) => operation);
}

function join(a: Operation, b: Operation): Operation | undefined {
  if (means([a], b)) return a;
  if (means([b], a)) return b;
  const ports = same(a.ports, b.ports);
  const methods = same(a.methods, b.methods);
  const paths = same(a.paths, b.paths);
  if (methods && paths) {
    return { ...a, ports: [...new Set([...a.ports, ...b.ports])].sort((x, y) => x - y) };
  }
  if (ports && paths) return { ...a, methods: [...new Set([...a.methods, ...b.methods])].sort() };
  if (ports && methods) return { ...a, paths: withoutCovered([...new Set([...a.paths, ...b.paths])]) };
  return undefined;
}

function same<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((each, index) => each === b[index]);
}
