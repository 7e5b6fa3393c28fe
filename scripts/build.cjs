"use strict";
// Compiles what is published into dist/: CommonJS, declarations, and the data files that are read at run time.

const { cpSync, existsSync, readdirSync, rmSync, chmodSync } = require("node:fs");
const { spawnSync } = require("node:child_process");
const path = require("node:path");
const { ensureInstalled, requireNode, root } = require("./bootstrap.cjs");

/** What the compiler leaves behind because it is not TypeScript. */
const DATA = /(\.(json|ya?ml|go|css|browser\.js)|go\.(mod|sum))$/;
const LAYERS = ["components", "analysis", "policies", "engine", "cli", "testing"];

requireNode();
ensureInstalled();

const dist = path.join(root, "dist");
rmSync(dist, { recursive: true, force: true });
const tsc = path.join(root, "node_modules", "typescript", "bin", "tsc");
const compiled = spawnSync(process.execPath, [tsc, "-p", "tsconfig.build.json"], {
  cwd: root,
  stdio: "inherit",
});
if (compiled.status !== 0) process.exit(compiled.status ?? 1);

for (const layer of LAYERS) {
  const source = path.join(root, layer);
  if (!existsSync(source)) continue;
  for (const entry of readdirSync(source, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !DATA.test(entry.name) || /^tsconfig.*\.json$/.test(entry.name)) continue;
    const file = path.join(entry.parentPath, entry.name);
    const target = path.join(dist, path.relative(root, file));
    cpSync(file, target);
  }
}
chmodSync(path.join(dist, "cli", "main.js"), 0o755);
