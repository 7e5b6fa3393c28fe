import * as fs from "node:fs";
import * as path from "node:path";
import { loadAll } from "js-yaml";

/** A Kubernetes object as it stands in a manifest file. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly [field: string]: unknown;
  };
  readonly [field: string]: unknown;
}

/** The manifest files of a folder in the order in which they are to be applied. */
export function manifestFiles(folder: string): readonly string[] {
  return fs
    .readdirSync(folder)
    .filter((name) => name.endsWith(".yaml"))
    .sort()
    .map((name) => path.join(folder, name));
}

/** Every object of a manifest file. */
export function objectsIn(file: string): readonly KubernetesObject[] {
  return loadAll(fs.readFileSync(file, "utf8")).filter((document) => document !== null) as KubernetesObject[];
}

/** What an object is called in a message. */
export function identity({ kind, metadata }: KubernetesObject): string {
  return `${kind} ${metadata.namespace === undefined ? "" : `${metadata.namespace}/`}${metadata.name}`;
}
