import type { Topology, TopologyEdge, TopologyNode } from "./topology";

/** One picture: everything, or one namespace with its neighbours. */
export interface View {
  /** `""` for the first one. */
  readonly id: string;
  readonly title: string;
  readonly boxes: readonly Box[];
  readonly arrows: readonly Arrow[];
}

export interface Box {
  readonly id: string;
  readonly title: string;
  readonly lines: readonly string[];
  readonly style: "gateway" | "service" | "external" | "namespace";
  /** The frame around it. */
  readonly group: string;
  readonly mtls?: TopologyNode["mtls"];
  readonly findings: number;
  /** The view that it opens. */
  readonly opens?: string;
}

export interface Arrow {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly kind: TopologyEdge["kind"];
  readonly label: string;
  readonly findings: number;
}

/** From so many boxes on, namespaces are shown closed: more than this nobody takes in at once. */
const MOST_BOXES = 40;

/** The pictures of a mesh, the first of which shows all of it. */
export function viewsOf(topology: Topology): readonly View[] {
  const { nodes, edges, namespaces } = topology;
  if (nodes.length <= MOST_BOXES) {
    return [{ id: "", title: topology.title, boxes: nodes.map(boxOf), arrows: edges.map(arrowOf) }];
  }
  return [overview(topology), ...namespaces.map(({ name }) => namespaceView(topology, name))];
}

function boxOf(node: TopologyNode): Box {
  const { id, name, kind, namespace, details, subsets, mtls, findings } = node;
  const shown = subsets.map((subset) =>
    subset.share === undefined ? subset.name : `${subset.name} ${subset.share}`,
  );
  return {
    id,
    title: name,
    lines: [shortened(details), ...(shown.length === 0 ? [] : [shortened(shown)])].filter(
      (line) => line !== "",
    ),
    style: kind,
    group: namespace,
    ...(mtls === undefined ? {} : { mtls }),
    findings: findings.length,
  };
}

function shortened(parts: readonly string[]): string {
  const text = parts.slice(0, 3).join("  ");
  const more = parts.length > 3 ? ` +${parts.length - 3}` : "";
  return text.length + more.length <= 34 ? text + more : `${text.slice(0, 33 - more.length)}…${more}`;
}

function arrowOf({ id, from, to, kind, label, findings }: TopologyEdge): Arrow {
  const [first = "", ...rest] = label.split("\n");
  const line = shortened([first]);
  return {
    id,
    from,
    to,
    kind,
    label: rest.length === 0 ? line : `${line} +${rest.length}`,
    findings: findings.length,
  };
}

const closed = (namespace: string): string => `namespace ${namespace}`;

/** What stands for a box of another namespace. */
function standIn({ id, namespace }: TopologyNode): string {
  return namespace === "" ? id : closed(namespace);
}

/** Namespaces as boxes, and how much goes between them. */
function overview({ title, nodes, edges, namespaces }: Topology): View {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const outside = nodes.filter(({ namespace }) => namespace === "");
  return {
    id: "",
    title,
    boxes: [
      ...namespaces.map(({ name, mtls }): Box => {
        const inside = nodes.filter(({ namespace }) => namespace === name);
        const gateways = inside.filter(({ kind }) => kind === "gateway").length;
        return {
          id: closed(name),
          title: name,
          lines: [
            `${inside.length - gateways} services`,
            ...(gateways === 0 ? [] : [`${gateways} gateways`]),
          ],
          style: "namespace",
          group: "",
          ...(mtls === undefined ? {} : { mtls }),
          findings: inside.reduce((sum, { findings }) => sum + findings.length, 0),
          opens: name,
        };
      }),
      // Hosts outside are many in a large mesh: those that somebody is routed to.
      ...outside.filter(({ id }) => edges.some(({ to }) => to === id)).map(boxOf),
    ],
    arrows: merged(edges, (id) => {
      const node = byId.get(id);
      return node === undefined ? id : standIn(node);
    }),
  };
}

/** One namespace open, its neighbours closed. */
function namespaceView({ nodes, edges }: Topology, name: string): View {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const inside = nodes.filter(({ namespace }) => namespace === name);
  const isInside = (id: string): boolean => byId.get(id)?.namespace === name;
  const touching = edges.filter(({ from, to }) => isInside(from) || isInside(to));
  const neighbours = new Map<string, Box>();
  for (const id of touching.flatMap(({ from, to }) => [from, to])) {
    const node = byId.get(id);
    if (node === undefined || node.namespace === name) continue;
    const stand = standIn(node);
    neighbours.set(
      stand,
      node.namespace === ""
        ? boxOf(node)
        : {
            id: stand,
            title: node.namespace,
            lines: [],
            style: "namespace",
            group: "",
            findings: 0,
            opens: node.namespace,
          },
    );
  }
  return {
    id: name,
    title: name,
    boxes: [...inside.map(boxOf), ...neighbours.values()],
    arrows: merged(touching, (id) => {
      const node = byId.get(id);
      return node === undefined || node.namespace === name ? id : standIn(node);
    }),
  };
}

/** Arrows between the same two boxes become one. */
function merged(edges: readonly TopologyEdge[], place: (id: string) => string): Arrow[] {
  const found = new Map<string, { arrow: Arrow; count: number }>();
  for (const edge of edges) {
    const [from, to] = [place(edge.from), place(edge.to)];
    if (from === to) continue;
    const id = from === edge.from && to === edge.to ? edge.id : `${edge.kind} ${from} -> ${to}`;
    const known = found.get(id);
    if (known === undefined) found.set(id, { arrow: { ...arrowOf(edge), id, from, to }, count: 1 });
    else {
      known.count += 1;
      known.arrow = {
        ...known.arrow,
        label: `${known.count} ${edge.kind === "route" ? "routes" : "calls"}`,
        findings: known.arrow.findings + edge.findings.length,
      };
    }
  }
  return [...found.values()].map(({ arrow }) => arrow);
}
