import * as pulumi from "@pulumi/pulumi";

import { Children, componentOptions, componentToken, refuse, type MeshComponentOptions } from "../component";
import { InstallSource } from "../charts/args";
import { hookProblems } from "../charts/install";
import { Gateway as MeshGateway, VirtualService } from "../../resources/generated";
import { type GatewayArgs, GatewayDirection } from "./args";
import { controlPlaneGateway, controlPlaneRoutes, crossNetworkGateway } from "./east-west";
import { addressOf, gatewayFromChart, type RunningGateway } from "./from-chart";
import { gatewayObjects } from "./objects";
import { gatewayProblems, gatewaySettings, type GatewaySettings } from "./settings";
import { GATEWAY_SHAPE } from "./shape";

/**
 * Runs a gateway at the edge of the mesh, with its Service, its account and its permission to read certificates.
 *
 * The control plane must be ready before it, because its injector completes the pods: without that dependency they
 * would be created with the image `auto`, which does not exist.
 *
 * @throws MeshError with every problem of the arguments, before anything is registered
 * @example
 * new Gateway("edge", { autoscale: { min: 2, max: 10 } }, { dependsOn: [controlPlane] });
 * @see https://istio.io/latest/docs/setup/additional-setup/gateway/
 */
export class Gateway extends pulumi.ComponentResource {
  /** Name of the Service and the Deployment. */
  readonly gatewayName: pulumi.Output<string>;
  readonly namespace: pulumi.Output<string>;
  /** Labels by which Gateway objects choose this gateway. */
  readonly selector: pulumi.Output<Record<string, string>>;
  /** Address of the load balancer, an IP or a host name; empty where there is none. */
  readonly address: pulumi.Output<string>;

  constructor(name: string, args: GatewayArgs = {}, opts?: MeshComponentOptions) {
    refuse("Gateway", name, args, opts, GATEWAY_SHAPE, () => [
      ...gatewayProblems(args),
      ...hookProblems(args, opts),
    ]);
    const settings = gatewaySettings(args);
    super(componentToken("Gateway"), name, { ...args }, componentOptions(opts));

    const children = new Children(this, name, opts);
    const { gatewayName, namespace, address, ready } =
      args.source === InstallSource.Helm
        ? gatewayFromChart(children, settings, args, opts)
        : registerGateway(children, settings);
    registerRoutesBetweenClusters(children, settings, ready);

    this.gatewayName = gatewayName;
    this.namespace = namespace;
    this.selector = pulumi.output({ ...settings.selector });
    this.address = address;
    this.registerOutputs({
      gatewayName: this.gatewayName,
      namespace: this.namespace,
      selector: this.selector,
      address: this.address,
    });
  }
}

/** Registers our own objects. */
function registerGateway(children: Children, settings: GatewaySettings): RunningGateway {
  const objects = gatewayObjects(settings);
  const account = children.add("service-account", objects.serviceAccount);
  const role = children.add("role", objects.role);
  const roleBinding = children.add("role-binding", objects.roleBinding, { dependsOn: [account, role] });
  const deployment = children.add("deployment", objects.deployment, { dependsOn: [account, roleBinding] });
  // Beside the Deployment, not before it: a Service counts as ready only when pods answer behind it.
  const service = children.add("service", objects.service);
  if (objects.horizontalPodAutoscaler !== undefined) {
    children.add("horizontal-pod-autoscaler", objects.horizontalPodAutoscaler, { dependsOn: [deployment] });
  }
  if (objects.podDisruptionBudget !== undefined) {
    children.add("pod-disruption-budget", objects.podDisruptionBudget, { dependsOn: [deployment] });
  }
  if (objects.networkPolicy !== undefined) children.add("network-policy", objects.networkPolicy);

  return {
    gatewayName: service.metadata.name,
    namespace: service.metadata.namespace,
    address: service.status.apply(addressOf),
    ready: [deployment, service],
  };
}

/** Opens an eastwest gateway for the services of the mesh, and for its control plane where that is asked for. */
function registerRoutesBetweenClusters(
  children: Children,
  settings: GatewaySettings,
  dependsOn: pulumi.Resource[],
): void {
  const { direction, given } = settings;
  if (direction !== GatewayDirection.EastWest) return;
  if (given.network !== undefined) {
    new MeshGateway(
      children.name("cross-network"),
      crossNetworkGateway(settings),
      children.options({ dependsOn }),
    );
  }
  if (given.exposeControlPlane === true) {
    const gateway = new MeshGateway(
      children.name("control-plane-gateway"),
      controlPlaneGateway(settings),
      children.options({ dependsOn }),
    );
    new VirtualService(
      children.name("control-plane-routes"),
      controlPlaneRoutes(settings),
      children.options({ dependsOn: [gateway] }),
    );
  }
}
