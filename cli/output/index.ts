export { renderReport, FORMATS, type Format } from "./format";
export type { CheckReport } from "./report";
