export * from "./discovery";
export * from "./intent";
export * from "./platform";
// Both have a Gateway: here it is the component. The mesh's own, for annotations, is that of `meshwright/intent`.
export { Gateway } from "./platform";
