/** Calls that are permitted: to these ports, with these methods and paths. An empty list of methods or paths is all. */
export interface Operation {
  /** Ports of the workload. */
  readonly ports: readonly number[];
  readonly methods: readonly string[];
  readonly paths: readonly string[];
}

/**
 * The fewest operations that permit the same calls: what another permits already is left out, and two that differ in
 * one respect become one.
 */
export function minimal(operations: readonly Operation[]): readonly Operation[] {
  let current = [...new Map(operations.map((each) => [JSON.stringify(each), each])).values()];
  for (;;) {
    const next = step(current);
    if (next === undefined) return sorted(current);
    current = next;
  }
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
  if (permits(a, b)) return a;
  if (permits(b, a)) return b;
  const ports = same(a.ports, b.ports);
  const methods = same(a.methods, b.methods);
  const paths = same(a.paths, b.paths);
  if (methods && paths) {
    return { ...a, ports: [...new Set([...a.ports, ...b.ports])].sort((x, y) => x - y) };
  }
  if (ports && paths) return { ...a, methods: union(a.methods, b.methods) };
  if (ports && methods) return { ...a, paths: union(a.paths, b.paths) };
  return undefined;
}

function permits(a: Operation, b: Operation): boolean {
  return (
    b.ports.every((port) => a.ports.includes(port)) &&
    contains(a.methods, b.methods) &&
    contains(a.paths, b.paths)
  );
}

function contains(all: readonly string[], some: readonly string[]): boolean {
  return all.length === 0 || (some.length > 0 && some.every((each) => all.includes(each)));
}

function same<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((each, index) => each === b[index]);
}

function union(a: readonly string[], b: readonly string[]): readonly string[] {
  return [...new Set([...a, ...b])].sort();
}
