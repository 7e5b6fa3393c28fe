export { withCompiledStack, type CompiledStack, type CompileOptions } from "./compile-stack";
export { objectsOf, writeManifests } from "../../engine/manifests";
