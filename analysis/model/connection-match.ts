import ipaddr from "ipaddr.js";
import { UNKNOWN, type Unknown } from "../kubernetes-object";
import type { Value } from "../reader";
import { coveringHosts, hostCovers } from "./hosts";
import { equalsAgree, equalsCover, readEquals } from "./request-match";
import { readGateways } from "./virtual-service";

/** One alternative of a TLS or TCP rule: which connections it takes. */
export interface ConnectionMatch {
  readonly path: string;
  readonly gateways: ReadonlySet<string | Unknown>;
  /** Any of these server names; empty asks for none. */
  readonly sniHosts: readonly string[];
  /** Any of these address ranges; empty asks for none. */
  readonly subnets: readonly string[];
  readonly equals: ReadonlyMap<string, string | number | Unknown>;
  /** Something in it is not known before deployment. */
  readonly open: boolean;
}

export function readConnectionMatches(
  rule: Value,
  inherited: readonly (string | Unknown)[],
  namespace: string | Unknown,
): readonly ConnectionMatch[] {
  const list = rule.get("match");
  const nothing = { sniHosts: [], subnets: [], equals: new Map<string, string | number | Unknown>() };
  if (list.isUnknown) return [{ path: list.path, gateways: new Set(inherited), ...nothing, open: true }];
  const items = list.items();
  if (items.length === 0) return [{ path: rule.path, gateways: new Set(inherited), ...nothing, open: false }];
  return items.map((match) => {
    const gateways = match.has("gateways") ? readGateways(match.get("gateways"), namespace) : inherited;
    const sni = readList(match.get("sniHosts"));
    const subnets = readList(match.get("destinationSubnets"));
    const equals = new Map(readEquals(match));
    const source = match.get("sourceSubnet").text();
    if (source !== undefined) equals.set("sourceSubnet", source);
    const open =
      match.isUnknown || sni.open || subnets.open || [...equals.values(), ...gateways].includes(UNKNOWN);
    return {
      path: match.path,
      gateways: new Set(gateways),
      sniHosts: sni.texts.map((host) => host.toLowerCase()),
      subnets: subnets.texts,
      equals,
      open,
    };
  });
}

function readList(list: Value): { readonly texts: readonly string[]; readonly open: boolean } {
  const texts: string[] = [];
  let open = list.isUnknown;
  for (const item of list.items()) {
    const text = item.text();
    if (text === UNKNOWN) open = true;
    else if (text !== undefined) texts.push(text);
  }
  return { texts, open };
}

/** Every connection that `inner` takes is provably taken by `outer`, gateways aside. */
export function connectionCovers(outer: ConnectionMatch, inner: ConnectionMatch): boolean {
  if (outer.open) return false;
  return (
    everyIsCovered(outer.sniHosts, inner.sniHosts, inner.open, hostCovers) &&
    everyIsCovered(outer.subnets, inner.subnets, inner.open, subnetCovers) &&
    equalsCover(outer.equals, inner.equals)
  );
}

/** Some connection is provably taken by both, gateways aside. */
export function connectionsOverlap(a: ConnectionMatch, b: ConnectionMatch): boolean {
  if (a.open || b.open) return false;
  return (
    someMeet(a.sniHosts, b.sniHosts, hostCovers) &&
    someMeet(a.subnets, b.subnets, subnetCovers) &&
    equalsAgree(a.equals, b.equals)
  );
}

function everyIsCovered(
  outer: readonly string[],
  inner: readonly string[],
  open: boolean,
  covers: (outer: string, inner: string) => boolean,
): boolean {
  if (outer.length === 0) return true;
  return inner.length > 0 && !open && inner.every((each) => outer.some((wider) => covers(wider, each)));
}

function someMeet(
  a: readonly string[],
  b: readonly string[],
  covers: (outer: string, inner: string) => boolean,
): boolean {
  return (
    a.length === 0 ||
    b.length === 0 ||
    a.some((one) => b.some((other) => covers(one, other) || covers(other, one)))
  );
}

function subnetCovers(outer: string, inner: string): boolean {
  if (outer === inner) return true;
  try {
    const [network, bits] = parseSubnet(outer);
    const [address, length] = parseSubnet(inner);
    return network.kind() === address.kind() && bits <= length && address.match(network, bits);
  } catch {
    return false;
  }
}

function parseSubnet(subnet: string): readonly [ipaddr.IPv4 | ipaddr.IPv6, number] {
  if (subnet.includes("/")) return ipaddr.parseCIDR(subnet);
  const address = ipaddr.parse(subnet);
  return [address, address.kind() === "ipv4" ? 32 : 128];
}

/** The keys that a match is filed under, one for each server name, so that a narrower one finds it without a search. */
export function connectionFiledUnder(match: ConnectionMatch): readonly string[] {
  return match.sniHosts.length === 0 ? [portKey(match)] : match.sniHosts;
}

export function* connectionSoughtUnder(match: ConnectionMatch): Iterable<string> {
  yield "";
  if (portKey(match) !== "") yield portKey(match);
  const [sni] = match.sniHosts;
  if (sni !== undefined) yield* coveringHosts(sni);
}

function portKey(match: ConnectionMatch): string {
  const port = match.equals.get("port");
  return typeof port === "number" ? `port ${port}` : "";
}

/** For messages. */
export function describeConnection(match: ConnectionMatch): string {
  const parts = [
    ...(match.sniHosts.length === 0 ? [] : [`SNI ${match.sniHosts.join(", ")}`]),
    ...(match.subnets.length === 0 ? [] : [`subnet ${match.subnets.join(", ")}`]),
    ...[...match.equals].map(([field, value]) => `${field} ${String(value)}`),
  ];
  return parts.length === 0 ? "every connection" : parts.join(", ");
}
