import { preferredVersion, schemaOfVersion, type StoredCrd } from "../../components/resources/crds/crd-set";
import { kebab } from "./type-names";

/** Where a generated class finds what is not generated, relative to its own folder. */
export interface ClassImports {
  readonly types: string;
  readonly resources: string;
}

/** The resource class of one kind: its tokens and its types; everything it does is in `MeshResource`. */
export function renderClass(crd: StoredCrd, banner: string, imports: ClassImports): string {
  const { kind } = crd.names;
  const version = preferredVersion(crd);
  const apiVersion = `${crd.group}/${version.name}`;
  const token = `kubernetes:${apiVersion}:${kind}`;
  const aliases = crd.versions
    .filter((v) => v.name !== version.name)
    .map((v) => `"kubernetes:${crd.group}/${v.name}:${kind}"`);
  const schema = schemaOfVersion(crd, version);
  const hasStatus = schema.properties?.status !== undefined;
  const status = hasStatus ? `${kind}Status` : "undefined";
  const types = [`${kind}Manifest`, `${kind}Spec`, ...(hasStatus ? [`${kind}Status`] : [])];
  const optional = schema.required?.includes("spec") ? "" : ` | undefined`;
  return `${banner}
import type * as pulumi from "@pulumi/pulumi";
import type { ${types.join(", ")} } from "${imports.types}/${kebab(kind)}";
import type { ResourceArgs } from "${imports.resources}/inputs";
import { MeshResource, hasToken } from "${imports.resources}/mesh-resource";

/** What a ${kind} resource takes: its manifest, whose leaves may be Outputs. */
export type ${kind}Args = ResourceArgs<${kind}Manifest>;

/** A ${kind} (${apiVersion}) in a cluster. */
export class ${kind} extends MeshResource<${kind}Spec${optional}, ${status}> {
  static readonly __pulumiType = "${token}";
  static readonly apiVersion = "${apiVersion}";
  static readonly kind = "${kind}";

  /** Reads one that exists; \`id\` is \`${crd.scope === "Namespaced" ? "namespace/name" : "name"}\`. */
  static get(name: string, id: pulumi.Input<pulumi.ID>, opts?: pulumi.CustomResourceOptions): ${kind} {
    return new ${kind}(name, undefined, { ...opts, id });
  }

  static override isInstance(value: unknown): value is ${kind} {
    return hasToken(value, ${kind}.__pulumiType);
  }

  constructor(name: string, args: ${kind}Args | undefined, opts?: pulumi.CustomResourceOptions) {
    super(${kind}, name, args, [${aliases.join(", ")}], opts);
  }
}
`;
}
