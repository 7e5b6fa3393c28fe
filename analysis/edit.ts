import { segmentsOf } from "./object-path";

/** A change inside an object: the smallest that mends it. */
export interface Edit {
  /** As findings write it: `spec.servers[0].tls.minProtocolVersion`, `metadata.labels["istio.io/rev"]`. */
  readonly path: string;
  /** What stands there afterwards; `undefined` removes the field or the list's element. */
  readonly value: unknown;
}

/**
 * A copy of an object with the edits made, the rest of it shared. Missing parents are made; what stands in the way and
 * is neither object nor list is replaced. Elements are removed last, so that all edits may count places as they were.
 *
 * @example
 * applyEdits(rule, [{ path: "spec.trafficPolicy.tls.mode", value: "ISTIO_MUTUAL" }]);
 */
export function applyEdits<Subject>(subject: Subject, edits: readonly Edit[]): Subject {
  const changes = edits.map(({ path, value }) => ({ segments: segmentsOf(path), value }));
  const removalsLast = [
    ...changes.filter(({ value }) => value !== undefined),
    ...changes.filter(({ value }) => value === undefined).sort((a, b) => byLastIndex(b.segments, a.segments)),
  ];
  // Only what lies on an edited path is copied, and the type of the whole is the author's business, as it was before.
  return removalsLast.reduce<unknown>(
    (edited, { segments, value }) => edit(edited, segments, value),
    subject,
  ) as Subject;
}

type Segment = string | number;

function edit(node: unknown, [head, ...rest]: readonly Segment[], value: unknown): unknown {
  if (head === undefined) return value;
  if (typeof head === "number") {
    const list: unknown[] = Array.isArray(node) ? [...(node as readonly unknown[])] : [];
    if (rest.length === 0 && value === undefined) list.splice(head, 1);
    else list[head] = edit(list[head], rest, value);
    return list;
  }
  const fields =
    typeof node === "object" && node !== null && !Array.isArray(node)
      ? { ...(node as Readonly<Record<string, unknown>>) }
      : {};
  const { [head]: before, ...others } = fields;
  if (rest.length === 0 && value === undefined) return others;
  // In its old place, so that a diff shows the change alone; a key of the document, never a prototype.
  Object.defineProperty(fields, head, {
    value: edit(before, rest, value),
    enumerable: true,
    configurable: true,
    writable: true,
  });
  return fields;
}

/** Orders removals of one list by place. */
function byLastIndex(a: readonly Segment[], b: readonly Segment[]): number {
  const [x, y] = [a.at(-1), b.at(-1)];
  return typeof x === "number" && typeof y === "number" ? x - y : 0;
}
