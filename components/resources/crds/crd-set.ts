import type { StructuralSchema } from "./structural-schema";

/** What a version of a custom resource says beside its schema. */
export interface CrdVersionSettings {
  readonly name: string;
  readonly served: boolean;
  readonly storage: boolean;
  readonly deprecated?: boolean;
  readonly subresources?: Readonly<Record<string, unknown>>;
  readonly additionalPrinterColumns?: readonly Readonly<Record<string, unknown>>[];
  readonly selectableFields?: readonly { readonly jsonPath: string }[];
}

/** How a custom resource is called. */
export interface CrdNames {
  readonly kind: string;
  readonly listKind?: string;
  readonly plural: string;
  readonly singular?: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
}

interface CrdMetadata {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** One CustomResourceDefinition as it is stored: each distinct schema once, a version names its schema by index. */
export interface StoredCrd {
  readonly metadata: CrdMetadata;
  readonly group: string;
  readonly scope: "Namespaced" | "Cluster";
  readonly names: CrdNames;
  readonly conversion?: Readonly<Record<string, unknown>>;
  readonly preserveUnknownFields?: boolean;
  readonly versions: readonly (CrdVersionSettings & { readonly schema: number })[];
  readonly schemas: readonly StructuralSchema[];
}

/** The CustomResourceDefinitions of one release of one Go module, without any prose. */
export interface CrdSet {
  readonly source: { readonly module: string; readonly version: string; readonly file: string };
  readonly crds: readonly StoredCrd[];
}

/** A whole CustomResourceDefinition, as an API server takes it. */
export interface CustomResourceDefinition {
  readonly apiVersion: "apiextensions.k8s.io/v1";
  readonly kind: "CustomResourceDefinition";
  readonly metadata: CrdMetadata;
  readonly spec: {
    readonly group: string;
    readonly scope: "Namespaced" | "Cluster";
    readonly names: CrdNames;
    readonly conversion?: Readonly<Record<string, unknown>>;
    readonly preserveUnknownFields?: boolean;
    readonly versions: readonly (CrdVersionSettings & {
      readonly schema: { readonly openAPIV3Schema: StructuralSchema };
    })[];
  };
}

/** Writes the definitions of a set out in full, in the order of the set. */
export function expandCrdSet(set: CrdSet): CustomResourceDefinition[] {
  return set.crds.map(({ metadata, versions, schemas, ...spec }) => ({
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata,
    spec: {
      ...spec,
      versions: versions.map(({ schema, ...settings }) => ({
        ...settings,
        schema: { openAPIV3Schema: schemaAt(schemas, schema, metadata.name) },
      })),
    },
  }));
}

/**
 * The version of a kind to write: `v1` where it is served, else the newest served one in the order in which Kubernetes
 * ranks versions (stable before beta before alpha, then the higher number).
 */
export function preferredVersion(crd: StoredCrd): StoredCrd["versions"][number] {
  const [best] = crd.versions.filter((v) => v.served).sort((a, b) => compareVersions(a.name, b.name));
  if (best === undefined) throw new Error(`${crd.metadata.name} serves no version`);
  return best;
}

/** The schema that a version of a stored definition has. */
export function schemaOfVersion(crd: StoredCrd, version: StoredCrd["versions"][number]): StructuralSchema {
  return schemaAt(crd.schemas, version.schema, crd.metadata.name);
}

function schemaAt(schemas: readonly StructuralSchema[], index: number, name: string): StructuralSchema {
  const schema = schemas[index];
  if (schema === undefined) throw new Error(`${name} refers to schema ${index}, but stores ${schemas.length}`);
  return schema;
}

/** Negative when `a` ranks before `b`. */
function compareVersions(a: string, b: string): number {
  const [x, y] = [rank(a), rank(b)];
  return y.stability - x.stability || y.major - x.major || y.minor - x.minor;
}

function rank(version: string): { stability: number; major: number; minor: number } {
  const [, major, stage, minor] = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version) ?? [];
  const stability = major === undefined ? -1 : stage === undefined ? 2 : stage === "beta" ? 1 : 0;
  return { stability, major: Number(major ?? 0), minor: Number(minor ?? 0) };
}
