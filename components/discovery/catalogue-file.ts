import { readFile } from "node:fs/promises";
import { load } from "js-yaml";
import { type InputProblem, MeshError } from "../intent/problem";
import { catalogueShape, type CatalogueShape } from "./catalogue-shape";
import type { ImportedCatalogue, ImportedService } from "./imported-catalogue";
import { type ImportOptions, importServices } from "./import-services";
import type { Instance } from "./instance";
import { describeIssue } from "./shape-issue";

/** What of a file is imported, and how. */
export interface CatalogueFileOptions<K extends string = string> extends ImportOptions {
  /** The services to take, so that their names are known to the compiler. @default - all of the file */
  readonly services?: readonly K[];
  /** Under which the host names of services are made that have none. @default "registry.internal" */
  readonly domain?: string;
}

type FileService = CatalogueShape["services"][string];

/**
 * Imports services from a JSON or YAML file, the way for registries without an importer of their own: Mesos, ZooKeeper,
 * an inventory. `catalogue.schema.json` says what it holds.
 *
 * @param file relative to the working directory, which is the project's in a Pulumi program
 * @throws MeshError with every problem of the file at once
 * @example
 * const mesos = await fromCatalogueFile("services.yaml", { services: ["billing", "search"] });
 * const shop = defineMesh("shop", { services: {}, external: mesos.external });
 */
export async function fromCatalogueFile<const K extends string = string>(
  file: string,
  options: CatalogueFileOptions<K> = {},
): Promise<ImportedCatalogue<K>> {
  const catalogue = await read(file);
  const wanted: readonly string[] = options.services ?? Object.keys(catalogue.services);
  const imported = await importServices(
    {
      subject: file,
      assembly: {
        domain: options.domain ?? "registry.internal",
        localities: options.localities ?? {},
        tagLabels: options.tagLabels ?? false,
        whenNoneHealthy: options.whenNoneHealthy ?? "fail",
      },
      names: () => Promise.resolve(Object.keys(catalogue.services)),
      instances: (name) => Promise.resolve(instancesOf(catalogue.services[name])),
    },
    { services: Object.fromEntries(wanted.map((key) => [key, settingsOf(catalogue.services[key])])) },
  );
  // The names that were asked for are those that come back, or there is an error.
  return imported as ImportedCatalogue<K>;
}

async function read(file: string): Promise<CatalogueShape> {
  const refuse = (problems: readonly InputProblem[]): never => {
    throw new MeshError(`catalogue ${file}`, problems);
  };
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) =>
    refuse([
      {
        id: "discovery/unreadable",
        path: file,
        message: "cannot be read",
        got: error.code ?? error.message,
        expected: "a JSON or YAML file",
        fix: "give a file that is there; a relative path starts at the working directory",
      },
    ]),
  );
  let value: unknown;
  try {
    // JSON is YAML.
    value = load(text);
  } catch (error) {
    return refuse([
      {
        id: "discovery/not-yaml",
        path: file,
        message: "is neither JSON nor YAML",
        got: error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error),
        expected: "JSON or YAML",
        fix: "correct the line",
      },
    ]);
  }
  const parsed = catalogueShape.safeParse(value);
  if (parsed.success) return parsed.data;
  return refuse(
    parsed.error.issues.map((issue) => ({
      id: "discovery/unexpected-shape",
      path:
        issue.path
          .map((step, index) =>
            typeof step === "number" ? `[${step}]` : `${index > 0 ? "." : ""}${String(step)}`,
          )
          .join("") || file,
      message: "is not what a catalogue holds there",
      ...describeIssue(issue, value),
      fix: "write what catalogue.schema.json says",
    })),
  );
}

function settingsOf(service: FileService | undefined): ImportedService {
  // One that is not in the file is reported by its name.
  if (service === undefined) return { protocol: "tcp" };
  const { protocol, port, portName, host, addresses, location, subsets } = service;
  return {
    protocol,
    ...(port !== undefined && { port }),
    ...(portName !== undefined && { portName }),
    ...(host !== undefined && { host }),
    ...(addresses !== undefined && { addresses }),
    ...(location !== undefined && { location }),
    ...(subsets !== undefined && { subsets }),
  };
}

function instancesOf(service: FileService | undefined): readonly Instance[] {
  return (service?.instances ?? []).map(
    ({ address, port, weight = 1, healthy = true, datacenter, locality, tags = [], labels = {} }) => ({
      id: `${address}:${port ?? ""}`,
      address,
      port: port ?? service?.port ?? 0,
      weight,
      healthy,
      ...(datacenter !== undefined && { datacenter }),
      ...(locality !== undefined && { locality }),
      tags,
      labels,
    }),
  );
}
