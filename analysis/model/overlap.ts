import { UNKNOWN } from "../kubernetes-object";
import { describeLabels, type Labels } from "./labels";
import type { MeshModel } from "../model";
import type { MeshObject } from "./mesh-object";
import { describeWorkload, push, type Workload } from "./workloads";

/** A resource of which a workload may have one. */
export interface Selecting {
  readonly object: MeshObject;
  readonly namespace: string;
  readonly selector: Labels;
}

/** Two or more resources for one thing. */
export interface Overlap<T> {
  readonly what: string;
  readonly them: readonly T[];
}

/** Resources with a selector, split from those for a whole namespace; the same object given twice counts once. */
export function bySelector(
  objects: readonly MeshObject[],
  labelsIn: (object: MeshObject) => Selecting["selector"],
): { readonly wide: ReadonlyMap<string, Selecting[]>; readonly selective: ReadonlyMap<string, Selecting[]> } {
  const wide = new Map<string, Selecting[]>();
  const selective = new Map<string, Selecting[]>();
  const unique = new Map(objects.map((object) => [object.key, object] as const));
  for (const object of unique.values()) {
    const { namespace } = object;
    if (namespace === UNKNOWN) continue;
    const selector = labelsIn(object);
    const isWide = selector.known.size === 0 && !selector.open;
    push(isWide ? wide : selective, namespace, { object, namespace, selector });
  }
  return { wide, selective };
}

/** The workloads, or sets of labels, that more than one of these selects. */
export function* findOverlaps(model: MeshModel, group: readonly Selecting[]): Iterable<Overlap<Selecting>> {
  const byWorkload = new Map<Workload, Selecting[]>();
  const bySame = new Map<string, Selecting[]>();
  for (const each of group) {
    if (each.selector.open) continue;
    push(bySame, describeLabels(new Map([...each.selector.known].sort())), each);
    for (const workload of model.workloads.select(each.namespace, each.selector.known).workloads)
      push(byWorkload, workload, each);
  }
  for (const [workload, them] of byWorkload)
    if (them.length > 1) yield { what: describeWorkload(workload), them };
  for (const [labels, them] of bySame) if (them.length > 1) yield { what: `each pod with ${labels}`, them };
}

export function namesOf(group: readonly Selecting[]): string {
  return group
    .map(({ object }) => `"${object.ref.name}"`)
    .sort()
    .join(", ");
}
