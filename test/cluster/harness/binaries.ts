import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { MeshError } from "../../../components/intent/problem";
import { say } from "./progress";

/** The programs of a small but real control plane of Kubernetes. */
export interface Binaries {
  readonly etcd: string;
  readonly apiServer: string;
  readonly controllerManager: string;
  readonly scheduler: string;
  readonly kwok: string;
  /** How pretended nodes and pods become ready, as kwok's own module describes it. */
  readonly kwokStages: string;
  readonly kubectl: string;
}

const TOOLS = path.join(__dirname, "..", "tools");
/** Server-side apply with `--validate=strict` is what older ones lack. */
const KUBECTL_MINIMUM_MINOR = 27;

/**
 * Finds each program: in `KUBEBUILDER_ASSETS` (where setup-envtest puts them), else in the cache, else builds it there.
 *
 * The cache is outside the repository, so a clean clone on a warm machine builds nothing.
 */
export function findBinaries(): Binaries {
  const cache = path.join(cacheRoot(), "meshwright", "cluster-tools", toolsHash());
  fs.mkdirSync(cache, { recursive: true });
  return withLock(path.join(cache, ".lock"), () => {
    const kubernetes = (command: string) =>
      fromAssets(command) ?? build(cache, "kubernetes", `k8s.io/kubernetes/cmd/${command}`);
    return {
      etcd: fromAssets("etcd") ?? onPath("etcd") ?? fromDebian(cache, "etcd-server", "usr/bin/etcd"),
      apiServer: kubernetes("kube-apiserver"),
      controllerManager: kubernetes("kube-controller-manager"),
      scheduler: kubernetes("kube-scheduler"),
      kwok: fromAssets("kwok") ?? build(cache, "kwok", "sigs.k8s.io/kwok/cmd/kwok"),
      kwokStages: stages(cache),
      kubectl: fromAssets("kubectl") ?? recentKubectl() ?? kubernetes("kubectl"),
    };
  });
}

function cacheRoot(): string {
  const configured = process.env["XDG_CACHE_HOME"];
  return configured !== undefined && path.isAbsolute(configured)
    ? configured
    : path.join(os.homedir(), ".cache");
}

function toolsHash(): string {
  const hash = createHash("sha256").update(`${process.platform}-${process.arch}`);
  for (const module of ["kubernetes", "kwok"]) {
    for (const file of ["go.mod", "go.sum"]) hash.update(fs.readFileSync(path.join(TOOLS, module, file)));
  }
  return hash.digest("hex").slice(0, 16);
}

function fromAssets(command: string): string | undefined {
  const folder = process.env["KUBEBUILDER_ASSETS"];
  if (folder === undefined || folder === "") return undefined;
  const file = path.join(folder, command);
  return fs.existsSync(file) ? file : undefined;
}

function onPath(command: string): string | undefined {
  for (const folder of (process.env["PATH"] ?? "").split(path.delimiter)) {
    const file = path.join(folder, command);
    if (folder !== "" && fs.existsSync(file)) return file;
  }
  return undefined;
}

function recentKubectl(): string | undefined {
  const file = onPath("kubectl");
  if (file === undefined) return undefined;
  const result = spawnSync(file, ["version", "--client", "-o", "json"], { encoding: "utf8" });
  const minor = /"minor":\s*"(\d+)/.exec(result.stdout ?? "")?.[1];
  return minor !== undefined && Number(minor) >= KUBECTL_MINIMUM_MINOR ? file : undefined;
}

function build(cache: string, module: string, pkg: string): string {
  const file = path.join(cache, path.basename(pkg));
  if (fs.existsSync(file)) return file;
  if (onPath("go") === undefined) throw missing(pkg, "Go is not on PATH to build it with");
  say(`building ${pkg} into the cache (once; minutes on a cold machine)`);
  // Into a folder of its own first: a build that is interrupted must not leave half a program behind.
  const half = fs.mkdtempSync(path.join(cache, "build-"));
  try {
    const result = spawnSync("go", ["build", "-trimpath", "-ldflags", "-s -w", "-o", `${half}/`, pkg], {
      cwd: path.join(TOOLS, module),
      stdio: ["ignore", "inherit", "inherit"],
    });
    if (result.status !== 0)
      throw missing(pkg, `go build ended with status ${result.status ?? result.signal}`);
    fs.renameSync(path.join(half, path.basename(pkg)), file);
  } finally {
    fs.rmSync(half, { recursive: true, force: true });
  }
  say(`built ${path.basename(pkg)}`);
  return file;
}

/** kwok's program carries no stages; its module does. */
function stages(cache: string): string {
  const file = path.join(cache, "kwok-stages.yaml");
  if (fs.existsSync(file)) return file;
  const module = JSON.parse(
    execFileSync("go", ["mod", "download", "-json", "sigs.k8s.io/kwok"], {
      cwd: path.join(TOOLS, "kwok"),
      encoding: "utf8",
    }),
  ) as { readonly Dir: string };
  const documents = ["node", "pod"].flatMap((kind) => {
    const folder = path.join(module.Dir, "kustomize", "stage", kind, "fast");
    return fs
      .readdirSync(folder)
      .filter((name) => name.endsWith(".yaml") && name !== "kustomization.yaml")
      .sort()
      .map((name) => fs.readFileSync(path.join(folder, name), "utf8"));
  });
  fs.writeFileSync(`${file}.half`, documents.join("\n---\n"));
  fs.renameSync(`${file}.half`, file);
  return file;
}

/** Takes one program out of a Debian package without installing the package, so that no service is started. */
function fromDebian(cache: string, pkg: string, inside: string): string {
  const file = path.join(cache, path.basename(inside));
  if (fs.existsSync(file)) return file;
  if (onPath("apt-get") === undefined)
    throw missing(path.basename(inside), "neither it nor apt-get is on PATH");
  say(`fetching Debian's ${pkg}`);
  const half = fs.mkdtempSync(path.join(cache, "deb-"));
  try {
    const download = () => spawnSync("apt-get", ["download", "-qq", pkg], { cwd: half, encoding: "utf8" });
    let result = download();
    if (result.status !== 0) {
      spawnSync("apt-get", ["update", "-qq"], { encoding: "utf8" });
      result = download();
    }
    const deb = fs.readdirSync(half).find((name) => name.endsWith(".deb"));
    if (result.status !== 0 || deb === undefined)
      throw missing(inside, `apt-get download ${pkg}: ${result.stderr.trim()}`);
    execFileSync("dpkg-deb", ["-x", path.join(half, deb), half]);
    fs.renameSync(path.join(half, inside), file);
  } finally {
    fs.rmSync(half, { recursive: true, force: true });
  }
  return file;
}

function missing(what: string, got: string): MeshError {
  return new MeshError("the cluster test", [
    {
      id: "cluster/program-missing",
      path: what,
      message: "a program of the test cluster is neither here nor can it be made",
      got,
      expected: "KUBEBUILDER_ASSETS with the programs in it, or Go and apt-get to get them",
      fix: "install Go 1.25 or newer, or run setup-envtest and set KUBEBUILDER_ASSETS; MESHWRIGHT_CLUSTER=skip leaves the suite out",
    },
  ]);
}

/** Two runs side by side share the cache; the second waits while the first builds. */
function withLock<T>(file: string, work: () => T): T {
  for (;;) {
    try {
      fs.writeFileSync(file, String(process.pid), { flag: "wx" });
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      const owner = Number(fs.existsSync(file) ? fs.readFileSync(file, "utf8") : "0");
      if (owner > 0 && !isAlive(owner)) fs.rmSync(file, { force: true });
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
    }
  }
  try {
    return work();
  } finally {
    fs.rmSync(file, { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
