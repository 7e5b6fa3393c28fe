export { judge } from "./judge";
export { parses } from "./parses";
