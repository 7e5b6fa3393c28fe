export { fileDeployment } from "./file-deployment";
export { withPack } from "./run-pack";
