import { Service } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";

import { GATEWAY_TABLE } from "../charts/gateway";
import { chartLocation, installChart } from "../charts/install";
import { chartValues } from "../charts/table";
import type { Children, MeshComponentOptions } from "../component";
import { DEFAULT_ISTIO_VERSION } from "../versions";
import type { GatewayArgs } from "./args";
import { gatewayObjects } from "./objects";
import type { GatewaySettings } from "./settings";

/** What is known of a gateway once it runs. */
export interface RunningGateway {
  readonly gatewayName: pulumi.Output<string>;
  readonly namespace: pulumi.Output<string>;
  readonly address: pulumi.Output<string>;
  /** What answers once it is there. */
  readonly ready: pulumi.Resource[];
}

/** Address of a load balancer in the status of a Service; empty where there is none. */
export function addressOf(
  status: { loadBalancer?: { ingress?: { ip?: string; hostname?: string }[] } } | undefined,
): string {
  const entry = status?.loadBalancer?.ingress?.[0];
  return entry?.ip ?? entry?.hostname ?? "";
}

/** The part of a Deployment that its chart would make otherwise. */
interface Pods {
  readonly strategy: unknown;
  readonly template: {
    readonly spec: {
      readonly securityContext: unknown;
      readonly volumes: unknown;
      readonly containers: readonly [{ readonly securityContext: unknown; readonly volumeMounts: unknown }];
    };
  };
}

/**
 * The values of the chart `gateway`. How pods run (without privileges, as Pod Security `restricted` asks) and the files
 * in them are taken from our own Deployment, so that both are the same.
 */
export function gatewayChartValues(settings: GatewaySettings, args: GatewayArgs): Record<string, unknown> {
  const { strategy, template } = gatewayObjects(settings).deployment.spec as unknown as Pods;
  const [proxy] = template.spec.containers;
  return chartValues("gateway", GATEWAY_TABLE, settings, args, {
    strategy,
    securityContext: template.spec.securityContext,
    containerSecurityContext: proxy.securityContext,
    ...(template.spec.volumes === undefined ? {} : { volumes: template.spec.volumes }),
    ...(proxy.volumeMounts === undefined ? {} : { volumeMounts: proxy.volumeMounts }),
  });
}

/** Installs the chart of a gateway. */
export function gatewayFromChart(
  children: Children,
  settings: GatewaySettings,
  args: GatewayArgs,
  opts: MeshComponentOptions | undefined,
): RunningGateway {
  const { name, namespace } = settings;
  const values = gatewayChartValues(settings, args);
  const chart = installChart(
    children,
    { chart: "gateway", release: name, namespace, values },
    chartLocation("gateway", args.chart, args.istioVersion ?? DEFAULT_ISTIO_VERSION),
    opts,
  );
  const { networkPolicy } = gatewayObjects(settings);
  if (networkPolicy !== undefined) children.add("network-policy", networkPolicy);
  const { resources } = chart;
  return {
    gatewayName: resources.apply(() => name),
    namespace: resources.apply(() => namespace),
    // Whoever expands no charts, such as an offline engine, has no objects to show.
    address: resources.apply((objects: readonly unknown[] | undefined) => {
      const service = objects?.find((object) => Service.isInstance(object));
      return service === undefined ? pulumi.output("") : service.status.apply(addressOf);
    }),
    ready: [chart],
  };
}
