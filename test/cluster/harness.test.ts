import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as net from "node:net";
import * as path from "node:path";
import { MeshError } from "../../components/intent/problem";
import { findBinaries } from "./harness/binaries";
import { startCluster } from "./harness/cluster";
import { target } from "./harness/target";
import { useCluster } from "./harness/user-cluster";
import { settle } from "./support/applied";
import type { Held } from "./support/holder";
import { requiresOwnCluster } from "./support/requires-cluster";
import { TemporaryFolder } from "./support/temporary-folder";

/** etcd, API server, controller manager, scheduler, kwok. */
const WHOLE = 5;
/** etcd and API server. */
const API_ALONE = 2;
const GONE_WITHIN_SECONDS = 10;
const HOLDER = path.join(__dirname, "support", "holder.ts");
const REPOSITORY = path.join(__dirname, "..", "..");

describe("a test cluster of our own", function () {
  this.timeout(300_000);
  const children: ChildProcess[] = [];

  before(function () {
    requiresOwnCluster(this);
  });
  afterEach(() => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
  });

  /** Starts a cluster in another process: the whole of it, or what is quicker, its API server. */
  const hold = (what: "hold" | "stop" | "fail", whole?: "whole") => {
    const args = ["-r", "ts-node/register/transpile-only", HOLDER, what, ...(whole ? [whole] : [])];
    const child = spawn(process.execPath, args, { cwd: REPOSITORY, stdio: ["ignore", "pipe", "ignore"] });
    children.push(child);
    const ended = new Promise<number | NodeJS.Signals | null>((resolve) =>
      child.once("exit", (code, signal) => resolve(code ?? signal)),
    );
    const held = new Promise<Held>((resolve, reject) => {
      let text = "";
      child.stdout?.on("data", (chunk: Buffer) => {
        text += chunk.toString("utf8");
        if (text.includes("\n")) resolve(JSON.parse(text) as Held);
      });
      void ended.then((how) => reject(new Error(`the cluster's process ended with ${how}`)));
    });
    return { child, held, ended };
  };

  const assertGone = async ({ pids, server }: Held, programs = API_ALONE) => {
    assert.ok(pids.length >= programs, `${pids.length} programs`);
    const left = await settle(GONE_WITHIN_SECONDS, async () => [
      ...pids.filter(isRunning).map((pid) => `process ${pid}`),
      ...((await answers(server)) ? [`something at ${server}`] : []),
    ]);
    assert.deepEqual(left, []);
  };

  for (const [signal, ...whole] of [["SIGINT", "whole"], ["SIGTERM"], ["SIGHUP"]] as const) {
    it(`leaves no process, port or file behind when ${signal} ends the run, which ends by that signal`, async () => {
      const { child, held, ended } = hold("hold", ...whole);
      const cluster = await held;
      child.kill(signal);
      assert.equal(await ended, signal);
      await assertGone(cluster, whole.length > 0 ? WHOLE : API_ALONE);
      assert.equal(fs.existsSync(cluster.folder), false, cluster.folder);
    });
  }

  it("leaves no process or port behind when the run is killed; its folder stays, for nothing is left to remove it", async function () {
    if (process.platform !== "linux") {
      console.log("      skipped: only Linux ends a program with the one that started it");
      return this.skip();
    }
    const { child, held, ended } = hold("hold", "whole");
    const cluster = await held;
    child.kill("SIGKILL");
    assert.equal(await ended, "SIGKILL");
    await assertGone(cluster, WHOLE);
    fs.rmSync(cluster.folder, { recursive: true });
  });

  for (const [what, code] of [
    ["stop", 0],
    ["fail", 1],
  ] as const) {
    it(`leaves no process, port or file behind, and nothing that keeps the run from ending, after ${what === "stop" ? "success" : "a failure"}`, async () => {
      const { held, ended } = hold(what);
      const cluster = await held;
      assert.equal(await ended, code);
      await assertGone(cluster);
      assert.equal(fs.existsSync(cluster.folder), false, cluster.folder);
    });
  }

  it("tells why a program did not start, with the end of its log, and leaves nothing of the others", async () => {
    const folder = new TemporaryFolder();
    try {
      const assets = folder.path("assets");
      const temporary = folder.path("tmp");
      fs.mkdirSync(assets);
      fs.mkdirSync(temporary);
      const broken = path.join(assets, "kube-apiserver");
      fs.writeFileSync(broken, "#!/bin/sh\necho the flag is not known >&2\nexit 3\n", { mode: 0o755 });
      const seen = new Set<number>();
      const environment = {
        KUBEBUILDER_ASSETS: assets,
        TMPDIR: temporary,
        MESHWRIGHT_CLUSTER_FOLDER: temporary,
      };
      await withEnvironment(environment, async () => {
        const failing = startCluster();
        const looking = setInterval(() => childrenOf(process.pid).forEach((pid) => seen.add(pid)), 20);
        await assert.rejects(failing, /kube-apiserver ended with 3:\nthe flag is not known/);
        clearInterval(looking);
      });
      assert.deepEqual(fs.readdirSync(temporary), []);
      assert.deepEqual([...seen].filter(isRunning), []);
    } finally {
      folder.remove();
    }
  });

  it("leaves no build behind that is interrupted, and nothing half made in the cache", async () => {
    const folder = new TemporaryFolder();
    try {
      const bin = folder.path("bin");
      const started = folder.path("started");
      fs.mkdirSync(bin);
      fs.writeFileSync(path.join(bin, "etcd"), "", { mode: 0o755 });
      // A build that takes long, and starts a compiler that does.
      fs.writeFileSync(path.join(bin, "go"), `#!/bin/sh\nsleep 1000 &\necho $$ $! > '${started}'\nwait\n`, {
        mode: 0o755,
      });
      const cache = folder.path("cache");
      const child = spawn(process.execPath, ["-r", "ts-node/register/transpile-only", HOLDER, "build"], {
        cwd: REPOSITORY,
        stdio: "ignore",
        env: { PATH: `${bin}${path.delimiter}${process.env["PATH"]}`, XDG_CACHE_HOME: cache },
      });
      children.push(child);
      const ended = new Promise((resolve) => child.once("exit", (_, signal) => resolve(signal)));
      const waiting = await settle(60, () => Promise.resolve(read(started) === "" ? ["no build"] : []));
      assert.deepEqual(waiting, []);
      const pids = read(started).trim().split(" ").map(Number);
      assert.deepEqual(pids.map(isRunning), [true, true]);
      child.kill("SIGTERM");
      assert.equal(await ended, "SIGTERM");
      const left = await settle(GONE_WITHIN_SECONDS, () =>
        Promise.resolve(pids.filter(isRunning).map(String)),
      );
      assert.deepEqual(left, []);
      const made = fs
        .readdirSync(cache, { recursive: true })
        .filter((name) => /making-|kube/.test(String(name)));
      assert.deepEqual(made, []);
    } finally {
      folder.remove();
    }
  });

  it("two side by side do not see each other, and one stays when the other ends", async () => {
    const [one, other] = await Promise.all([
      startCluster({ controllers: false }),
      startCluster({ controllers: false }),
    ]);
    try {
      assert.notEqual(one.server, other.server);
      assert.notEqual(one.folder, other.folder);
      const made = await one.kubectl(["create", "namespace", "only-here"]);
      assert.equal(made.code, 0, made.stderr);
      const asked = await other.kubectl(["get", "namespace", "only-here"]);
      assert.match(asked.stderr, /"only-here" not found/);
      const { folder, server, pids } = one;
      await one.stop();
      assert.deepEqual(pids.filter(isRunning), []);
      assert.equal(await answers(server), false);
      assert.equal(fs.existsSync(folder), false);
      const still = await other.kubectl(["get", "namespace", "default", "-o", "name"]);
      assert.equal(still.stdout.trim(), "namespace/default", still.stderr);
    } finally {
      await one.stop();
      await other.stop();
    }
  });

  it("a cluster that is there already is used by its kubeconfig, if its context or its name is the one allowed", async () => {
    const cluster = await startCluster({ controllers: false });
    try {
      const named = JSON.parse(fs.readFileSync(cluster.kubeconfig, "utf8")) as {
        clusters: { name: string }[];
        contexts: { name: string; context: { cluster: string } }[];
        "current-context": string;
      };
      named.clusters.forEach((one) => (one.name = "my-cluster"));
      named.contexts.forEach((one) => {
        one.name = "my-context";
        one.context.cluster = "my-cluster";
      });
      named["current-context"] = "my-context";
      const file = path.join(cluster.folder, "mine.kubeconfig");
      fs.writeFileSync(file, JSON.stringify(named), { mode: 0o600 });
      const env = { ...process.env, KUBECONFIG: file };

      for (const allowed of ["my-context", "my-cluster"]) {
        const used = await useCluster(allowed, env);
        const { status } = await used.api.request("POST", "/api/v1/namespaces", {
          metadata: { name: allowed },
        });
        assert.equal(status, 201);
        const there = await cluster.kubectl(["get", "namespace", allowed, "-o", "name"]);
        assert.equal(there.stdout.trim(), `namespace/${allowed}`, there.stderr);
        const account = await used.kubectl(["create", "serviceaccount", "reader", "-n", allowed]);
        assert.equal(account.code, 0, account.stderr);
        const as = await used.kubectl(["auth", "whoami", "-o", "jsonpath={.status.userInfo.username}"], {
          kubeconfig: await used.kubeconfigOf(allowed, "reader"),
        });
        assert.equal(as.stdout, `system:serviceaccount:${allowed}:reader`, as.stderr);
        await used.stop();
      }
      await assert.rejects(useCluster("production", env), hasProblem("cluster/not-allowed"));
      const nowhere = { ...env, KUBECONFIG: path.join(cluster.folder, "none.kubeconfig") };
      await assert.rejects(useCluster("my-cluster", nowhere), hasProblem("cluster/no-kubeconfig"));
      const still = await cluster.kubectl(["get", "namespace", "default", "-o", "name"]);
      assert.equal(still.code, 0, "the cluster of the user was ended");
    } finally {
      await cluster.stop();
    }
  });
});

describe("where a test cluster comes from", () => {
  it("is a cluster of our own, nowhere, or a kubeconfig's, as MESHWRIGHT_CLUSTER says", () => {
    assert.deepEqual(target({}), { in: "own" });
    assert.deepEqual(target({ MESHWRIGHT_CLUSTER: "kubeconfig:kind-a:b" }), {
      in: "kubeconfig",
      allowed: "kind-a:b",
    });
    assert.equal(target({ MESHWRIGHT_CLUSTER: "skip" }).in, "nowhere");
    for (const bad of ["no", "kubeconfig", "kubeconfig:"]) {
      assert.throws(() => target({ MESHWRIGHT_CLUSTER: bad }), hasProblem("cluster/bad-setting"));
    }
  });

  it("needs a kubeconfig where one is to be used", async () => {
    await assert.rejects(useCluster("mine", {}), hasProblem("cluster/no-kubeconfig"));
  });

  it("says which program is missing and how to get it, where it can be neither found nor made", async () => {
    const folder = new TemporaryFolder();
    try {
      const env = { PATH: folder.path("bin"), XDG_CACHE_HOME: folder.path("cache") };
      await assert.rejects(findBinaries(env), (error: unknown) => {
        assert.ok(error instanceof MeshError);
        const [problem] = error.problems;
        assert.equal(problem?.id, "cluster/program-missing");
        assert.match(problem.fix ?? "", /install Go .* or .*KUBEBUILDER_ASSETS.*MESHWRIGHT_CLUSTER=skip/);
        return true;
      });
    } finally {
      folder.remove();
    }
  });
});

function hasProblem(id: string): (error: unknown) => true {
  return (error) => {
    assert.ok(error instanceof MeshError, String(error));
    assert.deepEqual(
      error.problems.map((problem) => problem.id),
      [id],
    );
    return true;
  };
}

/** Whether a process does anything; one that has ended and that nobody has asked about yet does not. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  return process.platform !== "linux" || !/^State:\s+Z/m.test(read(`/proc/${pid}/status`));
}

/** The processes that this one started and that run now; none where the system has no such list. */
function childrenOf(pid: number): readonly number[] {
  return read(`/proc/${pid}/task/${pid}/children`).split(" ").filter(Boolean).map(Number);
}

function read(file: string): string {
  try {
    return fs.readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

/** Whether anybody listens at the address of a server. */
function answers(server: string): Promise<boolean> {
  const { hostname, port } = new URL(server);
  return new Promise((resolve) => {
    const socket = net.connect(Number(port), hostname);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

async function withEnvironment(
  values: Readonly<Record<string, string>>,
  work: () => Promise<void>,
): Promise<void> {
  const before = Object.keys(values).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, values);
  try {
    await work();
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}
