import { applyEdits, type KubernetesObject, type Located } from "../../../analysis";

/** A service of a drawn mesh, as whoever plants a fault wants to know it. */
export interface App {
  readonly namespace: string;
  readonly name: string;
  readonly protocol: "http" | "grpc" | "tcp";
  readonly versions: readonly string[];
  readonly port: number;
  /** As routes name it: short, or complete. */
  readonly host: string;
}

/** The objects of a mesh. Nothing is changed in place: an edit replaces its object, so that drawn parts may be shared. */
export class Mesh {
  #objects: KubernetesObject[];
  /** What each object waits for; where it is empty, the order is nobody's business. */
  readonly #dependencies: Map<string, Set<string>>;

  constructor(
    objects: readonly KubernetesObject[],
    readonly apps: readonly App[],
  ) {
    this.#objects = [...objects];
    const rules = this.of("DestinationRule").map(idOf);
    this.#dependencies = new Map(
      this.of("VirtualService").map((route) => [idOf(route), new Set(rules)] as const),
    );
  }

  get objects(): readonly KubernetesObject[] {
    return this.#objects;
  }

  located(): Located[] {
    return this.#objects.map((object) => {
      const dependencies = this.#dependencies.get(idOf(object));
      return { object, urn: idOf(object), ...(dependencies === undefined ? {} : { dependencies }) };
    });
  }

  /** @param group narrows kinds that several groups have */
  of(kind: string, group = ""): readonly KubernetesObject[] {
    return this.#objects.filter((object) => object.kind === kind && object.apiVersion.startsWith(group));
  }

  find(kind: string, namespace: string, name: string): KubernetesObject {
    const found = this.of(kind).find(
      ({ metadata }) => metadata.name === name && (metadata.namespace ?? "") === namespace,
    );
    if (found === undefined) throw new Error(`the mesh has no ${kind} ${namespace}/${name}`);
    return found;
  }

  edit(object: KubernetesObject, path: string, value: unknown): KubernetesObject {
    return this.replace(object, applyEdits(object, [{ path, value }]));
  }

  replace(object: KubernetesObject, by: KubernetesObject): KubernetesObject {
    const place = this.#objects.indexOf(object);
    if (place === -1) throw new Error(`${idOf(object)} is not, or no longer, in the mesh`);
    this.#objects[place] = by;
    return by;
  }

  add(object: KubernetesObject): KubernetesObject {
    this.#objects.push(object);
    return object;
  }

  /** The same object once more, under another name. */
  copy(object: KubernetesObject, name: string): KubernetesObject {
    return this.add({ ...object, metadata: { ...object.metadata, name } });
  }

  remove(...objects: readonly KubernetesObject[]): void {
    this.#objects = this.#objects.filter((object) => !objects.includes(object));
  }

  /** Istio's mesh configuration, which stands in a ConfigMap as text. */
  editConfig(path: string, value: unknown): KubernetesObject {
    const map = this.find("ConfigMap", "istio-system", "istio");
    const config = JSON.parse(String(at(map, "data.mesh"))) as object;
    return this.edit(map, "data.mesh", JSON.stringify(applyEdits(config, [{ path, value }])));
  }

  /** One object no longer waits for another. */
  forget(object: KubernetesObject, dependency: KubernetesObject): void {
    this.#dependencies.get(idOf(object))?.delete(idOf(dependency));
  }
}

export function idOf({ apiVersion, kind, metadata }: KubernetesObject): string {
  const group = apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
  return `${group}/${kind} ${metadata.namespace ?? ""}/${metadata.name}`;
}

/** What stands at a path made of field names and numbers with dots between; undefined where nothing does. */
export function at(value: unknown, path: string): unknown {
  let found = value;
  for (const step of path.split(".")) {
    if (typeof found !== "object" || found === null) return undefined;
    found = (found as Readonly<Record<string, unknown>>)[step];
  }
  return found;
}

export function listAt(value: unknown, path: string): readonly unknown[] {
  const found = at(value, path);
  return Array.isArray(found) ? found : [];
}
