import assert from "node:assert/strict";
import type { Cluster } from "../harness/cluster";
import { identity, type KubernetesObject } from "./objects";

/** Throws where the cluster has a namespace that these objects would take over, and that the test would then delete. */
export async function refuseOccupied(cluster: Cluster, objects: readonly KubernetesObject[]): Promise<void> {
  const there = new Set(
    (await cluster.api.list<KubernetesObject>("/api/v1/namespaces")).map(({ metadata }) => metadata.name),
  );
  const ours = objects.filter(({ kind, metadata }) => kind === "Namespace" && there.has(metadata.name));
  assert.deepEqual(
    ours.map(identity),
    [],
    "the cluster has these already, and the test would delete them with all that is inside",
  );
}
