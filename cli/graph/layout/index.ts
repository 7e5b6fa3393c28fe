export { layOut } from "./lay-out";
export {
  BAR_WIDTH,
  LINE_HEIGHT,
  PADDING,
  TEXT_SIZE,
  TITLE_SIZE,
  type Layout,
  type Placed,
  type Point,
} from "./placed";
