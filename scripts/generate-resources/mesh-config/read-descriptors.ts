import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FieldSchema, MeshConfigSchema } from "../../../components/platform/mesh-config/schema";

/** What the Go program answers. */
export interface Descriptors {
  readonly messages: Readonly<
    Record<
      string,
      {
        readonly fields: readonly ({ readonly name: string } & FieldSchema)[];
        readonly oneOfs?: readonly (readonly string[])[];
      }
    >
  >;
  readonly enums: Readonly<Record<string, readonly string[]>>;
}

/** What an installation configures: the mesh itself, and the networks that it spans. */
const ROOTS = ["istio.mesh.v1alpha1.MeshConfig", "istio.mesh.v1alpha1.MeshNetworks"];

/**
 * Descriptors of one release, by a Go program in a module of its own: a release then brings the libraries that it was
 * made with, and several releases can be asked in one run.
 */
export function readDescriptors(module: string, version: string): Descriptors {
  const folder = mkdtempSync(join(tmpdir(), "mesh-config-"));
  try {
    copyFileSync(join(__dirname, "main.go"), join(folder, "main.go"));
    writeFileSync(
      join(folder, "go.mod"),
      `module meshwright/mesh-config\n\ngo 1.25\n\nrequire ${module} ${version}\n`,
    );
    execFileSync("go", ["mod", "tidy"], { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
    const answer = execFileSync("go", ["run", ".", ...ROOTS], { cwd: folder, encoding: "utf8" });
    return JSON.parse(answer) as Descriptors;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1);

/**
 * The stored form: fields by name, with `since` where the older release does not know them.
 *
 * @param since what a field that only the newer release has is marked with, for example `"1.31"`
 */
export function toSchema(
  source: MeshConfigSchema["source"],
  newer: Descriptors,
  older: Descriptors,
  since: string,
): MeshConfigSchema {
  const messages = Object.entries(newer.messages)
    .sort(byName)
    .map(([message, { fields, oneOfs }]) => {
      const known = older.messages[message]?.fields.map(({ name }) => name);
      const described = fields.map(({ name, ...field }) => [
        name,
        // In a message that is new as a whole, the field that leads to it carries the mark.
        known === undefined || known.includes(name) ? field : { ...field, since },
      ]);
      const groups = (oneOfs ?? []).filter((group) => group.length > 1);
      return [
        message,
        { fields: Object.fromEntries(described), ...(groups.length > 0 && { oneOfs: groups }) },
      ] as const;
    });
  const enums = Object.entries(newer.enums).sort(byName);
  return { source, messages: Object.fromEntries(messages), enums: Object.fromEntries(enums) };
}
