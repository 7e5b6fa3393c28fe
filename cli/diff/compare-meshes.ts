import { MeshModel, type Located } from "../../analysis";
import { compareCalls } from "./compare-calls";
import { compareObjects } from "./compare-objects";
import { compareRoutes } from "./compare-routes";
import type { MeshDifference } from "./render";

/** How two sets of objects differ as meshes: by the calls that they allow, where these go, and object by object. */
export function compareMeshes(before: readonly Located[], after: readonly Located[]): MeshDifference {
  const [old, now] = [before, after].map((located) => located.map(({ object }) => object));
  const model = (located: readonly Located[]): MeshModel => new MeshModel(located, { today: "" });
  return {
    calls: compareCalls(model(before), model(after)),
    routes: compareRoutes(old ?? [], now ?? []),
    objects: compareObjects(old ?? [], now ?? []),
  };
}
