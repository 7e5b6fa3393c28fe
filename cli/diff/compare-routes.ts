import { summariseRoutes, type KubernetesObject } from "../../analysis";

/** A kind of request that is led elsewhere than before. */
export interface RouteDifference {
  /** `namespace/name` of the VirtualService; with its kind before it what another object is. */
  readonly object: string;
  readonly when: string;
  /** Absent where no rule spoke of it. */
  readonly before?: string;
  readonly after?: string;
}

type Lines = ReadonlyMap<string, { readonly object: string; readonly when: string; readonly then: string }>;

/** The first rule for a kind of request counts; another like it is never taken. */
function linesOf(objects: readonly KubernetesObject[]): Lines {
  const lines = new Map<string, { object: string; when: string; then: string }>();
  for (const { object, lines: rules } of summariseRoutes(objects))
    for (const { when, then } of rules)
      if (!lines.has(`${object}\n${when}`)) lines.set(`${object}\n${when}`, { object, when, then });
  return lines;
}

/** Which requests go elsewhere, by the VirtualServices and the routes of the Gateway API of both sets. */
export function compareRoutes(
  before: readonly KubernetesObject[],
  after: readonly KubernetesObject[],
): readonly RouteDifference[] {
  const [old, now] = [linesOf(before), linesOf(after)];
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((key): RouteDifference[] => {
    const [left, right] = [old.get(key), now.get(key)];
    const some = left ?? right;
    if (some === undefined || left?.then === right?.then) return [];
    return [
      {
        object: some.object,
        when: some.when,
        ...(left === undefined ? {} : { before: left.then }),
        ...(right === undefined ? {} : { after: right.then }),
      },
    ];
  });
}
