import * as path from "node:path";
import { readSettings, type CheckSettings, type ReadSettings } from "../../analysis";
import { MeshError } from "../../components/intent/problem";
import { readText } from "./text";
import { parseYaml } from "./yaml";

/**
 * Reads the settings of a check from a YAML or JSON file.
 *
 * @param more settings of the command line, which win
 * @throws MeshError when it cannot be read, and with every setting that is wrong
 * @see settingsSchema for what it may hold
 */
export function readSettingsFile(
  file: string | undefined,
  cwd: string,
  more: CheckSettings = {},
): ReadSettings {
  return readSettings(
    { ...(file === undefined ? {} : parse(file, cwd)), ...more },
    `settings ${file ?? ""}`.trim(),
  );
}

function parse(file: string, cwd: string): CheckSettings {
  const read = readText(path.resolve(cwd, file), file);
  if ("problem" in read) throw new MeshError(`settings ${file}`, [read.problem]);
  const parsed = parseYaml(read.text, file, "plain");
  if ("problem" in parsed) throw new MeshError(`settings ${file}`, [parsed.problem]);
  const [document, ...others] = parsed.documents.filter((each) => each !== null && each !== undefined);
  if (
    others.length === 0 &&
    (document === undefined || (typeof document === "object" && !Array.isArray(document)))
  ) {
    // Of any shape: whoever reads settings checks all of them.
    return (document ?? {}) as CheckSettings;
  }
  throw new MeshError(`settings ${file}`, [
    {
      id: "input/settings",
      path: file,
      message: "these are no settings of a check",
      got:
        others.length > 0
          ? `${others.length + 1} documents`
          : Array.isArray(document)
            ? "a list"
            : typeof document,
      expected: "one mapping with pack, all, rules and exceptions",
      fix: 'write what "meshwright explain-rule --settings-schema" describes',
    },
  ]);
}
