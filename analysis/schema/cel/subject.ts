import { celList, celMap, isCelError, type CelInput } from "@bufbuild/cel";
import { escapeIdentifier } from "./identifier";
import { compileExpression } from "./environment";
import { isFields, isOpaque, type Fields } from "../value";
import type { SchemaNode } from "../node";

/** A value as rules see it, typed by its schema. */
export interface Subject {
  readonly self: CelInput;
  /** Whether something that is known only after deployment has been read since. */
  readonly readUnknown: () => boolean;
}

/**
 * Types a value by its schema. Fields are converted when a rule reads them, items of a list at once.
 *
 * @returns undefined where the value is, or is a list of, what is known only after deployment
 */
export function subjectOf(value: unknown, node: SchemaNode): Subject | undefined {
  const reads: Reads = { unknown: false };
  try {
    return { self: convert(value, node, reads), readUnknown: () => reads.unknown };
  } catch (error) {
    if (reads.unknown) return undefined;
    throw error;
  }
}

interface Reads {
  unknown: boolean;
}

function convert(value: unknown, node: SchemaNode, reads: Reads): CelInput {
  if (isOpaque(value)) {
    reads.unknown = true;
    throw new Error("the value is known only after deployment");
  }
  if (value === null) return null;
  if (node.schema["x-kubernetes-int-or-string"])
    return typeof value === "number" ? integer(value) : String(value);
  switch (node.schema.type) {
    case "object":
      return isFields(value) ? celMap(new FieldsMap(value, node, reads)) : mismatch("object");
    case "array":
      return Array.isArray(value) ? convertList(value, node, reads) : mismatch("array");
    case "string":
      return typeof value === "string" ? convertString(value, node.schema.format) : mismatch("string");
    case "integer":
      return typeof value === "number" ? integer(value) : mismatch("integer");
    case "number":
      return typeof value === "number" ? value : mismatch("number");
    case "boolean":
      return typeof value === "boolean" ? value : mismatch("boolean");
    case undefined:
    default:
      return mismatch("typed value");
  }
}

function mismatch(expected: string): never {
  throw new Error(`invalid data, expected ${expected}`);
}

function integer(value: number): bigint {
  return Number.isInteger(value) ? BigInt(value) : mismatch("integer");
}

function convertList(value: readonly unknown[], node: SchemaNode, reads: Reads): CelInput {
  const { items } = node;
  return celList(items === undefined ? [] : value.map((item) => convert(item, items, reads)));
}

function convertString(value: string, format: string | undefined): CelInput {
  switch (format) {
    case "duration":
      return convertBy("duration(self)", value);
    case "date":
      return convertBy("timestamp(self)", `${value}T00:00:00Z`);
    case "date-time":
      return convertBy("timestamp(self)", value);
    case "byte":
      return new Uint8Array(Buffer.from(value, "base64"));
    case undefined:
    default:
      return value;
  }
}

/** Times have a type of their own, which the language itself makes best. */
function convertBy(expression: string, self: string): CelInput {
  const result = compileExpression(expression)({ self });
  if (isCelError(result)) throw result;
  return result;
}

/**
 * An object as CEL reads it. With properties, it has exactly those of the schema, under names that a rule can write, and
 * null counts as absent; without, it is a map.
 */
class FieldsMap implements ReadonlyMap<string, CelInput> {
  readonly #value: Fields;
  readonly #node: SchemaNode;
  readonly #reads: Reads;

  constructor(value: Fields, node: SchemaNode, reads: Reads) {
    this.#value = value;
    this.#node = node;
    this.#reads = reads;
  }

  get size(): number {
    return Object.keys(this.#value).length;
  }

  get(key: string): CelInput | undefined {
    const { properties, additional, celNames } = this.#node;
    const name = properties === undefined ? key : celNames.get(key);
    if (name === undefined || !Object.hasOwn(this.#value, name)) return undefined;
    const value = this.#value[name];
    if (value === undefined || (properties !== undefined && value === null)) return undefined;
    const child = properties?.get(name) ?? additional;
    return child && convert(value, child, this.#reads);
  }

  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  *keys(): MapIterator<string> {
    for (const name of Object.keys(this.#value)) {
      const key = this.#node.properties === undefined ? name : escapeIdentifier(name);
      if (key !== undefined) yield key;
    }
  }

  *entries(): MapIterator<[string, CelInput]> {
    for (const key of this.keys()) {
      const value = this.get(key);
      if (value !== undefined) yield [key, value];
    }
  }

  *values(): MapIterator<CelInput> {
    for (const [, value] of this.entries()) yield value;
  }

  forEach(visit: (value: CelInput, key: string, map: ReadonlyMap<string, CelInput>) => void): void {
    for (const [key, value] of this.entries()) visit(value, key, this);
  }

  [Symbol.iterator](): MapIterator<[string, CelInput]> {
    return this.entries();
  }
}
