import { UNKNOWN } from "../kubernetes-object";
import { describeLabels, type Labels } from "./labels";
import type { MeshModel } from "../model";
import type { Verdict } from "../rule";
import type { MeshObject } from "./mesh-object";
import { describeWorkload, push, type Workload } from "./workloads";

/** A resource of which a workload may have one. */
export interface Selecting {
  readonly object: MeshObject;
  readonly namespace: string;
  readonly selector: Labels;
}

/** One of several resources for the same workload. */
export interface Rival {
  readonly object: MeshObject;
  /** The workload, or the set of labels, that they share. */
  readonly what: string;
  /** All of them, this one included. */
  readonly them: readonly Selecting[];
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

/** Each of these that shares a workload, or exactly its labels, with another; each once. */
export function* findRivals(model: MeshModel, group: readonly Selecting[]): Iterable<Rival> {
  const byWorkload = new Map<Workload, Selecting[]>();
  const bySame = new Map<string, Selecting[]>();
  for (const each of group) {
    if (each.selector.open) continue;
    push(bySame, describeLabels(new Map([...each.selector.known].sort())), each);
    for (const workload of model.workloads.select(each.namespace, each.selector.known).workloads)
      push(byWorkload, workload, each);
  }
  const reported = new Set<Selecting>();
  for (const [what, them] of [
    ...[...byWorkload].map(([workload, some]) => [describeWorkload(workload), some] as const),
    ...[...bySame].map(([labels, some]) => [`each pod with ${labels}`, some] as const),
  ]) {
    for (const each of them.length > 1 ? them : []) {
      if (reported.has(each)) continue;
      reported.add(each);
      yield { object: each.object, what, them };
    }
  }
}

/** Says of a resource that it selects nobody; waits while that is not known. */
export function* checkSelects(
  model: MeshModel,
  { object, namespace, selector }: Selecting,
  path: string,
  anchors: readonly string[],
): Iterable<Verdict> {
  if (selector.open) {
    yield object.wait(path);
    return;
  }
  const { workloads, open } = model.workloads.select(namespace, selector.known);
  if (workloads.length > 0) return;
  if (open) {
    yield object.wait(path);
    return;
  }
  yield object.report(path, `no workload of namespace "${namespace}" has ${describeLabels(selector.known)}`, {
    anchors,
    ...(model.workloads.inNamespace(namespace).length > 0 ? {} : { level: "advisory" }),
  });
}

export function namesOf(group: readonly Pick<Selecting, "object">[]): string {
  return group
    .map(({ object }) => `"${object.ref.name}"`)
    .sort()
    .join(", ");
}
