export * from "./generated/args";
export { meshConfigProblems } from "./validate";
