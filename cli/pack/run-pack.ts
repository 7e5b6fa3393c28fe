import * as path from "node:path";
import type { Located } from "../../analysis";
import { runPolicyPack } from "../../engine/policy";
import type { Deployment } from "../../engine";
import type { ConfigValues } from "../../engine/monitor/context";
import type { CommandContext } from "../commands/context";
import type { CheckReport } from "../output";
import { showLog } from "../show-log";
import { mergePack } from "./merge-pack";

export interface PackRun {
  /** The folder of the pack, as it was given. */
  readonly folder: string;
  readonly deployment: Deployment;
  /** The stack's configuration, which a pack may read. */
  readonly stackConfig?: ConfigValues;
  /** The deployment's Kubernetes objects. */
  readonly objects: readonly Located[];
  readonly debug: boolean;
}

/** Runs a policy pack and adds what it says to the report. */
export async function withPack(
  report: CheckReport,
  run: PackRun,
  { io, terminal }: CommandContext,
): Promise<CheckReport> {
  const { folder, deployment, stackConfig, objects, debug } = run;
  terminal.progress(`Running the policy pack ${folder}`);
  const result = await runPolicyPack({
    directory: path.resolve(io.cwd, folder),
    deployment,
    ...(stackConfig === undefined ? {} : { stackConfig }),
    env: io.env,
    onLog: (entry) => showLog(entry, terminal, debug),
  });
  for (const { policy, urn, description, diagnostic } of result.remediations) {
    terminal.note(`${policy} would change ${nameOf(urn)}: ${diagnostic ?? description}`);
  }
  for (const { policy, urn, reason } of result.notApplicable) {
    terminal.note(`${policy} does not apply${urn === undefined ? "" : ` to ${nameOf(urn)}`}: ${reason}`);
  }
  return mergePack(report, result, objects, deployment);
}

/** `kubernetes:core/v1:Service reviews` of a URN. */
function nameOf(urn: string): string {
  const [, , type = "", ...name] = urn.split("::");
  return `${type.slice(type.lastIndexOf("$") + 1)} ${name.join("::")}`;
}
