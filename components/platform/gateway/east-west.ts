import type { GatewayManifest } from "../../compile/types/gateway";
import type { VirtualServiceManifest } from "../../compile/types/virtual-service";
import { controlPlaneNames } from "../control-plane/names";
import { CROSS_NETWORK_PORT, type GatewaySettings } from "./settings";

const ISTIO = "networking.istio.io/v1";

/** Ports at which the control plane is reached from outside, and those of its Service behind them. */
const CONTROL_PLANE_PORTS = [
  { name: "tls-istiod", number: 15_012, servicePort: 15_012 },
  { name: "tls-istiodwebhook", number: 15_017, servicePort: 443 },
] as const;

/** What Gateway objects choose this gateway by. */
function chosen({ selector }: GatewaySettings): Record<string, string> {
  return { istio: selector["istio"] ?? "" };
}

/**
 * What leads services of the mesh through an eastwest gateway: a connection says by its name (SNI) which service it is
 * for, and stays encrypted from workload to workload.
 */
export function crossNetworkGateway(settings: GatewaySettings): GatewayManifest {
  return {
    apiVersion: ISTIO,
    kind: "Gateway",
    metadata: { name: `${settings.name}-cross-network`, namespace: settings.namespace },
    spec: {
      selector: chosen(settings),
      servers: [
        {
          port: { name: "tls", number: CROSS_NETWORK_PORT, protocol: "TLS" },
          tls: { mode: "AUTO_PASSTHROUGH" },
          hosts: settings.given.crossNetworkHosts ?? ["*.local"],
        },
      ],
    },
  };
}

/** What leads clients of the control plane, from outside of the cluster, through an eastwest gateway. */
export function controlPlaneGateway(settings: GatewaySettings): GatewayManifest {
  return {
    apiVersion: ISTIO,
    kind: "Gateway",
    metadata: { name: `${settings.name}-istiod`, namespace: settings.namespace },
    spec: {
      selector: chosen(settings),
      servers: CONTROL_PLANE_PORTS.map(({ name, number }) => ({
        port: { name, number, protocol: "TLS" },
        // The control plane shows its own certificate, and asks for the client's.
        tls: { mode: "PASSTHROUGH" },
        hosts: ["*"],
      })),
    },
  };
}

/** The routes behind {@link controlPlaneGateway}. */
export function controlPlaneRoutes(settings: GatewaySettings): VirtualServiceManifest {
  const { name, namespace, rev } = settings;
  const domain = settings.given.clusterDomain ?? "cluster.local";
  const { istiod } = controlPlaneNames({ namespace, revision: rev === "default" ? "" : rev });
  return {
    apiVersion: ISTIO,
    kind: "VirtualService",
    metadata: { name: `${name}-istiod`, namespace },
    spec: {
      hosts: ["*"],
      gateways: [`${name}-istiod`],
      tls: CONTROL_PLANE_PORTS.map(({ number, servicePort }) => ({
        match: [{ port: number, sniHosts: ["*"] }],
        route: [
          { destination: { host: `${istiod}.${namespace}.svc.${domain}`, port: { number: servicePort } } },
        ],
      })),
    },
  };
}
