import { createHash } from "node:crypto";
import ipaddr from "ipaddr.js";
import type { EndpointSpec, ExternalSpec, WorkloadEntrySpec } from "../intent";
import { isDnsLabel, isHost, isLabelKey, isLabelValue } from "../intent/dns";
import type { InputProblem } from "../intent/problem";
import type { ImportedService, ImportedSubset } from "./imported-catalogue";
import type { Instance } from "./instance";

/** What holds for all services of one import. */
export interface Assembly {
  /** Under which services have their host names. */
  readonly domain: string;
  /** Localities by datacenter; a datacenter that is not here is a region. */
  readonly localities: Readonly<Record<string, string>>;
  /** Whether each tag becomes a label. */
  readonly tagLabels: boolean;
  /** What becomes of a service without a healthy instance. */
  readonly whenNoneHealthy: "fail" | "use-all";
}

/** One service as it goes into a catalogue. */
export interface Assembled {
  readonly external: ExternalSpec;
  readonly workloadEntries: Readonly<Record<string, WorkloadEntrySpec>>;
}

/**
 * Makes a host of the mesh from the instances of a service.
 *
 * @param problems receives what keeps it from becoming one
 */
export function assemble(
  key: string,
  settings: ImportedService,
  instances: readonly Instance[],
  assembly: Assembly,
  problems: InputProblem[],
): Assembled | undefined {
  const path = `services.${key}`;
  const report = (id: string, message: string, got: string, expected: string, fix: string): undefined => {
    problems.push({ id: `discovery/${id}`, path, message, got, expected, fix });
    return undefined;
  };
  const name = settings.service ?? key;
  const tagged = instances.filter(({ tags }) => (settings.tags ?? []).every((tag) => tags.includes(tag)));
  const healthy = tagged.filter((each) => each.healthy);
  if (healthy.length === 0 && (assembly.whenNoneHealthy === "fail" || tagged.length === 0)) {
    return report(
      "no-healthy-endpoint",
      tagged.length === 0
        ? `the registry has no instance of ${JSON.stringify(name)}${settings.tags === undefined ? "" : " with these tags"}`
        : `${tagged.length === 1 ? "the only instance" : `none of the ${tagged.length} instances`} of ${JSON.stringify(name)} is ${tagged.length === 1 ? "unhealthy" : "healthy"}`,
      tagged.length === 0
        ? `${instances.length === 1 ? "1 instance" : `${instances.length} instances`}${settings.tags === undefined ? "" : `, none of them with ${settings.tags.join(", ")}`}`
        : tagged.map(({ address, port }) => `${address}:${port} unhealthy`).join(", "),
      "at least one healthy instance",
      'bring one back, take the service out, or import all of them with whenNoneHealthy: "use-all"',
    );
  }
  const used = inOrder(healthy.length > 0 ? healthy : tagged);
  const numbers = [...new Set(used.map(({ port }) => port))].sort((a, b) => a - b);
  if (numbers.includes(0) && settings.port === undefined) {
    return report(
      "no-port",
      `the registry has no port for an instance of ${JSON.stringify(name)}`,
      `${used
        .filter(({ port }) => port === 0)
        .map(({ address }) => address)
        .join(", ")} without a port`,
      "a port in the registry, or one that is given here",
      "say which port it listens on: port",
    );
  }
  const [only] = numbers;
  const number = settings.port ?? (numbers.length === 1 ? only : undefined);
  if (number === undefined) {
    return report(
      "ports-differ",
      `the instances of ${JSON.stringify(name)} listen on different ports: ${numbers.join(", ")}`,
      used.map(({ address, port }) => `${address}:${port}`).join(", "),
      "one port that workloads dial, whichever the instances listen on",
      "say which port workloads dial: port",
    );
  }
  const portName = settings.portName ?? settings.protocol;
  const weighted = new Set(used.map(({ weight }) => weight)).size > 1;
  const tags = new Set(
    Object.values(settings.subsets ?? {}).flatMap(({ tag }) => (tag === undefined ? [] : [tag])),
  );
  const endpoints = used.map((instance): EndpointSpec & { readonly address: string } => {
    const labels = labelsOf(instance, assembly.tagLabels, tags);
    const locality = instance.locality ?? localityOf(instance.datacenter, assembly.localities);
    return {
      address: instance.address,
      ...(instance.port !== number && instance.port !== 0 && { ports: { [portName]: instance.port } }),
      ...(Object.keys(labels).length > 0 && { labels }),
      ...(locality !== undefined && { locality }),
      ...(weighted && { weight: instance.weight }),
    };
  });
  const isStatic = endpoints.every(({ address }) => isAddress(address));
  const host = settings.host ?? `${name.toLowerCase().replaceAll("_", "-")}.${assembly.domain}`;
  if (!isHost(host)) {
    return report(
      "host",
      `${JSON.stringify(host)}, which is made of its name in the registry, is not a host name`,
      JSON.stringify(host),
      "letters, digits and '-' between dots",
      "give it one: host",
    );
  }
  return {
    external: {
      host,
      ports: {
        [portName]: { number, protocol: settings.protocol, ...(settings.tls && { tls: settings.tls }) },
      },
      resolution: isStatic ? "static" : "dns",
      ...(settings.location && { location: settings.location }),
      ...(settings.addresses && { addresses: settings.addresses }),
      endpoints,
      ...(settings.subsets && {
        subsets: Object.fromEntries(
          Object.entries(settings.subsets).map(([subset, what]) => [subset, { labels: subsetLabels(what) }]),
        ),
      }),
    },
    workloadEntries: Object.fromEntries(
      endpoints
        .map(({ address, ports, ...rest }, index): [string, WorkloadEntrySpec] => [
          entryName(key, used[index]?.id ?? address),
          // A service of the mesh has a target port of its own, so that the instance's is always said.
          { ...rest, address, ports: ports ?? { [portName]: number } },
        ])
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    ),
  };
}

/** Registries answer in any order. */
function inOrder(instances: readonly Instance[]): readonly Instance[] {
  const key = ({ address, port, id }: Instance): string =>
    `${address} ${String(port).padStart(5, "0")} ${id}`;
  return [...instances].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

function localityOf(
  datacenter: string | undefined,
  localities: Readonly<Record<string, string>>,
): string | undefined {
  if (datacenter === undefined || datacenter === "") return undefined;
  return Object.hasOwn(localities, datacenter) ? localities[datacenter] : datacenter;
}

/** `tag/v2: "true"`: no label that a workload has by itself. */
function labelOfTag(tag: string): string {
  return `tag/${tag}`;
}

/** A tag that reads `key=value` is that label; another is one by itself. What Kubernetes takes for no label is none. */
function labelsOf(
  { tags, labels }: Instance,
  all: boolean,
  wanted: ReadonlySet<string>,
): Readonly<Record<string, string>> {
  const ofTags = tags.flatMap((tag): (readonly [string, string])[] => {
    const [, key, value] = /^([^=]+)=(.*)$/.exec(tag) ?? [];
    if (all && key !== undefined && value !== undefined && isLabelKey(key) && isLabelValue(value)) {
      return [[key, value], ...(wanted.has(tag) ? [[labelOfTag(tag), "true"] as const] : [])];
    }
    return (all || wanted.has(tag)) && isLabelKey(labelOfTag(tag)) ? [[labelOfTag(tag), "true"]] : [];
  });
  const valid = Object.entries(labels).filter(([key, value]) => isLabelKey(key) && isLabelValue(value));
  return Object.fromEntries([...valid, ...ofTags].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function subsetLabels({ tag, labels }: ImportedSubset): Readonly<Record<string, string>> {
  return tag === undefined ? (labels ?? {}) : { [labelOfTag(tag)]: "true" };
}

/** Stays the same for an instance, wherever it stands in the answer. */
function entryName(key: string, id: string): string {
  return `${isDnsLabel(key) ? key.slice(0, 48) : "instance"}-${createHash("sha256").update(id).digest("hex").slice(0, 12)}`;
}

function isAddress(text: string): boolean {
  return ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv6.isValid(text);
}
