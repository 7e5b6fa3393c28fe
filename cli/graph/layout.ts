import type { ELK, ElkExtendedEdge, ElkNode } from "elkjs/lib/elk-api";
import type { Arrow, Box, View } from "./views";

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Placed extends Point {
  readonly width: number;
  readonly height: number;
}

/** A view with the place of everything. */
export interface Layout {
  readonly view: View;
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly (Placed & { readonly box: Box })[];
  readonly groups: readonly (Placed & { readonly name: string })[];
  readonly arrows: readonly {
    readonly arrow: Arrow;
    readonly points: readonly Point[];
    readonly label?: Placed;
  }[];
}

export const TITLE_SIZE = 14;
export const TEXT_SIZE = 11;
export const PADDING = 12;

/** Letters are not measured where there is no browser: this is wide enough for the usual fonts of one. */
const widthOf = (text: string, size: number): number => Math.ceil(text.length * size * 0.6);

function sizeOf({ title, lines, findings }: Box): { width: number; height: number } {
  const widest = Math.max(
    widthOf(title, TITLE_SIZE) + 26 + (findings > 0 ? 24 : 0),
    ...lines.map((line) => widthOf(line, TEXT_SIZE)),
  );
  return {
    width: Math.max(110, widest + 2 * PADDING),
    height: 2 * PADDING + TITLE_SIZE + lines.length * (TEXT_SIZE + 5),
  };
}

/** Loaded when it is first needed: it is large, and most commands draw nothing. */
function loadElk(): ELK {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- import() is asynchronous and wants file extensions
  const Elk = require("elkjs/lib/elk.bundled.js") as new () => ELK;
  return new Elk();
}

/** Places the boxes of a view in layers, left to right, with arrows that go around them. */
export async function layOut(view: View): Promise<Layout> {
  const groups = [...new Set(view.boxes.map(({ group }) => group))].filter((group) => group !== "").sort();
  const node = (box: Box): ElkNode => ({ id: box.id, ...sizeOf(box) });
  const root: ElkNode = {
    id: "view",
    layoutOptions: {
      "elk.algorithm": "layered",
      "elk.direction": "RIGHT",
      "elk.hierarchyHandling": "INCLUDE_CHILDREN",
      "elk.edgeRouting": "ORTHOGONAL",
      "elk.layered.spacing.nodeNodeBetweenLayers": "60",
      "elk.spacing.nodeNode": "24",
      "elk.spacing.edgeNode": "16",
      "elk.spacing.edgeEdge": "12",
      "elk.spacing.componentComponent": "32",
      "elk.aspectRatio": "1.6",
      "elk.padding": "[top=16,left=16,bottom=16,right=16]",
    },
    children: [
      ...groups.map((group) => ({
        id: `group ${group}`,
        layoutOptions: { "elk.padding": "[top=38,left=16,bottom=16,right=16]" },
        children: view.boxes.filter((box) => box.group === group).map(node),
      })),
      ...view.boxes.filter(({ group }) => group === "").map(node),
    ],
    edges: view.arrows.map(({ id, from, to, label }): ElkExtendedEdge => ({
      id,
      sources: [from],
      targets: [to],
      ...(label === ""
        ? {}
        : { labels: [{ text: label, width: widthOf(label, TEXT_SIZE) + 6, height: TEXT_SIZE + 5 }] }),
    })),
  };
  const placed = await loadElk().layout(root);
  return collect(view, placed);
}

function collect(view: View, root: ElkNode): Layout {
  const places = new Map<string, Placed>();
  const visit = (node: ElkNode, at: Point): void => {
    const place = {
      x: at.x + (node.x ?? 0),
      y: at.y + (node.y ?? 0),
      width: node.width ?? 0,
      height: node.height ?? 0,
    };
    places.set(node.id, place);
    node.children?.forEach((child) => visit(child, place));
  };
  visit(root, { x: 0, y: 0 });
  const placeOf = (id: string): Placed => places.get(id) ?? { x: 0, y: 0, width: 0, height: 0 };
  const arrowsById = new Map(view.arrows.map((arrow) => [arrow.id, arrow]));
  return {
    view,
    width: Math.ceil(root.width ?? 0),
    height: Math.ceil(root.height ?? 0),
    boxes: view.boxes.map((box) => ({ ...placeOf(box.id), box })),
    groups: [...places.keys()]
      .filter((id) => id.startsWith("group "))
      .map((id) => ({ ...placeOf(id), name: id.slice("group ".length) })),
    arrows: edgesOf(root).flatMap((edge) => {
      const arrow = arrowsById.get(edge.id);
      if (arrow === undefined) return [];
      // Points are relative to the frame that holds both ends.
      const { x, y } = placeOf((edge as { container?: string }).container ?? "view");
      const move = (point: Point): Point => ({ x: point.x + x, y: point.y + y });
      const points = (edge.sections ?? []).flatMap(({ startPoint, bendPoints = [], endPoint }) =>
        [startPoint, ...bendPoints, endPoint].map(move),
      );
      const [label] = edge.labels ?? [];
      return [
        {
          arrow,
          points,
          ...(label?.x === undefined || label.y === undefined
            ? {}
            : {
                label: {
                  ...move({ x: label.x, y: label.y }),
                  width: label.width ?? 0,
                  height: label.height ?? 0,
                },
              }),
        },
      ];
    }),
  };
}

function edgesOf(node: ElkNode): ElkExtendedEdge[] {
  return [...(node.edges ?? []), ...(node.children ?? []).flatMap(edgesOf)];
}
