import { isDnsSubdomain, isLabelKey, isLabelValue } from "../dns";
import type { PortIntent, ReadinessProbeIntent, WorkloadEntryIntent, WorkloadGroupIntent } from "../intent";
import { isLocality } from "../locality";
import { sortedRecord } from "../sorted-record";
import { isAddress, isAddressOrRange } from "./endpoint";
import { at, type Reader } from "./reader";
import { type Judge, needed, type Read, shapes } from "./shape";

const { anyText, choice, list, object, record, text, whole } = shapes("intent/workload");

/** The workloads outside Kubernetes of a service or a subset. */
export interface Outside {
  readonly workloadEntries: readonly WorkloadEntryIntent[];
  readonly workloadGroups: readonly WorkloadGroupIntent[];
}

const NONE: Outside = { workloadEntries: [], workloadGroups: [] };

const labels = record(text(isLabelValue, "a label value"), "Kubernetes labels", isLabelKey, "a label key");
const seconds = whole(0, 86_400);

const probe = object(
  {
    initialDelaySeconds: seconds,
    timeoutSeconds: seconds,
    periodSeconds: seconds,
    successThreshold: whole(0),
    failureThreshold: whole(0),
    httpGet: object({
      path: text((value) => value.startsWith("/"), 'a path such as "/healthz"'),
      port: needed(whole(1, 65535)),
      host: anyText,
      scheme: choice("HTTP", "HTTPS"),
      httpHeaders: record(anyText, "headers", (name) => /^[-A-Za-z0-9]+$/.test(name), "the name of a header"),
    }),
    tcpSocket: object({ port: needed(whole(1, 65535)), host: anyText }),
    exec: object({ command: needed(list(anyText, "a command and its arguments")) }),
    grpc: refuseGrpc,
  },
  { exactlyOne: [["httpGet", "tcpSocket", "exec", "grpc"]] },
);

function refuseGrpc(reader: Reader, value: unknown, path: string): undefined {
  return reader.report({
    id: "intent/workload",
    path,
    message: "is a kind of probe that the webhook of istiod refuses",
    got: { value },
    expected: "one of httpGet, tcpSocket, exec",
    fix: 'ask with a command, such as exec: { command: ["grpc_health_probe", "-addr=:9080"] }',
  });
}

const settings = (ports: readonly PortIntent[]) => ({
  labels,
  ports: record(
    whole(1, 65535),
    `ports of the service: ${ports.map(({ name }) => name).join(", ")}`,
    (name) => ports.length === 0 || ports.some((port) => port.name === name),
  ),
  network: anyText,
  locality: text(
    (value) => isLocality(value) && !value.includes("*"),
    "a locality such as region/zone/subzone",
  ),
  weight: whole(1),
});

/**
 * Reads the workloads outside Kubernetes that a service or one of its subsets has.
 *
 * @param given the fields of the service or subset
 * @param ports of the service, by whose names those of the workloads go
 * @param common the labels that the service and the subset give to each of them
 */
export function readWorkloads(
  reader: Reader,
  given: ReadonlyMap<string, unknown>,
  ports: readonly PortIntent[],
  common: Readonly<Record<string, string>>,
  path: string,
): Outside {
  if (given.get("workloadEntries") === undefined && given.get("workloadGroups") === undefined) return NONE;
  const fields = settings(ports);
  const judgePorts: Judge<{ readonly ports?: Readonly<Record<string, number>> }> = (
    { ports: own = {} },
    report,
  ) => {
    for (const [name, number] of Object.entries(own)) {
      const other = ports.find((port) => port.targetPort === number && port.name !== name);
      if (other === undefined || own[other.name] === number) continue;
      report(`ports.${name}`, {
        message: `is ${number}, where the service's other workloads have their port ${JSON.stringify(other.name)}: a permission for one would open both`,
        expected: "a number that no other port of the service leads to",
        fix: "listen on another port",
      });
    }
  };
  const entry = object({ ...fields, address: text(isAddress, "an IP address") }, {}, (read, report) => {
    judgePorts(read, report);
    if (read.address === undefined && read.network === undefined) {
      report("address", {
        message: "is missing, and no network says where the machine is",
        expected: "an address or a network",
        fix: "add one",
      });
    }
  });
  const group = object(
    {
      ...fields,
      annotations: record(
        text(() => true, "a text"),
        "annotations",
        isLabelKey,
        "an annotation key",
      ),
      probe: probe as Read<ReadinessProbe>,
      addresses: list(
        text(isAddressOrRange, "an IP address or a CIDR range"),
        'ranges such as ["10.20.0.0/16"]',
      ),
    },
    { mayBeEmpty: true },
    judgePorts,
  );
  const all = <T extends { readonly labels?: Readonly<Record<string, string>> }>(
    field: string,
    read: Read<T>,
  ) => {
    const value = given.get(field);
    if (value === undefined) return [];
    const here = `${path}.${field}`;
    return [...(reader.record(value, "intent/workload", here, "workloads by name") ?? [])].flatMap(
      ([name, spec]) => {
        reader.text(
          name,
          "intent/workload",
          at(here, name),
          isDnsSubdomain,
          "a DNS name of lower-case letters",
        );
        const own = read(reader, spec, at(here, name));
        if (own === undefined) return [];
        reportContradictions(reader, own.labels ?? {}, common, `${at(here, name)}.labels`);
        return [{ ...own, name, labels: sortedRecord({ ...own.labels, ...common }) }];
      },
    );
  };
  return {
    workloadEntries: all("workloadEntries", entry),
    workloadGroups: all("workloadGroups", group).map(({ probe: read, addresses, ...rest }) => ({
      ...rest,
      ...(read && { probe: asIntent(read) }),
      ...(addresses && { addresses: [...new Set(addresses)].sort() }),
    })),
  };
}

/** As it is read; a list of headers holds no two of one name, an object cannot. */
type ReadinessProbe = Omit<ReadinessProbeIntent, "httpGet"> & {
  readonly httpGet?: Omit<NonNullable<ReadinessProbeIntent["httpGet"]>, "httpHeaders"> & {
    readonly httpHeaders?: Readonly<Record<string, string>>;
  };
};

function asIntent({ httpGet, ...rest }: ReadinessProbe): ReadinessProbeIntent {
  if (httpGet === undefined) return rest;
  const { httpHeaders, ...get } = httpGet;
  const headers = Object.entries(httpHeaders ?? {}).map(([name, value]) => ({ name, value }));
  return { ...rest, httpGet: { ...get, ...(headers.length > 0 && { httpHeaders: headers }) } };
}

function reportContradictions(
  reader: Reader,
  own: Readonly<Record<string, string>>,
  common: Readonly<Record<string, string>>,
  path: string,
): void {
  for (const [key, value] of Object.entries(own)) {
    const wanted = Object.hasOwn(common, key) ? common[key] : undefined;
    if (wanted === undefined || wanted === value) continue;
    reader.report({
      id: "intent/workload",
      path: at(path, key),
      message: "is not the value that the service or its subset knows its workloads by",
      got: { value },
      expected: JSON.stringify(wanted),
      fix: `remove the label ${JSON.stringify(key)}`,
    });
  }
}
