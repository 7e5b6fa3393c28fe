import type { Cluster } from "../../harness/cluster";
import { History } from "./history";
import { missing } from "./missing";
import { dataPlaneOf } from "./snapshot";

/** What was found to be missing at any moment, and how many moments there were. */
export interface Watched {
  readonly found: ReadonlySet<string>;
  readonly states: number;
}

/** Looks at every state that the data plane goes through while something is done to the cluster. */
export async function watching(cluster: Cluster, work: () => Promise<void>): Promise<Watched> {
  const history = await History.record(cluster.api);
  try {
    await work();
  } finally {
    await history.end();
  }
  const found = new Set<string>();
  let states = 0;
  for (const objects of history.states()) {
    for (const problem of missing(dataPlaneOf(objects))) found.add(problem);
    states++;
  }
  return { found, states };
}
