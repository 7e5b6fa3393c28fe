import * as fs from "node:fs";
import * as path from "node:path";
import { MeshError } from "../../../components/intent/problem";
import { beforeEnd } from "./cleanup";
import { cached, toolCache, toolModule, type ToolModule } from "./cache";
import { Processes } from "./processes";
import { during } from "./progress";

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

/** Server-side apply with `--validate=strict` is what older ones lack. */
const KUBECTL_MINIMUM_MINOR = 27;

/**
 * Finds each program: in `KUBEBUILDER_ASSETS` (where setup-envtest puts them), else in the cache, else makes it there:
 * etcd from Debian's package, the others from their Go modules.
 *
 * @throws MeshError `cluster/program-missing` when a program is nowhere and cannot be made
 */
export function findBinaries(env: NodeJS.ProcessEnv = process.env): Promise<Binaries> {
  return new Finder(env).using(async (finder) => ({
    etcd: await finder.etcd(),
    apiServer: await finder.kubernetes("kube-apiserver"),
    controllerManager: await finder.kubernetes("kube-controller-manager"),
    scheduler: await finder.kubernetes("kube-scheduler"),
    kwok: await finder.kwok(),
    kwokStages: await finder.kwokStages(),
    kubectl: await finder.kubectl(),
  }));
}

/** Finds kubectl alone, for a cluster that is there already. */
export function findKubectl(env: NodeJS.ProcessEnv = process.env): Promise<string> {
  return new Finder(env).using((finder) => finder.kubectl());
}

/**
 * A Prometheus that discovers what runs in Kubernetes, which Debian's does not: built once from its Go module, with that
 * discovery alone.
 */
export function findPrometheus(env: NodeJS.ProcessEnv = process.env): Promise<string> {
  return new Finder(env, toolCache(env, ["prometheus"])).using((finder) => finder.prometheus());
}

class Finder {
  readonly #processes = new Processes("");

  constructor(
    private readonly env: NodeJS.ProcessEnv,
    private readonly cache = toolCache(env),
  ) {}

  /** A build that is interrupted ends with this process. */
  async using<Result>(work: (finder: Finder) => Promise<Result>): Promise<Result> {
    const forget = beforeEnd(() => this.#processes.kill());
    try {
      return await work(this);
    } finally {
      await this.#processes.stop();
      forget();
    }
  }

  async etcd(): Promise<string> {
    return (
      this.#fromAssets("etcd") ?? this.#onPath("etcd") ?? this.#fromDebian("etcd-server", "usr/bin/etcd")
    );
  }

  async kubernetes(command: string): Promise<string> {
    return this.#fromAssets(command) ?? this.#build("kubernetes", `k8s.io/kubernetes/cmd/${command}`);
  }

  async kwok(): Promise<string> {
    return this.#fromAssets("kwok") ?? this.#build("kwok", "sigs.k8s.io/kwok/cmd/kwok");
  }

  prometheus(): Promise<string> {
    const tags = ["remove_all_sd", "enable_kubernetes_sd"];
    return this.#build("prometheus", "github.com/prometheus/prometheus/cmd/prometheus", tags);
  }

  /** kwok's program carries no stages; its module does. */
  async kwokStages(): Promise<string> {
    return cached(this.cache, "kwok-stages.yaml", async (half) => {
      const go = this.#go("kwok's stages");
      const { code, stdout, stderr } = await this.#run(go, ["mod", "download", "-json", "sigs.k8s.io/kwok"], {
        cwd: toolModule("kwok"),
      });
      if (code !== 0) throw missing("kwok's stages", stderr.trim());
      const { Dir: module } = JSON.parse(stdout) as { readonly Dir: string };
      const documents = ["node", "pod"].flatMap((kind) => {
        const folder = path.join(module, "kustomize", "stage", kind, "fast");
        return fs
          .readdirSync(folder)
          .filter((name) => name.endsWith(".yaml") && name !== "kustomization.yaml")
          .sort()
          .map((name) => fs.readFileSync(path.join(folder, name), "utf8"));
      });
      const file = path.join(half, "kwok-stages.yaml");
      fs.writeFileSync(file, documents.join("\n---\n"));
      return file;
    });
  }

  async kubectl(): Promise<string> {
    return this.#fromAssets("kubectl") ?? (await this.#recentKubectl()) ?? this.kubernetes("kubectl");
  }

  #fromAssets(command: string): string | undefined {
    const folder = this.env["KUBEBUILDER_ASSETS"];
    if (folder === undefined || folder === "") return undefined;
    const file = path.join(folder, command);
    return fs.existsSync(file) ? file : undefined;
  }

  #onPath(command: string): string | undefined {
    for (const folder of (this.env["PATH"] ?? "").split(path.delimiter)) {
      const file = path.join(folder, command);
      if (folder !== "" && fs.existsSync(file)) return file;
    }
    return undefined;
  }

  async #recentKubectl(): Promise<string | undefined> {
    const file = this.#onPath("kubectl");
    if (file === undefined) return undefined;
    const { stdout } = await this.#run(file, ["version", "--client", "-o", "json"]);
    const minor = /"minor":\s*"(\d+)/.exec(stdout)?.[1];
    return minor !== undefined && Number(minor) >= KUBECTL_MINIMUM_MINOR ? file : undefined;
  }

  #go(forWhat: string): string {
    const go = this.#onPath("go");
    if (go === undefined) throw missing(forWhat, "Go is not on PATH to build it with");
    return go;
  }

  #build(module: ToolModule, pkg: string, tags: readonly string[] = []): Promise<string> {
    const name = path.basename(pkg);
    return cached(this.cache, name, (half) => {
      const go = this.#go(pkg);
      return during(`building ${pkg} into the cache, once for these versions`, async () => {
        const { code, stderr } = await this.#run(
          go,
          [
            ...["build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w", "-tags", tags.join(",")],
            ...["-o", `${half}${path.sep}`, pkg],
          ],
          { cwd: toolModule(module), show: true },
        );
        if (code !== 0) throw missing(pkg, `go build ended with status ${code}: ${lastLine(stderr)}`);
        return path.join(half, name);
      });
    });
  }

  /** Takes one program out of a Debian package without installing the package, so that no service is started. */
  #fromDebian(pkg: string, inside: string): Promise<string> {
    return cached(this.cache, path.basename(inside), (half) => {
      const apt = this.#onPath("apt-get");
      if (apt === undefined) throw missing(path.basename(inside), "neither it nor apt-get is on PATH");
      return during(`fetching Debian's package ${pkg}`, async () => {
        const download = () => this.#run(apt, ["download", "-qq", pkg], { cwd: half });
        let result = await download();
        if (result.code !== 0) {
          // A machine that has never asked which packages there are.
          await this.#run(apt, ["update", "-qq"]);
          result = await download();
        }
        const deb = fs.readdirSync(half).find((name) => name.endsWith(".deb"));
        if (result.code !== 0 || deb === undefined) {
          throw missing(inside, `apt-get download ${pkg}: ${lastLine(result.stderr)}`);
        }
        const unpacked = await this.#run("dpkg-deb", ["-x", path.join(half, deb), half]);
        if (unpacked.code !== 0) throw missing(inside, `dpkg-deb -x: ${lastLine(unpacked.stderr)}`);
        return path.join(half, inside);
      });
    });
  }

  #run(
    file: string,
    args: readonly string[],
    options: { readonly cwd?: string; readonly show?: boolean } = {},
  ) {
    return this.#processes.run(file, args, { ...options, env: this.env });
  }
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}

function missing(what: string, got: string): MeshError {
  return new MeshError("the cluster test", [
    {
      id: "cluster/program-missing",
      path: what,
      message: "a program of the test cluster is neither here nor can it be made",
      got,
      expected: "KUBEBUILDER_ASSETS with the programs in it, or Go and apt-get to get them",
      fix: "install Go 1.26 or newer, or run setup-envtest and set KUBEBUILDER_ASSETS; MESHWRIGHT_CLUSTER=skip leaves the suite out",
    },
  ]);
}
