import { isDnsLabel, isServiceName } from "../dns";
import type { PortIntent, ServiceIntent, SubsetIntent, WorkloadGroupIntent } from "../intent";
import { PROTOCOLS } from "../port";
import { readLabels } from "./labels";
import { at, type Reader } from "./reader";
import { type Outside, readWorkloads } from "./workloads";

const OUTSIDE = ["workloadGroups", "workloadEntries"];
const LABEL = "a DNS label: up to 63 lower-case letters, digits and '-'";

/** Services by key; `undefined` for one that is declared but wrong, so that nothing else is blamed for it. */
export type Services = ReadonlyMap<string, ServiceIntent | undefined>;

export function readServices(reader: Reader, value: unknown): Services {
  const services = new Map<string, ServiceIntent | undefined>();
  const expected = "an object of services by name";
  const owners = new Map<string, string>();
  for (const [key, spec] of reader.record(value, "intent/catalogue", "services", expected) ?? []) {
    const path = at("services", key);
    const service = readService(reader, key, spec, path);
    services.set(key, service);
    if (service === undefined) continue;
    const identity = `${service.namespace}/${service.name}`;
    const owner = owners.get(identity);
    if (owner === undefined) owners.set(identity, key);
    else {
      reader.report({
        id: "intent/duplicate-service",
        path,
        message: `declares the Kubernetes Service ${identity} again; ${at("services", owner)} has it already`,
        got: `${identity} in ${at("services", owner)} and ${path}`,
        expected: "each Kubernetes Service once",
        fix: "put the ports and subsets of both into one, or correct the name",
      });
    }
  }
  return services;
}

function readService(reader: Reader, key: string, spec: unknown, path: string): ServiceIntent | undefined {
  const before = reader.problems.length;
  const fields = reader.fields(spec, "intent/service", path, [
    "namespace",
    "ports",
    "subsets",
    "name",
    "labels",
    "serviceAccount",
    "scope",
    "createService",
    ...OUTSIDE,
  ]);
  if (fields === undefined) return undefined;
  const ofName = fields.get("name") ?? key;
  const name = reader.text(
    ofName,
    "intent/service-name",
    fields.get("name") === undefined ? path : `${path}.name`,
    isServiceName,
    "a Service name: up to 63 lower-case letters, digits and '-', first a letter (or set `name`)",
  );
  const namespace = reader.text(
    fields.get("namespace"),
    "intent/namespace",
    `${path}.namespace`,
    isDnsLabel,
    LABEL,
  );
  const account = fields.get("serviceAccount");
  // Left out, it is the name, which is judged above.
  const serviceAccount =
    account === undefined
      ? name
      : reader.text(account, "intent/service-account", `${path}.serviceAccount`, isDnsLabel, LABEL);
  const labels = readLabels(
    reader,
    fields.get("labels") ?? { app: name ?? "unknown" },
    "intent/service-labels",
    `${path}.labels`,
  );
  const ports = readPorts(reader, fields.get("ports"), `${path}.ports`);
  const outside: Outside[] = [readWorkloads(reader, fields, ports, labels ?? {}, path)];
  const subsets = readSubsets(
    reader,
    fields.get("subsets") ?? {},
    labels ?? {},
    `${path}.subsets`,
    (given, own, at) => outside.push(readWorkloads(reader, given, ports, { ...labels, ...own }, at)),
  );
  const entries = byName(outside.flatMap((each) => each.workloadEntries));
  const groups = byName(outside.flatMap((each) => each.workloadGroups));
  reportTwins(reader, groups, path);
  const created = reader.flag(fields.get("createService"), "intent/service", `${path}.createService`, false);
  const scoped = reader.flag(fields.get("scope"), "intent/service", `${path}.scope`, true);
  if (reader.problems.length > before) return undefined;
  if (name === undefined || namespace === undefined || serviceAccount === undefined) return undefined;
  return {
    key,
    name,
    namespace,
    serviceAccount,
    labels: labels ?? {},
    ports,
    subsets,
    ...(scoped === false && { unscoped: true }),
    ...(created && { createService: true }),
    ...(entries.length > 0 && { workloadEntries: entries }),
    ...(groups.length > 0 && { workloadGroups: groups }),
  };
}

/** Labels are all that services and policies know machines by. */
function reportTwins(reader: Reader, groups: readonly WorkloadGroupIntent[], path: string): void {
  const owners = new Map<string, string>();
  for (const { name, labels } of groups) {
    const identity = JSON.stringify(labels);
    const owner = owners.get(identity);
    if (owner !== undefined) {
      reader.report({
        id: "intent/workload",
        path: `${path}.workloadGroups`,
        message: `have one and the same labels in ${JSON.stringify(owner)} and ${JSON.stringify(name)}: nothing tells their machines apart`,
        got: identity,
        expected: "labels that differ between groups",
        fix: "give each a label of its own",
      });
    }
    owners.set(identity, name);
  }
}

function byName<T extends { readonly name: string }>(workloads: readonly T[]): readonly T[] {
  return [...workloads].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function readPorts(reader: Reader, value: unknown, path: string): PortIntent[] {
  const ports: PortIntent[] = [];
  const expected = 'ports by name, such as { http: { number: 9080, protocol: "http" } }';
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
    const port = readPort(reader, name, spec, at(path, name));
    if (port === undefined) continue;
    const owner = numbers.get(port.number);
    if (owner !== undefined) {
      reader.report({
        id: "intent/duplicate-port",
        path: at(path, name),
        message: `opens port ${port.number} again; port ${JSON.stringify(owner)} has it already`,
        got: `${port.number} in ${JSON.stringify(owner)} and ${JSON.stringify(name)}`,
        expected: "a different number for each port",
        fix: "change one of the numbers, or remove one of the ports",
      });
    }
    numbers.set(port.number, name);
    ports.push(port);
  }
  return ports.sort((a, b) => a.number - b.number);
}

function readPort(reader: Reader, name: string, spec: unknown, path: string): PortIntent | undefined {
  reader.text(name, "intent/port-name", path, isDnsLabel, LABEL);
  const fields = reader.fields(spec, "intent/port", path, ["number", "protocol", "targetPort"]);
  if (fields === undefined) return undefined;
  const number = reader.whole(fields.get("number"), "intent/port-number", `${path}.number`, 1, 65535);
  const protocol = reader.choice(
    fields.get("protocol"),
    "intent/port-protocol",
    `${path}.protocol`,
    PROTOCOLS,
  );
  const target = fields.get("targetPort");
  const targetPort =
    target === undefined
      ? number
      : reader.whole(target, "intent/port-number", `${path}.targetPort`, 1, 65535);
  if (number === undefined || protocol === undefined || targetPort === undefined) return undefined;
  return { name, number, targetPort, protocol };
}

/**
 * Subsets of a service, or of the endpoints of an external; sorted.
 *
 * @param more takes what a subset of a service has beside labels; an external's has nothing
 */
export function readSubsets(
  reader: Reader,
  value: unknown,
  serviceLabels: Readonly<Record<string, string>>,
  path: string,
  more?: (
    given: ReadonlyMap<string, unknown>,
    labels: Readonly<Record<string, string>>,
    path: string,
  ) => void,
): SubsetIntent[] {
  const subsets: SubsetIntent[] = [];
  const owners = new Map<string, string>();
  for (const [name, spec] of reader.record(value, "intent/subsets", path, "subsets by name") ?? []) {
    const here = at(path, name);
    reader.text(name, "intent/subset-name", here, isDnsLabel, LABEL);
    const fields = reader.fields(spec, "intent/subset", here, [
      "labels",
      ...(more === undefined ? [] : OUTSIDE),
    ]);
    if (fields === undefined) continue;
    const labels = readLabels(
      reader,
      fields.get("labels"),
      "intent/subset-selects-nothing",
      `${here}.labels`,
    );
    if (labels === undefined) continue;
    for (const [key, label] of Object.entries(labels)) {
      const wanted = Object.hasOwn(serviceLabels, key) ? serviceLabels[key] : undefined;
      if (wanted === undefined || wanted === label) continue;
      reader.report({
        id: "intent/subset-contradicts-service",
        path: at(`${here}.labels`, key),
        message: "selects no workload of the service, whose workloads carry another value",
        got: { value: label },
        expected: JSON.stringify(wanted),
        fix: `remove the label ${JSON.stringify(key)} or give it the service's value`,
      });
    }
    const identity = JSON.stringify(labels);
    const owner = owners.get(identity);
    if (owner !== undefined) {
      reader.report({
        id: "intent/duplicate-subset",
        path: here,
        message: `has the labels of subset ${JSON.stringify(owner)}, so both are the same workloads`,
        got: `${identity} in ${JSON.stringify(owner)} and ${JSON.stringify(name)}`,
        expected: "labels that differ between subsets",
        fix: "correct the labels of one, or remove it",
      });
    }
    owners.set(identity, name);
    subsets.push({ name, labels });
    more?.(fields, labels, here);
  }
  return subsets.sort((a, b) => (a.name < b.name ? -1 : 1));
}
