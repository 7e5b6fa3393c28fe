import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

const ROOT = path.resolve(__dirname, "..", "..");

/**
 * A small Pulumi project in a folder of its own, with this repository's packages. Its program is JavaScript: compiling
 * TypeScript would be most of each test's time.
 */
export class PulumiProject {
  readonly folder = mkdtempSync(path.join(tmpdir(), "meshwright-project-"));

  constructor(program: string, files: Readonly<Record<string, string>> = {}) {
    symlinkSync(path.join(ROOT, "node_modules"), path.join(this.folder, "node_modules"));
    const all = {
      "Pulumi.yaml": "name: sample\nruntime: { name: nodejs, options: { typescript: false } }\n",
      "Pulumi.dev.yaml": "config: {}\n",
      "package.json": '{ "name": "sample", "private": true }\n',
      "tsconfig.json":
        '{ "compilerOptions": { "strict": true, "module": "commonjs", "target": "es2022" } }\n',
      "index.js": program,
      ...files,
    };
    for (const [name, text] of Object.entries(all)) this.write(name, text);
  }

  path(...parts: readonly string[]): string {
    return path.join(this.folder, ...parts);
  }

  write(name: string, text: string): void {
    mkdirSync(path.dirname(this.path(name)), { recursive: true });
    writeFileSync(this.path(name), text);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
