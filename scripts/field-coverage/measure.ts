import type { MeshManifest } from "../../components/compile";
import { preferredVersion, schemaOfVersion, type StoredCrd } from "../../components/resources/crds/crd-set";
import { istioCrds } from "../../components/resources/crds/istio";
import { fieldsOf, fieldsSet } from "./fields";

/** The kinds of the table, in its order. */
export const KINDS = [
  "VirtualService",
  "DestinationRule",
  "ServiceEntry",
  "Sidecar",
  "Gateway",
  "WorkloadEntry",
  "WorkloadGroup",
  "ProxyConfig",
  "EnvoyFilter",
  "WasmPlugin",
  "TrafficExtension",
] as const;

export type CoveredKind = (typeof KINDS)[number];

/** What the words of the intent reach of one kind. */
export interface Coverage {
  readonly kind: CoveredKind;
  /** Every field below `spec`, and whether a word sets it. */
  readonly fields: ReadonlyMap<string, boolean>;
}

/**
 * How much of each kind is typed: the fields that are found in compiled objects.
 *
 * @param manifests objects that were compiled without any hook, so that whatever they hold a word of the intent set
 */
export function measure(manifests: readonly MeshManifest[]): readonly Coverage[] {
  return KINDS.map((kind) => {
    const schema = specOf(kind);
    const set = new Set(
      manifests.filter((each) => each.kind === kind).flatMap(({ spec }) => fieldsSet(schema, spec)),
    );
    return { kind, fields: new Map([...new Set(fieldsOf(schema))].map((field) => [field, set.has(field)])) };
  });
}

/** Whole percent, rounded down, so that a figure never says more than there is. */
export function percent({ fields }: Coverage): number {
  return Math.floor((100 * typed({ fields })) / fields.size);
}

export function typed({ fields }: Pick<Coverage, "fields">): number {
  return [...fields.values()].filter(Boolean).length;
}

function specOf(kind: CoveredKind): NonNullable<ReturnType<typeof schemaOfVersion>["properties"]>[string] {
  const crd: StoredCrd | undefined = istioCrds.crds.find(({ names }) => names.kind === kind);
  const spec = crd && schemaOfVersion(crd, preferredVersion(crd)).properties?.["spec"];
  if (spec === undefined) throw new Error(`there is no custom resource ${kind} with a spec`);
  return spec;
}
