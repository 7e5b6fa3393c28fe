export { runStack, type RunStackOptions } from "./run-stack";
export { TestStack, type ObjectFilter, type ResourceFilter } from "./test-stack";
