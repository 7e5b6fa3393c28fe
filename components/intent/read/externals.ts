import { isDnsLabel, isHost, isWildcardHost } from "../dns";
import type { EndpointIntent, ExternalIntent, ExternalPortIntent, PortIntent } from "../intent";
import { PROTOCOLS } from "../port";
import { show } from "../show";
import { address, endpointReader, isAddress, isAddressOrRange } from "./endpoint";
import { readLabels } from "./labels";
import { at, type Reader } from "./reader";
import { listPorts } from "./scope";
import { readSubsets } from "./services";
import { shapes } from "./shape";
import { tlsReader } from "./tls-origination";
import { readExportTo } from "./traffic-policy";

/** Externals by key; `undefined` for one that is declared but wrong. */
export type Externals = ReadonlyMap<string, ExternalIntent | undefined>;

const { anyText, list } = shapes("intent/external");
const altNames = list(anyText, 'names such as ["spiffe://example.org/ns/shop/sa/web"]');

const HTTPS = { https: { number: 443, protocol: "https" } };

/** @param egress the namespace of the egress gateway, where that is right */
export function readExternals(reader: Reader, value: unknown, egress: string | undefined): Externals {
  const externals = new Map<string, ExternalIntent | undefined>();
  const owners = new Map<string, string>();
  const entries = reader.record(
    value ?? {},
    "intent/catalogue",
    "external",
    "an object of external hosts by name",
  );
  for (const [key, spec] of entries ?? []) {
    const path = at("external", key);
    const external = readExternal(
      reader,
      key,
      typeof spec === "string" ? { host: spec } : spec,
      path,
      egress,
    );
    externals.set(key, external);
    if (external === undefined) continue;
    const owner = owners.get(external.host);
    if (owner !== undefined) {
      reader.report({
        id: "intent/duplicate-external",
        path,
        message: `declares the host ${external.host} again; ${at("external", owner)} has it already`,
        got: `${external.host} in ${at("external", owner)} and ${path}`,
        expected: "each host once: Istio would merge the two, or take the older",
        fix: "declare each host once and give it more ports",
      });
    }
    owners.set(external.host, key);
  }
  return externals;
}

function readExternal(
  reader: Reader,
  key: string,
  spec: unknown,
  path: string,
  egress: string | undefined,
): ExternalIntent | undefined {
  const before = reader.problems.length;
  reader.text(
    key,
    "intent/external-name",
    path,
    isDnsLabel,
    "a DNS label: up to 63 lower-case letters, digits and '-'",
  );
  const fields = reader.fields(spec, "intent/external", path, [
    "host",
    "ports",
    "resolution",
    "location",
    "addresses",
    "endpoints",
    "workloadSelector",
    "subjectAltNames",
    "exportTo",
    "subsets",
    "via",
  ]);
  if (fields === undefined) return undefined;
  const host = reader.text(
    fields.get("host"),
    "intent/external-host",
    `${path}.host`,
    (text) => isHost(text) || isWildcardHost(text),
    "a host name such as api.payments.example",
  );
  const addresses = readAddresses(reader, fields.get("addresses"), `${path}.addresses`, isAddressOrRange);
  const ports = readPorts(reader, fields.get("ports") ?? HTTPS, host ?? "", `${path}.ports`);
  const endpoints = readEndpoints(reader, fields.get("endpoints"), `${path}.endpoints`, ports);
  const selector = fields.get("workloadSelector");
  const workloadSelector =
    selector === undefined
      ? undefined
      : readLabels(reader, selector, "intent/external", `${path}.workloadSelector`);
  const fixed = endpoints.length > 0 && endpoints.every(isFixed);
  const resolution = reader.choice(
    fields.get("resolution"),
    "intent/external-resolution",
    `${path}.resolution`,
    ["dns", "dns-round-robin", "dynamic-dns", "static", "none"],
    fixed || selector !== undefined ? "static" : "dns",
  );
  const location = reader.choice(
    fields.get("location"),
    "intent/external",
    `${path}.location`,
    ["external", "internal"],
    "external",
  );
  const given = fields.get("subjectAltNames");
  const subjectAltNames =
    given === undefined ? undefined : altNames(reader, given, `${path}.subjectAltNames`);
  const visible = fields.get("exportTo");
  const exportTo = visible === undefined ? undefined : readExportTo(reader, visible, `${path}.exportTo`);
  const through = fields.get("via");
  const via =
    through === undefined ? undefined : reader.choice(through, "intent/egress", `${path}.via`, ["egress"]);
  const subsets = readSubsets(reader, fields.get("subsets") ?? {}, {}, `${path}.subsets`);
  if (reader.problems.length > before || host === undefined) return undefined;
  if (resolution === undefined || location === undefined) return undefined;

  const external: ExternalIntent = {
    key,
    host,
    ports,
    resolution,
    location,
    addresses,
    endpoints,
    ...(workloadSelector && { workloadSelector }),
    ...(subjectAltNames && { subjectAltNames }),
    ...(exportTo && { exportTo }),
    subsets,
    ...(via !== undefined && { via }),
  };
  checkEgress(reader, external, path, egress);
  checkResolution(reader, external, path);
  return reader.problems.length > before ? undefined : external;
}

/** The gateway tells hosts apart by the name that is asked for, on one port of its own. */
function checkEgress(
  reader: Reader,
  { via, host, ports, exportTo }: ExternalIntent,
  path: string,
  namespace: string | undefined,
): void {
  if (via === undefined) return;
  const seen = [namespace, "*", "."];
  if (exportTo !== undefined && namespace !== undefined && !exportTo.some((each) => seen.includes(each))) {
    reader.report({
      id: "intent/egress",
      path: `${path}.exportTo`,
      message: "hides the host from the egress gateway, which is to call it",
      got: { value: exportTo },
      expected: `${JSON.stringify(namespace)} among them, where the egress gateway is`,
      fix: `add ${JSON.stringify(namespace)}, or leave via out`,
    });
  }
  const report = (message: string, got: string, expected: string, fix: string): undefined =>
    reader.report({ id: "intent/egress", path: `${path}.via`, message, got, expected, fix });
  if (isWildcardHost(host)) {
    report(
      `leads to the wildcard host ${host}, for which the gateway would not know where to go`,
      `${show(via)} for ${host}`,
      "a single host, to which the gateway connects",
      "name the host, or leave via out",
    );
  }
  if (ports.length > 1) {
    report(
      "leads to one port, and the host has several",
      listPorts({ ports }),
      "one port",
      "declare an external for each port",
    );
  }
  const nameless = ports.filter(({ protocol }) => protocol === "tcp");
  if (nameless.length > 0) {
    report(
      "needs a name on the wire, which plain tcp has not",
      listPorts({ ports: nameless }),
      "a port of protocol http, http2, grpc, https or tls",
      'declare the protocol "tls", or leave via out',
    );
  }
}

function checkResolution(reader: Reader, external: ExternalIntent, path: string): void {
  const { host, resolution, endpoints, addresses, workloadSelector } = external;
  const listed = endpoints.map((each) => each.address ?? each.network).join(", ");
  const report = (message: string, got: string, expected: string, fix: string): undefined =>
    reader.report({
      id: "intent/external-resolution",
      path: `${path}.resolution`,
      message,
      got: `${show(resolution)} ${got}`,
      expected,
      fix,
    });
  if (resolution.startsWith("dns") && isWildcardHost(host)) {
    report(
      `cannot be ${JSON.stringify(resolution)} for the wildcard host ${host}, which no DNS server answers`,
      `for ${host}`,
      '"none", "static" or "dynamic-dns" for a wildcard host',
      'set resolution to "none"',
    );
  }
  if (
    resolution === "static" &&
    workloadSelector === undefined &&
    !(endpoints.length > 0 && endpoints.every(isFixed))
  ) {
    report(
      '"static" needs the IP addresses behind the host',
      listed === "" ? "without endpoints" : `with endpoints ${listed}`,
      "endpoints that are all IP addresses",
      "list them in endpoints, or leave resolution out for DNS",
    );
  }
  if (resolution === "none" && endpoints.length > 0) {
    report(
      '"none" sends traffic to the address that the workload dialled, so endpoints are never used',
      `with endpoints ${listed}`,
      "no endpoints",
      "remove endpoints or the resolution",
    );
  }
  if (workloadSelector !== undefined && (endpoints.length > 0 || resolution !== "static")) {
    report(
      "workloadSelector finds the workloads by itself",
      listed === "" ? "beside workloadSelector" : `with endpoints ${listed} beside workloadSelector`,
      '"static", and no endpoints',
      'remove endpoints, and leave resolution "static"',
    );
  }
  if (resolution === "dns-round-robin" && endpoints.length > 1) {
    report(
      '"dns-round-robin" asks for one name',
      `with endpoints ${listed}`,
      "one endpoint at most",
      'keep one of them, or set resolution to "dns"',
    );
  }
  if (resolution.startsWith("dns") && addresses.some((each) => each.includes("/"))) {
    report(
      "a range of addresses cannot be found by DNS",
      `with addresses ${addresses.join(", ")}`,
      "single IP addresses, or none",
      'set resolution to "none" or "static"',
    );
  }
  if (resolution === "dynamic-dns") {
    const odd = external.ports.some(({ protocol }) => !["http", "http2", "grpc", "tls"].includes(protocol));
    if (!isWildcardHost(host) || endpoints.length > 0 || addresses.length > 0 || odd) {
      report(
        '"dynamic-dns" is for a wildcard host without endpoints and addresses, on ports of http, http2, grpc or tls',
        `for ${[host, ...endpoints.map(() => "an endpoint"), ...addresses, listPorts(external)].join(", ")}`,
        "a host such as *.example.com that is not listed anywhere, and no port of tcp or https",
        'set resolution to "dns" or "none"',
      );
    }
  }
  for (const port of external.ports) {
    if (port.protocol !== "tcp" || addresses.length > 0) continue;
    reader.report({
      id: "intent/external-address",
      path: `${path}.addresses`,
      got: { value: undefined },
      message: `is missing: without a host name on the wire, port ${port.number} (tcp) would take this port's traffic to every address`,
      expected: "the IP addresses or CIDR ranges that workloads dial",
      fix: 'list addresses, or declare the protocol "tls" where callers send a server name',
    });
  }
}

function readPorts(reader: Reader, value: unknown, host: string, path: string): ExternalPortIntent[] {
  const ports: ExternalPortIntent[] = [];
  const expected = 'ports by name, such as { https: { number: 443, protocol: "https" } }';
  const entries = reader.record(value, "intent/ports", path, expected);
  if (entries?.size === 0) {
    reader.report({
      id: "intent/ports",
      path,
      message: "opens no port",
      got: { value },
      expected,
      fix: "declare at least one port",
    });
  }
  const numbers = new Map<number, string>();
  for (const [name, spec] of entries ?? []) {
    const here = at(path, name);
    reader.text(name, "intent/port-name", here, isDnsLabel, "a DNS label");
    const fields = reader.fields(spec, "intent/port", here, ["number", "protocol", "targetPort", "tls"]);
    if (fields === undefined) continue;
    const number = reader.whole(fields.get("number"), "intent/port-number", `${here}.number`, 1, 65535);
    const protocol = reader.choice(
      fields.get("protocol"),
      "intent/port-protocol",
      `${here}.protocol`,
      PROTOCOLS,
    );
    const begun = fields.get("tls");
    const tls = begun === undefined ? undefined : tlsReader(host)(reader, begun, `${here}.tls`);
    if (tls !== undefined && (protocol === "https" || protocol === "tls")) {
      reader.report({
        id: "intent/tls-origination",
        path: `${here}.tls`,
        message: `would wrap TLS in TLS: callers of protocol ${JSON.stringify(protocol)} send it already`,
        got: `tls beside protocol ${JSON.stringify(protocol)}`,
        expected: "tls on a port of protocol http, http2, grpc or tcp",
        fix: 'declare the protocol that workloads speak to their proxy, such as "http", or remove tls',
      });
    }
    const target = fields.get("targetPort");
    const targetPort =
      target === undefined
        ? tls === undefined
          ? number
          : 443
        : reader.whole(target, "intent/port-number", `${here}.targetPort`, 1, 65535);
    if (number === undefined || protocol === undefined || targetPort === undefined) continue;
    const owner = numbers.get(number);
    if (owner !== undefined) {
      reader.report({
        id: "intent/duplicate-port",
        path: here,
        message: `opens port ${number} again; port ${JSON.stringify(owner)} has it already`,
        got: `${number} in ${JSON.stringify(owner)} and ${JSON.stringify(name)}`,
        expected: "a different number for each port",
        fix: "change one of the numbers, or remove one of the ports",
      });
    }
    numbers.set(number, name);
    ports.push({ name, number, targetPort, protocol, ...(tls && { tls }) });
  }
  return ports.sort((a, b) => a.number - b.number);
}

/** Endpoints in the order of their addresses. */
function readEndpoints(
  reader: Reader,
  value: unknown,
  path: string,
  ports: readonly PortIntent[],
): readonly EndpointIntent[] {
  if (value === undefined) return [];
  const endpoint = endpointReader(ports);
  const read = (reader.list(value, "intent/external-address", path, "a list of addresses") ?? []).map(
    (each, index) =>
      typeof each === "string"
        ? address(reader, each, at(path, index)) && { address: each }
        : endpoint(reader, each, at(path, index)),
  );
  const distinct = new Map(
    read.filter((each) => each !== undefined).map((each) => [JSON.stringify(each), each as EndpointIntent]),
  );
  return [...distinct].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each);
}

/** Whether an endpoint says by itself where it is. */
function isFixed({ address: where }: EndpointIntent): boolean {
  return where === undefined || where.startsWith("unix://") || isAddress(where);
}

function readAddresses(
  reader: Reader,
  value: unknown,
  path: string,
  test: (text: string) => boolean,
): string[] {
  if (value === undefined) return [];
  const addresses = (reader.list(value, "intent/external-address", path, "a list of addresses") ?? []).map(
    (each, index) =>
      reader.text(
        each,
        "intent/external-address",
        at(path, index),
        test,
        "an IP address or a range such as 10.0.0.0/8",
      ),
  );
  return [...new Set(addresses.filter((each) => each !== undefined))].sort();
}
