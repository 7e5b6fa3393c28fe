import { PICTURE_STYLE } from "./assets";
import {
  BAR_WIDTH,
  type Layout,
  layOut,
  LINE_HEIGHT,
  PADDING,
  type Placed,
  type Point,
  TEXT_SIZE,
  TITLE_SIZE,
} from "./layout";
import type { Topology } from "./topology";
import { type Box, type Found, type View, viewsOf } from "./views";

const LOCK_WORDS = {
  strict: "mutual TLS only",
  permissive: "mutual TLS or plaintext",
  disabled: "plaintext only",
} as const;

export function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

const round = (value: number): number => Math.round(value * 10) / 10;

/** A bow over the point in the middle. */
function bowOf([start, over, end]: readonly Point[]): string {
  if (start === undefined || over === undefined || end === undefined) return "";
  return `M${round(start.x)} ${round(start.y)}Q${round(over.x)} ${round(over.y)} ${round(end.x)} ${round(end.y)}`;
}

/** Straight lines with rounded corners. */
function pathOf(points: readonly Point[]): string {
  const [start, ...rest] = points;
  if (start === undefined) return "";
  const radius = 6;
  let path = `M${round(start.x)} ${round(start.y)}`;
  rest.forEach((point, index) => {
    const before = points[index] ?? start;
    const after = rest[index + 1];
    if (after === undefined) {
      path += `L${round(point.x)} ${round(point.y)}`;
      return;
    }
    const towards = (other: Point): Point => {
      const distance = Math.hypot(other.x - point.x, other.y - point.y);
      const part = distance === 0 ? 0 : Math.min(radius, distance / 2) / distance;
      return { x: point.x + (other.x - point.x) * part, y: point.y + (other.y - point.y) * part };
    };
    const [into, out] = [towards(before), towards(after)];
    path += `L${round(into.x)} ${round(into.y)}Q${round(point.x)} ${round(point.y)} ${round(out.x)} ${round(out.y)}`;
  });
  return path;
}

/** A padlock, open where plaintext comes in. Drawn, because not every machine has a letter for it. */
export function renderLock(mtls: keyof typeof LOCK_WORDS, x: number, y: number): string {
  const bow = mtls === "strict" ? "v-2a3 3 0 0 1 6 0v2" : "v-4a3 3 0 0 1 6 0";
  return `<g class="lock ${mtls}" transform="translate(${round(x)} ${round(y)})"><title>${LOCK_WORDS[mtls]}</title><rect y="5" width="9" height="7" rx="1.5"/><path d="M1.5 5${bow}"/></g>`;
}

/** How many findings there are, in the colour of the worst. */
function renderBadge({ findings, worst = "advisory" }: Found, x: number, y: number): string {
  if (findings === 0) return "";
  return `<g class="badge ${worst}"><circle cx="${round(x)}" cy="${round(y)}" r="9"/><text x="${round(x)}" y="${round(y + 3.5)}" text-anchor="middle">${findings}</text></g>`;
}

const bad = ({ findings }: Found): string => (findings > 0 ? " bad" : "");

function renderGroup({ group, x, y, width, height }: Layout["groups"][number]): string {
  const { name, note } = group;
  const said = ["namespace", name, note, group.findings > 0 ? `${group.findings} findings` : ""]
    .filter((part) => part !== "")
    .join(", ");
  return [
    `<g class="group"><rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" rx="10"/>`,
    `<g class="title" data-namespace="${escaped(name)}" tabindex="0" role="button" aria-label="${escaped(said)}">`,
    `<text x="${round(x + 14)}" y="${round(y + 22)}">${escaped(name)}<tspan class="note" dx="10">${escaped(note)}</tspan></text></g>`,
    renderBadge(group, x + width, y),
    "</g>",
  ].join("");
}

/** A place on the longest straight part of an arrow, nearer to its start: the label stands in the middle. */
function longestPart(points: readonly Point[]): Point | undefined {
  let longest = 0;
  let place: Point | undefined;
  points.slice(1).forEach((end, index) => {
    const start = points[index] ?? end;
    const length = Math.hypot(end.x - start.x, end.y - start.y);
    if (length <= longest) return;
    longest = length;
    place = { x: start.x + (end.x - start.x) * 0.2, y: start.y + (end.y - start.y) * 0.2 };
  });
  return place;
}

function renderArrow({ arrow, points, label }: Layout["arrows"][number], view: View): string {
  const ends = [arrow.from, arrow.to].map((id) => id.replace(/^\S+ /, ""));
  const verb = { route: "route", allow: "allowed", deny: "denied" }[arrow.kind];
  const said = `${verb}, ${ends.join(" to ")}${arrow.label === "" ? "" : `: ${arrow.label}`}`;
  const path = view.arrangement === "grid" ? bowOf(points) : pathOf(points);
  const sign = longestPart(points);
  return [
    `<g class="arrow ${arrow.kind}${arrow.broken ? " broken" : ""}${bad(arrow)}" data-id="${escaped(arrow.id)}" data-kind="${arrow.kind}" data-from="${escaped(arrow.from)}" data-to="${escaped(arrow.to)}" tabindex="0" role="button" aria-label="${escaped(said)}">`,
    `<path class="shown" d="${path}" marker-end="url(#${escaped(markerOf(view, arrow.broken ? "deny" : arrow.kind))})"/><path class="hit" d="${path}"/>`,
    ...(label === undefined
      ? []
      : [
          `<rect x="${round(label.x)}" y="${round(label.y)}" width="${round(label.width)}" height="${round(label.height)}" rx="3"/><text x="${round(label.x + label.width / 2)}" y="${round(label.y + TEXT_SIZE)}" text-anchor="middle">${escaped(arrow.label)}</text>`,
        ]),
    ...(sign === undefined ? [] : [renderBadge(arrow, sign.x, sign.y)]),
    "</g>",
  ].join("");
}

/** A subset, with a bar for the share of requests that it gets. */
function renderSubset(
  { name, weight }: Box["subsets"][number],
  left: number,
  right: number,
  y: number,
): string {
  const text = `<text class="line" x="${round(left)}" y="${round(y)}">${escaped(name)}</text>`;
  if (weight === undefined) return text;
  const start = right - BAR_WIDTH - 40;
  return [
    text,
    `<g class="bar"><rect x="${round(start)}" y="${round(y - 7)}" width="${BAR_WIDTH}" height="6" rx="3"/><rect x="${round(start)}" y="${round(y - 7)}" width="${round((BAR_WIDTH * weight) / 100)}" height="6" rx="3"/></g>`,
    `<text class="line" x="${round(right)}" y="${round(y)}" text-anchor="end">${weight} %</text>`,
  ].join("");
}

function renderBox({ box, x, y, width, height }: Placed & { readonly box: Box }): string {
  const { mtls } = box;
  const subsets = box.subsets.map(({ name, weight }) =>
    weight === undefined ? name : `${name} ${weight} %`,
  );
  const words = [
    ...[box.style, box.title, ...box.lines, ...subsets],
    ...(mtls === undefined ? [] : [LOCK_WORDS[mtls]]),
    ...(box.findings === 0 ? [] : [`${box.findings} findings`]),
  ];
  const line = (index: number): number => y + PADDING + TITLE_SIZE + (index + 1) * LINE_HEIGHT - 3;
  const [left, right] = [x + PADDING, x + width - PADDING];
  return [
    `<g class="box ${box.style}${bad(box)}" data-id="${escaped(box.id)}"${box.opens === undefined ? "" : ` data-opens="${escaped(box.opens)}"`} tabindex="0" role="button" aria-label="${escaped(words.join(", "))}">`,
    `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" rx="8"/>`,
    `<text class="title" x="${round(left)}" y="${round(y + PADDING + TITLE_SIZE - 3)}">${escaped(box.title)}</text>`,
    ...(mtls === undefined ? [] : [renderLock(mtls, right - 9, y + PADDING)]),
    ...box.lines.map(
      (text, index) =>
        `<text class="line" x="${round(left)}" y="${round(line(index))}">${escaped(text)}</text>`,
    ),
    ...box.subsets.map((subset, index) => renderSubset(subset, left, right, line(box.lines.length + index))),
    renderBadge(box, x + width, y),
    "</g>",
  ].join("");
}

/** An arrow by itself, with the boxes that it stands between. */
export interface RenderedArrow {
  readonly from: string;
  readonly to: string;
  readonly svg: string;
}

/** The arrows of a picture one by one, for a page that shows those of one box at a time. */
export function renderArrows({ view, arrows }: Layout): readonly RenderedArrow[] {
  return arrows.map((each) => ({
    from: each.arrow.from,
    to: each.arrow.to,
    svg: renderArrow(each, view),
  }));
}

/** Names of markers are global to a page. */
const markerOf = ({ id }: View, kind: string): string => `${kind}-${id}`;

/** One picture. Boxes and arrows can be reached by keyboard where a page listens to them. */
export function renderView(layout: Layout, withArrows = true): string {
  const { view, width, height, boxes, groups } = layout;
  const arrows = withArrows ? renderArrows(layout).map(({ svg }) => svg) : [];
  const layer = `<g class="arrows">${arrows.join("\n")}</g>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="view ${view.arrangement}" data-view="${escaped(view.id)}" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="group" aria-label="${escaped(view.title)}">`,
    `<defs>${["route", "allow", "deny"]
      .map(
        (kind) =>
          `<marker id="${escaped(markerOf(view, kind))}" class="${kind}" viewBox="0 0 10 10" refX="9" refY="5" markerUnits="userSpaceOnUse" markerWidth="11" markerHeight="11" orient="auto"><path d="M0 0L10 5L0 10z"/></marker>`,
      )
      .join("")}</defs>`,
    ...groups.map(renderGroup),
    // Bows of a grid lead over boxes, other arrows around them.
    ...(view.arrangement === "grid" ? [] : [layer]),
    ...boxes.map(renderBox),
    ...(view.arrangement === "grid" ? [layer] : []),
    "</svg>",
  ].join("\n");
}

/** The first picture by itself, as a file that browsers and editors show. */
export async function renderSvg(topology: Topology): Promise<string> {
  const [first] = viewsOf(topology);
  if (first === undefined) return "";
  const svg = renderView(await layOut(first));
  return `${svg.replace("<defs>", `<style>${PICTURE_STYLE}</style><defs>`)}\n`;
}
