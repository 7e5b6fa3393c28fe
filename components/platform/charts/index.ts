export { type ChartArgs, InstallSource, type InstallSourceArgs } from "./args";
