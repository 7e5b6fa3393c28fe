import { isHttp, isTls, parseProtocol } from "../model/protocol";
import { isWildcard } from "../model/hosts";
import type { Value } from "../reader";
import { checkLabels, checkPort } from "./checks";
import { isBlank, isFilled, numberOf, textOf, textsOf } from "./fields";
import { isAddress, isAddressOrRange, isDomain, isLabel, isPartialWildcard, isWildcardDomain } from "./names";
import type { AdmissionCheck, Problems } from "./problem";
import { checkExportTo, checkSelector } from "./shared";
import { checkEndpoint, checkEndpointPorts } from "./workload-entry";

export const checkServiceEntry: AdmissionCheck = (problems, { spec, namespace, root }) => {
  const selector = spec.get("workloadSelector");
  checkSelector(problems, selector, "labels");
  if (selector.isPresent && isFilled(spec.get("endpoints")))
    problems.refuse("spec.endpoints", "workloadSelector and endpoints exclude each other");
  checkHosts(problems, spec);
  for (const [text, item] of textsOf(spec.get("addresses")))
    if (!isAddressOrRange(text)) problems.refuse(item.path, `${JSON.stringify(text)} is no address`);
  const labels = root.get("metadata").get("labels");
  checkPorts(problems, spec.get("ports"));
  checkAddresses(problems, spec, labels);
  if (!spec.get("resolution").isUnknown) checkResolution(problems, spec, labels);
  checkExportTo(problems, spec.get("exportTo"), namespace, true);
};

function checkHosts(problems: Problems, spec: Value): void {
  const hosts = spec.get("hosts");
  const resolution = spec.get("resolution");
  if (isBlank(hosts)) problems.refuse("spec.hosts", "a ServiceEntry has at least one host");
  for (const [text, item] of textsOf(hosts)) {
    if (text === "*" || !isWildcardDomain(text))
      problems.refuse(item.path, `${JSON.stringify(text)} is no host`);
    if (
      text !== "*" &&
      isPartialWildcard(text) &&
      !resolution.isUnknown &&
      textOf(resolution) !== "DYNAMIC_DNS"
    )
      problems.warn(item.path, `${JSON.stringify(text)}: a wildcard stands for whole parts of a name`);
  }
}

function checkPorts(problems: Problems, ports: Value): void {
  const names = new Set<string>();
  const numbers = new Set<number>();
  for (const port of ports.items()) {
    if (port.isUnknown) continue;
    const name = textOf(port.get("name"));
    const number = numberOf(port.get("number")) ?? 0;
    if (names.has(name)) problems.refuse(port.path, `another port has the name ${JSON.stringify(name)}`);
    if (numbers.has(number)) problems.refuse(port.path, `another port has number ${number}`);
    names.add(name);
    numbers.add(number);
    if (!port.get("name").isUnknown && !isLabel(name))
      problems.refuse(port.path, `${JSON.stringify(name)} is no name of a port`);
    checkPort(problems, port.get("number"));
    checkPort(problems, port.get("targetPort"), false);
    const protocol = textOf(port.get("protocol"));
    if (protocol !== "" && parseProtocol(protocol) === undefined)
      problems.refuse(port.get("protocol").path, `${JSON.stringify(protocol)} is no protocol`);
  }
}

/** The webhook does not know whether proxies answer DNS; it warns. */
function checkAddresses(problems: Problems, spec: Value, labels: Value): void {
  const resolution = spec.get("resolution");
  if (isFilled(spec.get("addresses")) || resolution.isUnknown) return;
  const own = textOf(labels.get("networking.istio.io/enable-autoallocate-ip"));
  const isGiven = !["", "NONE"].includes(textOf(resolution)) && own.toLowerCase() !== "false";
  if (isGiven) return;
  for (const port of spec.get("ports").items())
    if (
      !port.isUnknown &&
      !port.get("protocol").isUnknown &&
      ["", "TCP"].includes(textOf(port.get("protocol")))
    )
      problems.warn(port.path, "a TCP port needs addresses where none are given automatically");
}

function checkResolution(problems: Problems, spec: Value, labels: Value): void {
  const resolution = textOf(spec.get("resolution")) || "NONE";
  const endpoints = spec.get("endpoints");
  const hosts = [...textsOf(spec.get("hosts"))];
  if (resolution === "NONE") {
    if (isFilled(endpoints)) problems.refuse(endpoints.path, "resolution NONE takes no endpoints");
    if (spec.has("workloadSelector"))
      problems.warn(spec.get("workloadSelector").path, "resolution NONE chooses no workloads");
    return;
  }
  const names = new Set(
    spec
      .get("ports")
      .items()
      .map((port) => textOf(port.get("name"))),
  );
  if (resolution === "STATIC")
    for (const endpoint of endpoints.items())
      checkEndpoint(problems, endpoint, { ports: names, isStatic: true });
  else checkRanges(problems, spec, resolution);
  if (resolution === "DNS" || resolution === "DNS_ROUND_ROBIN") checkDns(problems, spec, resolution, names);
  if (resolution === "DYNAMIC_DNS") checkDynamicDns(problems, spec, labels);
  if (hosts.length < 2) return;
  for (const port of spec.get("ports").items()) {
    const protocol = textOf(port.get("protocol"));
    if (!port.isUnknown && !port.get("protocol").isUnknown && !isHttp(protocol) && !isTls(protocol)) {
      problems.refuse(port.path, "several hosts share a port with HTTP or TLS only, which name the host");
      return;
    }
  }
}

function checkRanges(problems: Problems, spec: Value, resolution: string): void {
  for (const [text, item] of textsOf(spec.get("addresses")))
    if (text.includes("/")) problems.refuse(item.path, `resolution ${resolution} takes no ranges`);
}

function checkDns(problems: Problems, spec: Value, resolution: string, ports: ReadonlySet<string>): void {
  const endpoints = spec.get("endpoints");
  const hosts = [...textsOf(spec.get("hosts"))];
  if (isBlank(endpoints)) {
    for (const [text, item] of hosts)
      if (!isDomain(text))
        problems.refuse(
          item.path,
          `resolution ${resolution} looks up ${JSON.stringify(text)}, which is no name; give endpoints, or another resolution`,
        );
  }
  if (resolution === "DNS_ROUND_ROBIN" && endpoints.items().length > 1)
    problems.refuse(endpoints.path, "resolution DNS_ROUND_ROBIN takes one endpoint");
  for (const endpoint of endpoints.items()) {
    if (endpoint.isUnknown) continue;
    const address = endpoint.get("address");
    if (!address.isUnknown && !isAddress(textOf(address)) && !isDomain(textOf(address)))
      problems.refuse(address.path, `${JSON.stringify(textOf(address))} is neither an address nor a name`);
    checkLabels(problems, endpoint.get("labels"));
    checkEndpointPorts(problems, endpoint.get("ports"), ports);
  }
  if (hosts.length < 2 || !isFilled(spec.get("addresses"))) return;
  const shared = spec
    .get("ports")
    .items()
    .find((port) => isCarriedByTcp(textOf(port.get("protocol"))));
  if (shared !== undefined)
    problems.warn(shared.path, "several hosts share addresses, and a TCP port does not tell them apart");
}

/** Protocols that istiod counts as TCP: all but HTTP, gRPC and UDP. */
function isCarriedByTcp(protocol: string): boolean {
  const known = parseProtocol(protocol);
  return known !== undefined && !isHttp(known) && known !== "udp";
}

/** The proxy looks up the name that is asked for, so it must be a wildcard, and the request must tell the name. */
function checkDynamicDns(problems: Problems, spec: Value, labels: Value): void {
  for (const [text, item] of textsOf(spec.get("hosts")))
    if (!isWildcard(text)) problems.refuse(item.path, "resolution DYNAMIC_DNS is for wildcards");
  for (const field of ["addresses", "endpoints"])
    if (isFilled(spec.get(field)))
      problems.refuse(spec.get(field).path, `resolution DYNAMIC_DNS takes no ${field}`);
  for (const port of spec.get("ports").items()) {
    const protocol = port.get("protocol");
    if (!port.isUnknown && !protocol.isUnknown && !/^(http|http2|grpc|tls)$/i.test(textOf(protocol)))
      problems.refuse(port.path, "resolution DYNAMIC_DNS serves HTTP, HTTP2, GRPC and TLS only");
  }
  const waypoint = textOf(labels.get("istio.io/use-waypoint"));
  const isInternal = textOf(spec.get("location")) === "MESH_INTERNAL";
  if (isInternal && waypoint !== "" && waypoint.toLowerCase() !== "none")
    problems.refuse("spec.location", "DYNAMIC_DNS behind a waypoint is for location MESH_EXTERNAL");
}
