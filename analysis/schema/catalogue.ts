import {
  gatewayApiCrds,
  istioCrds,
  schemaOfVersion,
  type CrdSet,
  type StoredCrd,
  type StructuralSchema,
} from "../../components/resources/crds";
import { compileNode, type SchemaNode } from "./node";

/** A kind that a catalogue knows. */
export interface KnownKind {
  readonly group: string;
  readonly kind: string;
  readonly scope: "Namespaced" | "Cluster";
  /** Those that a server serves. */
  readonly versions: readonly string[];
}

/** One kind, with its schemas compiled when they are first needed. */
export class KindSchemas {
  readonly #crd: StoredCrd;
  readonly #nodes = new Map<number, SchemaNode>();

  constructor(crd: StoredCrd) {
    this.#crd = crd;
  }

  get known(): KnownKind {
    const { group, names, scope, versions } = this.#crd;
    return { group, kind: names.kind, scope, versions: versions.filter((v) => v.served).map((v) => v.name) };
  }

  get scope(): "Namespaced" | "Cluster" {
    return this.#crd.scope;
  }

  /** Whether a version's status is written apart from the rest; then a server drops it from a new object unseen. */
  hasStatusApart(version: string): boolean {
    return this.#crd.versions.find((v) => v.name === version)?.subresources?.["status"] !== undefined;
  }

  /** The schema of a version, also of one that is no longer served; undefined for one that never was. */
  node(version: string): SchemaNode | undefined {
    const found = this.#crd.versions.find((v) => v.name === version);
    if (found === undefined) return undefined;
    let node = this.#nodes.get(found.schema);
    if (node === undefined) {
      node = compileNode(withIdentity(schemaOfVersion(this.#crd, found)));
      this.#nodes.set(found.schema, node);
    }
    return node;
  }
}

/** Rules at the root of an object may read these, whether or not its schema mentions them. */
function withIdentity(schema: StructuralSchema): StructuralSchema {
  const text = { type: "string" } as const;
  const metadata = { type: "object", properties: { name: text, generateName: text } } as const;
  return { ...schema, properties: { ...schema.properties, apiVersion: text, kind: text, metadata } };
}

/** The kinds of one or more sets of CustomResourceDefinitions. A later set wins where two define the same kind. */
export class SchemaCatalogue {
  readonly #kinds = new Map<string, KindSchemas>();

  constructor(...sets: readonly CrdSet[]) {
    for (const crd of sets.flatMap((set) => set.crds)) {
      this.#kinds.set(`${crd.group}/${crd.names.kind}`, new KindSchemas(crd));
    }
  }

  find(group: string, kind: string): KindSchemas | undefined {
    return this.#kinds.get(`${group}/${kind}`);
  }

  /** Sorted by group, then kind. */
  knownKinds(): KnownKind[] {
    return [...this.#kinds.values()]
      .map((schemas) => schemas.known)
      .sort((a, b) => (`${a.group}/${a.kind}` < `${b.group}/${b.kind}` ? -1 : 1));
  }
}

/** The kinds of Istio and of the Gateway API that this package carries. */
export const carriedSchemas = new SchemaCatalogue(istioCrds, gatewayApiCrds);

/** The kinds that are checked unless a catalogue of one's own is given. */
export function knownKinds(): KnownKind[] {
  return carriedSchemas.knownKinds();
}
