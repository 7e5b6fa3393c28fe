import type { ImportedCatalogue, ImportedService, ImportedServiceDeclaration } from "./imported-catalogue";
import type { Protocol } from "../intent";
import { type InputProblem, MeshError } from "../intent/problem";
import { closest, oneOf, show } from "../intent/show";
import { PROTOCOLS } from "../intent/port";
import { assemble, type Assembly } from "./assemble";
import type { Instance } from "./instance";
import { RegistryFailure } from "./registry-client";

/** What every registry's import takes. */
export interface ImportOptions {
  /** Localities by the registry's datacenters, `{ dc1: "eu-west/a" }`. @default - a datacenter is a region */
  readonly localities?: Readonly<Record<string, string>>;
  /**
   * Every tag becomes a label of its endpoint: `version=v2` as it says, another as `tag/NAME: "true"`. What is no label
   * of Kubernetes' is left out.
   *
   * @default false: only the tags that subsets name
   */
  readonly tagLabels?: boolean;
  /**
   * What becomes of a service of which no instance is healthy: the import fails, and what is deployed stays as it is; or
   * all of its instances are taken, because some requests may still succeed.
   *
   * @default "fail"
   */
  readonly whenNoneHealthy?: "fail" | "use-all";
}

/** A registry, as far as an import needs it. */
export interface Registry {
  /** Which registry, for messages; without secrets. */
  readonly subject: string;
  readonly assembly: Assembly;
  /** The names of all its services. */
  names(): Promise<readonly string[]>;
  /** `undefined` for one that is no service to call, such as a proxy of the registry's own mesh. */
  instances(name: string): Promise<readonly Instance[] | undefined>;
}

/** How many requests are under way at once. */
const AT_ONCE = 8;
/** How many names a message lists. */
const MOST_LISTED = 10;

/** The services that are asked for, by the names that they get in the mesh. */
export type Wanted =
  | { readonly services: Readonly<Record<string, ImportedServiceDeclaration>> }
  | { readonly all: ImportedServiceDeclaration };

/**
 * Imports services of a registry.
 *
 * @throws MeshError with every problem of every service at once
 */
export async function importServices(registry: Registry, wanted: Wanted): Promise<ImportedCatalogue> {
  const problems: InputProblem[] = [];
  const collect = async <T>(ask: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof RegistryFailure)) throw error;
      problems.push(error.problem);
      return undefined;
    }
  };
  const names = await collect(() => registry.names());
  const chosen = names === undefined ? [] : choose(names, wanted, problems);
  const found = await inTurns(chosen, async ([key, settings]) => {
    const name = settings.service ?? key;
    const answer = await collect(async () => ({ instances: await registry.instances(name) }));
    if (answer === undefined) return [];
    if (answer.instances !== undefined) {
      return [[key, assemble(key, settings, answer.instances, registry.assembly, problems)] as const];
    }
    if ("services" in wanted) {
      problems.push({
        id: "discovery/unknown-service",
        path: `services.${key}`,
        message: `${JSON.stringify(name)} is a proxy or gateway of the registry's own mesh, and no service to call`,
        got: `${JSON.stringify(name)} of kind proxy or gateway`,
        expected: "a service that takes calls",
        fix: "name the service that it stands before",
      });
    }
    return [];
  });
  if (problems.length > 0) {
    const inOrder = [...problems].sort((a, b) => (`${a.path} ${a.id}` < `${b.path} ${b.id}` ? -1 : 1));
    throw new MeshError(registry.subject, inOrder);
  }
  const assembled = found
    .flat()
    .flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const]));
  return {
    external: Object.fromEntries(assembled.map(([key, { external }]) => [key, external])),
    workloadEntries: Object.fromEntries(
      assembled.map(([key, { workloadEntries }]) => [key, workloadEntries]),
    ),
  };
}

function choose(
  names: readonly string[],
  wanted: Wanted,
  problems: InputProblem[],
): readonly (readonly [string, ImportedService])[] {
  if ("all" in wanted) {
    const taken = new Map<string, string>();
    return [...names].sort().flatMap((name): (readonly [string, ImportedService])[] => {
      const key = name.toLowerCase().replaceAll("_", "-");
      const other = taken.get(key);
      taken.set(key, name);
      if (other === undefined) return [[key, { ...withProtocol(wanted.all), service: name }]];
      problems.push({
        id: "discovery/same-name",
        path: `services.${key}`,
        message: `would stand for ${JSON.stringify(other)} and for ${JSON.stringify(name)}`,
        got: `${JSON.stringify(other)} and ${JSON.stringify(name)}`,
        expected: "names that differ in more than case, '_' and '-'",
        fix: "name the services that are imported: services",
      });
      return [];
    });
  }
  const known = new Set(names);
  return Object.entries(wanted.services)
    .map(([key, settings]) => [key, withProtocol(settings)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .filter(([key, { service = key }]) => {
      if (known.has(service)) return true;
      const meant = closest(service, names);
      problems.push({
        id: "discovery/unknown-service",
        path: `services.${key}`,
        message: `the registry has no service ${JSON.stringify(service)}, or the token may not see it`,
        got: JSON.stringify(service),
        expected: listNames(names),
        fix: meant === undefined ? "see what the registry lists" : `did you mean ${JSON.stringify(meant)}?`,
      });
      return false;
    });
}

/** Enough of what a registry has to recognise it; some have thousands. */
function listNames(names: readonly string[]): string {
  if (names.length === 0) return "a service of the registry, which shows none";
  const more = names.length - MOST_LISTED;
  const listed = [...names].sort().slice(0, MOST_LISTED);
  return `one of ${listed.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

function withProtocol(settings: ImportedServiceDeclaration): ImportedService {
  return typeof settings === "string" ? { protocol: settings } : settings;
}

/** What is wrong with the arguments of an import that a caller without a compiler may give. */
export function wantedProblems(wanted: object): readonly InputProblem[] {
  if (Array.isArray((wanted as { readonly services?: unknown }).services)) {
    const { services } = wanted as { readonly services: unknown };
    return [
      {
        id: "discovery/argument",
        path: "services",
        message: "is a list, and does not say what the services speak",
        got: show(services),
        expected: 'protocols by name, such as { payments: "http" }',
        fix: "name a protocol for each",
      },
    ];
  }
  const { services, all } = wanted as { readonly services?: unknown; readonly all?: unknown };
  const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;
  if ((services === undefined) === (all === undefined)) {
    return [
      {
        id: "discovery/argument",
        path: "services",
        message: services === undefined ? "is missing" : "stands beside all",
        got: services === undefined ? "neither services nor all" : "services and all",
        expected: "either services or all",
        fix: 'name the services, such as { payments: "http" }, or give all one protocol: all: "http"',
      },
    ];
  }
  const given: (readonly [string, unknown])[] =
    services === undefined
      ? [["all", all]]
      : isObject(services)
        ? Object.entries(services).map(([key, value]) => [`services.${key}`, value] as const)
        : [["services", services]];
  return given.flatMap(([path, value]) => {
    const protocol: unknown = isObject(value) ? (value as { protocol?: unknown }).protocol : value;
    if (PROTOCOLS.includes(protocol as Protocol)) return [];
    return [
      {
        id: "discovery/argument",
        path,
        message: "says no protocol that is known here",
        got: show(protocol),
        expected: oneOf(PROTOCOLS),
        fix: "write what is spoken there",
      },
    ];
  });
}

async function inTurns<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++) {
      const item = items[index];
      if (item !== undefined) results[index] = await work(item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, worker));
  return results;
}
