import type { GatewayIntent } from "../../intent/intent";
import { show } from "../../intent/show";
import type { Compiled } from "../compiled";
import type { Context } from "../context";
import { serviceHost } from "../names";
import type { GatewayAddress, GatewayManifest, GatewaySpec } from "../types/gateway-api";
import type { ListenerPart } from "./listeners";
import { EDGE_CLASS, VERSION } from "./names";
import type { Refusals } from "./refusals";

/** The gateway that our own component runs by default, and what chooses its proxies. */
const USUAL_SERVICE = "istio-ingressgateway";
const USUAL_SELECTOR = JSON.stringify({ istio: "ingressgateway" });

/** By it istiod knows the kind of the Service that it makes for a Gateway. */
const SERVICE_TYPE = "networking.istio.io/service-type";

/**
 * A Gateway of class `istio`. With an address of type `Hostname` it is served by the Service of that name (istiod calls
 * it manual deployment); without, istiod runs proxies for it (automated deployment).
 */
export function compileGateway(
  context: Context,
  gateway: GatewayIntent,
  parts: readonly ListenerPart[],
  refusals: Refusals,
): Compiled<GatewayManifest> {
  const { managed } = gateway;
  const metadata = context.metadata(gateway.name, gateway.namespace);
  const { annotations = {}, labels = {}, serviceType } = managed ?? {};
  const infrastructure = {
    ...(Object.keys(annotations).length > 0 && { annotations }),
    ...(Object.keys(labels).length > 0 && { labels }),
  };
  const spec: GatewaySpec = {
    gatewayClassName: EDGE_CLASS,
    ...addresses(context, gateway, refusals),
    ...(Object.keys(infrastructure).length > 0 && { infrastructure }),
    // Sets are ours alone, and beside the Gateway.
    ...(parts.length > 1 && { allowedListeners: { namespaces: { from: "Same" } } }),
    listeners: parts[0]?.listeners ?? [],
  };
  return {
    source: { kind: "gateway", gateway: gateway.name },
    manifest: {
      apiVersion: VERSION,
      kind: "Gateway",
      metadata: {
        ...metadata,
        ...(serviceType !== undefined && { annotations: { [SERVICE_TYPE]: serviceType } }),
      },
      spec,
    },
  };
}

function addresses(
  context: Context,
  gateway: GatewayIntent,
  refusals: Refusals,
): { readonly addresses?: readonly GatewayAddress[] } {
  const { managed, service, namespace, selector, name } = gateway;
  if (managed !== undefined) {
    return managed.address === undefined
      ? {}
      : { addresses: [{ type: "IPAddress", value: managed.address }] };
  }
  if (service === undefined && JSON.stringify(selector) !== USUAL_SELECTOR) {
    refusals.report(
      "service",
      `gateways.${name}.service`,
      "the Gateway API finds proxies by their Service, and the selector does not say which that is",
      {
        got: show(selector),
        expected: "the name of a Service, or the labels of Istio's own gateway",
        fix: "name the Service in front of the gateway's proxies, or let istiod run them (managed: {})",
      },
    );
  }
  const host = serviceHost({ name: service ?? USUAL_SERVICE, namespace }, context.clusterDomain);
  return { addresses: [{ type: "Hostname", value: host }] };
}
