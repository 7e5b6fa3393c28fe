import { isWildcard } from "../model/hosts";
import type { Value } from "../reader";
import { checkLabels, checkPort } from "./checks";
import { checkDestinations } from "./destinations";
import { isFilled, textsOf } from "./fields";
import { checkGatewayNames } from "./gateway-names";
import { checkHttpRoute } from "./http-route";
import { isAddress, isAddressOrRange, isWildcardDomain } from "./names";
import type { AdmissionCheck, Problems } from "./problem";
import { checkExportTo } from "./shared";

export const checkVirtualService: AdmissionCheck = (problems, { spec, namespace }) => {
  const hosts = spec.get("hosts");
  const gateways = spec.get("gateways");
  const isDelegate = !hosts.isUnknown && hosts.items().length === 0;
  const isForMesh =
    !gateways.isUnknown &&
    (gateways.items().length === 0 || gateways.items().some((each) => each.raw === "mesh"));
  if (isDelegate) {
    for (const field of ["gateways", "tls", "tcp"])
      if (spec.get(field).items().length > 0)
        problems.refuse(
          spec.get(field).path,
          `a VirtualService without hosts is a delegate, and takes no ${field}`,
        );
  }
  if (["http", "tls", "tcp"].every((field) => !isFilled(spec.get(field))))
    problems.refuse("spec", "one of http, tls and tcp must be there");
  checkGatewayNames(problems, gateways);
  const isTls = spec
    .get("tls")
    .items()
    .some((route) =>
      route
        .get("match")
        .items()
        .some((match) => isFilled(match.get("sniHosts"))),
    );
  checkHosts(
    problems,
    hosts,
    isForMesh || gateways.isUnknown ? isWildcardDomain : hostAtGateway(isTls),
    isForMesh,
  );
  for (const route of spec.get("http").items())
    if (!route.isUnknown) checkHttpRoute(problems, route, { isDelegate, isForMesh });
  const isServerName = isForMesh || gateways.isUnknown ? isWildcardDomain : hostAtGateway(true);
  for (const route of spec.get("tls").items()) checkTls(problems, route, hosts, isServerName);
  for (const route of spec.get("tcp").items()) checkConnection(problems, route, "tcp");
  checkExportTo(problems, spec.get("exportTo"), namespace);
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

function checkHosts(problems: Problems, hosts: Value, isHost: HostTest, isForMesh: boolean): void {
  const before = problems.all.length;
  for (const [text, item] of textsOf(hosts)) {
    if (!isHost(text)) {
      if (!isAddress(text)) problems.refuse(item.path, `${JSON.stringify(text)} is no host`);
    } else if (text === "*" && isForMesh)
      problems.refuse(item.path, "the host * is for gateways, not for the mesh");
  }
  if (problems.all.length > before) return;
  const seen: string[] = [];
  for (const [text, item] of textsOf(hosts)) {
    const other = seen.find((each) => overlap(each, text));
    if (other !== undefined)
      problems.refuse(item.path, `the hosts ${JSON.stringify(other)} and ${JSON.stringify(text)} overlap`);
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

function checkTls(problems: Problems, route: Value, hosts: Value, isServerName: HostTest): void {
  if (route.isUnknown) return;
  const matches = route.get("match");
  if (!isFilled(matches)) problems.refuse(route.path, "a tls rule has a match");
  for (const match of matches.items()) {
    const names = match.get("sniHosts");
    if (!match.isUnknown && !isFilled(names))
      problems.refuse(match.path, "a match of a tls rule has sniHosts");
    for (const [text, item] of textsOf(names)) {
      if (isServerName(text)) {
        if (!hosts.isUnknown && ![...textsOf(hosts)].some(([host]) => isWithin(text, host)))
          problems.refuse(item.path, `${JSON.stringify(text)} is none of the VirtualService's hosts`);
      } else if (isAddress(text))
        problems.warn(item.path, `an address (${text}) is no server name that clients send`);
      else problems.refuse(item.path, `${JSON.stringify(text)} is no host`);
    }
  }
  checkConnection(problems, route, "tls");
}

function checkConnection(problems: Problems, route: Value, field: string): void {
  if (route.isUnknown) return;
  for (const match of route.get("match").items()) {
    for (const [text, item] of textsOf(match.get("destinationSubnets")))
      if (!isAddressOrRange(text)) problems.refuse(item.path, `${JSON.stringify(text)} is no address`);
    checkPort(problems, match.get("port"), false);
    checkLabels(problems, match.get("sourceLabels"));
    checkGatewayNames(problems, match.get("gateways"));
  }
  if (!isFilled(route.get("route"))) problems.refuse(route.path, `a ${field} rule has a route`);
  checkDestinations(problems, route.get("route"));
}
