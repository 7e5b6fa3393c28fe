import type { RouteActionIntent } from "../../intent/intent";
import type { HTTPRouteRuleFilter } from "../types/gateway-api";
import type { PathModifier } from "./path-change";
import { preciseHostname } from "./hostname";
import type { Refusals } from "./refusals";
import type { RouteSet } from "./route-set";

type Redirect = Extract<RouteActionIntent, { kind: "redirect" }>;

type StatusCode = NonNullable<NonNullable<HTTPRouteRuleFilter["requestRedirect"]>["statusCode"]>;

const STANDARD_PORT = { http: 80, https: 443 } as const;

/**
 * An answer that sends the caller elsewhere. The status is always said: without it the Gateway API takes 302, Istio 301.
 *
 * @param path what becomes of the path
 */
export function redirectFilter(
  {
    kind: _,
    uri: __,
    prefixRewrite: ___,
    authority,
    scheme,
    port,
    derivePort,
    redirectCode,
    ...rest
  }: Redirect,
  path: PathModifier | undefined,
  listener: RouteSet["listener"],
  place: string,
  refusals: Refusals,
): HTTPRouteRuleFilter {
  refusals.unknown(place, rest);
  return {
    type: "RequestRedirect",
    requestRedirect: {
      ...(scheme !== undefined && { scheme }),
      ...preciseHostname(authority, `${place}.authority`, refusals),
      ...(path && { path }),
      ...redirectPort({ authority, port, derivePort, scheme }, listener),
      statusCode: (redirectCode ?? 301) as StatusCode,
    },
  };
}

/**
 * Without a port, istiod takes that of the scheme where a scheme is said, and that of the request where none is; for
 * Istio's own redirects it leaves the host as it is. Where the two differ, the port is spelled out.
 */
function redirectPort(
  {
    authority,
    port,
    derivePort,
    scheme,
  }: { [K in "authority" | "port" | "derivePort" | "scheme"]: Redirect[K] | undefined },
  listener: RouteSet["listener"],
): { readonly port?: number } {
  if (port !== undefined) return { port };
  if (derivePort === "FROM_REQUEST_PORT") return scheme === undefined ? {} : { port: listener.port };
  const standard = STANDARD_PORT[listener.scheme];
  // A host that the caller sent has the port of the request in it already.
  const same = scheme !== undefined || authority === undefined || standard === listener.port;
  return same ? {} : { port: standard };
}
