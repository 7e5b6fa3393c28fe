import { isHttp, isTls, parseProtocol } from "../model/protocol";
import type { Value } from "../reader";
import {
  isAddress,
  isAddressOrRange,
  isDomain,
  isLabel,
  isPort,
  isWildcardDomain,
  numberOf,
  textOf,
  textsOf,
} from "./names";
import { refuse, warn, type AdmissionCheck, type AdmissionProblem } from "./problem";
import { checkExportTo, checkSelector } from "./shared";

export const checkServiceEntry: AdmissionCheck = function* ({ spec, namespace, root }) {
  yield* checkSelector(spec.get("workloadSelector"), "labels");
  if (spec.get("workloadSelector").isPresent && spec.get("endpoints").isPresent)
    yield refuse("spec.endpoints", "workloadSelector and endpoints exclude each other");
  const hosts = spec.get("hosts");
  if (!hosts.isUnknown && hosts.items().length === 0)
    yield refuse("spec.hosts", "a ServiceEntry has at least one host");
  for (const [text, item] of textsOf(hosts))
    if (text === "*" || !isWildcardDomain(text))
      yield refuse(item.path, `${JSON.stringify(text)} is no host`);
  for (const [text, item] of textsOf(spec.get("addresses")))
    if (!isAddressOrRange(text)) yield refuse(item.path, `${JSON.stringify(text)} is no address`);
  yield* checkPorts(spec);
  yield* checkAddresses(spec, root);
  if (!spec.get("resolution").isUnknown)
    yield* checkResolution(spec, textOf(spec.get("resolution")) || "NONE");
  yield* checkExportTo(spec.get("exportTo"), String(namespace));
};

function* checkPorts(spec: Value): Iterable<AdmissionProblem> {
  const names = new Set<string>();
  const numbers = new Set<number>();
  for (const port of spec.get("ports").items()) {
    if (port.isUnknown) continue;
    const name = textOf(port.get("name"));
    const number = numberOf(port.get("number")) ?? 0;
    if (names.has(name)) yield refuse(port.path, `another port has the name ${JSON.stringify(name)}`);
    if (numbers.has(number)) yield refuse(port.path, `another port has number ${number}`);
    names.add(name);
    numbers.add(number);
    if (!port.get("name").isUnknown && !isLabel(name))
      yield refuse(port.path, `${JSON.stringify(name)} is no name of a port`);
    if (!port.get("number").isUnknown && !isPort(number))
      yield refuse(port.path, `${number} is no port number`);
    const protocol = textOf(port.get("protocol"));
    if (protocol !== "" && parseProtocol(protocol) === undefined)
      yield refuse(port.get("protocol").path, `${JSON.stringify(protocol)} is no protocol`);
  }
}

/** The webhook does not know whether proxies answer DNS; it warns. */
function* checkAddresses(spec: Value, root: Value): Iterable<AdmissionProblem> {
  if (spec.get("addresses").items().length > 0 || spec.get("addresses").isUnknown) return;
  const refusesOwn =
    root.get("metadata").get("labels").get("networking.istio.io/enable-autoallocate-ip").text() === "false";
  const isWild = [...textsOf(spec.get("hosts"))].some(([host]) => host.includes("*"));
  const resolution = textOf(spec.get("resolution")) || "NONE";
  if (!refusesOwn && !isWild && resolution !== "NONE") return;
  for (const port of spec.get("ports").items())
    if (["", "TCP"].includes(textOf(port.get("protocol"))) && !port.get("protocol").isUnknown)
      yield warn(port.path, "a TCP port needs addresses where none are given automatically");
}

function* checkResolution(spec: Value, resolution: string): Iterable<AdmissionProblem> {
  const endpoints = spec.get("endpoints");
  const hosts = [...textsOf(spec.get("hosts"))];
  if (resolution === "NONE" && endpoints.items().length > 0)
    yield refuse(endpoints.path, "resolution NONE takes no endpoints");
  if (resolution.startsWith("DNS")) {
    if (
      endpoints.items().length === 0 &&
      !endpoints.isUnknown &&
      spec.get("workloadSelector").isPresent === false
    ) {
      for (const [text, item] of hosts)
        if (!isDomain(text))
          yield refuse(
            item.path,
            `resolution ${resolution} looks up ${JSON.stringify(text)}, which is no name; give endpoints, or another resolution`,
          );
    }
    if (resolution === "DNS_ROUND_ROBIN" && endpoints.items().length > 1)
      yield refuse(endpoints.path, "resolution DNS_ROUND_ROBIN takes one endpoint");
  }
  for (const endpoint of endpoints.items()) {
    const address = endpoint.get("address").text();
    if (typeof address !== "string" || address.startsWith("unix://") || address === "") continue;
    if (!isAddress(address) && (resolution === "STATIC" || !isDomain(address)))
      yield refuse(
        endpoint.get("address").path,
        `${JSON.stringify(address)} is no address${resolution === "STATIC" ? ", which resolution STATIC asks for" : ""}`,
      );
  }
  if (resolution !== "NONE" && resolution !== "STATIC") {
    for (const [text, item] of textsOf(spec.get("addresses")))
      if (text.includes("/")) yield refuse(item.path, `resolution ${resolution} takes no ranges`);
  }
  if (resolution === "NONE" || hosts.length < 2) return;
  for (const port of spec.get("ports").items()) {
    const protocol = textOf(port.get("protocol"));
    if (!port.get("protocol").isUnknown && !isHttp(protocol) && !isTls(protocol)) {
      yield refuse(port.path, "several hosts share a port with HTTP or TLS only, which name the host");
      return;
    }
  }
}
