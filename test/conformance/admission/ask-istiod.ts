import { spawnSync, type SpawnSyncReturns } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KubernetesObject } from "../../../analysis/kubernetes-object";

/** What istiod's webhook says of one object. */
export interface Answer {
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
  /** Why istiod cannot read the object, where it cannot: then it was not judged. */
  readonly undecodable?: string;
}

/** The folder of the program that runs Istio's validation. */
export const PROGRAM = join(__dirname, "istio");

// Nothing is downloaded: whoever runs the suite decides.
const OFFLINE = { ...process.env, GOPROXY: "off", GOFLAGS: "-mod=readonly" };

/** Runs Go, in the folder of the program unless another is named, or says why that cannot be. */
export function runGo(
  args: readonly string[],
  {
    folder = PROGRAM,
    environment = {},
  }: { folder?: string; environment?: Readonly<Record<string, string>> } = {},
): SpawnSyncReturns<string> | string {
  const run = spawnSync("go", args, {
    cwd: folder,
    encoding: "utf8",
    env: { ...OFFLINE, ...environment },
    maxBuffer: 1 << 28,
  });
  if (run.error !== undefined) return "Go is not installed";
  if (/module lookup disabled|missing go.sum entry|cannot find module|requires go >=/.test(run.stderr))
    return "Istio's Go modules are not here (`go mod download` in test/conformance/admission/istio gets them)";
  return run;
}

/**
 * Builds Istio's validation from its Go modules and asks it about objects.
 *
 * @returns the answers in the order of the objects, or the reason why there are none
 */
export function askIstiod(objects: readonly KubernetesObject[]): Answer[] | string {
  const folder = mkdtempSync(join(tmpdir(), "meshwright-admission-"));
  try {
    const binary = join(folder, "admission");
    const build = runGo(["build", "-o", binary, "."]);
    if (typeof build === "string") return build;
    if (build.status !== 0) throw new Error(`Istio's validation does not build: ${build.stderr}`);
    const input = objects.map((object) => `${JSON.stringify(object)}\n`).join("");
    const run = spawnSync(binary, { input, encoding: "utf8", maxBuffer: 1 << 29 });
    if (run.status !== 0) throw new Error(`Istio's validation failed: ${run.stderr}`);
    return run.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Answer);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
