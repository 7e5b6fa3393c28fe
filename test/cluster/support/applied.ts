import assert from "node:assert/strict";
import * as path from "node:path";
import type { Cluster } from "../harness/cluster";
import { identity, type KubernetesObject, objectsIn } from "./objects";

const DELETE_WITHIN = "120s";

/**
 * Applies files the way a pipeline does, in order.
 *
 * @param kubeconfig who applies
 * @throws when the server refuses an object, or warns about one
 */
export async function apply(cluster: Cluster, files: readonly string[], kubeconfig: string): Promise<void> {
  const { code, stderr } = await cluster.kubectl(
    ["apply", "--server-side", "--validate=strict", ...files.flatMap((file) => ["-f", file])],
    { kubeconfig },
  );
  const names = files.map((file) => path.basename(file)).join(", ");
  assert.equal(code, 0, `${names}: ${stderr}`);
  assert.equal(stderr, "", `${names}: the server warned`);
}

/**
 * Deletes what files hold, last object first, and waits until it is gone; custom resource definitions stay, because with
 * them would go every object of their kinds.
 */
export async function destroy(cluster: Cluster, files: readonly string[], kubeconfig: string): Promise<void> {
  for (const file of [...files].reverse()) await remove(cluster, objectsIn(file), kubeconfig);
}

/** The same for objects in the order in which they were applied. */
export async function remove(
  cluster: Cluster,
  objects: readonly KubernetesObject[],
  kubeconfig: string,
): Promise<void> {
  const items = objects.filter((object) => !isDefinition(object)).reverse();
  if (items.length === 0) return;
  const { code, stderr } = await cluster.kubectl(
    // In the foreground, as Pulumi does: a Deployment is gone when its pods are.
    ["delete", "--cascade=foreground", "--wait", `--timeout=${DELETE_WITHIN}`, "-f", "-"],
    { kubeconfig, input: JSON.stringify({ apiVersion: "v1", kind: "List", items }) },
  );
  assert.equal(code, 0, stderr);
}

/** Whether an object stays when its stack goes. */
export function isDefinition({ kind }: KubernetesObject): boolean {
  return kind === "CustomResourceDefinition";
}

/** What the server holds of the objects in these files, by {@link identity}; what is not there is absent. */
export async function received(
  cluster: Cluster,
  files: readonly string[],
): Promise<ReadonlyMap<string, KubernetesObject>> {
  const { code, stdout, stderr } = await cluster.kubectl([
    ...["get", "-o", "json", "--show-managed-fields", "--ignore-not-found"],
    ...files.flatMap((file) => ["-f", file]),
  ]);
  assert.equal(code, 0, stderr);
  if (stdout.trim() === "") return new Map();
  const answer = JSON.parse(stdout) as KubernetesObject & { readonly items?: readonly KubernetesObject[] };
  return new Map(
    (answer.kind === "List" ? (answer.items ?? []) : [answer]).map((object) => [identity(object), object]),
  );
}

/** Waits until `check` reports nothing, and returns its last report. */
export async function settle(
  seconds: number,
  check: () => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const open = await check();
    if (open.length === 0 || Date.now() > deadline) return open;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}
