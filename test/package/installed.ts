import { execFileSync, spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

export const ROOT = path.resolve(__dirname, "..", "..");

export interface PackageManifest {
  readonly name: string;
  readonly version: string;
  readonly bin: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>;
  readonly typesVersions: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

export function readManifest(folder: string = ROOT): PackageManifest {
  return JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8")) as PackageManifest;
}

let packed: string | undefined;

/** The tarball that `npm pack` makes of these sources: a process of its own waits for whoever is making it already. */
export function packedTarball(): string {
  packed ??= execFileSync(
    process.execPath,
    ["--require", "ts-node/register/transpile-only", path.join(__dirname, "pack-once.ts")],
    { cwd: ROOT, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] },
  );
  return packed;
}

/** A folder of a user's own, with the tarball and what it depends on under `node_modules`. */
export class UserProject {
  readonly folder: string;

  constructor() {
    this.folder = mkdtempSync(path.join(tmpdir(), "meshwright-user-"));
  }

  /**
   * Unpacks the tarball and links what its manifest names out of this repository's own `node_modules`: what the manifest
   * forgets is not there, as in a real installation, and nothing is downloaded.
   */
  linkPackage(): void {
    const modules = path.join(this.folder, "node_modules");
    const target = path.join(modules, "meshwright");
    mkdirSync(target, { recursive: true });
    execFileSync("tar", ["-xzf", packedTarball(), "-C", target, "--strip-components=1"]);
    const { bin, dependencies, peerDependencies } = readManifest(target);
    for (const name of [...Object.keys(dependencies), ...Object.keys(peerDependencies), "@types/node"]) {
      const link = path.join(modules, name);
      mkdirSync(path.dirname(link), { recursive: true });
      symlinkSync(path.join(ROOT, "node_modules", name), link);
    }
    mkdirSync(path.join(modules, ".bin"));
    for (const [name, file] of Object.entries(bin)) {
      symlinkSync(path.join("..", "meshwright", file), path.join(modules, ".bin", name));
    }
  }

  write(name: string, text: string): void {
    const file = path.join(this.folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  copy(source: string, name: string): void {
    cpSync(path.join(ROOT, source), path.join(this.folder, name), { recursive: true });
  }

  read(name: string): string {
    return readFileSync(path.join(this.folder, name), "utf8");
  }

  has(name: string): boolean {
    return existsSync(path.join(this.folder, name));
  }

  list(name: string): string[] {
    return readdirSync(path.join(this.folder, name)).sort();
  }

  /** Runs a command there; what it printed is in the answer. */
  run(command: string, args: readonly string[]): { code: number | null; stdout: string; stderr: string } {
    const { status, stdout, stderr } = spawnSync(command, args, {
      cwd: this.folder,
      encoding: "utf8",
      maxBuffer: 64 * 1024 * 1024,
      env: { ...process.env, NO_COLOR: "1" },
    });
    return { code: status, stdout, stderr };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
