import { formatMismatch } from "./formats";
import type { SchemaNode } from "./node";
import { fieldPath, itemPath } from "./path";
import type { SchemaProblem } from "./problem";
import { isFields, isOpaque, sameValue, show, typeName, type Fields } from "./value";

/** Where a walk over a value leaves what it finds. */
export class Findings {
  readonly problems: SchemaProblem[] = [];
  /** Paths of problems after which an API server does not ask rules any more: a value of the wrong type, say. */
  readonly blocked: string[] = [];
  waiting = 0;

  /** @param isTrial whether there are problems is asked, not which */
  constructor(readonly isTrial = false) {}

  add(
    path: string,
    message: string,
    details: { got?: unknown; expected?: string; blocks?: boolean } = {},
  ): void {
    this.problems.push({
      kind: "schema",
      path,
      message,
      ...("got" in details && { got: show(details.got) }),
      ...(details.expected !== undefined && { expected: details.expected }),
    });
    if (details.blocks === true) this.blocked.push(path);
  }
}

/** Holds a normalized value against its schema. What is known only after deployment is counted, not judged. */
export function checkStructure(value: unknown, node: SchemaNode, path: string, findings: Findings): void {
  if (isOpaque(value)) {
    findings.waiting++;
    return;
  }
  if (value === null && node.schema.nullable) return;
  if (!checkType(value, node, path, findings)) return;
  checkOwn(value, node, path, findings);
  if (Array.isArray(value)) checkItems(value, node, path, findings);
  else if (isFields(value)) checkFields(value, node, path, findings);
  checkCombinations(value, node, path, findings);
}

/** What a schema asks of a value of the right type, whatever is inside. */
export function checkOwn(value: unknown, node: SchemaNode, path: string, findings: Findings): void {
  checkEnum(value, node, path, findings);
  if (typeof value === "string") checkText(value, node, path, findings);
  else if (typeof value === "number") checkNumber(value, node, path, findings);
  else if (Array.isArray(value)) checkList(value, node, path, findings);
  else if (isFields(value)) checkCount(value, node, path, findings);
}

function checkType(value: unknown, node: SchemaNode, path: string, findings: Findings): boolean {
  const { schema } = node;
  const expected = schema["x-kubernetes-int-or-string"] ? "integer or string" : schema.type;
  if (expected === undefined || fitsType(value, node)) return true;
  findings.add(path, `must be ${article(expected)}`, { got: value, expected, blocks: true });
  return false;
}

export function fitsType(value: unknown, { type: expected, intOrString }: SchemaNode): boolean {
  if (typeof value === "string" && expected === "string") return true;
  const actual = typeName(value);
  if (intOrString) return actual === "integer" || actual === "string";
  return expected === undefined || actual === expected || (expected === "number" && actual === "integer");
}

function article(type: string): string {
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}

function checkEnum(value: unknown, { schema }: SchemaNode, path: string, findings: Findings): void {
  if (schema.enum === undefined || schema.enum.some((allowed) => sameValue(allowed, value))) return;
  findings.add(path, "is not one of the values that are allowed here", {
    got: value,
    expected: `one of ${schema.enum.map((v) => JSON.stringify(v)).join(", ")}`,
    blocks: true,
  });
}

function checkText(text: string, { schema, pattern }: SchemaNode, path: string, findings: Findings): void {
  const { minLength = 0, maxLength = Infinity, format } = schema;
  // A character is one or two units of the text, so that most texts need no counting.
  if (text.length > maxLength || text.length < 2 * minLength) {
    const length = [...text].length;
    if (length > maxLength) {
      findings.add(path, "is too long", {
        got: text,
        expected: `at most ${maxLength} characters`,
        blocks: true,
      });
    }
    if (length < minLength) {
      const expected = minLength === 1 ? "at least one character" : `at least ${minLength} characters`;
      findings.add(path, "is too short", { got: text, expected });
    }
  }
  if (pattern !== undefined && !pattern.matcher(text).find()) {
    findings.add(path, "does not match the pattern", { got: text, expected: schema.pattern ?? "" });
  }
  const mismatch = format === undefined ? undefined : formatMismatch(format, text);
  if (mismatch !== undefined)
    findings.add(path, `is not ${mismatch}`, { got: text, expected: mismatch, blocks: true });
}

function checkNumber(value: number, { schema }: SchemaNode, path: string, findings: Findings): void {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  if (minimum !== undefined && (exclusiveMinimum ? value <= minimum : value < minimum)) {
    findings.add(path, "is too small", {
      got: value,
      expected: `${exclusiveMinimum ? "more than" : "at least"} ${minimum}`,
    });
  }
  if (maximum !== undefined && (exclusiveMaximum ? value >= maximum : value > maximum)) {
    findings.add(path, "is too large", {
      got: value,
      expected: `${exclusiveMaximum ? "less than" : "at most"} ${maximum}`,
    });
  }
  if (multipleOf !== undefined && !Number.isInteger(value / multipleOf)) {
    findings.add(path, "is not a multiple", { got: value, expected: `a multiple of ${multipleOf}` });
  }
}

function checkList(list: readonly unknown[], node: SchemaNode, path: string, findings: Findings): void {
  const { minItems, maxItems } = node.schema;
  if (maxItems !== undefined && list.length > maxItems) {
    findings.add(path, "has too many items", { got: list, expected: `at most ${maxItems}`, blocks: true });
  }
  if (minItems !== undefined && list.length < minItems) {
    findings.add(path, "has too few items", { got: list, expected: `at least ${minItems}` });
  }
  checkDuplicates(list, node, path, findings);
}

function checkItems(list: readonly unknown[], { items }: SchemaNode, path: string, findings: Findings): void {
  if (items !== undefined)
    list.forEach((item, i) => checkStructure(item, items, itemPath(path, i), findings));
}

/** Items of a set, or of a map by its keys, occur once. */
function checkDuplicates(
  list: readonly unknown[],
  { schema }: SchemaNode,
  path: string,
  findings: Findings,
): void {
  const kind = schema["x-kubernetes-list-type"];
  const keys = schema["x-kubernetes-list-map-keys"] ?? [];
  const isMap = kind === "map";
  if (!isMap && kind !== "set" && schema.uniqueItems !== true) return;
  const seen = new Map<string, number>();
  list.forEach((item, index) => {
    const identity = isMap ? (isFields(item) ? keys.map((key) => item[key] ?? null) : undefined) : [item];
    if (identity === undefined || identity.some(isOpaque)) return;
    const key = JSON.stringify(identity);
    const first = seen.get(key);
    if (first === undefined) {
      seen.set(key, index);
      return;
    }
    const what = isMap ? `the same ${keys.join(", ")} as` : "the same as";
    findings.add(itemPath(path, index), `is ${what} ${itemPath(path, first)}`, {
      got: isMap ? keys.map((k, i) => `${k}: ${show(identity[i])}`).join(", ") : item,
      expected: isMap ? `${keys.join(", ")} that no other item has` : "a value that no other item has",
    });
  });
}

function checkCount(fields: Fields, { schema }: SchemaNode, path: string, findings: Findings): void {
  const { minProperties, maxProperties } = schema;
  if (minProperties === undefined && maxProperties === undefined) return;
  const { length } = Object.keys(fields);
  if (maxProperties !== undefined && length > maxProperties) {
    findings.add(path, "has too many fields", {
      got: fields,
      expected: `at most ${maxProperties}`,
      blocks: true,
    });
  }
  if (minProperties !== undefined && length < minProperties) {
    findings.add(path, "has too few fields", { got: fields, expected: `at least ${minProperties}` });
  }
}

function checkFields(fields: Fields, node: SchemaNode, path: string, findings: Findings): void {
  for (const name of node.required) {
    if (fields[name] === undefined) findings.add(fieldPath(path, name), "is required", { blocks: true });
  }
  for (const name of Object.keys(fields)) {
    const child = node.properties?.get(name) ?? node.additional;
    if (child !== undefined && fields[name] !== undefined) {
      checkStructure(fields[name], child, fieldPath(path, name), findings);
    }
  }
}

/** What the alternatives of a schema ask of a value. */
export function checkCombinations(value: unknown, node: SchemaNode, path: string, findings: Findings): void {
  for (const part of node.allOf ?? []) checkStructure(value, part, path, findings);
  if (node.oneOf !== undefined) checkOneOf(value, node.oneOf, path, findings);
  if (node.anyOf !== undefined && !node.schema["x-kubernetes-int-or-string"]) {
    if (!node.anyOf.some((part) => fitsNode(value, part) !== false))
      addNoForm(value, node.anyOf, path, findings);
  }
  if (node.not !== undefined && fitsNode(value, node.not) === true) {
    findings.add(path, "has a form that is not allowed here", { got: value });
  }
}

/** Whether a value fits a schema; undefined while part of it is not known. */
function fitsNode(value: unknown, node: SchemaNode): boolean | undefined {
  // Most alternatives ask only which fields are there.
  if (node.onlyRequires && isFields(value)) return hasRequired(value, node);
  const inner = new Findings(true);
  checkStructure(value, node, "", inner);
  if (inner.problems.length > 0) return false;
  return inner.waiting > 0 ? undefined : true;
}

export function hasRequired(fields: Fields, { required }: SchemaNode): boolean {
  for (const name of required) if (fields[name] === undefined) return false;
  return true;
}

function checkOneOf(
  value: unknown,
  alternatives: readonly SchemaNode[],
  path: string,
  findings: Findings,
): void {
  const fits = alternatives.map((alternative) => fitsNode(value, alternative));
  const count = fits.filter((fit) => fit === true).length;
  if (count === 1 || fits.includes(undefined)) return;
  const fields = alternatives.flatMap((alternative) => alternative.required);
  const present = isFields(value) ? fields.filter((field) => value[field] !== undefined) : [];
  const optional = alternatives.some((alternative) => alternative.not !== undefined);
  const expected = `${optional ? "at most" : "exactly"} one of ${fields.join(", ")}`;
  if (fields.length === 0 && count === 0) {
    addNoForm(value, alternatives, path, findings);
  } else if (fields.length === 0) {
    findings.add(path, `fits ${count} of the ${alternatives.length} forms of which it must fit one`, {
      got: value,
    });
  } else if (present.length > 1) {
    findings.add(path, `sets ${present.join(" and ")} together`, { got: value, expected });
  } else {
    findings.add(path, `sets none of ${fields.join(", ")}`, { got: value, expected });
  }
}

/** Says what is wrong by the form that comes nearest. */
function addNoForm(
  value: unknown,
  alternatives: readonly SchemaNode[],
  path: string,
  findings: Findings,
): void {
  if (findings.isTrial) {
    findings.add(path, "fits none of the forms");
    return;
  }
  const attempts = alternatives.map((alternative) => {
    const inner = new Findings();
    checkStructure(value, alternative, path, inner);
    return inner.problems;
  });
  const [nearest] = attempts.toSorted((a, b) => a.length - b.length);
  const reasons = (nearest ?? []).map((p) => `${p.path === path ? "" : `${p.path} `}${p.message}`);
  findings.add(
    path,
    `fits none of the ${alternatives.length} forms that are allowed here: ${reasons.join(", ")}`,
    {
      got: value,
      expected: [...new Set(attempts.flat().flatMap((p) => p.expected ?? []))].join(", or "),
    },
  );
}
