import { z } from "zod";
import type { Protocol } from "../intent";
import type { ImportedCatalogue, ImportedService, ImportedServiceDeclaration } from "./imported-catalogue";
import { importFrom, type ImportRequest } from "./import-from";
import type { ImportOptions, Registry } from "./import-services";
import type { Instance } from "./instance";
import { type RegistryClient, RegistryFailure } from "./registry-client";
import type { RegistryConnection } from "./registry-connection";

/** Where a Nomad is, and how its services become hosts of the mesh. */
export interface NomadOptions extends RegistryConnection, ImportOptions {
  /** @default "default" */
  readonly namespace?: string;
  /** @default - that of the agent at `address` */
  readonly region?: string;
  /** Under which host names are made; Nomad has no DNS of its own. @default "service.nomad" */
  readonly domain?: string;
}

const list = z.array(
  z.object({
    Namespace: z.string(),
    Services: z.array(z.object({ ServiceName: z.string() })).nullable(),
  }),
);

const registrations = z.array(
  z.object({
    ID: z.string(),
    Address: z.string(),
    Port: z.int().min(0).max(65_535),
    Datacenter: z.string().default(""),
    Tags: z.array(z.string()).nullish(),
  }),
);

/** More pages than this are a server that never ends. */
const MOST_PAGES = 1000;

/**
 * Imports services that Nomad itself keeps (`provider = "nomad"`) while the program runs: `/v1/services` says which there
 * are, `/v1/service/NAME` where they run. Nomad lists an instance as long as its allocation runs, so all of them count as
 * healthy; results of checks are not in this API.
 *
 * @throws MeshError with every problem at once, as {@link fromConsul} does
 * @example
 * const nomad = await fromNomad({
 *   address: "https://nomad.example:4646",
 *   token: new pulumi.Config().requireSecret("nomadToken"),
 *   services: { cache: { protocol: "tcp", service: "example-cache-redis", port: 6379, addresses: ["240.0.0.9"] } },
 * });
 * @see https://developer.hashicorp.com/nomad/api-docs/services
 */
export function fromNomad<const S extends Readonly<Record<string, ImportedServiceDeclaration>>>(
  options: NomadOptions & { readonly services: S; readonly all?: undefined },
): Promise<ImportedCatalogue<keyof S & string>>;
/** Imports every service of the namespace, with one protocol for all. */
export function fromNomad(
  options: NomadOptions & {
    readonly all: Protocol | Omit<ImportedService, "service" | "host">;
    readonly services?: undefined;
  },
): Promise<ImportedCatalogue>;
export function fromNomad(options: NomadOptions & ImportRequest): Promise<ImportedCatalogue> {
  return importFrom({ name: "Nomad", tokenHeader: "X-Nomad-Token", registry: asRegistry }, options);
}

function asRegistry(client: RegistryClient, options: NomadOptions, subject: string): Registry {
  const { namespace = "default", region } = options;
  const place = { namespace, ...(region !== undefined && { region }) };
  return {
    subject,
    assembly: {
      domain: options.domain ?? "service.nomad",
      localities: options.localities ?? {},
      tagLabels: options.tagLabels ?? false,
      whenNoneHealthy: options.whenNoneHealthy ?? "fail",
    },
    names: async () => {
      const { value } = await client.get(`/v1/services?${new URLSearchParams(place).toString()}`, list);
      return value
        .filter((each) => each.Namespace === namespace)
        .flatMap(({ Services }) => (Services ?? []).map(({ ServiceName }) => ServiceName));
    },
    instances: async (name) => {
      const all: Instance[] = [];
      let page: string | undefined;
      for (let count = 0; count < MOST_PAGES; count++) {
        const query = new URLSearchParams({ ...place, ...(page !== undefined && { next_token: page }) });
        const { value, headers } = await client.get(
          `/v1/service/${encodeURIComponent(name)}?${query.toString()}`,
          registrations,
        );
        all.push(...value.map(instance));
        const next = headers["x-nomad-nexttoken"];
        if (typeof next !== "string" || next === "") return all;
        page = next;
      }
      throw new RegistryFailure({
        id: "discovery/too-large",
        path: `GET /v1/service/${encodeURIComponent(name)}`,
        message: `has more than ${MOST_PAGES} pages`,
        got: `${all.length} instances, and a next page`,
        expected: `a last page after ${MOST_PAGES} at most`,
        fix: "see whether the server repeats itself",
      });
    },
  };
}

function instance({ ID, Address, Port, Datacenter, Tags }: z.infer<typeof registrations>[number]): Instance {
  return {
    id: ID,
    address: Address,
    port: Port,
    weight: 1,
    healthy: true,
    datacenter: Datacenter,
    tags: Tags ?? [],
    labels: {},
  };
}
