import { type Cluster, startCluster } from "../harness/cluster";
import { target } from "../harness/target";
import { useCluster } from "../harness/user-cluster";

/**
 * Skips a suite, saying why, where `MESHWRIGHT_CLUSTER=skip` asks for it. Anything else that keeps it from running is a
 * failure. To be called first in `before`.
 */
export function requiresCluster(context: Mocha.Context): void {
  const where = target();
  if (where.in === "nowhere") skip(context, where.reason);
}

/** The same for what is about the clusters that the tests start themselves, and needs one of those. */
export function requiresOwnCluster(context: Mocha.Context): void {
  requiresCluster(context);
  const where = target();
  if (where.in !== "own") skip(context, "it needs a cluster of its own, and another was named to be used");
}

/** Skips what looks at injected pods, saying why, where pods get no sidecars. */
export function requiresInjection(context: Mocha.Context, { withoutInjection }: Cluster): void {
  if (withoutInjection !== undefined) skip(context, `pods are not injected: ${withoutInjection}`);
}

/** The cluster that the environment asks for. */
export function openCluster(): Promise<Cluster> {
  const where = target();
  return where.in === "kubeconfig" ? useCluster(where.allowed) : startCluster();
}

function skip(context: Mocha.Context, reason: string): never {
  console.log(`      skipped: ${reason}`);
  return context.skip();
}
