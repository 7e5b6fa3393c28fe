import { z } from "zod";
import type { Protocol } from "../intent";
import type { ImportedCatalogue, ImportedService, ImportedServiceDeclaration } from "./imported-catalogue";
import { importFrom, type ImportRequest } from "./import-from";
import type { ImportOptions, Registry } from "./import-services";
import type { Instance } from "./instance";
import type { RegistryClient } from "./registry-client";
import type { RegistryConnection } from "./registry-connection";

/** Where a Consul is, and how its services become hosts of the mesh. */
export interface ConsulOptions extends RegistryConnection, ImportOptions {
  /** The datacenters to ask, whose instances are put together. @default - that of the agent at `address` */
  readonly datacenters?: readonly string[];
  /** The namespace of Consul Enterprise. @default - that of the token */
  readonly namespace?: string;
  /** Under which host names are made. @default "service.consul", the domain of Consul's own DNS */
  readonly domain?: string;
  /** Which health an instance needs: with `"warning"` it takes part with the weight that it has then. @default "passing" */
  readonly health?: "passing" | "warning";
  /** Which of the addresses of an instance is dialled, such as `"wan"`. @default - its own, or its node's */
  readonly taggedAddress?: string;
  /** Keys of the instances' `Meta` that become labels, such as `["version"]`. @default - none */
  readonly metaLabels?: readonly string[];
}

const catalogue = z.record(z.string(), z.array(z.string()));

const health = z.array(
  z.object({
    Node: z.object({
      Node: z.string().default(""),
      Address: z.string().default(""),
      Datacenter: z.string().default(""),
    }),
    Service: z.object({
      ID: z.string(),
      /** Empty for what is called; proxies and gateways of Consul's own mesh say what they are. */
      Kind: z.string().nullish(),
      Tags: z.array(z.string()).nullish(),
      Address: z.string().default(""),
      Port: z.int().min(0).max(65_535),
      Weights: z.object({ Passing: z.int(), Warning: z.int() }).nullish(),
      Meta: z.record(z.string(), z.string()).nullish(),
      TaggedAddresses: z
        .record(
          z.string(),
          z.object({
            Address: z.string().optional(),
            address: z.string().optional(),
            Port: z.int().optional(),
            port: z.int().optional(),
          }),
        )
        .nullish(),
    }),
    Checks: z.array(z.object({ Status: z.string() })).nullish(),
  }),
);

type Entry = z.infer<typeof health>[number];

/** Consul lists itself among its services. */
const ITSELF = "consul";

/**
 * Imports services from Consul's HTTP API while the program runs: `/v1/catalog/services` says which there are, and
 * `/v1/health/service/NAME` where they run and how they are. A change in Consul takes effect with the next `pulumi up`.
 *
 * @throws MeshError with every problem at once: a registry that cannot be reached, refuses or answers something else, a
 * service that is not there, and one without a healthy instance
 * @example
 * const consul = await fromConsul({
 *   address: "https://consul.example:8501",
 *   token: new pulumi.Config().requireSecret("consulToken"),
 *   services: { payments: "http", ledger: { protocol: "grpc", service: "ledger-api", port: 9000 } },
 * });
 * const shop = defineMesh("shop", { services: {}, external: consul.external });
 * @see https://developer.hashicorp.com/consul/api-docs/health#list-service-instances-for-service
 */
export function fromConsul<const S extends Readonly<Record<string, ImportedServiceDeclaration>>>(
  options: ConsulOptions & { readonly services: S; readonly all?: undefined },
): Promise<ImportedCatalogue<keyof S & string>>;
/** Imports every service, with one protocol for all; their names are known only while the program runs. */
export function fromConsul(
  options: ConsulOptions & {
    readonly all: Protocol | Omit<ImportedService, "service" | "host">;
    readonly services?: undefined;
  },
): Promise<ImportedCatalogue>;
export function fromConsul(options: ConsulOptions & ImportRequest): Promise<ImportedCatalogue> {
  return importFrom({ name: "Consul", tokenHeader: "X-Consul-Token", registry: asRegistry }, options);
}

function asRegistry(client: RegistryClient, options: ConsulOptions, subject: string): Registry {
  const datacenters: readonly (string | undefined)[] = options.datacenters ?? [undefined];
  const query = (datacenter: string | undefined): string => {
    const parameters = new URLSearchParams({
      ...(datacenter !== undefined && { dc: datacenter }),
      ...(options.namespace !== undefined && { ns: options.namespace }),
    }).toString();
    return parameters === "" ? "" : `?${parameters}`;
  };
  return {
    subject,
    assembly: {
      domain: options.domain ?? "service.consul",
      localities: options.localities ?? {},
      tagLabels: options.tagLabels ?? false,
      whenNoneHealthy: options.whenNoneHealthy ?? "fail",
    },
    names: async () => {
      const lists = await Promise.all(
        datacenters.map((dc) => client.get(`/v1/catalog/services${query(dc)}`, catalogue)),
      );
      return [...new Set(lists.flatMap(({ value }) => Object.keys(value)))].filter((name) => name !== ITSELF);
    },
    instances: async (name) => {
      const lists = await Promise.all(
        datacenters.map((dc) =>
          client.get(`/v1/health/service/${encodeURIComponent(name)}${query(dc)}`, health),
        ),
      );
      const entries = lists.flatMap(({ value }) => value);
      const called = entries.filter(({ Service }) => (Service.Kind ?? "") === "");
      if (called.length === 0 && entries.length > 0) return undefined;
      return called.map((entry) => instance(entry, options));
    },
  };
}

function instance({ Node, Service, Checks }: Entry, options: ConsulOptions): Instance {
  const statuses = (Checks ?? []).map(({ Status }) => Status);
  const passing = statuses.every((status) => status === "passing");
  const warning = statuses.every((status) => status === "passing" || status === "warning");
  const tagged =
    options.taggedAddress === undefined ? undefined : Service.TaggedAddresses?.[options.taggedAddress];
  const weight = passing ? (Service.Weights?.Passing ?? 1) : (Service.Weights?.Warning ?? 1);
  const meta = Service.Meta ?? {};
  return {
    id: `${Node.Datacenter} ${Node.Node} ${Service.ID}`,
    address: tagged?.Address ?? tagged?.address ?? (Service.Address === "" ? Node.Address : Service.Address),
    port: tagged?.Port ?? tagged?.port ?? Service.Port,
    weight: Math.max(1, weight),
    // With a weight of 0 an instance gets nothing, however well it is.
    healthy: (passing || (options.health === "warning" && warning)) && weight > 0,
    datacenter: Node.Datacenter,
    tags: Service.Tags ?? [],
    labels: Object.fromEntries(
      (options.metaLabels ?? []).flatMap((key) => {
        const value = Object.hasOwn(meta, key) ? meta[key] : undefined;
        return value === undefined ? [] : [[key, value]];
      }),
    ),
  };
}
