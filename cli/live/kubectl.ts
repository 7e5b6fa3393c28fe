import { spawn } from "node:child_process";
import { MeshError, type InputProblem } from "../../components/intent/problem";

/** Which cluster, in kubectl's own words. */
export interface ClusterChoice {
  readonly kubeconfig?: string;
  readonly context?: string;
}

/** Longer than a large cluster takes to list one kind; without a limit a cluster behind a firewall would hang a pipeline. */
const REQUEST_TIMEOUT = "60s";

/** The two of kubectl's commands that are used: both only read. */
export type ReadingCommand = "api-resources" | "get";

/**
 * Runs kubectl and gives what it prints. It finds the cluster and signs in as the user's own kubectl does, plugins
 * included.
 *
 * @throws MeshError `live/no-kubectl` where there is none, `live/unreachable` with kubectl's own words where it fails
 */
export async function kubectl(
  command: ReadingCommand,
  args: readonly string[],
  { kubeconfig, context }: ClusterChoice,
  { cwd, env }: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<string> {
  const which = [
    ...(kubeconfig === undefined ? [] : ["--kubeconfig", kubeconfig]),
    ...(context === undefined ? [] : ["--context", context]),
  ];
  const child = spawn("kubectl", [command, ...args, ...which, "--request-timeout", REQUEST_TIMEOUT], {
    cwd,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", (error: NodeJS.ErrnoException) => reject(noKubectl(error)));
    child.once("close", resolve);
  });
  if (code === 0) return Buffer.concat(out).toString("utf8");
  throw unreachable(Buffer.concat(err).toString("utf8"), context);
}

function noKubectl({ code, message }: NodeJS.ErrnoException): MeshError {
  return failure({
    id: "live/no-kubectl",
    path: "kubectl",
    message: "kubectl cannot be run",
    got: code === "ENOENT" ? "no such program on the PATH" : message,
    expected: "kubectl, which reads the cluster",
    fix: "install kubectl, or check files instead: kubectl get … -o yaml | meshwright check -f -",
  });
}

function unreachable(stderr: string, context: string | undefined): MeshError {
  const lines = stderr.split("\n").filter((line) => /\S/.test(line) && !/^[EWI]\d{4} /.test(line));
  return failure({
    id: "live/unreachable",
    path: context === undefined ? "the current context" : `context "${context}"`,
    message: "the cluster cannot be read",
    got: (lines.at(-1) ?? "kubectl failed without a word").slice(0, 300),
    expected: "an API server that answers, and permission to list its objects",
    fix: "make `kubectl get namespaces` work with the same kubeconfig and context, and run the check again",
  });
}

function failure(problem: InputProblem): MeshError {
  return new MeshError("the cluster cannot be checked", [problem]);
}
