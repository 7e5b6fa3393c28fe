export { renderReport, FORMATS, type Format } from "./format";
export { lineText } from "./line-text";
export type { CheckReport } from "./report";
