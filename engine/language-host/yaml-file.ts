import { readFileSync } from "node:fs";
import { load, YAMLException } from "js-yaml";
import { MeshError } from "../../components/intent/problem";

/** A YAML mapping, not yet looked into. */
export type YamlMapping = Readonly<Record<string, unknown>>;

export function isMapping(value: unknown): value is YamlMapping {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * One YAML file whose top level is a mapping; an empty file is an empty one.
 *
 * @throws MeshError `engine/file-unreadable`, `engine/file-not-yaml` with the line, or `engine/file-not-a-mapping`
 */
export function readYamlFile(path: string): YamlMapping {
  const document = parse(path, read(path));
  if (document === undefined || document === null) return {};
  if (isMapping(document)) return document;
  throw new MeshError(path, [
    {
      id: "engine/file-not-a-mapping",
      path,
      message: "the top level of this file is not a mapping",
      got: Array.isArray(document) ? "a list" : `a ${typeof document}`,
      expected: "`key: value` lines",
      fix: "Write the file as Pulumi documents it",
    },
  ]);
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new MeshError(path, [
      {
        id: "engine/file-unreadable",
        path,
        message: "this file cannot be read",
        got: error instanceof Error ? error.message : String(error),
        expected: "a file that can be read",
        fix: "Make the file readable for the user that runs this command",
      },
    ]);
  }
}

function parse(path: string, text: string): unknown {
  if (text.trim() === "") return undefined;
  try {
    return load(text, { filename: path });
  } catch (error) {
    const mark = error instanceof YAMLException ? error.mark : undefined;
    throw new MeshError(path, [
      {
        id: "engine/file-not-yaml",
        path: mark ? `${path}:${mark.line + 1}:${mark.column + 1}` : path,
        message: "this file is not valid YAML",
        // Not the excerpt that the parser would print: the line may hold a secret.
        got: (error instanceof YAMLException && error.reason) || "another text",
        expected: "YAML",
        fix: "Correct the file at this line",
      },
    ]);
  }
}
