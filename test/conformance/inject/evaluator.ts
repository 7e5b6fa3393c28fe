/**
 * Builds and runs the program of `test/conformance/injector`, which evaluates injection templates as istiod does.
 *
 * The binary is kept in the user's cache folder under a name that follows from its sources, so that it is built once.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

const SOURCES = join(__dirname, "../injector");

/** What istiod knows when it injects a pod, or deploys a managed gateway. */
export interface InjectionRequest {
  readonly config: string;
  readonly values: string;
  readonly meshConfig: string;
  readonly workload?: string;
  readonly revision?: string;
  readonly nativeSidecars?: boolean;
  readonly proxyUID?: number;
  readonly proxyGID?: number;
  readonly compliancePolicy?: string;
  /** YAML of a Gateway of the Kubernetes Gateway API, in the place of a workload. */
  readonly gateway?: string;
}

/** A pod template after injection. */
export interface InjectedTemplate {
  readonly metadata: {
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: PodSpec;
}

export interface PodSpec {
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly volumes?: readonly Named[];
  readonly imagePullSecrets?: readonly Named[];
  readonly [field: string]: unknown;
}

export interface Named {
  readonly name: string;
  readonly [field: string]: unknown;
}

export interface EnvironmentVariable extends Named {
  readonly value?: string;
}

export interface Container extends Named {
  readonly image?: string;
  readonly args?: readonly string[];
  readonly env?: readonly EnvironmentVariable[];
  readonly volumeMounts?: readonly Named[];
}

interface Answer {
  readonly workload?: { readonly spec: { readonly template: InjectedTemplate } } & InjectedTemplate;
  readonly objects?: readonly KubernetesObject[];
  readonly error?: string;
}

export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Named;
  readonly [field: string]: unknown;
}

/** A program that is ready to run, or why there is none. */
export type Evaluator =
  | { readonly path: string; readonly reason?: undefined }
  | { readonly path?: undefined; readonly reason: string };

function cacheFolder(): string {
  const base = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
  const hash = createHash("sha256");
  for (const file of readdirSync(SOURCES).sort()) hash.update(file).update(readFileSync(join(SOURCES, file)));
  return join(base, "meshwright", `injector-${hash.digest("hex").slice(0, 16)}`);
}

/** The program, built if need be. Without Go, or without the modules, there is a reason instead of a path. */
export function prepareEvaluator(): Evaluator {
  const folder = cacheFolder();
  const path = join(folder, "injector");
  if (existsSync(path)) return { path };
  if (spawnSync("go", ["version"]).status !== 0) {
    return { reason: "the program `go` is not on PATH, and templates are evaluated in Go" };
  }
  console.log(`      building the template evaluator into ${folder}`);
  const modules = spawnSync("go", ["mod", "download"], { cwd: SOURCES, encoding: "utf8" });
  if (modules.status !== 0) return { reason: `its Go modules cannot be fetched: ${modules.stderr.trim()}` };
  mkdirSync(folder, { recursive: true });
  // Built aside and moved into place: two test runs at once, or one that is stopped, leave no half of a binary.
  const draft = `${path}.${process.pid}`;
  const build = spawnSync("go", ["build", "-mod=readonly", "-o", draft, "."], {
    cwd: SOURCES,
    encoding: "utf8",
  });
  if (build.status !== 0) throw new Error(`the template evaluator does not build:\n${build.stderr}`);
  renameSync(draft, path);
  return { path };
}

/** Skips the suite, and says why, where there is no evaluator. */
export function requireEvaluator(context: Mocha.Context): void {
  context.timeout(600_000);
  const { reason } = prepareEvaluator();
  if (reason === undefined) return;
  console.log(`      skipped: ${reason}`);
  context.skip();
}

function evaluate(request: InjectionRequest): Answer {
  const { path, reason } = prepareEvaluator();
  if (path === undefined) throw new Error(reason);
  const { status, stdout, stderr } = spawnSync(path, [], {
    input: JSON.stringify([request]),
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`the template evaluator failed: ${stderr}`);
  const [answer] = JSON.parse(stdout) as [Answer];
  if (answer.error !== undefined) throw new Error(answer.error);
  return answer;
}

/** The pod template of a workload after injection; throws what istiod would log. */
export function inject(request: InjectionRequest): InjectedTemplate {
  const { workload } = evaluate(request);
  if (workload === undefined) throw new Error("the evaluator gave no workload");
  return "template" in workload.spec ? workload.spec.template : workload;
}

/** The objects that istiod applies for a managed gateway. */
export function gatewayObjects(request: InjectionRequest): readonly KubernetesObject[] {
  return evaluate(request).objects ?? [];
}
