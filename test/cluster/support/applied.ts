import assert from "node:assert/strict";
import type { Cluster } from "../harness/cluster";
import { identity, type KubernetesObject } from "./objects";

/** What the server holds of the objects in these files, by {@link identity}; what is not there is absent. */
export async function received(
  cluster: Cluster,
  files: readonly string[],
): Promise<ReadonlyMap<string, KubernetesObject>> {
  const { code, stdout, stderr } = await cluster.kubectl([
    ...["get", "-o", "json", "--ignore-not-found"],
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
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}
