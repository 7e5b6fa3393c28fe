import assert from "node:assert/strict";
import type { Cluster } from "../harness/cluster";

/** Disks for claims, which a cluster's provisioner would make; by name, with their size. */
export async function addVolumes(cluster: Cluster, volumes: Readonly<Record<string, string>>): Promise<void> {
  const items = Object.entries(volumes).map(([name, storage]) => ({
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name },
    spec: {
      capacity: { storage },
      accessModes: ["ReadWriteOnce"],
      hostPath: { path: `/var/lib/${name}` },
      persistentVolumeReclaimPolicy: "Delete",
    },
  }));
  const { code, stderr } = await cluster.kubectl(["apply", "--server-side", "-f", "-"], {
    input: JSON.stringify({ apiVersion: "v1", kind: "List", items }),
  });
  assert.equal(code, 0, stderr);
}
