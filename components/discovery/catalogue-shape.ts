import { z } from "zod";

const name = z.string().min(1);
const port = z.int().min(1).max(65_535);
const labels = z.record(z.string(), z.string());

/** One running copy of a service. */
const instance = z.strictObject({
  address: name.describe("An IP address, or a host name"),
  port: port.optional().describe("The port that it listens on; left out, the service's"),
  weight: z
    .int()
    .min(1)
    .optional()
    .describe("Its share of the traffic, relative to the others'; left out, 1"),
  healthy: z.boolean().optional().describe("false keeps it out; left out, true"),
  datacenter: name.optional().describe("Where it runs, as the registry calls that"),
  locality: name.optional().describe("Where it runs, as region/zone/subzone; counts before datacenter"),
  tags: z.array(name).optional(),
  labels: labels.optional(),
});

const service = z.strictObject({
  protocol: z.enum(["http", "http2", "grpc", "https", "tls", "tcp"]),
  port: port.optional().describe("The port that workloads dial; left out, that of the instances"),
  portName: name.optional().describe("Left out, the protocol"),
  host: name
    .optional()
    .describe("The host name that workloads call; left out, its name under the import's domain"),
  addresses: z
    .array(name)
    .optional()
    .describe("Virtual IP addresses that workloads dial; a tcp port needs them"),
  location: z.enum(["external", "internal"]).optional(),
  subsets: z
    .record(z.string(), z.union([z.strictObject({ tag: name }), z.strictObject({ labels })]))
    .optional()
    .describe("Parts of the instances, by a tag or by labels"),
  instances: z.array(instance),
});

/** A catalogue in a file: what any registry can be written as. */
export const catalogueShape = z.strictObject({
  $schema: z.string().optional(),
  services: z.record(z.string(), service),
});

export type CatalogueShape = z.infer<typeof catalogueShape>;

/** The shape as a JSON schema, which `catalogue.schema.json` holds for editors and for whoever writes such files. */
export function catalogueSchema(): object {
  return {
    ...z.toJSONSchema(catalogueShape, { target: "draft-7" }),
    title: "Services of a registry, for fromCatalogueFile",
  };
}
