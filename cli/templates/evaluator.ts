/**
 * Builds and runs the program of `cli/injector`, which evaluates injection templates as istiod does. Templates are
 * written in Go's template language with Go's own types behind it, so only Go can say what they render.
 *
 * The binary is kept in the user's cache folder under a name that follows from its sources, so that it is built once.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

const SOURCES = join(__dirname, "../injector");

/** Answers of thousands of workloads fit. */
const MAX_ANSWER = 1 << 30;

/** What istiod knows when it injects a pod, or deploys a managed gateway. */
export interface InjectionRequest {
  /** The texts of the two keys of the ConfigMap `istio-sidecar-injector`. */
  readonly config: string;
  readonly values: string;
  /** The text of the key `mesh` of the ConfigMap `istio`. */
  readonly meshConfig: string;
  /** YAML of a Pod, or of anything with a pod template. */
  readonly workload?: string;
  /** YAML of a Gateway of the Kubernetes Gateway API, in the place of a workload. */
  readonly gateway?: string;
  readonly revision?: string;
  readonly nativeSidecars?: boolean;
  readonly proxyUID?: number;
  readonly proxyGID?: number;
  readonly compliancePolicy?: string;
}

/** The workload with its pod injected, the objects of a managed gateway, or what istiod would log instead. */
export interface InjectionAnswer {
  readonly workload?: Readonly<Record<string, unknown>>;
  readonly objects?: readonly Readonly<Record<string, unknown>>[];
  readonly error?: string;
}

/** A program that is ready to run, or why there is none. */
export type Evaluator =
  | { readonly path: string; readonly reason?: undefined }
  | { readonly path?: undefined; readonly reason: string };

type Environment = Readonly<Record<string, string | undefined>>;

function programFolder(env: Environment): string {
  const base = env["XDG_CACHE_HOME"] || join(homedir(), ".cache");
  const hash = createHash("sha256");
  for (const file of readdirSync(SOURCES).sort()) hash.update(file).update(readFileSync(join(SOURCES, file)));
  return join(base, "meshwright", `injector-${hash.digest("hex").slice(0, 16)}`);
}

/**
 * The program, built if need be. Without Go, or without the modules, there is a reason instead of a path.
 *
 * @param onBuild called before it is built, which takes about a minute
 */
export function prepareEvaluator(
  env: Environment = process.env,
  onBuild: (folder: string) => void = () => undefined,
): Evaluator {
  const folder = programFolder(env);
  const path = join(folder, "injector");
  if (existsSync(path)) return { path };
  const go = (...args: readonly string[]) =>
    spawnSync("go", args, { cwd: SOURCES, encoding: "utf8", env: { ...env } });
  if (go("version").status !== 0) {
    return { reason: "the program `go` is not on PATH, and templates are evaluated in Go" };
  }
  onBuild(folder);
  const modules = go("mod", "download");
  if (modules.status !== 0) return { reason: `its Go modules cannot be fetched: ${modules.stderr.trim()}` };
  mkdirSync(folder, { recursive: true });
  // Built aside and moved into place: two runs at once, or one that is stopped, leave no half of a binary.
  const draft = `${path}.${process.pid}`;
  const build = go("build", "-mod=readonly", "-buildvcs=false", "-trimpath", "-o", draft, ".");
  if (build.status !== 0) return { reason: `it does not build: ${build.stderr.trim()}` };
  renameSync(draft, path);
  return { path };
}

/** One answer per request, in their order. */
export function evaluate(path: string, requests: readonly InjectionRequest[]): readonly InjectionAnswer[] {
  const { status, stdout, stderr, error } = spawnSync(path, [], {
    input: JSON.stringify(requests),
    encoding: "utf8",
    maxBuffer: MAX_ANSWER,
  });
  if (status !== 0) throw new Error(`the template evaluator failed: ${error?.message ?? stderr}`);
  return JSON.parse(stdout) as InjectionAnswer[];
}
