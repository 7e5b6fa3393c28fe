import ipaddr from "ipaddr.js";
import { isDnsLabel, isHost, isWildcardHost } from "../dns";
import type { ExternalIntent, ExternalPortIntent, TlsOriginationIntent } from "../intent";
import { PROTOCOLS } from "../port";
import { at, type Reader } from "./reader";

/** Externals by key; `undefined` for one that is declared but wrong. */
export type Externals = ReadonlyMap<string, ExternalIntent | undefined>;

const HTTPS = { https: { number: 443, protocol: "https" } };

export function readExternals(reader: Reader, value: unknown): Externals {
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
    const external = readExternal(reader, key, typeof spec === "string" ? { host: spec } : spec, path);
    externals.set(key, external);
    if (external === undefined) continue;
    const owner = owners.get(external.host);
    if (owner !== undefined) {
      reader.report({
        id: "intent/duplicate-external",
        path,
        message: `declares the host ${external.host} again; ${at("external", owner)} has it already`,
        fix: "declare each host once and give it more ports",
      });
    }
    owners.set(external.host, key);
  }
  return externals;
}

function readExternal(reader: Reader, key: string, spec: unknown, path: string): ExternalIntent | undefined {
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
    "addresses",
    "endpoints",
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
  const endpoints = readAddresses(
    reader,
    fields.get("endpoints"),
    `${path}.endpoints`,
    (text) => isAddress(text) || isHost(text),
  );
  const derived = endpoints.length > 0 && endpoints.every(isAddress) ? "static" : "dns";
  const resolution = reader.choice(
    fields.get("resolution"),
    "intent/external-resolution",
    `${path}.resolution`,
    ["dns", "static", "none"],
    derived,
  );
  const ports = readPorts(reader, fields.get("ports") ?? HTTPS, host ?? "", `${path}.ports`);
  if (reader.problems.length > before || host === undefined || resolution === undefined) return undefined;

  const external: ExternalIntent = { key, host, ports, resolution, addresses, endpoints };
  checkResolution(reader, external, path);
  return reader.problems.length > before ? undefined : external;
}

function checkResolution(reader: Reader, external: ExternalIntent, path: string): void {
  const { host, resolution, endpoints, addresses } = external;
  const report = (message: string, fix: string): undefined =>
    reader.report({ id: "intent/external-resolution", path: `${path}.resolution`, message, fix });
  if (resolution === "dns" && isWildcardHost(host)) {
    report(
      `cannot be "dns" for the wildcard host ${host}, which no DNS server answers`,
      'set resolution to "none"',
    );
  }
  if (resolution === "static" && !(endpoints.length > 0 && endpoints.every(isAddress))) {
    report('"static" needs the IP addresses behind the host', "list IP addresses in endpoints");
  }
  if (resolution === "none" && endpoints.length > 0) {
    report(
      '"none" sends traffic to the address that the workload dialled, so endpoints are never used',
      "remove endpoints or the resolution",
    );
  }
  for (const port of external.ports) {
    if (port.protocol !== "tcp" || addresses.length > 0) continue;
    reader.report({
      id: "intent/external-address",
      path: `${path}.addresses`,
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
    const tls = readTls(reader, fields.get("tls"), host, `${here}.tls`);
    if (tls !== undefined && (protocol === "https" || protocol === "tls")) {
      reader.report({
        id: "intent/tls-origination",
        path: `${here}.tls`,
        message: `would wrap TLS in TLS: callers of protocol ${JSON.stringify(protocol)} send it already`,
        fix: 'declare the protocol that workloads speak to their proxy, such as "http", or remove tls',
      });
    }
    const target = fields.get("targetPort") ?? (tls === undefined ? number : 443);
    const targetPort = reader.whole(target, "intent/port-number", `${here}.targetPort`, 1, 65535);
    if (number === undefined || protocol === undefined || targetPort === undefined) continue;
    const owner = numbers.get(number);
    if (owner !== undefined) {
      reader.report({
        id: "intent/duplicate-port",
        path: here,
        message: `opens port ${number} again; port ${JSON.stringify(owner)} has it already`,
        fix: "give each port a number of its own",
      });
    }
    numbers.set(number, name);
    ports.push({ name, number, targetPort, protocol, ...(tls && { tls }) });
  }
  return ports.sort((a, b) => a.number - b.number);
}

function readTls(
  reader: Reader,
  value: unknown,
  host: string,
  path: string,
): TlsOriginationIntent | undefined {
  if (value === undefined) return undefined;
  const fields = reader.fields(value, "intent/tls-origination", path, [
    "sni",
    "subjectAltNames",
    "caCertificates",
  ]);
  if (fields === undefined) return undefined;
  const id = "intent/tls-origination";
  const sni = reader.text(fields.get("sni") ?? host, id, `${path}.sni`, isHost, "a host name");
  const names = fields.get("subjectAltNames") ?? (isHost(host) ? [host] : undefined);
  const subjectAltNames = (
    reader.list(names, id, `${path}.subjectAltNames`, "the names in the server's certificate") ?? []
  ).map((each, index) =>
    reader.text(each, id, at(`${path}.subjectAltNames`, index), (text) => text !== "", "a name"),
  );
  const caCertificates = reader.text(
    fields.get("caCertificates") ?? "system",
    id,
    `${path}.caCertificates`,
    (text) => text === "system" || text.startsWith("/"),
    '"system" or the absolute path of a file',
  );
  if (sni === undefined || caCertificates === undefined) return undefined;
  return { sni, subjectAltNames: subjectAltNames.filter((each) => each !== undefined), caCertificates };
}

function readAddresses(
  reader: Reader,
  value: unknown,
  path: string,
  test: (text: string) => boolean,
): string[] {
  if (value === undefined) return [];
  const addresses = (reader.list(value, "intent/external-address", path, "a list of addresses") ?? []).map(
    (each, index) => reader.text(each, "intent/external-address", at(path, index), test, "an address"),
  );
  return [...new Set(addresses.filter((each) => each !== undefined))].sort();
}

/** An IP address in its usual notation; the library also takes `10` and `0x7f.1` for IPv4. */
function isAddress(text: string): boolean {
  return ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv6.isValid(text);
}

function isAddressOrRange(text: string): boolean {
  return isAddress(text) || (ipaddr.isValidCIDR(text) && isAddress(text.slice(0, text.lastIndexOf("/"))));
}
