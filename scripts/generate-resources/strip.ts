import type { CustomResourceDefinition, CrdSet, StoredCrd } from "../../components/resources/crds/crd-set";
import type { StructuralSchema } from "../../components/resources/crds/structural-schema";
import type { SetSource } from "./sets";

/**
 * Fields of a schema that tell a reader something and a server nothing. `message` of a CEL rule stays: a server answers
 * with it.
 */
const prose = new Set(["description", "externalDocs", "example", "title"]);

/** A schema without its prose. A property that is itself called `description` stays. */
export function stripSchema(schema: Record<string, unknown>): StructuralSchema {
  const kept: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(schema)) {
    if (prose.has(key)) continue;
    kept[key] = stripKeyword(key, value);
  }
  return kept as StructuralSchema;
}

function stripKeyword(key: string, value: unknown): unknown {
  switch (key) {
    case "properties":
      return Object.fromEntries(
        Object.entries(value as Record<string, Record<string, unknown>>).map(([name, s]) => [
          name,
          stripSchema(s),
        ]),
      );
    case "items":
    case "not":
      return stripSchema(value as Record<string, unknown>);
    case "additionalProperties":
      return typeof value === "boolean" ? value : stripSchema(value as Record<string, unknown>);
    case "oneOf":
    case "anyOf":
    case "allOf":
      return (value as Record<string, unknown>[]).map(stripSchema);
    default:
      return value;
  }
}

/**
 * A definition without prose, in full. `deprecationWarning` goes too (a server makes its own when `deprecated` is set),
 * and so does what tools leave behind (`status`, `creationTimestamp`).
 */
export function stripDefinition(definition: Record<string, unknown>): CustomResourceDefinition {
  const { metadata, spec } = definition as unknown as CustomResourceDefinition;
  const { name, labels, annotations } = metadata;
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name, ...(labels && { labels }), ...(annotations && { annotations }) },
    spec: {
      ...spec,
      versions: spec.versions.map((version) => {
        const { deprecationWarning: _, ...kept } = version as typeof version & {
          deprecationWarning?: string;
        };
        return {
          ...kept,
          ...(kept.additionalPrinterColumns && {
            additionalPrinterColumns: kept.additionalPrinterColumns.map(
              ({ description: _, ...column }) => column,
            ),
          }),
          schema: { openAPIV3Schema: stripSchema({ ...kept.schema.openAPIV3Schema }) },
        };
      }),
    },
  };
}

/** Stores definitions with each distinct schema once. Ordered by name, so that the result depends on nothing else. */
export function toCrdSet(source: SetSource, definitions: readonly Record<string, unknown>[]): CrdSet {
  const crds = definitions
    .map((d) => storeDefinition(stripDefinition(d)))
    .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  return { source: { module: source.module, version: source.version, file: source.file }, crds };
}

function storeDefinition({ metadata, spec }: CustomResourceDefinition): StoredCrd {
  const schemas = new Map<string, { index: number; schema: StructuralSchema }>();
  const versions = spec.versions.map(({ schema: { openAPIV3Schema: schema }, ...settings }) => {
    const key = JSON.stringify(schema);
    const known = schemas.get(key) ?? { index: schemas.size, schema };
    schemas.set(key, known);
    return { ...settings, schema: known.index };
  });
  return { metadata, ...spec, versions, schemas: [...schemas.values()].map(({ schema }) => schema) };
}
