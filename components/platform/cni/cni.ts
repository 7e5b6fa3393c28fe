import * as pulumi from "@pulumi/pulumi";

import { Children, componentOptions, componentToken, refuse, type MeshComponentOptions } from "../component";
import { InstallSource } from "../charts/args";
import { CNI_TABLE } from "../charts/cni";
import { chartLocation, hookProblems, installChart } from "../charts/install";
import { chartValues } from "../charts/table";
import { DEFAULT_ISTIO_VERSION } from "../versions";
import type { CniArgs } from "./args";
import { cniObjects } from "./objects";
import { cniProblems, cniSettings } from "./settings";
import { CNI_SHAPE } from "./shape";

/**
 * Runs the CNI node agent on every node, which captures the traffic of pods in place of a privileged init container in
 * each of them, and in ambient hands it to `Ztunnel`. The control plane must be told: `cni: true`.
 *
 * It is ready when its plugin is installed on all nodes; workloads should depend on it, because pods that start earlier
 * come up without capture and have to be repaired.
 *
 * @throws MeshError with every problem of the arguments, before anything is registered
 * @example
 * const cni = new Cni("cni", { platform: "gke" }, { dependsOn: [namespaces] });
 * new Deployment("shop", shop, { dependsOn: [controlPlane, cni] });
 * @see https://istio.io/latest/docs/setup/additional-setup/cni/
 */
export class Cni extends pulumi.ComponentResource {
  /** Namespace of the agent. */
  readonly namespace: pulumi.Output<string>;
  /** Name of its DaemonSet, known once the plugin is on every node. */
  readonly daemonSet: pulumi.Output<string>;

  constructor(name: string, args: CniArgs = {}, opts?: MeshComponentOptions) {
    refuse("Cni", name, args, opts, CNI_SHAPE, () => [...cniProblems(args), ...hookProblems(args, opts)]);
    super(componentToken("Cni"), name, { ...args }, componentOptions(opts));

    const children = new Children(this, name, opts);
    const settings = cniSettings(args);
    const { before, daemonSet } = cniObjects(settings);
    if (args.source === InstallSource.Helm) {
      const { namespace } = settings;
      const values = chartValues("cni", CNI_TABLE, settings, args);
      const { resources } = installChart(
        children,
        { chart: "cni", release: "istio-cni", namespace, values },
        chartLocation("cni", args.chart, args.istioVersion ?? DEFAULT_ISTIO_VERSION),
        opts,
      );
      this.namespace = resources.apply(() => namespace);
      this.daemonSet = resources.apply(() => daemonSet.metadata.name);
    } else {
      const dependsOn = Object.entries(before).map(([suffix, object]) => children.add(suffix, object));
      const agent = children.add("daemon-set", daemonSet, { dependsOn });
      this.namespace = agent.metadata.namespace;
      this.daemonSet = agent.metadata.name;
    }
    this.registerOutputs({ namespace: this.namespace, daemonSet: this.daemonSet });
  }
}
