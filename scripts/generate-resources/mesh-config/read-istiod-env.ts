import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { goModuleDir } from "../read-module";

/** Folders of Istio's module whose packages are part of istiod. */
const FOLDERS = ["pilot/pkg", "pkg", "security/pkg"];

/** Packages below them that are not: the agent's own, and what only tests use. */
const NOT_ISTIOD = /(^|\/)(test|testing|fakes?|mock|istio-agent|envoy|nodeagent|wasm)(\/|$)/;

/** A registration: the name as text, or as a constant. */
const REGISTERED = /\b(?:env\.Register\w*|registerAmbient)(?:\[[^\]]*\])?\(\s*(?:"([A-Z][A-Z0-9_]*)"|(\w+))/g;

function goFiles(folder: string, below = ""): string[] {
  return readdirSync(join(folder, below), { withFileTypes: true }).flatMap((entry) => {
    const path = below === "" ? entry.name : `${below}/${entry.name}`;
    if (NOT_ISTIOD.test(path)) return [];
    if (entry.isDirectory()) return goFiles(folder, path);
    return path.endsWith(".go") && !path.endsWith("_test.go") ? [join(folder, path)] : [];
  });
}

/** Names of the environment variables that istiod reads, as its packages register them. Names alone, no prose. */
export function readIstiodEnv(module: string, version: string): string[] {
  const dir = goModuleDir(module, version);
  const names = new Set<string>();
  for (const file of FOLDERS.flatMap((folder) => goFiles(join(dir, folder)))) {
    const text = readFileSync(file, "utf8");
    for (const [, name, constant] of text.matchAll(REGISTERED)) {
      const found =
        name ?? new RegExp(`\\b${constant ?? ""}\\b[^=\\n]*=\\s*"([A-Z][A-Z0-9_]*)"`).exec(text)?.[1];
      if (found !== undefined) names.add(found);
    }
  }
  return [...names].sort();
}
