import assert from "node:assert/strict";
import { dashboardsFrom } from "../../components/platform/telemetry-stack/dashboards/catalogue";
import { istioSource } from "./support/istio-bootstrap";
import { SERIES } from "./support/metrics";
import { namesOf } from "./support/queries";

/** Names that no documentation has: what Mixer once measured in, and a count of ztunnel's that only its source mentions. */
const UNDOCUMENTED = ["istio_request_duration_seconds_bucket", "istio_tcp_sockets_open"];

/** Every query of a dashboard, wherever it stands. */
function expressions(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(expressions);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([field, inner]) =>
    field === "expr" && typeof inner === "string" ? [inner] : expressions(inner),
  );
}

describe("Istio's official dashboards", () => {
  let dashboards: Readonly<Record<string, string>> = {};

  before(function () {
    const folder = istioSource("manifests", "addons", "dashboards");
    if (folder === undefined) {
      console.log("skipped: Istio's module is not here (.ci/run downloads it)");
      return this.skip();
    }
    dashboards = dashboardsFrom(folder);
  });

  it("are taken from their folder: mesh, service, workload, control plane, ztunnel", () => {
    const names = Object.keys(dashboards);
    for (const wanted of ["istio-mesh", "istio-service", "istio-workload", "pilot", "ztunnel"])
      assert.ok(
        names.some((name) => name.startsWith(`${wanted}-dashboard`)),
        wanted,
      );
    assert.ok(!names.some((name) => name.startsWith("jsonnet")), "and nothing else that is JSON there");
  });

  it("ask for no documented metric of Istio that docs/metrics.json lacks", () => {
    const asked = new Set(
      Object.values(dashboards)
        .flatMap((text) => expressions(JSON.parse(text)))
        // Variables of Grafana stand where PromQL wants a time or a text.
        .map((expr) => expr.replace(/\$__rate_interval|\$__interval/g, "5m").replace(/\$\{?\w+\}?/g, "x"))
        .flatMap((expr) => namesOf(expr).selectors.map(({ metric }) => metric)),
    );
    const istio = [...asked].filter((name) =>
      /^(istio|pilot|galley|citadel|workload_manager|sidecar)_/.test(name),
    );
    assert.ok(istio.length > 20, `${istio.length} metrics`);
    assert.deepEqual(istio.filter((name) => !SERIES.has(name)).sort(), UNDOCUMENTED);
  });
});
