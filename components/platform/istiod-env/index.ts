export type { IstiodEnvArgs } from "./generated/args";
export { istiodEnvProblems } from "./validate";
