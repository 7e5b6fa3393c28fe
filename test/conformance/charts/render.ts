import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadAll } from "js-yaml";
import { ISTIO } from "../../../scripts/generate-resources/mesh-config";
import { askProgram, buildGo, NO_GO, OFFLINE_GO } from "../ask-go";

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

/** The folder of an official chart; none where Istio's module is not here. */
export function officialChart(chart: string): string | undefined {
  const charts = chartsFolder();
  return charts === undefined ? undefined : join(charts, FOLDERS[chart] ?? chart);
}

function chartsFolder(): string | undefined {
  const { module, version } = ISTIO;
  const asked = spawnSync("go", ["mod", "download", "-json", `${module}@${version}`], {
    encoding: "utf8",
    env: OFFLINE_GO,
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
    const build = buildGo(join(__dirname, "helm"), binary);
    if (build === undefined) return NO_GO;
    if (build.status !== 0) {
      return "Helm's Go modules are not here (`go mod download` in test/conformance/charts/helm gets them)";
    }
    const charts = chartsFolder();
    if (charts === undefined) {
      return `the official charts are not here (\`go mod download ${ISTIO.module}@${ISTIO.version}\` gets them)`;
    }
    const questions = renderings.map(({ chart, ...rest }) => ({
      chart: join(charts, FOLDERS[chart] ?? chart),
      ...rest,
    }));
    return askProgram<Record<string, string>>("Helm's engine", binary, questions).map((files) =>
      Object.values(files).flatMap(objectsIn),
    );
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
