import { nearest } from "../text";
import type { SchemaNode } from "./node";
import { fieldPath, itemPath } from "./path";
import type { SchemaProblem } from "./problem";
import { isFields, type Fields } from "./value";

/**
 * What an API server stores for an object: without the fields that the schema does not know (each is a problem), without
 * nulls that the schema does not allow, and with defaults. The same value where there is nothing to change.
 */
export function normalize(
  value: unknown,
  node: SchemaNode,
  path: string,
  problems: SchemaProblem[],
): unknown {
  if (Array.isArray(value)) return normalizeList(value, node, path, problems);
  return isFields(value) ? normalizeFields(value, node, path, problems) : value;
}

function normalizeList(
  list: readonly unknown[],
  node: SchemaNode,
  path: string,
  problems: SchemaProblem[],
): unknown {
  const { items } = node;
  if (items === undefined) return list;
  let changed = false;
  const result = list.map((item, index) => {
    const wanted = item === null && !items.schema.nullable ? (items.schema.default ?? null) : item;
    const normalized = normalize(wanted, items, itemPath(path, index), problems);
    changed ||= normalized !== item;
    return normalized;
  });
  return changed ? result : list;
}

function normalizeFields(fields: Fields, node: SchemaNode, path: string, problems: SchemaProblem[]): unknown {
  if (node.schema.type !== "object" && node.properties === undefined && !node.open) return fields;
  // Most objects need no change: copied when the first one comes.
  let copy: Record<string, unknown> | undefined;
  const change = (name: string, value: unknown): void => {
    copy ??= { ...fields };
    if (value === undefined) delete copy[name];
    else copy[name] = value;
  };
  for (const name of Object.keys(fields)) {
    const value = fields[name];
    const child = node.properties?.get(name) ?? node.additional;
    const kept =
      child === undefined ? keepUnknown(name, value, node, path, problems) : keepKnown(name, value, child);
    if (kept !== value) change(name, kept);
  }
  for (const [name, defaulted] of node.defaulted) {
    const value = copy === undefined ? fields[name] : copy[name];
    if (value === undefined) change(name, normalize(defaulted.schema.default, defaulted, "", []));
  }
  return copy ?? fields;

  function keepKnown(name: string, value: unknown, child: SchemaNode): unknown {
    if (value === null && !child.schema.nullable) return undefined;
    return normalize(value, child, fieldPath(path, name), problems);
  }
}

function keepUnknown(
  name: string,
  value: unknown,
  node: SchemaNode,
  path: string,
  problems: SchemaProblem[],
): unknown {
  if (node.open || value === undefined) return value;
  const known = [...(node.properties?.keys() ?? [])];
  const meant = nearest(name, known);
  problems.push({
    kind: "unknown-field",
    path: fieldPath(path, name),
    message:
      `unknown field ${JSON.stringify(name)}` +
      (meant === undefined ? "" : `, perhaps ${JSON.stringify(meant)} was meant`),
    expected: known.length === 0 ? "no field" : `one of ${[...known].sort().join(", ")}`,
  });
  return undefined;
}
