import assert from "node:assert/strict";
import type { Cluster } from "../harness/cluster";
import { apply, destroy, remove, settle } from "./applied";
import { identity, objectsIn } from "./objects";
import { notUp } from "./up";

/** With pretended nodes it is seconds; a cluster of the user's pulls images. */
const SETTLED_WITHIN_SECONDS = 300;

/** A stack on its way from one set of manifests to the next, as `pulumi up` takes it there. */
export class Rollout {
  #files: readonly string[] = [];

  /**
   * @param kubeconfig who deploys
   * @param open what must not be left open before anything is removed, beside that all is up
   */
  constructor(
    private readonly cluster: Cluster,
    private readonly kubeconfig: string,
    private readonly open: () => Promise<readonly string[]> = () => Promise.resolve([]),
  ) {}

  /** The manifests that are applied. */
  get files(): readonly string[] {
    return this.#files;
  }

  /** Applies the files, waits until all of it is up, and then removes what they no longer hold, last first. */
  async become(next: readonly string[]): Promise<void> {
    await apply(this.cluster, next, this.kubeconfig);
    const left = await settle(SETTLED_WITHIN_SECONDS, async () => [
      ...(await notUp(this.cluster)),
      ...(await this.open()),
    ]);
    assert.deepEqual(left, []);
    const kept = new Set(next.flatMap(objectsIn).map(identity));
    const gone = this.#files.flatMap(objectsIn).filter((object) => !kept.has(identity(object)));
    await remove(this.cluster, gone, this.kubeconfig);
    this.#files = next;
  }

  /** Removes all of it but custom resource definitions. */
  destroy(): Promise<void> {
    return destroy(this.cluster, this.#files, this.kubeconfig);
  }
}
