export { compareMeshes } from "./compare-meshes";
export { readAgainst } from "./read-against";
export { isSame, renderDifference, renderDifferenceJson, type MeshDifference } from "./render";
