import { isWildcard } from "../model/hosts";
import type { Value } from "../reader";
import { checkLabels, checkPort } from "./checks";
import { checkDestinations } from "./destinations";
import { isFilled, textsOf } from "./fields";
import { checkGatewayNames } from "./gateway-names";
import { checkHttpRoute } from "./http-route";
import { isAddress, isAddressOrRange, isWildcardDomain } from "./names";
import { refuse, warn, type AdmissionCheck, type AdmissionProblem } from "./problem";
import { checkExportTo } from "./shared";

export const checkVirtualService: AdmissionCheck = function* ({ spec, namespace }) {
  const hosts = spec.get("hosts");
  const gateways = spec.get("gateways");
  const isDelegate = !hosts.isUnknown && hosts.items().length === 0;
  const isForMesh =
    !gateways.isUnknown &&
    (gateways.items().length === 0 || gateways.items().some((each) => each.raw === "mesh"));
  if (isDelegate) {
    for (const field of ["gateways", "tls", "tcp"])
      if (spec.get(field).items().length > 0)
        yield refuse(
          spec.get(field).path,
          `a VirtualService without hosts is a delegate, and takes no ${field}`,
        );
  }
  if (["http", "tls", "tcp"].every((field) => !isFilled(spec.get(field))))
    yield refuse("spec", "one of http, tls and tcp must be there");
  yield* checkGatewayNames(gateways);
  const isTls = spec
    .get("tls")
    .items()
    .some((route) =>
      route
        .get("match")
        .items()
        .some((match) => isFilled(match.get("sniHosts"))),
    );
  yield* checkHosts(
    hosts,
    isForMesh || gateways.isUnknown ? isWildcardDomain : hostAtGateway(isTls),
    isForMesh,
  );
  for (const route of spec.get("http").items())
    if (!route.isUnknown) yield* checkHttpRoute(route, { isDelegate, isForMesh });
  const isServerName = isForMesh || gateways.isUnknown ? isWildcardDomain : hostAtGateway(true);
  for (const route of spec.get("tls").items()) yield* checkTls(route, hosts, isServerName);
  for (const route of spec.get("tcp").items()) yield* checkConnection(route, "tcp");
  yield* checkExportTo(spec.get("exportTo"), namespace);
};

type HostTest = (host: string) => boolean;

/** Gateways between clusters are asked for `outbound_.80_._.reviews.bookinfo.svc.cluster.local`. */
function hostAtGateway(isTls: boolean): HostTest {
  return (host) => {
    if (!isTls || !host.startsWith("outbound_")) return isWildcardDomain(host);
    const [, port = "", , name = "", ...more] = host.split("_");
    return host.length <= 255 && more.length >= 0 && /\d/.test(port) && /[a-z]/i.test(name);
  };
}

function* checkHosts(hosts: Value, isHost: HostTest, isForMesh: boolean): Iterable<AdmissionProblem> {
  const problems: AdmissionProblem[] = [];
  for (const [text, item] of textsOf(hosts)) {
    if (!isHost(text)) {
      if (!isAddress(text)) problems.push(refuse(item.path, `${JSON.stringify(text)} is no host`));
    } else if (text === "*" && isForMesh)
      problems.push(refuse(item.path, "the host * is for gateways, not for the mesh"));
  }
  yield* problems;
  if (problems.length > 0) return;
  const seen: string[] = [];
  for (const [text, item] of textsOf(hosts)) {
    const other = seen.find((each) => overlap(each, text));
    if (other !== undefined)
      yield refuse(item.path, `the hosts ${JSON.stringify(other)} and ${JSON.stringify(text)} overlap`);
    seen.push(text);
  }
}

function overlap(one: string, other: string): boolean {
  const [shorter, longer] = one.length < other.length ? [one, other] : [other, one];
  if (isWildcard(one) && isWildcard(other)) return longer.slice(1).endsWith(shorter.slice(1));
  if (isWildcard(one)) return other.endsWith(one.slice(1));
  return isWildcard(other) ? one.endsWith(other.slice(1)) : one === other;
}

/** Whoever asks for the name asks for the host. */
function isWithin(name: string, host: string): boolean {
  if (!isWildcard(host)) return name === host;
  if (isWildcard(name)) return name.length >= host.length && name.slice(1).endsWith(host.slice(1));
  return name.endsWith(host.slice(1));
}

function* checkTls(route: Value, hosts: Value, isServerName: HostTest): Iterable<AdmissionProblem> {
  if (route.isUnknown) return;
  const matches = route.get("match");
  if (!isFilled(matches)) yield refuse(route.path, "a tls rule has a match");
  for (const match of matches.items()) {
    const names = match.get("sniHosts");
    if (!match.isUnknown && !isFilled(names)) yield refuse(match.path, "a match of a tls rule has sniHosts");
    for (const [text, item] of textsOf(names)) {
      if (isServerName(text)) {
        if (!hosts.isUnknown && ![...textsOf(hosts)].some(([host]) => isWithin(text, host)))
          yield refuse(item.path, `${JSON.stringify(text)} is none of the VirtualService's hosts`);
      } else if (isAddress(text))
        yield warn(item.path, `an address (${text}) is no server name that clients send`);
      else yield refuse(item.path, `${JSON.stringify(text)} is no host`);
    }
  }
  yield* checkConnection(route, "tls");
}

function* checkConnection(route: Value, field: string): Iterable<AdmissionProblem> {
  if (route.isUnknown) return;
  for (const match of route.get("match").items()) {
    for (const [text, item] of textsOf(match.get("destinationSubnets")))
      if (!isAddressOrRange(text)) yield refuse(item.path, `${JSON.stringify(text)} is no address`);
    yield* checkPort(match.get("port"), false);
    yield* checkLabels(match.get("sourceLabels"));
    yield* checkGatewayNames(match.get("gateways"));
  }
  if (!isFilled(route.get("route"))) yield refuse(route.path, `a ${field} rule has a route`);
  yield* checkDestinations(route.get("route"));
}
