import type { RecordedResource } from "../recorded";
import { isPropertyObject, Secret, type PropertyValue } from "../value";

/** A property value that is an object. */
export type PropertyObject = Readonly<Record<string, PropertyValue>>;

/** A Kubernetes object as a program gave it: secrets marked, unknown values as such, without what only a server writes. */
export interface ProgramObject {
  readonly resource: RecordedResource;
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
  /** Name and namespace for those who print: `[secret]` where the program marked them so. */
  readonly shown: { readonly name: string; readonly namespace?: string };
  readonly content: PropertyObject;
  /** It names only the fields that it changes of an object that is there already. */
  readonly partial: boolean;
}

/** Metadata that an API server writes, and refuses or ignores from others. */
const SERVER_METADATA: readonly string[] = [
  "creationTimestamp",
  "generation",
  "managedFields",
  "resourceVersion",
  "selfLink",
  "uid",
];

/** What Pulumi's own Kubernetes provider reads, and nobody else. */
const PULUMI_ANNOTATION = /^pulumi\.com\//;

/** `kubernetes:<group>/<version>:<Kind>`; the core group is called `core`. */
const TYPE = /^kubernetes:([^:/]+)\/([^:]+):([^:]+)$/;

/** Packages of the Kubernetes provider that hold no objects of a cluster's API. */
const NO_API_GROUP = /^(helm\.sh|yaml|kustomize)$/;

/**
 * The objects of a resource: none where it is no Kubernetes object, several where it is a list of them. What was read from
 * the cluster is not of this stack, so it is none either.
 */
export function programObjects(resource: RecordedResource): ProgramObject[] {
  const [, group, version, typeKind] = TYPE.exec(resource.type) ?? [];
  if (!resource.custom || resource.read || group === undefined || NO_API_GROUP.test(group)) return [];
  const partial = resource.inputs.kind !== undefined && `${text(resource.inputs.kind)}Patch` === typeKind;
  const kind = text(resource.inputs.kind) ?? typeKind ?? "";
  const apiVersion =
    text(resource.inputs.apiVersion) ?? (group === "core" ? `${version}` : `${group}/${version}`);
  const items = bare(resource.inputs.items);
  if (kind.endsWith("List") && Array.isArray(items)) {
    const secret = resource.inputs.items instanceof Secret;
    const defaults = { kind: kind.slice(0, -"List".length), apiVersion };
    return items.flatMap((item: PropertyValue) => {
      const members = bare(item);
      if (!isPropertyObject(members)) return [];
      const content = secret || item instanceof Secret ? allSecret(members) : members;
      return [programObject(resource, { ...defaults, ...content }, false)];
    });
  }
  return [programObject(resource, { ...resource.inputs, apiVersion, kind }, partial)];
}

function programObject(resource: RecordedResource, content: PropertyObject, partial: boolean): ProgramObject {
  const { metadata, status: _status, ...rest } = content;
  const given = bare(metadata);
  const cleaned = cleanMetadata(isPropertyObject(given) ? given : {});
  const marked = metadata instanceof Secret ? allSecret(cleaned) : cleaned;
  const identity = identityOf(cleaned);
  return {
    resource,
    apiVersion: text(rest.apiVersion) ?? "",
    kind: text(rest.kind) ?? "",
    ...identity,
    shown: {
      name: marked.name instanceof Secret ? "[secret]" : identity.name,
      ...(marked.namespace instanceof Secret ? { namespace: "[secret]" } : namespaceOf(identity)),
    },
    content: { ...withoutInternals(rest), metadata: marked },
    partial,
  };
}

function identityOf(metadata: PropertyObject): { readonly name: string; readonly namespace?: string } {
  const name = text(metadata.name) ?? "";
  const namespace = text(metadata.namespace);
  return namespace === undefined || namespace === "" ? { name } : { name, namespace };
}

/** The namespace of an object to be spread into another, which has the key only if there is one. */
function namespaceOf({ namespace }: { readonly namespace?: string }): { readonly namespace?: string } {
  return namespace === undefined ? {} : { namespace };
}

/** Each member marked secret, as the whole was. */
function allSecret(members: PropertyObject): PropertyObject {
  return Object.fromEntries(
    Object.entries(members).map(([key, value]) => [key, value instanceof Secret ? value : new Secret(value)]),
  );
}

function cleanMetadata(metadata: PropertyObject): PropertyObject {
  const { annotations, ...rest } = metadata;
  const kept = Object.entries(rest).filter(([key]) => !SERVER_METADATA.includes(key));
  const given = bare(annotations);
  if (!isPropertyObject(given)) return Object.fromEntries(kept);
  const own = Object.entries(given).filter(([key]) => !PULUMI_ANNOTATION.test(key));
  const marked = Object.fromEntries(own);
  return Object.fromEntries([
    ...kept,
    ...(own.length === 0
      ? []
      : [["annotations", annotations instanceof Secret ? new Secret(marked) : marked] as const]),
  ]);
}

/** The provider's own notes about an object start with two underscores. */
function withoutInternals(content: PropertyObject): PropertyObject {
  return Object.fromEntries(Object.entries(content).filter(([key]) => !key.startsWith("__")));
}

function text(value: PropertyValue | undefined): string | undefined {
  const plain = bare(value);
  return typeof plain === "string" ? plain : undefined;
}

function bare(value: PropertyValue | undefined): PropertyValue | undefined {
  return value instanceof Secret ? bare(value.reveal()) : value;
}

/** `Deployment istio-system/istiod`, `Namespace shop`: how messages name an object. */
export function objectTitle({ kind, shown: { name, namespace } }: ProgramObject): string {
  return `${kind} ${namespace === undefined ? name : `${namespace}/${name}`}`;
}
