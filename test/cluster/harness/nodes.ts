import type { ApiClient } from "./api-client";

const NODES = 2;
const CAPACITY = { cpu: "64", memory: "256Gi", pods: "500", "ephemeral-storage": "1Ti" };

/** Registers nodes that exist in name only, with room for anything. */
export async function addNodes(api: ApiClient): Promise<void> {
  for (let i = 0; i < NODES; i++) {
    const name = `node-${i}`;
    const { status, body } = await api.request("POST", "/api/v1/nodes", {
      apiVersion: "v1",
      kind: "Node",
      metadata: {
        name,
        labels: {
          "kubernetes.io/os": "linux",
          "kubernetes.io/arch": "amd64",
          "kubernetes.io/hostname": name,
        },
      },
      status: { allocatable: CAPACITY, capacity: CAPACITY },
    });
    if (status !== 201) throw new Error(`${name} was not accepted: ${JSON.stringify(body)}`);
  }
}
