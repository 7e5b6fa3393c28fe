import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as path from "node:path";
import type { Cluster } from "../harness/cluster";

/** The operator's own definitions of what it reads; `.ci/run` downloads the module. */
const MODULE = "github.com/prometheus-operator/prometheus-operator@v0.85.0";
const KINDS = ["servicemonitors", "podmonitors", "prometheusrules"];

/** Defines the kinds of the Prometheus Operator, as its installation does. */
export async function defineMonitors(cluster: Cluster): Promise<void> {
  const answer = execFileSync("go", ["mod", "download", "-json", MODULE], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, GOFLAGS: "-mod=mod" },
  });
  const { Dir: folder } = JSON.parse(answer) as { readonly Dir: string };
  const files = KINDS.map((kind) =>
    path.join(folder, "example", "prometheus-operator-crd", `monitoring.coreos.com_${kind}.yaml`),
  );
  const named = KINDS.map((kind) => `crd/${kind}.monitoring.coreos.com`);
  for (const args of [
    ["apply", "--server-side", ...files.flatMap((file) => ["-f", file])],
    ["wait", "--for=condition=Established", "--timeout=60s", ...named],
  ]) {
    const { code, stderr } = await cluster.kubectl(args);
    assert.equal(code, 0, stderr);
  }
}
