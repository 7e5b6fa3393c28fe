import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { MeshConfigSchema } from "../../../components/platform/mesh-config/schema";
import { layOut } from "../layout";
import type { GeneratedFile } from "../render";
import { root } from "../sets";
import { readDescriptors, toSchema } from "./read-descriptors";
import { readIstiodEnv } from "./read-istiod-env";
import { renderMeshConfigArgs } from "./render-args";
import { renderIstiodEnv, type StoredNames } from "./render-istiod-env";

const SCHEMA = "components/platform/mesh-config/generated/schema.json";
const ENV = "components/platform/istiod-env/generated/names.json";

const API = "istio.io/api";
/** The releases whose mesh configuration is compared: what only the newer one has is marked. */
const NEWER = "v1.31.1";
const OLDER = "v1.30.3";
const SINCE = "1.31";

/** Istio's own module has no tags that Go accepts; this is a commit of its branch for 1.31. */
export const ISTIO = { module: "istio.io/istio", version: "v0.0.0-20260827124520-eed52ebb66ad" };

/** First stage: what the Go modules say, without their prose. */
export function storeMeshConfig(): GeneratedFile[] {
  const schema = toSchema(
    { module: API, version: NEWER },
    readDescriptors(API, NEWER),
    readDescriptors(API, OLDER),
    SINCE,
  );
  const names = readIstiodEnv(ISTIO.module, ISTIO.version);
  if (names.length === 0) throw new Error(`${ISTIO.module} registers no environment variable`);
  return [
    { path: SCHEMA, text: `${layOut(schema)}\n` },
    { path: ENV, text: `${layOut({ source: ISTIO, names })}\n` },
  ];
}

/** Second stage: the stored files to TypeScript. */
export function renderMeshConfig(): GeneratedFile[] {
  const read = (path: string): unknown => JSON.parse(readFileSync(join(root, path), "utf8"));
  if (!existsSync(join(root, SCHEMA))) throw new Error(`${SCHEMA} is missing; run \`npm run generate\``);
  return [renderMeshConfigArgs(read(SCHEMA) as MeshConfigSchema), renderIstiodEnv(read(ENV) as StoredNames)];
}
