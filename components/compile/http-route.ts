import { formatDuration } from "../intent/duration";
import type {
  CorsPolicyIntent,
  DestinationIntent,
  FaultIntent,
  HeadersIntent,
  MirrorIntent,
  RetriesIntent,
  RouteActionIntent,
  RouteIntent,
  ShareIntent,
} from "../intent/intent";
import { type Context, portOf } from "./context";
import { type GatewayNames, httpMatches, textMatch } from "./http-match";
import { serviceHost } from "./names";
import type {
  VirtualServiceDestination,
  VirtualServiceHttp,
  VirtualServiceHttpRoute,
  VirtualServiceTcpRoute,
} from "./types";

/** @param port the port that requests were sent to, where the service opens several */
export function httpRoute(
  context: Context,
  route: RouteIntent,
  gateways: GatewayNames,
  port?: number,
): VirtualServiceHttp {
  const match = httpMatches(route.matches, gateways, port);
  const { name, timeout, retries, fault, mirrors, headers, rewrite, corsPolicy, action } = route;
  return {
    ...(name !== undefined && { name }),
    ...(match.length > 0 && { match }),
    ...(action === undefined ? { route: httpDestinations(context, route) } : actionOf(action)),
    ...(timeout !== undefined && { timeout: formatDuration(timeout) }),
    ...(retries && { retries: retryPolicy(retries) }),
    ...(fault && { fault: faultInjection(fault) }),
    ...(mirrors && copies(context, mirrors)),
    ...(headers && { headers }),
    ...(rewrite && { rewrite }),
    ...(corsPolicy && { corsPolicy: cors(corsPolicy) }),
  };
}

function actionOf(action: RouteActionIntent): VirtualServiceHttp {
  switch (action.kind) {
    case "redirect": {
      const { kind: _, ...redirect } = action;
      return { redirect };
    }
    case "direct-response": {
      const { kind: _, ...directResponse } = action;
      return { directResponse };
    }
    case "delegate": {
      const { kind: _, ...delegate } = action;
      return { delegate };
    }
  }
}

function httpDestinations(context: Context, route: RouteIntent): readonly VirtualServiceHttpRoute[] {
  return route.to.map((share) => ({
    destination: destination(context, share.to),
    ...shareHeaders(context, share, route),
    ...weight(share, route.to),
  }));
}

/** Where connections go. */
export function routeDestinations(
  context: Context,
  to: readonly ShareIntent[],
): readonly VirtualServiceTcpRoute[] {
  return to.map((share) => ({ destination: destination(context, share.to), ...weight(share, to) }));
}

function retryPolicy({
  perTryTimeout,
  retryOn,
  ...rest
}: RetriesIntent): NonNullable<VirtualServiceHttp["retries"]> {
  return {
    ...rest,
    ...(perTryTimeout !== undefined && { perTryTimeout: formatDuration(perTryTimeout) }),
    ...(retryOn.length > 0 && { retryOn: retryOn.join(",") }),
  };
}

function faultInjection({ delay, abort }: FaultIntent): NonNullable<VirtualServiceHttp["fault"]> {
  // Istio puts a fault into no request at all where no percentage is said.
  const withPercentage = <T extends { readonly percentage?: number }>({ percentage = 100, ...rest }: T) => ({
    ...rest,
    percentage: { value: percentage },
  });
  return {
    ...(delay && { delay: withPercentage(delay) }),
    ...(abort && { abort: withPercentage(abort) }),
  };
}

/** One copy is written in the field that every release of Istio knows, several in the one that takes several. */
function copies(context: Context, mirrors: readonly MirrorIntent[]): VirtualServiceHttp {
  const written = mirrors.map(({ to, percentage = 100 }) => ({
    destination: destination(context, to),
    percentage: { value: percentage },
  }));
  const [only, ...others] = written;
  if (only === undefined || others.length > 0) return { mirrors: written };
  return { mirror: only.destination, mirrorPercentage: only.percentage };
}

function cors({ allowOrigins, ...rest }: CorsPolicyIntent): NonNullable<VirtualServiceHttp["corsPolicy"]> {
  return { allowOrigins: allowOrigins.map(textMatch), ...rest };
}

/** The port is always said: where a service opens several, Istio knows no default. */
function destination(context: Context, to: DestinationIntent): VirtualServiceDestination {
  if (to.kind === "external") {
    const external = context.external(to.external);
    return { host: external.host, port: { number: portOf(external, to.port).number } };
  }
  const service = context.service(to.service);
  return {
    host: serviceHost(service, context.clusterDomain),
    ...(to.subset !== undefined && { subset: to.subset }),
    port: { number: portOf(service, to.port).number },
  };
}

/**
 * What is done to the headers of a share's requests. A host outside answers for its own name alone, not for the one
 * that the caller used; where the route or the share gives the request a name itself, that one stays.
 */
export function shareHeaders(
  context: Context,
  { to, headers }: ShareIntent,
  route: Pick<RouteIntent, "headers" | "rewrite">,
): { readonly headers?: HeadersIntent } {
  const named = route.rewrite?.authority !== undefined || [route.headers, headers].some(setsHost);
  if (to.kind !== "external" || named) return headers === undefined ? {} : { headers };
  const set = { ...headers?.request?.set, Host: context.external(to.external).host };
  return { headers: { ...headers, request: { ...headers?.request, set } } };
}

function setsHost(headers: HeadersIntent | undefined): boolean {
  const { set, add } = headers?.request ?? {};
  return Object.keys({ ...set, ...add }).some((name) => name.toLowerCase() === "host");
}

/** A lone destination takes everything; saying so would invite an edit to less. */
function weight({ weight: percent }: ShareIntent, all: readonly ShareIntent[]): { weight?: number } {
  return all.length > 1 ? { weight: percent } : {};
}
