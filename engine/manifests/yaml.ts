import { defineScalarTag, dump, DUMP_SCHEMA, NOT_RESOLVED } from "js-yaml";

import type { Plain } from "./leaves";

type PlainObject = { readonly [key: string]: Plain };

const NUMBER_LIKE = /^[-+]?(0[xX][\da-fA-F]+|0[oO][0-7]+|0[bB][01]+|(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?)$/;

/**
 * Kubernetes reads YAML with a Go library that takes more texts for numbers than the standards do: `0_8`, `0X1f`, `8E_5`. A
 * text that this schema takes for anything but text is quoted.
 */
const SCHEMA = DUMP_SCHEMA.withTags(
  defineScalarTag("!number-like", {
    implicit: true,
    resolve: (source) => (NUMBER_LIKE.test(source.replaceAll("_", "")) ? source : NOT_RESOLVED),
    identify: () => false,
  }),
);

/**
 * Objects as a YAML stream that has the same bytes whenever the objects say the same: keys sorted, `apiVersion`, `kind` and
 * `metadata` first, no folded lines, no anchors.
 *
 * @param objects at the top only fields of Kubernetes objects, which need no quotes
 * @param comments lines that stand at the head of the stream
 */
export function toYamlStream(objects: readonly PlainObject[], comments: readonly string[]): string {
  const head = comments.map((line) => `# ${line.replace(/[^\x20-\x7e]+/g, " ")}\n`).join("");
  // No separator before the first: readers would take the comments for an empty document.
  return head + objects.map(toYaml).join("---\n");
}

function toYaml(object: PlainObject): string {
  const entries = arranged(object, ["apiVersion", "kind", "metadata"]).map(([key, value]) => [
    key,
    key === "metadata" && isObject(value) ? sorted(value, ["name", "namespace"]) : sorted(value),
  ]);
  return dump(Object.fromEntries(entries), { schema: SCHEMA, lineWidth: -1, noRefs: true });
}

function sorted(value: Plain, first: readonly string[] = []): Plain {
  if (Array.isArray(value)) return value.map((item: Plain) => sorted(item));
  if (!isObject(value)) return value;
  return Object.fromEntries(arranged(value, first).map(([key, item]) => [key, sorted(item)]));
}

/** The members by key, those of the list before all others. */
function arranged(object: PlainObject, first: readonly string[]): [string, Plain][] {
  const place = (key: string) => (first.includes(key) ? first.indexOf(key) : first.length);
  return Object.entries(object).sort(([a], [b]) => place(a) - place(b) || (a < b ? -1 : 1));
}

function isObject(value: Plain): value is PlainObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
