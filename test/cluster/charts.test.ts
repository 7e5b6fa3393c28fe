import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import {
  BASE_VALUES,
  CONTROL_PLANE_TABLE,
  ISTIOD_VALUES,
} from "../../components/platform/charts/control-plane";
import { chartValues } from "../../components/platform/charts/table";
import { controlPlaneSettings } from "../../components/platform/control-plane/settings";
import { gatewayChartValues } from "../../components/platform/gateway/from-chart";
import { gatewaySettings } from "../../components/platform/gateway/settings";
import { renderCharts } from "../conformance/charts/render";
import { SERVING, SWITCHING } from "../program/support/charts-program";
import { type LocalCluster, startCluster } from "./harness/cluster";
import { settle } from "./support/applied";
import { missing } from "./support/data-plane/missing";
import { dataPlane } from "./support/data-plane/snapshot";
import { watching } from "./support/data-plane/watch";
import { requiresInjection, requiresOwnCluster } from "./support/requires-cluster";
import { synthesise } from "./support/synthesise";
import { TemporaryFolder } from "./support/temporary-folder";
import { notUp } from "./support/up";

const REPOSITORY = path.join(__dirname, "..", "..");
const SETTLED_WITHIN_SECONDS = 40;

/*
 * What happens to a running mesh that moves between our objects and the official charts, as `test/program` does it with the
 * Pulumi CLI: here with the same objects, rendered by Helm's own engine and applied as Pulumi's provider applies them.
 */
describe("a running mesh whose objects come from the official charts from now on", function () {
  this.timeout(600_000);
  let cluster: LocalCluster;
  let folder: TemporaryFolder;
  let own: readonly string[];
  let charts: string;

  before(async function () {
    requiresOwnCluster(this);
    folder = new TemporaryFolder();
    const rendered = renderCharts(chartsOfTheMesh());
    assert.ok(typeof rendered !== "string", String(rendered));
    charts = folder.path("charts.json");
    fs.writeFileSync(charts, JSON.stringify({ apiVersion: "v1", kind: "List", items: rendered.flat() }));
    const cwd = folder.path("project");
    writeProgram(cwd);
    const config = { helm: "false", retain: "true", charts: "" };
    own = await synthesise({ cwd, stack: "dev", config }, folder.path("own"), folder.path("state"));
    cluster = await startCluster();
    requiresInjection(this, cluster);
    await apply(own, "own");
  });

  after(async () => {
    await cluster?.stop();
    folder?.remove();
  });

  const apply = async (files: readonly string[], manager: string) => {
    const { code, stderr } = await cluster.kubectl([
      ...["apply", "--server-side", "--force-conflicts", `--field-manager=${manager}`],
      ...files.flatMap((file) => ["-f", file]),
    ]);
    assert.equal(code, 0, stderr);
    const open = await settle(SETTLED_WITHIN_SECONDS, async () => [
      ...(await notUp(cluster)),
      ...missing(await dataPlane(cluster)),
    ]);
    if (open.length > 0)
      for (const a of [
        ["get", "events", "-n", "edge"],
        ["get", "deploy,rs,pods", "-n", "edge", "-o", "wide"],
        ["get", "deploy", "-n", "edge", "-o", "yaml"],
      ])
        console.log((await cluster.kubectl(a)).stdout);
    assert.deepEqual(open, []);
  };

  const identifiers = async () => {
    const found = new Map<string, unknown>();
    for (const url of SERVING) {
      const { status, body } = await cluster.api.request("GET", url);
      assert.equal(status, 200, url);
      found.set(url, (body as { readonly metadata: { readonly uid: string } }).metadata.uid);
    }
    return found;
  };

  const assertMoves = async (files: readonly string[], manager: string) => {
    const before = await identifiers();
    const { found } = await watching(cluster, () => apply(files, manager));
    assert.deepEqual([...found], []);
    assert.deepEqual(await identifiers(), before);
  };

  it("takes what serves traffic over where it is, and misses nothing meanwhile", () =>
    assertMoves([charts], "charts"));

  it("comes back in the same way", () => assertMoves(own, "own"));
});

/** The charts with the values that follow from the arguments in the program. */
function chartsOfTheMesh() {
  const istiod = controlPlaneSettings({});
  const edge = { namespace: "edge", autoscale: { min: 2 } };
  const gateway = gatewaySettings(edge);
  const { namespace } = istiod;
  const values = (chart: string, fixed: Readonly<Record<string, unknown>>) =>
    chartValues(chart, CONTROL_PLANE_TABLE, istiod, {}, fixed);
  return [
    { chart: "base", release: "istio-base", namespace, values: values("base", BASE_VALUES) },
    { chart: "istiod", release: "istiod", namespace, values: values("istiod", ISTIOD_VALUES) },
    {
      chart: "gateway",
      release: gateway.name,
      namespace: gateway.namespace,
      values: gatewayChartValues(gateway, edge),
    },
  ];
}

function writeProgram(folder: string): void {
  fs.mkdirSync(folder);
  for (const [name, text] of Object.entries(SWITCHING)) {
    const here = text.replaceAll('"../', `"${REPOSITORY}/`).replaceAll(" ../", ` ${REPOSITORY}/`);
    fs.writeFileSync(path.join(folder, name), here);
  }
  fs.symlinkSync(path.join(REPOSITORY, "node_modules"), path.join(folder, "node_modules"), "dir");
}
