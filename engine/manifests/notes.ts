import { expandedByProvider } from "../expanded-by-provider";
import type { Deployment, RecordedResource } from "../recorded";
import { clusterFinder, type ClusterFinder } from "./clusters";
import { isComponent, slugOf } from "./groups";
import { objectTitle, type ProgramObject } from "./kubernetes-object";
import { unwritable, type Unwritable } from "./leaves";

/** Something that a reader of the manifests would otherwise miss. */
export interface ManifestNote {
  readonly urn: string;
  /** `Deployment istio-system/istiod`; for a resource that is no object, its type and name. */
  readonly object: string;
  /** Where in the object: `spec.hosts[0]`. */
  readonly path?: string;
  readonly message: string;
}

const WHY: Readonly<Record<Unwritable["why"], string>> = {
  unknown: "is known only after deployment",
  reference: "is a reference to a resource, which a manifest cannot hold",
  asset: "is a file or an archive, which a manifest cannot hold",
};

/**
 * All notes on the manifests of a deployment.
 *
 * @param all every object of the deployment
 * @param written those of them that a manifest can hold
 */
export function notesOn(
  deployment: Deployment,
  all: readonly ProgramObject[],
  written: readonly ProgramObject[],
): ManifestNote[] {
  const clusterOf = clusterFinder(deployment);
  return [
    ...deployment.resources.flatMap((resource) => expansionNotes(resource, deployment, all)),
    ...all.flatMap((object) => unwritable(object.content).map((place) => unwritableNote(object, place))),
    ...written.filter(({ partial }) => partial).map(partialNote),
    ...written.filter(({ name }) => name === "").map(namelessNote),
    ...repetitionNotes(written, clusterOf),
    ...clusterNotes(written, clusterOf),
  ];
}

function expansionNotes(
  resource: RecordedResource,
  deployment: Deployment,
  objects: readonly ProgramObject[],
): ManifestNote[] {
  const why = expandedByProvider(resource.type);
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
function repetitionNotes(objects: readonly ProgramObject[], clusterOf: ClusterFinder): ManifestNote[] {
  const first = new Map<string, ProgramObject>();
  const notes: ManifestNote[] = [];
  for (const object of objects.filter(({ partial, name }) => !partial && name !== "")) {
    const group = object.apiVersion.includes("/") ? object.apiVersion.split("/")[0] : "";
    const identity = JSON.stringify([
      group,
      object.kind,
      object.namespace,
      object.name,
      clusterOf(object)?.urn,
    ]);
    const earlier = first.get(identity);
    if (earlier === undefined) first.set(identity, object);
    else notes.push({ ...noteOn(object), message: `is the same object as that of ${earlier.resource.urn}` });
  }
  return notes;
}

function clusterNotes(objects: readonly ProgramObject[], clusterOf: ClusterFinder): ManifestNote[] {
  const clusters = new Set(objects.flatMap((object) => clusterOf(object) ?? []));
  return [...clusters].map(({ urn, provider }) => ({
    urn,
    object: `provider ${provider}`,
    message: `leads to one of ${clusters.size} clusters: apply there the files named .${slugOf(provider)}, and no others`,
  }));
}

function noteOn(object: ProgramObject): Pick<ManifestNote, "urn" | "object"> {
  return { urn: object.resource.urn, object: objectTitle(object) };
}
