import { spawnSync, type SpawnSyncReturns } from "node:child_process";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KubernetesObject } from "../../../analysis/kubernetes-object";
import { askProgram, NO_GO, OFFLINE_GO } from "../ask-go";

/** What istiod's webhook says of one object. */
export interface Answer {
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
  /** Why istiod cannot read the object, where it cannot: then it was not judged. */
  readonly undecodable?: string;
}

/** The folder of the program that runs Istio's validation. */
export const PROGRAM = join(__dirname, "istio");

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
    env: { ...OFFLINE_GO, ...environment },
    maxBuffer: 1 << 28,
  });
  if (run.error !== undefined) return NO_GO;
  if (/module lookup disabled|missing go.sum entry|cannot find module|requires go >=/.test(run.stderr))
    return "Istio's Go modules are not here (`go mod download` in test/conformance/admission/istio gets them)";
  return run;
}

/** The folder of Istio's module, or why there is none. */
export function istioModule(): { readonly folder: string } | string {
  const found = runGo(["list", "-m", "-f", "{{.Dir}}", "istio.io/istio"]);
  if (typeof found === "string") return found;
  const folder = found.stdout.trim();
  return folder === "" ? "Istio's Go module is not here" : { folder };
}

/** The extensions of Envoy that the copy knows, of the hundreds that Istio does: those that the objects here name. */
const EXTENSIONS = [
  ...["http/fault", "http/local_ratelimit", "http/lua", "http/rbac", "http/router"],
  ...["network/http_connection_manager", "network/tcp_proxy"],
];

const COPIED = { envoyfilter: "pkg/config/validation/envoyfilter", xds: "pkg/config/xds" } as const;

/** Makes a copy of the program with the packages of Istio that it cannot import. @returns why it cannot */
function assembleProgram(folder: string): string | undefined {
  const module = istioModule();
  if (typeof module === "string") return module;
  for (const [name, from] of Object.entries(COPIED)) {
    mkdirSync(join(folder, name), { recursive: true });
    for (const file of readdirSync(join(module.folder, from))) {
      if (!file.endsWith(".go") || file.endsWith("_test.go")) continue;
      const text = readFileSync(join(module.folder, from, file), "utf8");
      const copy = file === "filter_types.gen.go" ? withFewExtensions(text) : text;
      const imported = copy.replace(`"istio.io/istio/${COPIED.xds}"`, '"meshwright.test/admission/xds"');
      writeFileSync(join(folder, name, file), imported);
    }
  }
  for (const file of ["main.go", "go.mod", "go.sum"]) copyFileSync(join(PROGRAM, file), join(folder, file));
  return undefined;
}

function withFewExtensions(imports: string): string {
  const isKept = (line: string): boolean =>
    !line.includes("envoyproxy/go-control-plane") ||
    EXTENSIONS.some((each) => line.includes(`go-control-plane/envoy/extensions/filters/${each}/v3"`));
  return imports.split("\n").filter(isKept).join("\n");
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
    const source = assembleProgram(join(folder, "source"));
    if (source !== undefined) return source;
    const build = runGo(["build", "-o", binary, "."], { folder: join(folder, "source") });
    if (typeof build === "string") return build;
    if (build.status !== 0) throw new Error(`Istio's validation does not build: ${build.stderr}`);
    return askProgram("Istio's validation", binary, objects);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
