import { dump } from "js-yaml";

import type { Plain } from "./leaves";

type PlainObject = { readonly [key: string]: Plain };

/**
 * Objects as a YAML stream that has the same bytes whenever the objects say the same: keys sorted, `apiVersion`, `kind` and
 * `metadata` first, no folded lines, no anchors.
 *
 * @param comments lines that stand at the head of the stream
 */
export function toYamlStream(objects: readonly PlainObject[], comments: readonly string[]): string {
  const head = comments.map((line) => `# ${line.replace(/[^\x20-\x7e]+/g, " ")}\n`).join("");
  return head + objects.map((object) => `---\n${toYaml(object)}`).join("");
}

function toYaml(object: PlainObject): string {
  return dump(ordered(object, ["apiVersion", "kind", "metadata"], { metadata: ["name", "namespace"] }), {
    lineWidth: -1,
    noRefs: true,
  });
}

/** @param nested the keys that come first in the members of these names */
function ordered(
  value: Plain,
  first: readonly string[] = [],
  nested: Readonly<Record<string, readonly string[]>> = {},
): Plain {
  if (Array.isArray(value)) return value.map((item: Plain) => ordered(item));
  if (typeof value !== "object" || value === null) return value;
  const members = value as PlainObject;
  const keys = Object.keys(members).sort();
  const sorted = [
    ...first.filter((key) => keys.includes(key)),
    ...keys.filter((key) => !first.includes(key)),
  ];
  return Object.fromEntries(sorted.map((key) => [key, ordered(members[key] ?? null, nested[key])]));
}
