import type { Arrow, Box, Group, View } from "../views";
import {
  GROUP_PADDING,
  GROUP_TITLE,
  type Layout,
  type Placed,
  type Point,
  sizeOf,
  titleWidthOf,
} from "./placed";

const GAP = 20;
const MARGIN = 24;

/** Something of a size, with what it holds placed from its own corner. */
interface Block {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly (Placed & { readonly box: Box })[];
  readonly group?: Group;
}

/** Boxes and groups in rows, in the order of the view; arrows go from side to side, over all that is between. */
export function layOutInGrid(view: View, width: number): Layout {
  const blocks = [
    ...view.groups.map((group) => groupBlock(group, view.boxes)),
    ...inColumns(view.boxes.filter(({ group }) => group === "")),
  ];
  const rows = inRows(blocks, Math.max(width, widestOf(blocks)));
  const placed = rows.blocks;
  const boxes = placed.flatMap(({ block, x, y }) =>
    block.boxes.map((box) => ({ ...box, x: box.x + x + MARGIN, y: box.y + y + MARGIN })),
  );
  const byId = new Map(boxes.map((each) => [each.box.id, each]));
  return {
    view,
    width: Math.ceil(rows.width + 2 * MARGIN),
    height: Math.ceil(rows.height + 2 * MARGIN),
    boxes,
    groups: placed.flatMap(({ block: { group, ...size }, x, y }) =>
      group === undefined
        ? []
        : [{ group, x: x + MARGIN, y: y + MARGIN, width: size.width, height: size.height }],
    ),
    arrows: view.arrows.flatMap((arrow) => {
      const [from, to] = [byId.get(arrow.from), byId.get(arrow.to)];
      return from === undefined || to === undefined ? [] : [{ arrow, points: between(from, to, arrow.kind) }];
    }),
  };
}

const widestOf = (blocks: readonly Block[]): number => Math.max(0, ...blocks.map(({ width }) => width));

/** Boxes of the same width, so that they stand in columns. */
function inColumns(boxes: readonly Box[]): readonly Block[] {
  const sizes = boxes.map((box) => ({ box, ...sizeOf(box) }));
  const width = Math.min(240, Math.max(0, ...sizes.map((size) => size.width)));
  return sizes.map((size) => {
    const own = { width: Math.max(width, size.width), height: size.height };
    return { ...own, boxes: [{ box: size.box, x: 0, y: 0, ...own }] };
  });
}

function groupBlock(group: Group, all: readonly Box[]): Block {
  const inside = inColumns(all.filter((box) => box.group === group.name));
  const columns = Math.min(5, Math.max(1, Math.ceil(Math.sqrt(inside.length * 1.4))));
  const room = columns * (widestOf(inside) + GAP);
  const rows = inRows(inside, room);
  return {
    width: Math.max(rows.width + 2 * GROUP_PADDING, titleWidthOf(group)),
    height: rows.height + GROUP_TITLE + GROUP_PADDING,
    boxes: rows.blocks.flatMap(({ block, x, y }) =>
      block.boxes.map((box) => ({ ...box, x: box.x + x + GROUP_PADDING, y: box.y + y + GROUP_TITLE })),
    ),
    group,
  };
}

function inRows(blocks: readonly Block[], room: number) {
  let [x, y, height, width] = [0, 0, 0, 0];
  const placed = blocks.map((block) => {
    if (x > 0 && x + block.width > room) [x, y, height] = [0, y + height + GAP, 0];
    const place = { block, x, y };
    width = Math.max(width, x + block.width);
    x += block.width + GAP;
    height = Math.max(height, block.height);
    return place;
  });
  return { blocks: placed, width, height: y + height };
}

/** Kinds of arrows between the same boxes lie beside each other. */
const BOW = { route: 0.12, allow: 0.18, deny: 0.24 } as const;

/**
 * The way between two boxes, from border to border over a point beside the middle: a straight one would run behind what
 * stands between them, and back over itself.
 */
function between(from: Placed, to: Placed, kind: Arrow["kind"]): readonly Point[] {
  const centre = ({ x, y, width, height }: Placed): Point => ({ x: x + width / 2, y: y + height / 2 });
  const [start, end] = [centre(from), centre(to)];
  const over: Point = {
    x: (start.x + end.x) / 2 + (end.y - start.y) * BOW[kind],
    y: (start.y + end.y) / 2 - (end.x - start.x) * BOW[kind],
  };
  const border = (box: Placed, at: Point): Point => {
    const [dx, dy] = [over.x - at.x, over.y - at.y];
    const scale = Math.min(
      dx === 0 ? Infinity : box.width / 2 / Math.abs(dx),
      dy === 0 ? Infinity : box.height / 2 / Math.abs(dy),
    );
    return Number.isFinite(scale) ? { x: at.x + dx * scale, y: at.y + dy * scale } : at;
  };
  return [border(from, start), over, border(to, end)];
}
