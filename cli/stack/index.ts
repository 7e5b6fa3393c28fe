export { fileDeployment, withPack } from "../pack";
export { withCompiledStack, type CompiledStack, type CompileOptions } from "./compile-stack";
export { writeStack } from "./write-stack";
export { objectsOf } from "../../engine/manifests";
