import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { Command } from "commander";
import type { CrdSet } from "../../components/resources/crds/crd-set";
import { layOut } from "./layout";
import { renderMeshConfig, storeMeshConfig } from "./mesh-config";
import { readDefinitions } from "./read-module";
import { renderSet } from "./render";
import { olderSets, pinnedSets, root, storedFile, type SetSource } from "./sets";
import { toCrdSet } from "./strip";

/** Whole or not at all: a generator that is interrupted must not leave half a file behind. */
function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.tmp`;
  writeFileSync(temporary, text);
  renameSync(temporary, path);
}

/** First stage: a Go module to a stored set. */
function store(source: SetSource): void {
  const set = toCrdSet(source, readDefinitions(source));
  if (set.crds.length === 0)
    throw new Error(`${source.file} of ${source.module} holds no CustomResourceDefinition`);
  write(storedFile(source), `${layOut(set)}\n`);
  console.log(`${relative(root, storedFile(source))}: ${set.crds.length} definitions`);
}

/** Second stage: the stored sets to TypeScript. Files of kinds that are gone go too. */
function renderAll(): void {
  const files = pinnedSets.flatMap((pinned) =>
    renderSet(JSON.parse(readFileSync(storedFile(pinned), "utf8")) as CrdSet, pinned.folder),
  );
  const wanted = new Set(files.map((f) => f.path));
  for (const folder of new Set(files.map((f) => dirname(f.path)))) {
    if (!existsSync(join(root, folder))) continue;
    for (const entry of readdirSync(join(root, folder))) {
      if (entry.endsWith(".ts") && !wanted.has(`${folder}/${entry}`)) rmSync(join(root, folder, entry));
    }
  }
  const all = [...files, ...renderMeshConfig()];
  for (const file of all) write(join(root, file.path), file.text);
  console.log(`${all.length} TypeScript files`);
}

const options = new Command("generate")
  .description(
    "Writes the stored custom resources and the stored mesh configuration of the pinned Go modules, and the TypeScript " +
      "types and resource classes that are made from them. With --module, stores that one set and stops.",
  )
  .option("--module <path>", "a Go module, for example istio.io/api")
  .option("--version <version>", "its version, for example v1.30.3")
  .option("--file <path>", "the YAML file or folder of YAML files inside it")
  .option("--stored", "leave what is stored as it is: needs neither Go nor a network")
  .parse()
  .opts<{ module?: string; version?: string; file?: string; stored?: boolean }>();

if (options.module !== undefined && options.version !== undefined && options.file !== undefined) {
  store({ module: options.module, version: options.version, file: options.file });
} else if (options.module !== undefined || options.version !== undefined || options.file !== undefined) {
  console.error("generate: --module, --version and --file go together");
  process.exitCode = 2;
} else {
  if (options.stored !== true) {
    [...pinnedSets, ...olderSets].forEach(store);
    for (const file of storeMeshConfig()) write(join(root, file.path), file.text);
  }
  renderAll();
}
