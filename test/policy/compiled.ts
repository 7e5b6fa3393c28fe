import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import ts from "typescript";

const REPOSITORY = resolve(__dirname, "../..");
/** What a policy pack needs of this package. */
const FOLDERS = ["policies", "analysis", "components/intent", "components/compile", "components/resources"];

/**
 * Our policies as JavaScript, as they are published: the starter of a pack type-checks every TypeScript file that it
 * meets, which is a matter of the build and takes half a minute.
 * They are put into `meshwright/`.
 */
export function compileInto(folder: string): void {
  for (const name of FOLDERS) {
    for (const entry of readdirSync(join(REPOSITORY, name), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const source = join(entry.parentPath, entry.name);
      const target = join(folder, "meshwright", source.slice(REPOSITORY.length + 1));
      mkdirSync(dirname(target), { recursive: true });
      if (!source.endsWith(".ts")) copyFileSync(source, target);
      else writeFileSync(target.replace(/\.ts$/, ".js"), transpile(readFileSync(source, "utf8")));
    }
  }
}

/** What became of each source, for the next pack of this process. */
const transpiled = new Map<string, string>();

function transpile(source: string): string {
  const known = transpiled.get(source);
  if (known !== undefined) return known;
  const compilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.CommonJS,
    esModuleInterop: true,
  };
  const { outputText } = ts.transpileModule(source, { compilerOptions });
  transpiled.set(source, outputText);
  return outputText;
}
