import { compareObjects } from "./kind-order";
import type { ProgramObject } from "./kubernetes-object";

/** Objects that are written to one file, in the order in which to apply them. */
export interface Batch<Key> {
  readonly key: Key;
  readonly objects: readonly ProgramObject[];
}

/**
 * Puts objects into as few batches as their order allows, each of one key: a key comes up twice only where something of
 * another key has to be applied between two of its objects.
 *
 * @param before what each object waits for; what is not among the objects counts as there already. A circle is cut at its
 * first object.
 * @param keyOf objects of one key go together
 */
export function batches<Key>(
  objects: readonly ProgramObject[],
  before: ReadonlyMap<ProgramObject, ReadonlySet<ProgramObject>>,
  keyOf: (object: ProgramObject) => Key,
): Batch<Key>[] {
  const left = new Map<Key, Set<ProgramObject>>();
  for (const object of objects) {
    const key = keyOf(object);
    left.set(key, (left.get(key) ?? new Set()).add(object));
  }
  const pending = new Set(objects);
  const result: Batch<Key>[] = [];
  while (pending.size > 0) {
    const next = nextBatch(left, pending, before);
    if (next === undefined) break;
    result.push(next);
    const members = left.get(next.key);
    for (const object of next.objects) {
      pending.delete(object);
      members?.delete(object);
    }
    if (members?.size === 0) left.delete(next.key);
  }
  return result;
}

/** The first key of which everything can be applied now; or else what can be of the first of which something can. */
function nextBatch<Key>(
  left: ReadonlyMap<Key, ReadonlySet<ProgramObject>>,
  pending: ReadonlySet<ProgramObject>,
  before: ReadonlyMap<ProgramObject, ReadonlySet<ProgramObject>>,
): Batch<Key> | undefined {
  let partly: Batch<Key> | undefined;
  for (const [key, members] of left) {
    const objects = applicable(members, pending, before);
    if (objects.length === members.size) return { key, objects };
    if (objects.length > 0) partly ??= { key, objects };
  }
  return partly ?? cut(left);
}

/** Those of the members that can be applied now, one after the other, in an order in which they can. */
function applicable(
  members: ReadonlySet<ProgramObject>,
  pending: ReadonlySet<ProgramObject>,
  before: ReadonlyMap<ProgramObject, ReadonlySet<ProgramObject>>,
): ProgramObject[] {
  const waiting = new Map<ProgramObject, number>();
  const after = new Map<ProgramObject, ProgramObject[]>();
  for (const object of members) {
    const open = [...(before.get(object) ?? [])].filter((each) => pending.has(each) && each !== object);
    waiting.set(object, open.length);
    for (const each of open) if (members.has(each)) after.set(each, [...(after.get(each) ?? []), object]);
  }
  const order: ProgramObject[] = [];
  let ready = [...members].filter((object) => waiting.get(object) === 0);
  while (ready.length > 0) {
    // One wave after the other, so that the order by kind shows wherever dependencies leave it open.
    ready.sort(compareObjects);
    order.push(...ready);
    ready = ready.flatMap((object) =>
      (after.get(object) ?? []).filter((each) => {
        const open = (waiting.get(each) ?? 0) - 1;
        waiting.set(each, open);
        return open === 0;
      }),
    );
  }
  return order;
}

function cut<Key>(left: ReadonlyMap<Key, ReadonlySet<ProgramObject>>): Batch<Key> | undefined {
  for (const [key, members] of left) for (const object of members) return { key, objects: [object] };
  return undefined;
}
