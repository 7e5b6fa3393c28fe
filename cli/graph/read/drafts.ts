import type { Finding, KubernetesObject } from "../../../analysis";
import type { MeshObject } from "../../../analysis/model/mesh-object";
import { keyOf, type Topology, type TopologyEdge, type TopologyNode } from "../topology";

/** A box while it is being read. */
export interface NodeDraft extends Omit<TopologyNode, "details" | "objects" | "findings" | "subsets"> {
  readonly details: Set<string>;
  readonly subsets: Map<string, number | undefined>;
  readonly objects: Set<string>;
}

interface EdgeDraft extends Omit<TopologyEdge, "objects" | "findings" | "label"> {
  readonly labels: Set<string>;
  readonly objects: Set<string>;
}

/** What an arrow says beside its ends. */
export interface EdgeWords {
  readonly label: string;
  readonly broken?: string | undefined;
}

type Drawn = Pick<Topology, "nodes" | "edges" | "objects" | "findings"> & {
  /** The findings of some objects, as indexes. */
  readonly findingsOf: (objects: Iterable<string>) => number[];
};

/** Boxes and arrows while they are being read: what is said twice becomes one with both objects behind it. */
export class Drafts {
  readonly #nodes = new Map<string, NodeDraft>();
  readonly #edges = new Map<string, EdgeDraft>();
  readonly #objects = new Map<string, KubernetesObject>();

  node(id: string): NodeDraft | undefined {
    return this.#nodes.get(id);
  }

  get nodes(): Iterable<NodeDraft> {
    return this.#nodes.values();
  }

  /** The key of an object, which will be shown with whatever names it. */
  key(object: MeshObject): string {
    const key = keyOf(object.ref);
    this.#objects.set(key, object.located.object);
    return key;
  }

  /** Adds a box, or to one that is there what this says of it further: details and objects. */
  addNode(
    { details, ...node }: Omit<TopologyNode, "objects" | "findings" | "subsets">,
    ...about: readonly MeshObject[]
  ): NodeDraft {
    let draft = this.#nodes.get(node.id);
    if (draft === undefined) {
      draft = { ...node, details: new Set(), subsets: new Map(), objects: new Set() };
      this.#nodes.set(node.id, draft);
    }
    for (const detail of details) draft.details.add(detail);
    for (const object of about) draft.objects.add(this.key(object));
    return draft;
  }

  addEdge(
    kind: TopologyEdge["kind"],
    from: NodeDraft,
    to: NodeDraft,
    { label, broken }: EdgeWords,
    object: MeshObject,
  ): void {
    const id = `${kind}${broken === undefined ? "" : " broken"} ${from.id} -> ${to.id}`;
    let edge = this.#edges.get(id);
    if (edge === undefined) {
      edge = {
        ...{ id, kind, from: from.id, to: to.id },
        ...(broken === undefined ? {} : { broken }),
        labels: new Set(),
        objects: new Set(),
      };
      this.#edges.set(id, edge);
    }
    if (label !== "") edge.labels.add(label);
    edge.objects.add(this.key(object));
  }

  draw(findings: readonly Finding[]): Drawn {
    const about = new Map<string, number[]>();
    findings.forEach(({ object }, index) => {
      const key = keyOf(object);
      about.set(key, [...(about.get(key) ?? []), index]);
    });
    const findingsOf = (objects: Iterable<string>): number[] =>
      [...objects].flatMap((key) => about.get(key) ?? []).sort((a, b) => a - b);
    const behind = (objects: ReadonlySet<string>) => ({
      objects: [...objects].sort(),
      findings: findingsOf(objects),
    });
    return {
      nodes: [...this.#nodes.values()]
        .map(({ details, objects, subsets, ...node }) => ({
          ...node,
          details: [...details],
          subsets: [...subsets].map(([name, weight]) => ({
            name,
            ...(weight === undefined ? {} : { weight }),
          })),
          ...behind(objects),
        }))
        .sort(byId),
      edges: [...this.#edges.values()]
        .map(({ objects, labels, ...edge }) => ({
          ...edge,
          label: [...labels].join("\n"),
          ...behind(objects),
        }))
        .sort(byId),
      objects: Object.fromEntries(
        [...this.#objects]
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, object]) => [key, withoutSecrets(object)]),
      ),
      findings: findings.map(({ rule, level, path, message, fix, docs, object }) => ({
        ...{ rule, level, path, message, fix, docs, object },
      })),
      findingsOf,
    };
  }
}

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : 1;
}

/** A picture is passed around. */
function withoutSecrets(object: KubernetesObject): KubernetesObject {
  if (object.kind !== "Secret") return object;
  const { data: _data, stringData: _text, ...rest } = object;
  return rest;
}
