import type { Arrow, Box, Group, View } from "../views";

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
  readonly groups: readonly (Placed & { readonly group: Group })[];
  readonly arrows: readonly {
    readonly arrow: Arrow;
    readonly points: readonly Point[];
    readonly label?: Placed;
  }[];
}

export const TITLE_SIZE = 14;
export const TEXT_SIZE = 11;
export const LINE_HEIGHT = TEXT_SIZE + 5;
export const PADDING = 12;
/** The bar that shows a subset's share, and the room for its number. */
export const BAR_WIDTH = 60;
const SHARE_WIDTH = BAR_WIDTH + 44;
/** Above the boxes of a group. */
export const GROUP_TITLE = 38;
export const GROUP_PADDING = 16;

const PLAIN = 0.6;
const BOLD = 0.66;

/** Letters are not measured where there is no browser: this is wide enough for the usual fonts of one. */
export const widthOf = (text: string, size: number): number =>
  Math.ceil(text.length * size * (size === TITLE_SIZE ? BOLD : PLAIN));

/** How large a box is, from what stands in it. */
export function sizeOf({ title, lines, subsets, findings, mtls }: Box): { width: number; height: number } {
  const widest = Math.max(
    widthOf(title, TITLE_SIZE) + (mtls === undefined ? 0 : 26) + (findings > 0 ? 8 : 0),
    ...lines.map((line) => widthOf(line, TEXT_SIZE)),
    ...subsets.map(({ name, weight }) => widthOf(name, TEXT_SIZE) + (weight === undefined ? 0 : SHARE_WIDTH)),
  );
  return {
    width: Math.max(110, widest + 2 * PADDING),
    height: 2 * PADDING + TITLE_SIZE + (lines.length + subsets.length) * LINE_HEIGHT,
  };
}

/** How wide the title of a group is. */
export function titleWidthOf({ name, note }: Group): number {
  return widthOf(`${name}   ${note}`, TEXT_SIZE + 1) + 2 * GROUP_PADDING;
}
