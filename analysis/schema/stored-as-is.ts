import type { SchemaNode } from "./node";
import { checkCombinations, checkOwn, Findings, fitsType, hasRequired } from "./structure";
import { isFields, type Fields } from "./value";

/**
 * Whether an API server would store a value just as it is, and the schema has nothing against it: true of nearly all that
 * is written, and told in one walk that makes neither paths nor copies. False as well where that is not sure; `normalize`
 * and `checkStructure` then say what there is to say.
 *
 * @param besides fields of the value that are none of the schema's business
 */
export function isStoredAsIs(value: unknown, node: SchemaNode, besides?: ReadonlySet<string>): boolean {
  if (value === null) return node.nullable;
  if (!fitsType(value, node)) return false;
  if (Array.isArray(value)) {
    if (!haveItems(value, node)) return false;
  } else if (typeof value === "object") {
    if (!isFields(value) || !hasFields(value, node, besides)) return false;
  } else if (typeof value === "symbol" || typeof value === "function") return false;
  return node.isPlain || meetsAll(value, node);
}

function haveItems(list: readonly unknown[], { items }: SchemaNode): boolean {
  if (items === undefined) return false;
  for (const item of list) if (!isStoredAsIs(item, items)) return false;
  return true;
}

function hasFields(fields: Fields, node: SchemaNode, besides: ReadonlySet<string> | undefined): boolean {
  if (node.type !== "object") return false;
  // Of a plain object nothing enumerable is inherited, and asking for a list of its names first takes longer.
  for (const name in fields) {
    if (besides?.has(name) === true) continue;
    const child = node.properties?.get(name) ?? node.additional;
    if (child === undefined ? !node.open : !isStoredAsIs(fields[name], child)) return false;
  }
  for (const [name] of node.defaulted) {
    if (fields[name] === undefined && besides?.has(name) !== true) return false;
  }
  return hasRequired(fields, node);
}

function meetsAll(value: unknown, node: SchemaNode): boolean {
  const findings = new Findings(true);
  checkOwn(value, node, "", findings);
  checkCombinations(value, node, "", findings);
  return findings.problems.length === 0 && findings.waiting === 0;
}
