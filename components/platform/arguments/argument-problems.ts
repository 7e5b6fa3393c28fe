import type { InputProblem } from "../../intent/problem";
import { at, isPlainObject } from "../../intent/read/reader";
import { closest, isOutput, oneOf } from "../../intent/show";
import { kindOf } from "../problems";
import type { Fields, Shape } from "./shape";

/** What is wrong with how arguments are made. */
export interface ArgumentProblems {
  /** One for each argument that is not known: it would be ignored in silence. Nothing else depends on it. */
  readonly unknown: readonly InputProblem[];
  /** One for each value that is missing or of another type than the argument's: no other check can read such arguments. */
  readonly wrong: readonly InputProblem[];
}

type Given = Readonly<Record<string, unknown>>;

/**
 * Holds the arguments of a component to their names and types, which callers in JavaScript and values that are computed or
 * read from a file pass by the compiler. An Output is not looked into, and a class instance (a component in the place of
 * what it puts out) may have more than is asked for.
 */
export function argumentProblems(args: unknown, fields: Fields): ArgumentProblems {
  const unknown: InputProblem[] = [];
  const wrong: InputProblem[] = [];

  function walk(value: unknown, shape: Shape, path: string): void {
    if (typeof shape === "object" && "required" in shape) {
      if (value === undefined) wrong.push(missing(path, shape.required));
      else walk(value, shape.required, path);
      return;
    }
    if (value === undefined) return;
    if (typeof shape === "object" && "input" in shape) {
      if (!isDeferred(value)) walk(value, shape.input, path);
    } else if (typeof shape === "object" && "orFalse" in shape) {
      if (value !== false) walk(value, shape.orFalse, path);
    } else if (!fits(value, shape)) {
      wrong.push(wrongType(path, value, shape));
    } else if (typeof shape === "object") {
      walkInto(value as object, shape, path);
    }
  }

  function walkInto(value: object, shape: Exclude<Shape, string>, path: string): void {
    if ("list" in shape) {
      (value as readonly unknown[]).forEach((item, index) => walk(item, shape.list, at(path, index)));
    } else if ("each" in shape) {
      for (const [key, item] of Object.entries(value)) walk(item, shape.each, below(path, key));
    } else if ("having" in shape) {
      walkKnown(value as Given, shape.having, path);
    } else if ("fields" in shape) {
      walkKnown(value as Given, shape.fields, path);
      if (isPlainObject(value)) findUnknown(value as Given, shape.fields, path);
    }
  }

  function walkKnown(value: Given, known: Fields, path: string): void {
    for (const [key, shape] of Object.entries(known)) walk(value[key], shape, below(path, key));
  }

  function findUnknown(value: Given, known: Fields, path: string): void {
    for (const [key, given] of Object.entries(value)) {
      if (given === undefined || Object.hasOwn(known, key)) continue;
      unknown.push(unknownArgument(below(path, key), key, known, path === "" ? {} : fields));
    }
  }

  walk(args, { fields }, "");
  return { unknown, wrong };
}

function below(path: string, key: string): string {
  return path === "" ? key : at(path, key);
}

function fits(value: unknown, shape: Shape): boolean {
  if (shape === "any") return value !== null;
  if (shape === "Input<string>") return typeof value === "string" || isDeferred(value);
  if (typeof shape === "string") return typeof value === shape;
  if ("list" in shape) return Array.isArray(value);
  if ("madeBy" in shape) return typeof (value as Given | null | undefined)?.[shape.method] === "function";
  return typeof value === "object" && value !== null && !Array.isArray(value) && !isDeferred(value);
}

function isDeferred(value: unknown): boolean {
  return isOutput(value) || value instanceof Promise;
}

function unknownArgument(path: string, key: string, known: Fields, outer: Fields): InputProblem {
  const names = Object.keys(known).sort();
  return {
    id: "platform/unknown-argument",
    path: path === "" ? JSON.stringify(key) : path,
    message: "is not an argument that is known here, and would be ignored",
    got: JSON.stringify(key),
    expected: `one of ${names.join(", ")}`,
    fix: remedy(key, names, known, outer),
  };
}

function remedy(key: string, names: readonly string[], known: Fields, outer: Fields): string {
  const near = closest(key, names);
  if (near !== undefined) return `Write \`${near}\``;
  if (Object.hasOwn(outer, key)) return `Set \`${key}\` once for the whole, beside this`;
  const inner = Object.entries(known).flatMap(([part, shape]) =>
    Object.hasOwn(fieldsOf(shape), key) ? [`${part}.${key}`] : [],
  );
  if (inner.length > 0) return `Did you mean ${oneOf(inner)}?`;
  const longer = containing(key, names);
  return longer === undefined ? "Remove it" : `Write \`${longer}\``;
}

/** The only name that the other one is a part of: `version` of `istioVersion`. */
function containing(key: string, names: readonly string[]): string | undefined {
  const plain = key.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
  const found = names.filter((name) => {
    const other = name.toLowerCase();
    return other === plain || (plain.length > 3 && (other.includes(plain) || plain.includes(other)));
  });
  return found.length === 1 ? found[0] : undefined;
}

function fieldsOf(shape: Shape): Fields {
  if (typeof shape === "string") return {};
  if ("orFalse" in shape) return fieldsOf(shape.orFalse);
  if ("required" in shape) return fieldsOf(shape.required);
  return "fields" in shape ? shape.fields : {};
}

function missing(path: string, shape: Shape): InputProblem {
  return {
    id: "platform/missing-argument",
    path,
    message: "is missing",
    got: "nothing",
    expected: inWords(shape),
    fix: "Add it",
  };
}

function wrongType(path: string, value: unknown, shape: Shape): InputProblem {
  return {
    id: "platform/wrong-type",
    path: path === "" ? "arguments" : path,
    message: "has another type than this argument takes",
    // By its kind alone, for it may be meant as a password or a key.
    got: kindOf(value),
    expected: inWords(shape),
    fix: correction(value, shape),
  };
}

function inWords(shape: Shape): string {
  if (shape === "any") return "a value";
  if (shape === "string") return "a text";
  if (shape === "number") return "a number";
  if (shape === "boolean") return "true or false";
  if (shape === "Input<string>") return "a text, or an Output of one";
  if (shape === "function") return "a function";
  if ("madeBy" in shape) return `what \`${shape.madeBy}\` returns`;
  if ("input" in shape) return `${inWords(shape.input)}, or an Output of one`;
  return "list" in shape ? "a list, in [ ]" : "an object, in { }";
}

function correction(value: unknown, shape: Shape): string {
  if (value === null) return "Leave it out, or give a value";
  if (isDeferred(value)) return "Pass a value that is known while the program runs";
  if (typeof shape === "object" && "list" in shape) return "Put what is meant in a list";
  const quoted =
    typeof value === "string" &&
    (shape === "number"
      ? value.trim() !== "" && Number.isFinite(Number(value))
      : shape === "boolean" && ["true", "false"].includes(value));
  if (quoted) return "Remove the quotes";
  const bare = typeof value === "number" && (shape === "string" || shape === "Input<string>");
  return bare ? "Write it in quotes, if it is what is meant" : "Change the value";
}
