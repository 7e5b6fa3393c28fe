import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { freePort } from "../../cluster/harness/free-port";

/** A boundary list for the histograms whose names start so. */
export interface BucketSettings {
  readonly match: { readonly prefix: string };
  readonly buckets: readonly number[];
}

const NODE = {
  id: "sidecar~127.0.0.1~reviews.bookinfo~bookinfo.svc.cluster.local",
  cluster: "reviews.bookinfo",
};

function cluster(name: string, port: number): object {
  const address = { socket_address: { address: "127.0.0.1", port_value: port } };
  return {
    name,
    // The way in which Istio tells where a name ends.
    alt_stat_name: `${name};`,
    type: "STATIC",
    load_assignment: { cluster_name: name, endpoints: [{ lb_endpoints: [{ endpoint: { address } }] }] },
  };
}

/** What a real Envoy thinks of a bootstrap, without running it. */
export function validate(
  program: string,
  bootstrap: object,
): { readonly fine: boolean; readonly text: string } {
  const args = ["--mode", "validate", "--log-level", "warning", "--config-yaml", JSON.stringify(bootstrap)];
  const { status, stderr, stdout } = spawnSync(program, args, { encoding: "utf8" });
  return { fine: status === 0, text: `${stdout}${stderr}` };
}

/** An Envoy that runs as a proxy of Istio does, as far as its own statistics go. */
export class Envoy {
  readonly #process: ChildProcess;
  readonly #folder: string;
  readonly #admin: number;
  #log = "";

  private constructor(child: ChildProcess, folder: string, admin: number) {
    this.#process = child;
    this.#folder = folder;
    this.#admin = admin;
    child.stderr?.on("data", (chunk: Buffer) => (this.#log += chunk.toString()));
  }

  /**
   * Starts one that takes listeners and clusters from files, in the place of istiod, and has been sent a listener that it
   * rejects.
   *
   * @param stats how statistics are named and chosen; Envoy's own way where there is none
   */
  static async start(
    program: string,
    stats: object | undefined,
    buckets: readonly BucketSettings[],
  ): Promise<Envoy> {
    const folder = mkdtempSync(path.join(tmpdir(), "meshwright-envoy-"));
    const write = (name: string, resources: readonly object[]): string => {
      const file = path.join(folder, name);
      writeFileSync(`${file}.new`, JSON.stringify({ resources }));
      // Envoy looks when a file is moved into place.
      renameSync(`${file}.new`, file);
      return file;
    };
    const from = (file: string) => ({ path_config_source: { path: file }, resource_api_version: "V3" });
    const [admin, nobody] = [await freePort(), await freePort()];
    const listeners = write("lds.json", []);
    const bootstrap = {
      node: NODE,
      stats_config: {
        ...stats,
        ...(buckets.length === 0 ? {} : { histogram_bucket_settings: buckets }),
      },
      admin: { address: { socket_address: { address: "127.0.0.1", port_value: admin } } },
      dynamic_resources: { lds_config: from(listeners), cds_config: from(write("cds.json", [])) },
      static_resources: { clusters: [cluster("xds-grpc", nobody)] },
    };
    const config = path.join(folder, "bootstrap.json");
    writeFileSync(config, JSON.stringify(bootstrap));
    // A restart without a gap needs shared memory, which stays behind when the proxy is killed.
    const args = ["-c", config, "--disable-hot-restart", "--concurrency", "1", "--log-level", "warning"];
    const child = spawn(program, args, { stdio: ["ignore", "ignore", "pipe"] });
    const envoy = new Envoy(child, folder, admin);
    await envoy.#until(async () => (await envoy.#get("/ready")).startsWith("LIVE"), "be ready");
    const type = "type.googleapis.com/envoy.config.listener.v3.Listener";
    write("lds.json", [{ "@type": type, name: "without-an-address" }]);
    const rejected = /listener_manager\.lds\.update_rejected: 1/;
    await envoy.#until(async () => rejected.test(await envoy.#get("/stats")), "reject a listener");
    return envoy;
  }

  /** Its statistics as Prometheus reads them. */
  metrics(): Promise<string> {
    return this.#get("/stats/prometheus");
  }

  async #get(url: string): Promise<string> {
    return (await fetch(`http://127.0.0.1:${this.#admin}${url}`)).text();
  }

  async #until(holds: () => Promise<boolean>, what: string): Promise<void> {
    const end = Date.now() + 60_000;
    while (!(await holds().catch(() => false))) {
      if (this.#process.exitCode !== null || Date.now() > end)
        throw new Error(`Envoy did not ${what}:\n${this.#log.slice(-2000)}`);
      await delay(100);
    }
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode === null) {
      this.#process.kill("SIGKILL");
      await once(this.#process, "exit");
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
