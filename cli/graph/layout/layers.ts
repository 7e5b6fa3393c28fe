import type { ELK, ElkExtendedEdge, ElkNode } from "elkjs/lib/elk-api";
import type { Box, View } from "../views";
import {
  GROUP_PADDING,
  GROUP_TITLE,
  type Layout,
  type Placed,
  type Point,
  sizeOf,
  TEXT_SIZE,
  titleWidthOf,
  widthOf,
} from "./placed";

let elk: ELK | undefined;

/** Loaded when it is first needed: it is large, and most commands draw nothing. */
function loadElk(): ELK {
  if (elk !== undefined) return elk;
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- import() is asynchronous and wants file extensions
  const Elk = require("elkjs/lib/elk.bundled.js") as new () => ELK;
  return (elk = new Elk());
}

/** Places the boxes of a view in layers, left to right, with arrows that go around them. */
export async function layOutInLayers(view: View): Promise<Layout> {
  const node = (box: Box): ElkNode => ({ id: box.id, ...sizeOf(box) });
  const root: ElkNode = {
    id: "view",
    layoutOptions: {
      "elk.algorithm": "layered",
      "elk.direction": "RIGHT",
      "elk.hierarchyHandling": "INCLUDE_CHILDREN",
      "elk.edgeRouting": "ORTHOGONAL",
      "elk.layered.spacing.nodeNodeBetweenLayers": "56",
      "elk.layered.nodePlacement.strategy": "NETWORK_SIMPLEX",
      "elk.spacing.nodeNode": "24",
      "elk.spacing.edgeNode": "16",
      "elk.spacing.edgeEdge": "12",
      "elk.spacing.componentComponent": "32",
      "elk.aspectRatio": "1.6",
      "elk.padding": "[top=24,left=24,bottom=24,right=24]",
    },
    children: [
      ...view.groups.map((group) => ({
        id: `group ${group.name}`,
        layoutOptions: {
          "elk.padding": `[top=${GROUP_TITLE},left=${GROUP_PADDING},bottom=${GROUP_PADDING},right=${GROUP_PADDING}]`,
          "elk.nodeSize.constraints": "MINIMUM_SIZE",
          "elk.nodeSize.minimum": `(${titleWidthOf(group)},0)`,
        },
        children: view.boxes.filter((box) => box.group === group.name).map(node),
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
  return collect(view, await loadElk().layout(root));
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
    groups: view.groups.map((group) => ({ ...placeOf(`group ${group.name}`), group })),
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
      if (label?.x === undefined || label.y === undefined) return [{ arrow, points }];
      const size = { width: label.width ?? 0, height: label.height ?? 0 };
      return [{ arrow, points, label: { ...move({ x: label.x, y: label.y }), ...size } }];
    }),
  };
}

function edgesOf(node: ElkNode): ElkExtendedEdge[] {
  return [...(node.edges ?? []), ...(node.children ?? []).flatMap(edgesOf)];
}
