import type { MeshModel } from "../model";

/**
 * A host, or a wildcard of hosts, whose servers belong to the mesh: Services of the cluster, and ServiceEntries that say
 * MESH_INTERNAL.
 */
export function isInsideMesh(model: MeshModel, host: string): boolean {
  const local = `.svc.${model.config.clusterDomain}`;
  if (host.endsWith(local) || host === "*.local" || host === `*.${model.config.clusterDomain}`) return true;
  return model.registry
    .lookup(host)
    .some(
      ({ kind, object }) => kind !== "ServiceEntry" || object.spec.get("location").text() === "MESH_INTERNAL",
    );
}
