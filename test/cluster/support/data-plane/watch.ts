import type { Cluster } from "../../harness/cluster";
import { repeat } from "../../harness/repeat";
import { missing } from "./missing";
import { dataPlane } from "./snapshot";

const LOOK_EVERY_MS = 50;

/** What was found to be missing at any moment, and how often was looked. */
export interface Watched {
  readonly found: ReadonlySet<string>;
  readonly looks: number;
}

/** Looks at the data plane again and again while something is done to the cluster. */
export async function watching(cluster: Cluster, work: () => Promise<void>): Promise<Watched> {
  const found = new Set<string>();
  let looks = 0;
  const loop = repeat(LOOK_EVERY_MS, async () => {
    for (const problem of missing(await dataPlane(cluster))) found.add(problem);
    looks++;
  });
  try {
    await work();
  } finally {
    await loop.stop();
  }
  return { found, looks };
}
