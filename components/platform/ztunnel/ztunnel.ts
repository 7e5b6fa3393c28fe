import * as pulumi from "@pulumi/pulumi";

import { Children, componentOptions, componentToken, refuse, type MeshComponentOptions } from "../component";
import { InstallSource } from "../charts/args";
import { ZTUNNEL_TABLE, ZTUNNEL_VALUES } from "../charts/ztunnel";
import { chartLocation, hookProblems, installChart } from "../charts/install";
import { chartValues } from "../charts/table";
import { DEFAULT_ISTIO_VERSION } from "../versions";
import type { ZtunnelArgs } from "./args";
import { ztunnelObjects } from "./objects";
import { ztunnelProblems, ztunnelSettings } from "./settings";
import { ZTUNNEL_SHAPE } from "./shape";

/**
 * Runs ztunnel on every node: the proxy through which the traffic of ambient pods goes.
 *
 * The control plane must be ready before it, with the profile `ambient`, because it takes its certificates from there;
 * the CNI agent (`Cni`, also `ambient`) leads the pods' traffic into it.
 *
 * @throws MeshError with every problem of the arguments, before anything is registered
 * @example
 * new Ztunnel("ztunnel", {}, { dependsOn: [controlPlane, cni] });
 * @see https://istio.io/latest/docs/ambient/architecture/data-plane/
 */
export class Ztunnel extends pulumi.ComponentResource {
  /** Namespace of ztunnel. */
  readonly namespace: pulumi.Output<string>;
  /** Name of its DaemonSet, known once it is ready on every node. */
  readonly daemonSet: pulumi.Output<string>;

  constructor(name: string, args: ZtunnelArgs = {}, opts?: MeshComponentOptions) {
    refuse("Ztunnel", name, args, opts, ZTUNNEL_SHAPE, () => [
      ...ztunnelProblems(args),
      ...hookProblems(args, opts),
    ]);
    super(componentToken("Ztunnel"), name, { ...args }, componentOptions(opts));

    const children = new Children(this, name, opts);
    const settings = ztunnelSettings(args);
    const { before, daemonSet } = ztunnelObjects(settings);
    if (args.source === InstallSource.Helm) {
      const { namespace } = settings;
      const values = chartValues("ztunnel", ZTUNNEL_TABLE, settings, args, ZTUNNEL_VALUES);
      const { resources } = installChart(
        children,
        { chart: "ztunnel", release: "ztunnel", namespace, values },
        chartLocation("ztunnel", args.chart, args.istioVersion ?? DEFAULT_ISTIO_VERSION),
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
