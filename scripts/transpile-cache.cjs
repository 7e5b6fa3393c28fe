"use strict";
// Keeps what ts-node made of a file without checking its types, so that the next process need not make it again: most of the
// start of each of our commands, and of each program that a test runs, is that work. Preloaded with `--require`; a process
// that checks types is not touched, because there ts-node does not come this way.

const { createHash } = require("node:crypto");
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const Module = require("node:module");
const path = require("node:path");

const folder =
  process.env.MESHWRIGHT_TRANSPILE_CACHE ??
  path.resolve(__dirname, "..", "node_modules", ".cache", "meshwright", "transpiled");

/** What was kept for the key, or undefined; a file that cannot be read counts as none. */
function kept(key) {
  try {
    return JSON.parse(readFileSync(path.join(folder, key), "utf8"));
  } catch {
    return undefined;
  }
}

function keep(key, result) {
  const own = path.join(folder, `${key}.${process.pid}`);
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(own, JSON.stringify(result));
    // Moved into place whole: another process never reads half a file.
    renameSync(own, path.join(folder, key));
  } catch {
    // A folder that cannot be written only means that the next process is as slow as this one.
  }
}

/**
 * Settings that say where a project is, and how its files find each other. Of a file by itself they change nothing; with them
 * in the key, each project in a folder of its own would make all that it imports anew.
 */
const OF_THE_PLACE = new Set(["baseUrl", "configFilePath", "outDir", "paths", "pathsBasePath", "rootDir"]);

const withoutPlace = (compilerOptions) =>
  Object.fromEntries(Object.entries(compilerOptions).filter(([name]) => !OF_THE_PLACE.has(name)));

/** ts-node's factory of transpilers, with the results of each kept by all that they depend on. */
const cached = (create) => (typescript, settings) => {
  const transpile = create(typescript, settings);
  if (settings.transformers !== undefined) return transpile;
  const common = JSON.stringify([typescript.version, withoutPlace(settings.compilerOptions)]);
  return (input, { fileName, ...options }, packageType) => {
    const key = createHash("sha256")
      // ts-node itself writes the file's place into the source map.
      .update(JSON.stringify([common, path.basename(fileName), options, packageType, input]))
      .digest("hex");
    const known = kept(key);
    if (known !== undefined) return known;
    const { outputText, sourceMapText, diagnostics } = transpile(
      input,
      { fileName, ...options },
      packageType,
    );
    const result = { outputText, sourceMapText, diagnostics };
    if (diagnostics.length === 0) keep(key, result);
    return result;
  };
};

const load = Module._load;
Module._load = function (request, parent, ...rest) {
  const loaded = load.call(this, request, parent, ...rest);
  const isTranspiler =
    request === "./ts-transpile-module" &&
    parent?.filename?.endsWith(path.join("ts-node", "dist", "index.js"));
  return isTranspiler ? { createTsTranspileModule: cached(loaded.createTsTranspileModule) } : loaded;
};
