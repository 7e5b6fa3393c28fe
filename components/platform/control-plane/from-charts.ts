import type * as pulumi from "@pulumi/pulumi";

import { BASE_VALUES, CONTROL_PLANE_TABLE, ISTIOD_VALUES } from "../charts/control-plane";
import { chartLocation, installChart } from "../charts/install";
import { chartValues, type FixedValues } from "../charts/table";
import type { Children, MeshComponentOptions } from "../component";
import { signerRoot } from "./config-maps";
import type { ControlPlaneSettings } from "./settings";

/** Installs the charts of a control plane, and tells the namespace once istiod is there. */
export function controlPlaneFromCharts(
  children: Children,
  settings: ControlPlaneSettings,
  opts: MeshComponentOptions | undefined,
): pulumi.Output<string> {
  const { given, istioVersion, namespace, readerServiceAccount, remote, revision } = settings;
  const install = (
    chart: string,
    release: string,
    fixed: FixedValues,
    after: readonly pulumi.Resource[],
  ): ReturnType<typeof installChart> =>
    installChart(
      children,
      {
        chart,
        release,
        namespace,
        remote,
        values: chartValues(chart, CONTROL_PLANE_TABLE, settings, given, fixed),
      },
      chartLocation(chart, given.chart, istioVersion),
      opts,
      after,
    );
  const root = signerRoot(settings);
  const before = root === undefined ? [] : [children.add("signer-root", root)];
  // Without definitions, which are the concern of `Crds`, the account of remote readers is all that it brings.
  const base = readerServiceAccount ? [install("base", "istio-base", BASE_VALUES, [])] : [];
  const istiod = install("istiod", revision === "" ? "istiod" : `istiod-${revision}`, ISTIOD_VALUES, [
    ...before,
    ...base,
  ]);
  return istiod.resources.apply(() => namespace);
}
