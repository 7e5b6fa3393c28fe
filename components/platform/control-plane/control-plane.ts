import * as pulumi from "@pulumi/pulumi";

import { Children, componentOptions, componentToken, refuse, type MeshComponentOptions } from "../component";
import { warn } from "../warn";
import { InstallSource } from "../charts/args";
import { hookProblems } from "../charts/install";
import type { PlatformObject } from "../kubernetes-objects";
import type { ControlPlaneArgs } from "./args";
import { meshConfigText } from "./mesh-config";
import { controlPlaneNames, discoveryAddress } from "./names";
import { controlPlaneObjects } from "./objects";
import { controlPlaneFromCharts } from "./from-charts";
import { controlPlaneProblems, controlPlaneSettings, type ControlPlaneSettings } from "./settings";
import { fieldsOwnedByIstiod } from "./webhooks";
import { CONTROL_PLANE_SHAPE } from "./shape";

/**
 * Runs the control plane of a mesh: istiod with its permissions, configuration and webhooks.
 *
 * It is ready when its webhooks can be called, not only when its pods are up: what depends on this component gets its
 * sidecars. Its configuration is updated in place where the Kubernetes provider may do so: set
 * `kubernetes:enableConfigMapMutable` in the stack's configuration, or that option of an explicit provider; `cacerts`
 * has `enableSecretMutable`. The custom resource definitions (`Crds`) and the namespace (`Injection`) must exist before it.
 *
 * @throws MeshError with every problem of the arguments, before anything is registered
 * @example
 * const controlPlane = new ControlPlane("istio", { revision: "canary", autoscale: { min: 2 } }, { dependsOn: [crds] });
 * new Deployment("shop", shop, { dependsOn: [controlPlane] });
 * @see https://istio.io/latest/docs/ops/deployment/architecture/
 */
export class ControlPlane extends pulumi.ComponentResource {
  /** Namespace of istiod, once it exists there. */
  readonly namespace: pulumi.Output<string>;
  /** Value of the label `istio.io/rev` with which namespaces and pods choose this control plane. */
  readonly revision: pulumi.Output<string>;
  /** Trust domain of the identities that it signs. */
  readonly trustDomain: pulumi.Output<string>;
  /** Host and port at which proxies reach it. */
  readonly discoveryAddress: pulumi.Output<string>;
  /** Its mesh configuration as it is told to istiod, YAML. */
  readonly meshConfig: pulumi.Output<string>;

  constructor(name: string, args: ControlPlaneArgs = {}, opts?: MeshComponentOptions) {
    refuse("ControlPlane", name, args, opts, CONTROL_PLANE_SHAPE, () => [
      ...controlPlaneProblems(args),
      ...hookProblems(args, opts),
    ]);
    const settings = controlPlaneSettings(args);
    super(componentToken("ControlPlane"), name, { ...args }, componentOptions(opts));

    const children = new Children(this, name, opts);
    this.namespace =
      args.source === InstallSource.Helm
        ? controlPlaneFromCharts(children, settings, opts)
        : this.registerObjects(children, settings);
    this.revision = pulumi.output(controlPlaneNames(settings).rev);
    this.trustDomain = pulumi.output(settings.meshConfig.trustDomain ?? "cluster.local");
    this.discoveryAddress = pulumi.output(
      settings.configCluster?.discoveryAddress ?? discoveryAddress(settings),
    );
    this.meshConfig = pulumi.output(meshConfigText(settings));
    this.registerOutputs({
      namespace: this.namespace,
      revision: this.revision,
      trustDomain: this.trustDomain,
      discoveryAddress: this.discoveryAddress,
    });
  }

  /** Registers our own objects, and tells the namespace once istiod is there. */
  private registerObjects(children: Children, settings: ControlPlaneSettings): pulumi.Output<string> {
    this.warnOfReplacedConfiguration();

    const objects = controlPlaneObjects(settings);
    const register = ([suffix, object]: [string, PlatformObject]): pulumi.Resource =>
      children.add(suffix, object);
    const rbac = Object.entries<PlatformObject>({ ...objects.rbac }).map(register);
    const { values, ...read } = objects.configMaps;
    const told = children.add("values", values);
    const configMaps = Object.entries<PlatformObject>({ ...read }).map(register);

    // Beside the Deployment, not before it: a Service counts as ready only when pods answer behind it.
    const service = objects.service && children.add("service", objects.service);
    const endpoint = objects.endpointSlice && children.add("endpoint-slice", objects.endpointSlice);
    if (objects.networkPolicy !== undefined) children.add("network-policy", objects.networkPolicy);
    const before = [...rbac, ...configMaps, told];
    const deployment =
      objects.deployment && children.add("istiod", objects.deployment, { dependsOn: before });
    for (const [suffix, object] of Object.entries<PlatformObject>({ ...objects.scaling })) {
      children.add(suffix, object, { dependsOn: deployment === undefined ? [] : [deployment] });
    }

    // After istiod, which writes into them: until it does, they would refuse every pod that asks for injection.
    const ready = [deployment, service, endpoint].filter((resource) => resource !== undefined);
    const webhooks = [
      ["injector-webhook", objects.injectorWebhook],
      ["validator-webhook", objects.validatorWebhook],
    ] as const;
    for (const [suffix, object] of webhooks) {
      if (object === undefined) continue;
      children.add(suffix, object, {
        dependsOn: ready.length > 0 ? ready : before,
        ignoreChanges: fieldsOwnedByIstiod(object.webhooks.length, settings.remote),
      });
    }

    return (deployment ?? told).metadata.namespace;
  }

  /**
   * The Kubernetes provider replaces a ConfigMap whose data changes, and with a fixed name it deletes the old one first:
   * for a moment istiod would fall back on Istio's defaults, for example on letting all traffic out. Whether an explicit
   * provider does so cannot be seen from here.
   */
  private warnOfReplacedConfiguration(): void {
    if (this.getProvider("kubernetes:core/v1:ConfigMap") !== undefined) return;
    if (new pulumi.Config("kubernetes").getBoolean("enableConfigMapMutable") === true) return;
    if (process.env["PULUMI_K8S_ENABLE_CONFIGMAP_MUTABLE"] === "true") return;
    warn(
      this,
      "changing the mesh configuration would delete its ConfigMap before it is made anew; " +
        "to have it updated in place, run: pulumi config set kubernetes:enableConfigMapMutable true",
    );
  }
}
