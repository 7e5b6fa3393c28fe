/**
 * A process that starts a cluster, prints one line of JSON about it, and then does what its argument says: `hold` waits to
 * be ended, `stop` ends the cluster in the ordinary way, `fail` fails, `build` starts none and only makes its programs. With a second argument the cluster has controllers and
 * nodes, too. For tests of what is left behind.
 */
import { findBinaries } from "../harness/binaries";
import { type LocalCluster, startCluster } from "../harness/cluster";

/** What is printed. */
export type Held = Pick<LocalCluster, "folder" | "server" | "pids">;

const LONG_MS = 3_600_000;

async function main([what, controllers]: readonly string[]): Promise<void> {
  if (what === "build") return void (await findBinaries());
  const cluster = await startCluster({ controllers: controllers !== undefined });
  const { folder, server, pids } = cluster;
  process.stdout.write(`${JSON.stringify({ folder, server, pids } satisfies Held)}\n`);
  if (what === "stop") return cluster.stop();
  if (what === "fail") throw new Error("something that nobody expected");
  await new Promise((resolve) => setTimeout(resolve, LONG_MS));
}

void main(process.argv.slice(2));
