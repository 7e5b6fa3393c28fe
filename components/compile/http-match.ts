import type { MatchIntent, TextMatch, ValueMatchIntent } from "../intent/intent";
import type {
  VirtualServiceHttpMatch,
  VirtualServiceStringMatch,
  VirtualServiceTcpMatch,
  VirtualServiceTlsMatch,
} from "./types";

/**
 * The alternatives of a route as Istio's, which knows one method at a time.
 *
 * @param port the port that requests were sent to, where the service opens several
 */
export function httpMatches(
  matches: readonly MatchIntent[],
  gateways: GatewayNames,
  port?: number,
): readonly VirtualServiceHttpMatch[] {
  if (matches.length === 0) return port === undefined ? [] : [{ port }];
  return matches.flatMap((match): readonly VirtualServiceHttpMatch[] => {
    const methods = match.methods.length === 0 ? [undefined] : match.methods;
    return methods.map((method) => ({
      ...(match.path && { uri: textMatch(match.path) }),
      ...(match.path?.ignoreCase && { ignoreUriCase: true }),
      ...(method !== undefined && { method: { exact: method } }),
      ...(match.methodPattern && { method: textMatch(match.methodPattern) }),
      ...byName(
        "headers",
        match.headers.filter((each) => each.match !== "absent"),
      ),
      ...byName("withoutHeaders", [
        ...match.headers.filter((each) => each.match === "absent"),
        ...(match.withoutHeaders ?? []),
      ]),
      ...byName("queryParams", match.query),
      ...(match.authority && { authority: textMatch(match.authority) }),
      ...(match.scheme && { scheme: textMatch(match.scheme) }),
      ...commonMatch(match, gateways, port),
      ...(match.name !== undefined && { name: match.name }),
      ...(match.statPrefix !== undefined && { statPrefix: match.statPrefix }),
    }));
  });
}

/** How a gateway is referred to, by its name in the mesh. */
export type GatewayNames = (name: string) => string;

/** What can be said of requests and connections alike. */
function commonMatch(
  { source, gateways, port: asked }: MatchIntent,
  names: GatewayNames,
  port: number | undefined,
): Pick<VirtualServiceHttpMatch, "gateways" | "port" | "sourceLabels" | "sourceNamespace"> {
  const number = asked ?? port;
  return {
    ...(gateways && { gateways: gateways.map(names) }),
    ...(number !== undefined && { port: number }),
    ...(source?.labels && { sourceLabels: source.labels }),
    ...(source?.namespace !== undefined && { sourceNamespace: source.namespace }),
  };
}

/** The alternatives of a route for connections. */
export function tcpMatches(
  matches: readonly MatchIntent[],
  gateways: GatewayNames,
  port?: number,
): readonly VirtualServiceTcpMatch[] {
  if (matches.length === 0) return port === undefined ? [] : [{ port }];
  return matches.map((match) => ({
    ...(match.destinationSubnets && { destinationSubnets: match.destinationSubnets }),
    ...(match.sourceSubnet !== undefined && { sourceSubnet: match.sourceSubnet }),
    ...commonMatch(match, gateways, port),
  }));
}

/**
 * The alternatives of a route for TLS connections. Istio wants server names in each.
 *
 * @param hosts what the connection may ask for where a route does not say
 */
export function tlsMatches(
  matches: readonly MatchIntent[],
  gateways: GatewayNames,
  hosts: readonly string[],
  port?: number,
): readonly VirtualServiceTlsMatch[] {
  const all: readonly MatchIntent[] =
    matches.length === 0 ? [{ methods: [], headers: [], query: [] }] : matches;
  return all.map((match) => ({
    sniHosts: match.sniHosts ?? hosts,
    ...(match.destinationSubnets && { destinationSubnets: match.destinationSubnets }),
    ...commonMatch(match, gateways, port),
  }));
}

function byName(field: string, values: readonly ValueMatchIntent[]): VirtualServiceHttpMatch {
  if (values.length === 0) return {};
  return { [field]: Object.fromEntries(values.map((each) => [each.name, valueMatch(each)])) };
}

/** An empty match asks for presence alone; under `withoutHeaders`, for absence. */
function valueMatch(value: ValueMatchIntent): VirtualServiceStringMatch {
  return value.match === "present" || value.match === "absent" ? {} : textMatch(value);
}

/** A comparison as Istio writes it. */
export function textMatch({ match, value }: TextMatch): VirtualServiceStringMatch {
  switch (match) {
    case "exact":
      return { exact: value };
    case "prefix":
      return { prefix: value };
    case "regex":
      return { regex: value };
  }
}
