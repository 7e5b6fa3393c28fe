import type { Deployment, RecordedResource } from "../recorded";
import { containsSecret, Secret } from "../value";
import { batches } from "./apply-order";
import { objectDependencies } from "./dependencies";
import { groupFinder, isComponent, type Group } from "./groups";
import { compareObjects } from "./kind-order";
import { objectTitle, programObjects, type ProgramObject } from "./kubernetes-object";
import { plain, unwritable, type Plain, type Unwritable } from "./leaves";
import { holdsSecret } from "./objects-of";
import { toYamlStream } from "./yaml";

/** Which object a manifest holds, and who made it. */
export interface ManifestObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  readonly urn: string;
}

/** One file, not yet written. */
export interface ManifestFile {
  /** `02-mesh-control-plane.yaml`; `.secret.yaml` where it is for its owner alone. */
  readonly name: string;
  /** 0o600 for secrets, else 0o644. */
  readonly mode: number;
  /** The YAML; marked secret where it holds secret values. */
  readonly content: string | Secret;
  readonly objects: readonly ManifestObject[];
}

/** Something that a reader of the manifests would otherwise miss. */
export interface ManifestNote {
  readonly urn: string;
  /** `Deployment istio-system/istiod`; for a resource that is no object, its type and name. */
  readonly object: string;
  /** Where in the object: `spec.hosts[0]`. */
  readonly path?: string;
  readonly message: string;
}

/** What a stack looks like as manifests. */
export interface RenderedManifests {
  /** In the order in which to apply them, which is that of their names. */
  readonly files: readonly ManifestFile[];
  readonly notes: readonly ManifestNote[];
}

interface FileKey {
  readonly group: Group;
  readonly secret: boolean;
}

const CRDS: Group = { slug: "crds", title: "custom resource definitions" };

const WHY: Readonly<Record<Unwritable["why"], string>> = {
  unknown: "is known only after deployment",
  reference: "is a reference to a resource, which a manifest cannot hold",
  asset: "is a file or an archive, which a manifest cannot hold",
};

/**
 * The Kubernetes objects of a deployment as manifest files: one for each component, numbered in apply order, with secrets
 * in files of their own. A component has two where something else must be applied in between. Custom resource definitions
 * come first, in a file of their own. The same deployment gives the same bytes.
 *
 * An object with a value that is known only after deployment is left out, and a note says which: half an object would be
 * applied without complaint.
 *
 * @example
 * for (const { name, objects } of renderManifests(deployment).files) console.log(name, objects.length);
 */
export function renderManifests(deployment: Deployment): RenderedManifests {
  const all = deployment.resources.flatMap(programObjects);
  const notes = [...deployment.resources.flatMap((resource) => expansionNotes(resource, deployment, all))];
  const objects = all.filter((object) => {
    const places = unwritable(object.content);
    notes.push(...places.map((place) => unwritableNote(object, place)));
    return places.length === 0;
  });
  notes.push(...objects.filter(({ partial }) => partial).map(partialNote));
  notes.push(...objects.filter(({ name }) => name === "").map(namelessNote));
  notes.push(...repetitionNotes(objects));

  const [definitions, others] = partition(objects, isDefinition);
  const groupOf = groupFinder(deployment);
  const keys = new Map<string, FileKey>();
  const keyFor = (group: Group, object: ProgramObject): FileKey => {
    const secret = holdsSecret(object, containsSecret);
    const id = `${group.slug}/${String(secret)}`;
    const key = keys.get(id) ?? { group, secret };
    keys.set(id, key);
    return key;
  };
  const definitionBatches = batches([...definitions].sort(compareObjects), new Map(), (each) =>
    keyFor(CRDS, each),
  );
  const otherBatches = batches(others, objectDependencies(deployment, objects), (each) =>
    keyFor(groupOf(each), each),
  );
  const width = Math.max(2, String(otherBatches.length).length);
  return {
    files: [
      ...definitionBatches.map(({ key, objects: members }) => manifestFile("0".repeat(width), key, members)),
      ...otherBatches.map(({ key, objects: members }, index) =>
        manifestFile(String(index + 1).padStart(width, "0"), key, members),
      ),
    ],
    notes,
  };
}

function manifestFile(
  number: string,
  { group, secret }: FileKey,
  members: readonly ProgramObject[],
): ManifestFile {
  const contents = members.map(({ content }) => plain(content) as { readonly [key: string]: Plain });
  const yaml = toYamlStream(contents, [group.title]);
  return {
    name: `${number}-${group.slug}${secret ? ".secret" : ""}.yaml`,
    mode: secret ? 0o600 : 0o644,
    content: secret ? new Secret(yaml) : yaml,
    objects: members.map(({ apiVersion, kind, shown, resource }) => ({
      apiVersion,
      kind,
      ...shown,
      urn: resource.urn,
    })),
  };
}

function isDefinition({ apiVersion, kind, partial }: ProgramObject): boolean {
  return kind === "CustomResourceDefinition" && apiVersion.startsWith("apiextensions.k8s.io/") && !partial;
}

/** What only the real provider, with a cluster and a network, can turn into objects. */
const EXPANDED_BY_PROVIDER: readonly (readonly [RegExp, string])[] = [
  [/^kubernetes:helm\.sh\/v\d+:Release$/, "a Helm release is installed by Pulumi's provider"],
  [/^kubernetes:helm\.sh\/v\d+:Chart$/, "a Helm chart is expanded by Pulumi's provider"],
  [/^kubernetes:yaml(\/v\d+)?:Config(File|Group)$/, "these YAML files are read by Pulumi's provider"],
  [/^kubernetes:kustomize(\/v\d+)?:Directory$/, "a kustomization is expanded by Pulumi's provider"],
];

function expansionNotes(
  resource: RecordedResource,
  deployment: Deployment,
  objects: readonly ProgramObject[],
): ManifestNote[] {
  const why = EXPANDED_BY_PROVIDER.find(([type]) => type.test(resource.type))?.[1];
  if (why === undefined) return [];
  // An older kind of these expands itself inside the program; then its objects are there.
  if (isComponent(resource) && objects.some((object) => isInside(object.resource, resource.urn, deployment)))
    return [];
  const { urn, type, name } = resource;
  return [{ urn, object: `${type} ${name}`, message: `${why}: its objects are not among the manifests` }];
}

function isInside(resource: RecordedResource, ancestor: string, { resources }: Deployment): boolean {
  for (let urn = resource.parent; urn !== undefined;) {
    if (urn === ancestor) return true;
    const current = urn;
    urn = resources.find((each) => each.urn === current)?.parent;
  }
  return false;
}

function unwritableNote(object: ProgramObject, { path, why }: Unwritable): ManifestNote {
  return { ...noteOn(object), path, message: `${WHY[why]}: the object is not among the manifests` };
}

function partialNote(object: ProgramObject): ManifestNote {
  return { ...noteOn(object), message: "names only the fields that it changes: apply it with --server-side" };
}

function namelessNote(object: ProgramObject): ManifestNote {
  return {
    ...noteOn(object),
    path: "metadata.name",
    message: "is missing: create the object, it cannot be applied",
  };
}

/** Under Pulumi the second of two resources for one object fails; in files the later would silently win. */
function repetitionNotes(objects: readonly ProgramObject[]): ManifestNote[] {
  const first = new Map<string, ProgramObject>();
  const notes: ManifestNote[] = [];
  for (const object of objects.filter(({ partial, name }) => !partial && name !== "")) {
    const group = object.apiVersion.includes("/") ? object.apiVersion.split("/")[0] : "";
    const identity = JSON.stringify([
      group,
      object.kind,
      object.namespace,
      object.name,
      object.resource.provider,
    ]);
    const earlier = first.get(identity);
    if (earlier === undefined) first.set(identity, object);
    else notes.push({ ...noteOn(object), message: `is the same object as that of ${earlier.resource.urn}` });
  }
  return notes;
}

function noteOn(object: ProgramObject): Pick<ManifestNote, "urn" | "object"> {
  return { urn: object.resource.urn, object: objectTitle(object) };
}

function partition<Item>(items: readonly Item[], test: (item: Item) => boolean): [Item[], Item[]] {
  return [items.filter(test), items.filter((item) => !test(item))];
}
