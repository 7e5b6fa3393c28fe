import { layOutInGrid } from "./grid";
import { layOutInLayers } from "./layers";
import type { Layout, Placed } from "./placed";
import type { Box, View } from "../views";

/** Room between a picture's edge and what it shows, and between its two halves. */
const MARGIN = 24;
/** What a screen is wide, before it is made smaller. */
const USUAL_WIDTH = 1100;

/** Gives everything its place: what arrows touch in layers from left to right, the rest in rows below. */
export async function layOut(view: View): Promise<Layout> {
  if (view.arrangement === "grid") return layOutInGrid(view, USUAL_WIDTH);
  const touched = new Set(view.arrows.flatMap(({ from, to }) => [from, to]));
  const groups = new Set(
    view.boxes.filter(({ id, group }) => group !== "" && touched.has(id)).map(({ group }) => group),
  );
  const isAbove = ({ id, group }: Box): boolean => touched.has(id) || groups.has(group);
  const part = (wanted: boolean): View => ({
    ...view,
    boxes: view.boxes.filter((box) => isAbove(box) === wanted),
    groups: view.groups.filter(({ name }) => groups.has(name) === wanted),
    arrows: wanted ? view.arrows : [],
  });
  const below = part(false);
  if (below.boxes.length === view.boxes.length) return layOutInGrid(view, USUAL_WIDTH);
  const above = await layOutInLayers(part(true));
  if (below.boxes.length === 0) return above;
  const rest = layOutInGrid(below, Math.max(above.width, USUAL_WIDTH));
  const down = above.height - MARGIN + 8;
  const moved = <Thing extends Placed>(thing: Thing): Thing => ({ ...thing, y: thing.y + down });
  return {
    view,
    width: Math.max(above.width, rest.width),
    height: down + rest.height,
    boxes: [...above.boxes, ...rest.boxes.map(moved)],
    groups: [...above.groups, ...rest.groups.map(moved)],
    arrows: above.arrows,
  };
}
