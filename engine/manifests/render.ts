import type { Deployment } from "../recorded";
import { containsSecret, Secret } from "../value";
import { batches } from "./apply-order";
import { clusterFinder, type Cluster } from "./clusters";
import { objectDependencies } from "./dependencies";
import { groupFinder, slugOf, type Group } from "./groups";
import { compareObjects } from "./kind-order";
import { programObjects, type ProgramObject } from "./kubernetes-object";
import { plain, unwritable, type Plain } from "./leaves";
import { notesOn, type ManifestNote } from "./notes";
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

/** What a stack looks like as manifests. */
export interface RenderedManifests {
  /** In the order in which to apply them, which is that of their names. */
  readonly files: readonly ManifestFile[];
  readonly notes: readonly ManifestNote[];
}

interface FileKey {
  readonly group: Group;
  readonly cluster: Cluster | undefined;
  readonly secret: boolean;
}

const CRDS: Group = { slug: "crds", title: "custom resource definitions" };

/**
 * The Kubernetes objects of a deployment as manifest files: one for each component, numbered in apply order, with secrets
 * in files of their own. A component has two where something else must be applied in between. Custom resource definitions
 * come first, in a file of their own. The same deployment gives the same bytes.
 *
 * Where providers lead to several clusters, each has its own files, with the provider's name before the suffix.
 *
 * An object with a value that is known only after deployment is left out, and a note says which: half an object would be
 * applied without complaint.
 *
 * @example
 * for (const { name, objects } of renderManifests(deployment).files) console.log(name, objects.length);
 */
export function renderManifests(deployment: Deployment): RenderedManifests {
  const all = deployment.resources.flatMap(programObjects);
  const objects = all.filter((object) => unwritable(object.content).length === 0);

  const [definitions, others] = partition(objects, isDefinition);
  const groupOf = groupFinder(deployment);
  const clusterOf = clusterFinder(deployment);
  const keys = new Map<string, FileKey>();
  const keyFor = (group: Group, object: ProgramObject): FileKey => {
    const secret = holdsSecret(object, containsSecret);
    const cluster = clusterOf(object);
    const id = JSON.stringify([group.slug, cluster?.urn, secret]);
    const key = keys.get(id) ?? { group, cluster, secret };
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
    notes: notesOn(deployment, all, objects),
  };
}

function manifestFile(
  number: string,
  { group, cluster, secret }: FileKey,
  members: readonly ProgramObject[],
): ManifestFile {
  const contents = members.map(({ content }) => plain(content) as { readonly [key: string]: Plain });
  const place = cluster === undefined ? "" : `.${slugOf(cluster.provider)}`;
  const yaml = toYamlStream(contents, [
    group.title,
    ...(cluster === undefined ? [] : [`for the cluster of provider ${cluster.provider}`]),
  ]);
  return {
    name: `${number}-${group.slug}${place}${secret ? ".secret" : ""}.yaml`,
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

function partition<Item>(items: readonly Item[], test: (item: Item) => boolean): [Item[], Item[]] {
  return [items.filter(test), items.filter((item) => !test(item))];
}
