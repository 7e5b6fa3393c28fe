import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadAll } from "js-yaml";
import { ISTIO } from "../../../scripts/generate-resources/mesh-config";

/** Folders of the official charts inside Istio's module, by the names of the charts. */
const FOLDERS: Readonly<Record<string, string>> = {
  base: "base",
  cni: "istio-cni",
  gateway: "gateway",
  // The installer's own gateways, which are not the chart that teams install.
  "istio-egress": "gateways/istio-egress",
  "istio-ingress": "gateways/istio-ingress",
  istiod: "istio-control/istio-discovery",
  ztunnel: "ztunnel",
};

/** A chart to render. */
export interface Rendering {
  readonly chart: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly release: string;
  readonly namespace: string;
}

/** Part of an object, whatever it is. */
export type Fields = Readonly<Record<string, unknown>>;

/** An object that a chart gives. */
export interface ChartObject extends Fields {
  readonly kind: string;
  readonly metadata: { readonly name: string };
}

// Nothing is downloaded: both are large, and whoever runs the suite decides.
const OFFLINE = { ...process.env, GOPROXY: "off", GOFLAGS: "-mod=readonly" };

/** The folder of an official chart; none where Istio's module is not here. */
export function officialChart(chart: string): string | undefined {
  const charts = chartsFolder();
  return charts === undefined ? undefined : join(charts, FOLDERS[chart] ?? chart);
}

function chartsFolder(): string | undefined {
  const { module, version } = ISTIO;
  const asked = spawnSync("go", ["mod", "download", "-json", `${module}@${version}`], {
    encoding: "utf8",
    env: OFFLINE,
  });
  if (asked.status !== 0) return undefined;
  return join((JSON.parse(asked.stdout) as { Dir: string }).Dir, "manifests", "charts");
}

/**
 * Renders the official charts, from Istio's Go module, with Helm's own engine.
 *
 * @returns the objects of each rendering, or the reason why there are none
 */
export function renderCharts(renderings: readonly Rendering[]): ChartObject[][] | string {
  const folder = mkdtempSync(join(tmpdir(), "meshwright-charts-"));
  try {
    const binary = join(folder, "charts");
    const build = spawnSync("go", ["build", "-o", binary, "."], {
      cwd: join(__dirname, "helm"),
      encoding: "utf8",
      env: OFFLINE,
    });
    if (build.error !== undefined) return "Go is not installed";
    if (build.status !== 0) {
      return "Helm's Go modules are not here (`go mod download` in test/conformance/charts/helm gets them)";
    }
    const charts = chartsFolder();
    if (charts === undefined) {
      return `the official charts are not here (\`go mod download ${ISTIO.module}@${ISTIO.version}\` gets them)`;
    }
    const input = renderings
      .map(({ chart, ...rest }) => JSON.stringify({ chart: join(charts, FOLDERS[chart] ?? chart), ...rest }))
      .join("\n");
    const run = spawnSync(binary, { input, encoding: "utf8", maxBuffer: 1 << 29 });
    if (run.status !== 0) throw new Error(`a chart could not be rendered: ${run.stderr}`);
    return run.stdout
      .trim()
      .split("\n")
      .map((line) => Object.values(JSON.parse(line) as Record<string, string>).flatMap(objectsIn));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function objectsIn(text: string): ChartObject[] {
  return loadAll(text).filter(
    (document): document is ChartObject =>
      typeof document === "object" && document !== null && "kind" in document,
  );
}
