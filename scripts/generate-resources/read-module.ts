import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { loadAll } from "js-yaml";
import type { SetSource } from "./sets";

/** The folder of a Go module on disk; Go downloads it when it is not there yet, and checks its sum. */
export function goModuleDir(module: string, version: string): string {
  const answer = execFileSync("go", ["mod", "download", "-json", `${module}@${version}`], {
    encoding: "utf8",
  });
  const { Dir } = JSON.parse(answer) as { Dir: string };
  return Dir;
}

/** Every CustomResourceDefinition in the file or folder that a source names, in the order of file names. */
export function readDefinitions(source: SetSource): Record<string, unknown>[] {
  const path = join(goModuleDir(source.module, source.version), source.file);
  const files = statSync(path).isDirectory()
    ? readdirSync(path)
        .filter((f) => f.endsWith(".yaml"))
        .sort()
        .map((f) => join(path, f))
    : [path];
  return files
    .flatMap((f) => loadAll(readFileSync(f, "utf8")))
    .filter(
      (d): d is Record<string, unknown> =>
        typeof d === "object" && d !== null && "kind" in d && d.kind === "CustomResourceDefinition",
    );
}
