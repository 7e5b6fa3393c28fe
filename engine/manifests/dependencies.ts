import type { Deployment, RecordedResource } from "../recorded";
import { clusterFinder } from "./clusters";
import type { ProgramObject } from "./kubernetes-object";

/**
 * What must be applied before what: for each object, the objects that it waits for.
 *
 * As under Pulumi, a resource waits for what it depends on, for its parent when that is an object, for its provider, and
 * for what all of these wait for; a dependency on a component is one on every object inside it. An object also waits for
 * the Namespace that it lies in.
 */
export function objectDependencies(
  deployment: Deployment,
  objects: readonly ProgramObject[],
): ReadonlyMap<ProgramObject, ReadonlySet<ProgramObject>> {
  const graph = new ResourceGraph(deployment, objects);
  const clusterOf = clusterFinder(deployment);
  const key = (object: ProgramObject, namespace = "") => JSON.stringify([clusterOf(object)?.urn, namespace]);
  const namespaces = new Map(objects.filter(isNamespace).map((object) => [key(object, object.name), object]));
  return new Map(
    objects.map((object) => {
      const before = new Set(graph.before(object.resource.urn));
      const namespace = namespaces.get(key(object, object.namespace));
      // A program that has a namespace wait for what lies in it is in error, but not ours to break over.
      if (namespace !== undefined && !graph.before(namespace.resource.urn).has(object)) before.add(namespace);
      for (const same of graph.objectsOf(object.resource.urn)) before.delete(same);
      return [object, before];
    }),
  );
}

class ResourceGraph {
  readonly #resources: ReadonlyMap<string, RecordedResource>;
  readonly #objects = new Map<string, ProgramObject[]>();
  readonly #children = new Map<string, string[]>();
  readonly #before = new Map<string, ReadonlySet<ProgramObject>>();

  constructor(deployment: Deployment, objects: readonly ProgramObject[]) {
    this.#resources = new Map(deployment.resources.map((resource) => [resource.urn, resource]));
    for (const object of objects) append(this.#objects, object.resource.urn, object);
    for (const { urn, parent } of deployment.resources)
      if (parent !== undefined) append(this.#children, parent, urn);
  }

  /** The objects that a resource itself is. */
  objectsOf(urn: string): readonly ProgramObject[] {
    return this.#objects.get(urn) ?? [];
  }

  /** The nearest objects that a resource waits for. */
  before(urn: string): ReadonlySet<ProgramObject> {
    const known = this.#before.get(urn);
    if (known !== undefined) return known;
    const found = new Set<ProgramObject>();
    // Set before it is filled, so that a circle, which only a broken recording has, comes to an end.
    this.#before.set(urn, found);
    const resource = this.#resources.get(urn);
    if (resource === undefined) return found;
    const { dependencies, propertyDependencies, parent, provider } = resource;
    for (const target of [...dependencies, ...Object.values(propertyDependencies).flat()]) {
      for (const object of this.#reached(target)) found.add(object);
    }
    if (provider !== undefined) for (const object of this.before(urnOfProvider(provider))) found.add(object);
    if (parent !== undefined) {
      const own = this.objectsOf(parent);
      for (const object of own.length > 0 ? own : this.before(parent)) found.add(object);
    }
    for (const object of this.objectsOf(urn)) found.delete(object);
    return found;
  }

  /** What waiting for a resource means waiting for. */
  #reached(urn: string): Iterable<ProgramObject> {
    const own = this.objectsOf(urn);
    if (own.length > 0) return own;
    const resource = this.#resources.get(urn);
    if (resource === undefined || resource.custom) return this.before(urn);
    return this.#inside(urn);
  }

  #inside(urn: string): ProgramObject[] {
    return [
      ...this.objectsOf(urn),
      ...(this.#children.get(urn) ?? []).flatMap((child) => this.#inside(child)),
    ];
  }
}

function isNamespace({ apiVersion, kind }: ProgramObject): boolean {
  return apiVersion === "v1" && kind === "Namespace";
}

/** A provider is recorded as `urn::id`, and the id holds no colon. */
function urnOfProvider(reference: string): string {
  return reference.slice(0, reference.lastIndexOf("::"));
}

function append<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
