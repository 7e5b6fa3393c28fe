import assert from "node:assert/strict";
import type { Stack } from "@pulumi/pulumi/automation";
import type { Deployment } from "../../../engine";
import { stateDifferences } from "./compare-state";
import { resourcesOf, type StateResource } from "./exported-state";
import { offlineViolations, type ReportedViolation } from "./operations";
import type { RunOptions, Sandbox } from "./sandbox";

/** A stack as the offline engine recorded it, to hold the CLI's to. */
export class Recording {
  private constructor(
    private readonly runs: readonly [Deployment, Deployment],
    /** What the policy pack says of it. */
    readonly violations: readonly ReportedViolation[],
  ) {}

  static async of(
    sandbox: Sandbox,
    stack: string,
    options: RunOptions = {},
    folder = sandbox.folder,
  ): Promise<Recording> {
    const runs = await sandbox.record(stack, options, folder);
    const violations = await sandbox.judge(runs[0], options);
    return new Recording(runs, offlineViolations(violations, stackUrnOf(runs[0])));
  }

  get stackUrn(): string {
    return stackUrnOf(this.runs[0]);
  }

  /** How many resources the CLI counts: what is read is not deployed, and default providers are the engine's own. */
  get size(): number {
    return this.runs[0].resources.filter(
      ({ type, name, read }) =>
        !read && !(type.startsWith("pulumi:providers:") && name.startsWith("default")),
    ).length;
  }

  /** The Kubernetes objects, as `kubectl get -f` reads them. */
  get objects(): readonly object[] {
    return this.runs[0].resources
      .filter(({ type }) => type.startsWith("kubernetes:"))
      .map(({ inputs: { apiVersion, kind, metadata } }) => {
        const { name, namespace } = metadata as { readonly name: string; readonly namespace?: string };
        return { apiVersion, kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }) } };
      });
  }

  /** The stack's state must be what was recorded. */
  async holdState(stack: Stack): Promise<void> {
    const state = await stateOf(stack);
    assert.deepEqual(stateDifferences({ state, runs: this.runs }), []);
  }
}

export async function stateOf(stack: Stack): Promise<readonly StateResource[]> {
  return resourcesOf(await stack.exportStack());
}

function stackUrnOf({ resources }: Deployment): string {
  return resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.urn ?? "";
}
