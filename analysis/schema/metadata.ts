import { isDnsLabel, isLabelValue, isQualified, isSubdomain, isSubdomainPrefix, nameWords } from "./names";
import { fieldPath, itemPath } from "./path";
import type { SchemaProblem } from "./problem";
import { isFields, show, type Fields } from "./value";

/** Keys and values of all annotations together. */
const ANNOTATIONS_BYTES = 256 * 1024;
/** Say what becomes of dependents, each in its own way. */
const EXCLUSIVE_FINALIZERS = ["orphan", "foregroundDeletion"];

type Add = (path: string, message: string, got: unknown, expected: string) => void;

/**
 * What Kubernetes asks of the metadata of any custom resource, beside its types.
 *
 * An absent namespace is not a problem: whoever applies the object fills it in.
 */
export function checkMetadata(metadata: unknown, scope: "Namespaced" | "Cluster"): SchemaProblem[] {
  if (!isFields(metadata)) return [];
  const problems: SchemaProblem[] = [];
  const add: Add = (path, message, got, expected) => {
    problems.push({
      kind: "metadata",
      path,
      message,
      ...(got !== undefined && { got: show(got) }),
      expected,
    });
  };
  checkName(metadata, add);
  checkNamespace(metadata["namespace"], scope, add);
  checkLabels(metadata["labels"], add);
  checkAnnotations(metadata["annotations"], add);
  checkOwners(metadata["ownerReferences"], add);
  checkFinalizers(metadata["finalizers"], add);
  return problems;
}

function checkName({ name, generateName }: Fields, add: Add): void {
  const completed = generateName !== undefined && generateName !== "";
  if (typeof generateName === "string" && completed && !isSubdomainPrefix(generateName)) {
    const words = `${nameWords.subdomain}, but that a - may be last`;
    add("metadata.generateName", "is not what a name that Kubernetes takes starts with", generateName, words);
  }
  if (name === undefined && !completed) {
    add("metadata.name", "is required", undefined, nameWords.subdomain);
  }
  if (typeof name !== "string" || (name === "" && completed)) return;
  // Whoever reads objects without a name calls them by what their name will start with.
  if (name !== generateName && !isSubdomain(name)) {
    add("metadata.name", "is not a name that Kubernetes takes", name, nameWords.subdomain);
  }
}

function checkNamespace(namespace: unknown, scope: "Namespaced" | "Cluster", add: Add): void {
  // An object of the whole cluster is taken with any: the server drops it.
  if (scope === "Cluster" || typeof namespace !== "string" || isDnsLabel(namespace)) return;
  add("metadata.namespace", "is not a name that a namespace can have", namespace, nameWords.dnsLabel);
}

function checkLabels(labels: unknown, add: Add): void {
  for (const [key, value] of entriesOf(labels)) {
    const path = fieldPath("metadata.labels", key);
    if (!isQualified(key)) add(path, "is not a key that labels can have", key, nameWords.qualified);
    if (typeof value === "string" && !isLabelValue(value)) {
      add(path, "is not a value that a label can have", value, nameWords.labelValue);
    }
  }
}

function checkAnnotations(annotations: unknown, add: Add): void {
  let bytes = 0;
  for (const [key, value] of entriesOf(annotations)) {
    bytes += Buffer.byteLength(key) + (typeof value === "string" ? Buffer.byteLength(value) : 0);
    if (isQualified(key.toLowerCase())) continue;
    const path = fieldPath("metadata.annotations", key);
    add(path, "is not a key that annotations can have", key, nameWords.qualified);
  }
  if (bytes > ANNOTATIONS_BYTES) {
    const limit = `keys and values of at most ${ANNOTATIONS_BYTES} bytes together`;
    add("metadata.annotations", `are ${bytes} bytes`, undefined, limit);
  }
}

function checkOwners(owners: unknown, add: Add): void {
  if (!Array.isArray(owners)) return;
  const controllers: number[] = [];
  for (const [index, owner] of owners.entries()) {
    if (!isFields(owner)) continue;
    const path = itemPath("metadata.ownerReferences", index);
    for (const field of ["kind", "name", "uid"]) {
      if (owner[field] === "") add(fieldPath(path, field), "is empty", undefined, "what the owner has");
    }
    const { apiVersion, kind, controller } = owner;
    if (typeof apiVersion === "string" && !/^(?:[^/]*\/)?[^/]+$/.test(apiVersion)) {
      add(
        fieldPath(path, "apiVersion"),
        "has no version",
        apiVersion,
        "a version, after an optional group and /",
      );
    }
    if (apiVersion === "v1" && kind === "Event")
      add(path, "cannot be owned by an Event", undefined, "another kind");
    if (controller === true) controllers.push(index);
  }
  if (controllers.length > 1) {
    const which = controllers.join(" and ");
    add(
      "metadata.ownerReferences",
      `have more than one controller, items ${which}`,
      undefined,
      "at most one",
    );
  }
}

function checkFinalizers(finalizers: unknown, add: Add): void {
  if (!Array.isArray(finalizers)) return;
  for (const [index, finalizer] of finalizers.entries()) {
    if (typeof finalizer !== "string" || isQualified(finalizer)) continue;
    const path = itemPath("metadata.finalizers", index);
    add(path, "is not a name that a finalizer can have", finalizer, nameWords.qualified);
  }
  if (EXCLUSIVE_FINALIZERS.every((finalizer) => finalizers.includes(finalizer))) {
    const both = EXCLUSIVE_FINALIZERS.join(" and ");
    add("metadata.finalizers", `have ${both} together`, undefined, "at most one of them");
  }
}

function entriesOf(values: unknown): [string, unknown][] {
  return isFields(values) ? Object.entries(values) : [];
}
