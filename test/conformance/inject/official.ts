/** What the official installation injects, where that data is at hand. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { load, loadAll } from "js-yaml";

const ORACLE = join(__dirname, "../../../../shared/oracle");

/** Skips the suite, and says why, where the official output is absent. */
export function requireOfficial(context: Mocha.Context): void {
  if (existsSync(ORACLE)) return;
  console.log(`      skipped: the official installer's output is not at ${ORACLE}`);
  context.skip();
}

/** A file below the folder `inject`. */
export function officialText(path: string): string {
  return readFileSync(join(ORACLE, "inject", path), "utf8");
}

/** The documents of a file below the folder `inject`. */
export function officialDocuments(path: string): unknown[] {
  return loadAll(officialText(path)).filter((document) => document !== null && document !== undefined);
}

interface ConfigMap {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly data: Readonly<Record<string, string>>;
}

/** The data of one ConfigMap of a set of manifests. */
export function officialConfigMap(manifests: string, name: string): Readonly<Record<string, string>> {
  const objects = loadAll(
    readFileSync(join(ORACLE, "manifests", `${manifests}.yaml`), "utf8"),
  ) as (ConfigMap | null)[];
  const found = objects.find((object) => object?.kind === "ConfigMap" && object.metadata.name === name);
  if (found === null || found === undefined) throw new Error(`${manifests} has no ConfigMap ${name}`);
  return found.data;
}

/** The values that the official templates of that installation read. */
export function officialValues(manifests: string): unknown {
  return load(officialConfigMap(manifests, "istio-sidecar-injector")["values"] ?? "");
}
