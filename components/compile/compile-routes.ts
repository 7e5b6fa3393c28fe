import type { GatewayIntent } from "../intent/intent";
import type { Compiled } from "./compiled";
import type { Context } from "./context";
import { compileDestinationRules } from "./destination-rule";
import { compileGateways } from "./gateway";
import { compileGatewayApi } from "./gateway-api/compile-gateway-api";
import type { Refusals } from "./gateway-api/refusals";
import { compileVirtualServices } from "./virtual-service";

/**
 * Routes and gateways, each in the API that it is written for: the mesh's routes as the installation says, a gateway and
 * what it exposes as the gateway says, or the installation where it says nothing.
 *
 * @param refusals receives what the Gateway API cannot say
 */
export function compileRoutes(context: Context, refusals: Refusals): readonly Compiled[] {
  const rules = compileDestinationRules(context);
  const apiOf = ({ api }: GatewayIntent): Context["api"] => api ?? context.api;
  const { gateways } = context.intent;
  const ofIstio: Context = {
    ...context,
    intent: { ...context.intent, gateways: gateways.filter((each) => apiOf(each) === "istio") },
    routes: {
      ...context.routes,
      services: context.api === "istio" ? context.routes.services : [],
      externals: context.api === "istio" ? context.routes.externals : [],
    },
  };
  const ofGatewayApi = {
    routes: context.api === "gateway-api" ? context.routes.services : [],
    externals: context.api === "gateway-api" ? context.routes.externals : [],
    gateways: gateways.filter((each) => apiOf(each) === "gateway-api"),
  };
  for (const { name, managed } of ofIstio.intent.gateways) {
    if (managed === undefined) continue;
    refusals.problems.push({
      id: "compile/managed-gateway",
      path: `gateways.${name}.managed`,
      message: "is a word of the Gateway API: istiod runs no proxies for a Gateway of its own",
      got: 'managed beside api: "istio"',
      expected: 'managed beside api: "gateway-api"',
      fix: 'set api: "gateway-api", or remove managed',
    });
  }
  refuseMixing(context, apiOf, refusals);
  const asIstio = [...compileVirtualServices(ofIstio), ...compileGateways(ofIstio)];
  const none = ofGatewayApi.routes.length === 0 && ofGatewayApi.gateways.length === 0;
  return none && context.api === "istio"
    ? [...rules, ...asIstio]
    : [...compileGatewayApi(context, ofGatewayApi, rules, refusals), ...asIstio];
}

/** Gateways that share an exposure share one VirtualService: all of them are Istio's own, or each has a route of its own. */
function refuseMixing(
  context: Context,
  apiOf: (gateway: GatewayIntent) => Context["api"],
  refusals: Refusals,
): void {
  const byName = new Map(context.intent.gateways.map((gateway) => [gateway.name, gateway]));
  for (const gateway of byName.values()) {
    for (const { host, sharedWith } of gateway.exposures) {
      const owner = sharedWith === undefined ? undefined : byName.get(sharedWith);
      if (owner === undefined || apiOf(owner) === apiOf(gateway)) continue;
      refusals.problems.push({
        id: "compile/mixed-exposure",
        path: `gateways.${gateway.name}.expose[${JSON.stringify(host)}]`,
        message: `is shared with gateway ${owner.name}, which is written for another API`,
        got: `${JSON.stringify(gateway.name)} for ${apiOf(gateway)}, ${JSON.stringify(owner.name)} for ${apiOf(owner)}`,
        expected: "one API for all gateways that share a host",
        fix: "give both gateways one api, or expose the host at each by itself",
      });
    }
  }
}
