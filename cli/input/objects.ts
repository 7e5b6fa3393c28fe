import type { KubernetesObject, Located } from "../../analysis/kubernetes-object";
import { isFields, type Fields } from "../../analysis/schema/value";
import type { Note } from "./note";
import type { Positions } from "./positions";

export interface FoundObjects {
  readonly objects: readonly Located[];
  readonly notes: readonly Note[];
  /** Documents that are not Kubernetes objects at all, for example Helm values. */
  readonly foreign: number;
}

/** The Kubernetes objects among a file's documents, lists opened, each with a way back to its line. */
export function objectsIn(documents: readonly unknown[], name: string, positions: Positions): FoundObjects {
  const objects: Located[] = [];
  const notes: Note[] = [];
  let foreign = 0;

  const place = (document: number, path: string): string => {
    const line = positions.locate(document, path)?.line;
    return line === undefined ? name : `${name}:${line}`;
  };

  const under = (path: string, field: string): string => (path === "" ? field : `${path}.${field}`);

  const textOf = (line: number): string | undefined => positions.textOf(line);

  const visit = (
    value: unknown,
    document: number,
    path: string,
    inherited: Partial<KubernetesObject>,
  ): void => {
    if (value === null || value === undefined) return;
    if (!isFields(value)) {
      foreign += 1;
      return;
    }
    const object = isEmpty(inherited) ? value : { ...inherited, ...value };
    const { apiVersion, kind, metadata } = object;
    if (typeof apiVersion !== "string" || typeof kind !== "string" || apiVersion === "" || kind === "") {
      if (apiVersion === undefined && kind === undefined) foreign += 1;
      else {
        const missing = typeof kind === "string" ? "apiVersion" : "kind";
        notes.push({
          id: "input/no-type",
          place: place(document, path),
          message: `the object has no ${missing} that is a string: not checked`,
        });
      }
      return;
    }
    if (kind.endsWith("List") && Array.isArray(object["items"])) {
      // A typed list may leave out what all its items share; `kind: List` may not.
      const shared = kind === "List" ? {} : { apiVersion, kind: kind.slice(0, -"List".length) };
      for (const [index, item] of object["items"].entries()) {
        visit(item, document, under(path, `items[${index}]`), shared);
      }
      return;
    }
    const meta = isFields(metadata) ? metadata : {};
    const objectName = meta["name"] ?? meta["generateName"];
    if (typeof objectName !== "string" || objectName === "") {
      notes.push({
        id: "input/no-name",
        place: place(document, under(path, "metadata")),
        message: `a ${kind} has no metadata.name${objectName === undefined ? "" : " that is a string"}: not checked`,
      });
      return;
    }
    for (const { inner, rule, what } of notStrings(meta)) {
      notes.push({
        id: "input/not-a-string",
        place: place(document, under(path, `metadata.${inner}`)),
        message: `${rule}, a cluster refuses the ${what}: quote it`,
      });
    }
    objects.push({
      // Rules may rely on the identity, so whatever else metadata holds, its name and namespace are strings here.
      object: hasIdentity(object)
        ? object
        : { ...object, apiVersion, kind, metadata: identity(meta, objectName) },
      file: name,
      lineOf: lineFinder(positions, document, path),
      textOf,
    });
  };

  for (const [index, document] of documents.entries()) visit(document, index, "", {});
  return { objects, notes, foreign };
}

/** Apart from all else that is known where an object is read: what a function refers to is kept as long as it is. */
function lineFinder(
  positions: Positions,
  document: number,
  path: string,
): (inner: string) => number | undefined {
  return (inner) =>
    positions.locate(document, path === "" || inner === "" ? `${path}${inner}` : `${path}.${inner}`)?.line;
}

/** Something in metadata that a cluster refuses because it is no string. */
interface NotString {
  readonly inner: string;
  readonly rule: string;
  readonly what: string;
}

const NONE: readonly NotString[] = [];

function notStrings(meta: Fields): readonly NotString[] {
  let found: NotString[] | undefined;
  for (const field of ["labels", "annotations"]) {
    const texts = meta[field];
    if (!isFields(texts)) continue;
    for (const key in texts) {
      if (typeof texts[key] === "string") continue;
      const what = `${typeOf(texts[key])} at "${key}"`;
      (found ??= []).push({ inner: `${field}.${key}`, rule: `${field} hold strings only`, what });
    }
  }
  const { namespace } = meta;
  if (namespace !== undefined && namespace !== null && typeof namespace !== "string")
    (found ??= []).push({ inner: "namespace", rule: "a namespace is a string", what: typeOf(namespace) });
  return found ?? NONE;
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "list" : typeof value === "object" ? "mapping" : typeof value;
}

function isEmpty(fields: object): boolean {
  for (const _ in fields) return false;
  return true;
}

/** Nothing about the identity is left to be completed; of objects that somebody applied before, this is every one. */
function hasIdentity(object: Readonly<Record<string, unknown>>): object is KubernetesObject {
  const { apiVersion, kind, metadata } = object;
  if (typeof apiVersion !== "string" || typeof kind !== "string" || !isFields(metadata)) return false;
  const { name, namespace } = metadata;
  return (
    typeof name === "string" &&
    (namespace === undefined || (typeof namespace === "string" && namespace !== ""))
  );
}

/** The metadata with the identity that rules rely on; where it differed, that was noted. */
function identity(meta: Readonly<Record<string, unknown>>, name: string): KubernetesObject["metadata"] {
  const { namespace, ...rest } = meta;
  return {
    ...rest,
    name,
    ...(typeof namespace === "string" && namespace !== "" ? { namespace } : {}),
  };
}
