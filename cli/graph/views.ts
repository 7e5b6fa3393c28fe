import { push } from "../../analysis/model/workloads";
import type { Topology, TopologyEdge, TopologyNamespace, TopologyNode } from "./topology";

/** One picture: everything, or one namespace with its neighbours. */
export interface View {
  /** `""` for the first one. */
  readonly id: string;
  readonly title: string;
  /**
   * `layered` follows the arrows from left to right. `grid` is for so many arrows that no drawing of them can be read: boxes
   * stand in order, and arrows show up for the box that is pointed at.
   */
  readonly arrangement: "layered" | "grid";
  readonly boxes: readonly Box[];
  readonly groups: readonly Group[];
  readonly arrows: readonly Arrow[];
}

/** How bad the worst finding is. */
export type Worst = "mandatory" | "advisory";

/** What rules found about a box or an arrow. */
export interface Found {
  readonly findings: number;
  readonly worst?: Worst;
}

export interface Box extends Found {
  readonly id: string;
  readonly title: string;
  readonly lines: readonly string[];
  readonly subsets: TopologyNode["subsets"];
  readonly style: TopologyNode["kind"] | "namespace";
  /** The frame around it. */
  readonly group: string;
  readonly mtls?: TopologyNode["mtls"];
  /** The view that it opens. */
  readonly opens?: string;
}

/** The frame around the boxes of a namespace. */
export interface Group extends Found {
  readonly name: string;
  readonly note: string;
}

export interface Arrow extends Found {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly kind: TopologyEdge["kind"];
  readonly label: string;
  readonly broken: boolean;
}

/** From so many boxes on, namespaces are shown closed: more than this nobody takes in at once. */
const MOST_BOXES = 40;
/** From so many arrows on, they are shown for one box at a time. */
const MOST_ARROWS = 80;
/** From so many arrows on, what they say is left to the click. */
const MOST_LABELS = 40;
const MOST_SUBSETS = 5;
const MOST_LETTERS = 34;
const MOST_LETTERS_OF_LABEL = 26;

/** The pictures of a mesh, the first of which shows all of it. */
export function viewsOf(topology: Topology): readonly View[] {
  const { nodes, edges, namespaces } = topology;
  const drawing = new Drawing(topology);
  if (nodes.length <= MOST_BOXES) {
    const boxes = nodes.map((node) => drawing.box(node));
    return [
      drawing.view(
        "",
        topology.title,
        boxes,
        edges.map((edge) => drawing.arrow(edge)),
      ),
    ];
  }
  return [drawing.overview(), ...namespaces.map(({ name }) => drawing.namespace(name))];
}

const closed = (namespace: string): string => `namespace ${namespace}`;

/** What stands for a box of another namespace. */
function standIn({ id, namespace }: TopologyNode): string {
  return namespace === "" ? id : closed(namespace);
}

class Drawing {
  readonly #byId: ReadonlyMap<string, TopologyNode>;
  readonly #namespaces: ReadonlyMap<string, TopologyNamespace>;
  readonly #nodesOf = new Map<string, TopologyNode[]>();
  /** The arrows with an end in a namespace. */
  readonly #edgesOf = new Map<string, TopologyEdge[]>();

  constructor(private readonly topology: Topology) {
    this.#byId = new Map(topology.nodes.map((node) => [node.id, node]));
    this.#namespaces = new Map(topology.namespaces.map((namespace) => [namespace.name, namespace]));
    for (const node of topology.nodes) push(this.#nodesOf, node.namespace, node);
    for (const edge of topology.edges) {
      const ends = [edge.from, edge.to].map((id) => this.#byId.get(id)?.namespace ?? "");
      for (const namespace of new Set(ends)) push(this.#edgesOf, namespace, edge);
    }
  }

  view(id: string, title: string, boxes: readonly Box[], arrows: readonly Arrow[]): View {
    const names = new Set(boxes.map(({ group }) => group));
    return {
      ...{ id, title, boxes },
      arrangement: arrows.length > MOST_ARROWS ? "grid" : "layered",
      arrows: arrows.length > MOST_LABELS ? arrows.map((arrow) => ({ ...arrow, label: "" })) : arrows,
      groups: this.topology.namespaces
        .filter(({ name }) => names.has(name))
        .map((namespace) => ({
          name: namespace.name,
          note: noteOf(namespace),
          ...this.#found(namespace.findings),
        })),
    };
  }

  /** Namespaces as boxes, and how much goes between them. */
  overview(): View {
    const { title, nodes, edges, namespaces } = this.topology;
    const drawn = new Set(edges.flatMap(({ from, to }) => [from, to]));
    const boxes = [
      ...namespaces.map((namespace): Box => this.#closed(namespace, true)),
      // Hosts outside are many in a large mesh: those that something is drawn to.
      ...nodes
        .filter(({ id, namespace, kind }) => namespace === "" && (drawn.has(id) || kind === "cluster"))
        .map((node) => this.box(node)),
    ];
    return this.view("", title, boxes, this.#merged(edges, standIn));
  }

  /** One namespace open, its neighbours closed. */
  namespace(name: string): View {
    const touching = this.#edgesOf.get(name) ?? [];
    const neighbours = new Map<string, Box>();
    for (const id of touching.flatMap(({ from, to }) => [from, to])) {
      const node = this.#byId.get(id);
      if (node === undefined || node.namespace === name) continue;
      if (neighbours.has(standIn(node))) continue;
      const namespace = this.#namespaces.get(node.namespace);
      neighbours.set(
        standIn(node),
        namespace === undefined ? this.box(node) : this.#closed(namespace, false),
      );
    }
    const inside = (this.#nodesOf.get(name) ?? []).map((node) => this.box(node));
    const arrows = this.#merged(touching, (node) => (node.namespace === name ? node.id : standIn(node)));
    return this.view(name, name, [...inside, ...neighbours.values()], arrows);
  }

  box(node: TopologyNode): Box {
    const { id, name, kind, namespace, details, subsets, mtls, dataPlane, waypoint, findings } = node;
    return {
      id,
      title: name,
      lines: [
        ...(kind === "cluster" ? details : [shortened(details)]),
        // What holds for its whole namespace is said there.
        dataPlane === this.#namespaces.get(namespace)?.dataPlane ? "" : PLANE_NOTES[dataPlane ?? "sidecar"],
        waypoint === undefined ? "" : `via ${waypoint.replace(`${namespace}/`, "")}`,
        subsets.length > MOST_SUBSETS ? `${subsets.length - MOST_SUBSETS} further subsets` : "",
      ].filter((line) => line !== ""),
      subsets: subsets.slice(0, MOST_SUBSETS),
      style: kind,
      group: namespace,
      ...(mtls === undefined || kind === "external" ? {} : { mtls }),
      ...this.#found(findings),
    };
  }

  arrow({ id, from, to, kind, label, broken, findings }: TopologyEdge): Arrow {
    const [first = "", ...rest] = label.split("\n");
    const line = shortened([first], MOST_LETTERS_OF_LABEL);
    return {
      ...{ id, from, to, kind },
      label: broken !== undefined ? "not served" : rest.length === 0 ? line : `${line} +${rest.length}`,
      broken: broken !== undefined,
      ...this.#found(findings),
    };
  }

  #closed(namespace: TopologyNamespace, counted: boolean): Box {
    const { name, mtls, dataPlane } = namespace;
    const inside = this.#nodesOf.get(name) ?? [];
    const gateways = inside.filter(({ kind }) => kind === "gateway" || kind === "waypoint").length;
    const services = inside.length - gateways;
    const findings = [...new Set([...namespace.findings, ...inside.flatMap((node) => node.findings)])];
    return {
      id: closed(name),
      title: name,
      lines: counted
        ? [
            [counts(services, "service"), counts(gateways, "gateway")]
              .filter((each) => each !== "")
              .join(", "),
            PLANE_NOTES[dataPlane ?? "sidecar"],
          ].filter((line) => line !== "")
        : [],
      subsets: [],
      style: "namespace",
      group: "",
      ...(mtls === undefined ? {} : { mtls }),
      ...(counted ? this.#found(findings) : { findings: 0 }),
      opens: name,
    };
  }

  #found(indexes: readonly number[]): Found {
    if (indexes.length === 0) return { findings: 0 };
    const bad = indexes.some((index) => this.topology.findings[index]?.level === "mandatory");
    return { findings: indexes.length, worst: bad ? "mandatory" : "advisory" };
  }

  /** Arrows between the same two boxes become one. */
  #merged(edges: readonly TopologyEdge[], place: (node: TopologyNode) => string): Arrow[] {
    const at = (id: string): string => {
      const node = this.#byId.get(id);
      return node === undefined ? id : place(node);
    };
    const found = new Map<string, TopologyEdge[]>();
    for (const edge of edges) {
      const [from, to] = [at(edge.from), at(edge.to)];
      if (from === to) continue;
      const id = from === edge.from && to === edge.to ? edge.id : `${edge.kind} ${from} -> ${to}`;
      push(found, id, edge);
    }
    return [...found].flatMap(([id, all]) => {
      const [first] = all;
      if (first === undefined) return [];
      const ends = { id, from: at(first.from), to: at(first.to) };
      if (all.length === 1) return [{ ...this.arrow(first), ...ends }];
      return [
        {
          ...ends,
          kind: first.kind,
          label: `${all.length} ${first.kind === "route" ? "routes" : "calls"}`,
          broken: all.every(({ broken }) => broken !== undefined),
          ...this.#found([...new Set(all.flatMap(({ findings }) => findings))]),
        },
      ];
    });
  }
}

function counts(count: number, what: string): string {
  return count === 0 ? "" : `${count} ${what}${count === 1 ? "" : "s"}`;
}

const MTLS_NOTES = { strict: "mTLS", permissive: "mTLS or plaintext", disabled: "plaintext" } as const;

/** Sidecars are what a mesh usually has. */
const PLANE_NOTES = { sidecar: "", ambient: "ambient", none: "outside the mesh" } as const;

/** `mTLS · denies what is not allowed` */
function noteOf({ mtls, dataPlane, defaultDeny }: TopologyNamespace): string {
  return [
    PLANE_NOTES[dataPlane ?? "sidecar"],
    mtls === undefined ? "" : MTLS_NOTES[mtls],
    defaultDeny && dataPlane !== "none" ? "denies what is not allowed" : "",
  ]
    .filter((part) => part !== "")
    .join(" · ");
}

function shortened(parts: readonly string[], letters = MOST_LETTERS): string {
  const text = parts.slice(0, 3).join("  ");
  const more = parts.length > 3 ? ` +${parts.length - 3}` : "";
  return text.length + more.length <= letters
    ? text + more
    : `${text.slice(0, letters - 1 - more.length)}…${more}`;
}
