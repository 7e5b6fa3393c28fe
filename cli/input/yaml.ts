import {
  constructFromEvents,
  CORE_SCHEMA,
  defineScalarTag,
  EVENT_ID,
  mergeTag,
  NOT_RESOLVED,
  parseEvents,
  YAMLException,
  type Event,
} from "js-yaml";
import type { InputProblem } from "../../components/intent/problem";

/** What one text holds: its documents in order, or the first thing that keeps it from being read. */
export type ParseResult = ParsedText | { readonly problem: InputProblem };

interface ParsedText {
  readonly documents: readonly unknown[];
  /** What the documents were made of: each event carries its offset. */
  readonly events: readonly Event[];
}

const WORDS: ReadonlyMap<string, boolean> = new Map([
  ...["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"].map(
    (word) => [word, true] as const,
  ),
  ...["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"].map(
    (word) => [word, false] as const,
  ),
]);

/** The letters that words of each length begin with, in lower case. */
const FIRST_LETTERS: readonly string[] = ["", "yn", "on", "yo", "t", "f"];

/** Whether to look a text up: every key and value that begins with one of the words' letters is asked for. */
function mayBeWord(source: string): boolean {
  const letters = FIRST_LETTERS[source.length];
  return letters !== undefined && letters.includes(String.fromCharCode(source.charCodeAt(0) | 0x20));
}

/**
 * `kubectl` and the API server's tools read YAML 1.1's words for true and false; YAML 1.2 reads them as strings. A label
 * `enabled: on` is therefore a boolean for a cluster, which refuses it: we must see the same.
 */
const kubernetesBool = defineScalarTag<boolean>("tag:yaml.org,2002:bool", {
  implicit: true,
  implicitFirstChars: [..."yYnNtTfFoO"],
  resolve: (source) => (mayBeWord(source) ? (WORDS.get(source) ?? NOT_RESOLVED) : NOT_RESOLVED),
  identify: (data: unknown) => typeof data === "boolean",
});

/** Likewise `010` is eight and `1_000` is a thousand. Base 60 (`1:30`) is not read so, by them or by us. */
const kubernetesInt = defineScalarTag<number>("tag:yaml.org,2002:int", {
  implicit: true,
  implicitFirstChars: [..."+-0123456789"],
  resolve: (source) => {
    const match = /^([-+]?)(0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO]?[0-7_]+|0|[1-9][0-9_]*)$/.exec(source);
    if (match === null) return NOT_RESOLVED;
    const [, sign, body = ""] = match;
    const digits = body.replaceAll("_", "");
    const value = Number(/^0[0-7]+$/.test(digits) ? `0o${digits}` : digits);
    return sign === "-" ? -value : value;
  },
  identify: (data: unknown) => Number.isInteger(data),
});

const SCHEMA = CORE_SCHEMA.withTags(kubernetesBool, kubernetesInt, mergeTag);

const PLAIN = CORE_SCHEMA.withTags(mergeTag);

/** Deeper than any object that an API server accepts. */
const MAX_DEPTH = 200;
/** How many values a text may stand for once its aliases are written out. */
const MAX_EXPANDED = 2_000_000;

/**
 * Reads every document of a text. JSON is YAML.
 *
 * @param words whose: `kubernetes` for manifests; `plain` for files of our own, in which `off` is a word
 */
export function parseYaml(
  text: string,
  name: string,
  words: "kubernetes" | "plain" = "kubernetes",
): ParseResult {
  try {
    const events = parseEvents(text, { maxDepth: MAX_DEPTH });
    const documents = constructFromEvents(events, {
      source: text,
      schema: words === "plain" ? PLAIN : SCHEMA,
    });
    // Most texts have no asterisk, which is quicker to see than the lack of an alias.
    const aliased = text.includes("*") && events.some((event) => event.type === EVENT_ID.ALIAS);
    const problem = aliased ? expansionProblem(documents, name) : undefined;
    return problem === undefined ? { documents, events } : { problem };
  } catch (error) {
    if (error instanceof YAMLException) return { problem: syntaxProblem(error, text, name) };
    throw error;
  }
}

function syntaxProblem(error: YAMLException, text: string, name: string): InputProblem {
  const mark = { line: error.mark?.line ?? 0, column: error.mark?.column ?? 0 };
  const lines = text.split("\n");
  const template = templateLine(error, lines, mark.line);
  const line = template ?? mark.line;
  const column = template === undefined ? mark.column : (lines[line] ?? "").indexOf("{{");
  const source = (lines[line] ?? "").trim();
  return {
    id: template === undefined ? "input/yaml-syntax" : "input/template",
    path: `${name}:${line + 1}:${column + 1}`,
    message: template === undefined ? `this is not YAML: ${error.reason}` : "this is a template, not YAML",
    got: source === "" ? "an empty line" : shorten(source),
    expected: "YAML or JSON",
    fix:
      template === undefined
        ? fixOf(error, lines.length)
        : "render it first (`helm template … | meshwright check -f -`) and check what comes out",
  };
}

/**
 * The line of the template expression that a text fails on, if it does. YAML strings may rightly hold `{{`, so its mere
 * presence proves nothing: the parser must have stumbled over it, or a line must begin with it.
 */
function templateLine(error: YAMLException, lines: readonly string[], line: number): number | undefined {
  const bare = lines.findIndex((text) => /^[^#'"]*\{\{/.test(text));
  if (bare === -1) return undefined;
  // Read as YAML, `{{ x }}` is a mapping whose key is a mapping; the parser then points at its outermost parent.
  const stumbled = /complex keys/.test(error.reason) || lines[line]?.includes("{{") === true;
  return stumbled || lines.some((text) => /^\s*\{\{/.test(text)) ? bare : undefined;
}

function fixOf(error: YAMLException, lines: number): string {
  const reason = error.reason;
  if (/tab/.test(reason)) return "indent with spaces";
  if (/duplicated mapping key/.test(reason))
    return "keep one of the two keys: a cluster would silently use the last";
  if (/unidentified alias/.test(reason)) return "define the anchor before it is used, in the same document";
  if (/tag/.test(reason)) return "remove the tag: manifests hold plain values only";
  if (/depth|nest/i.test(reason)) return `nest at most ${MAX_DEPTH} levels`;
  if ((error.mark?.line ?? 0) >= lines - 1)
    return "the text ends too early: complete it, or fetch the file again";
  return "correct the YAML at this place";
}

/**
 * An alias shares its anchor's value, so a few lines can stand for billions of values, or for a value inside itself.
 * Sizes are counted once per shared value, which takes no longer than the text is long.
 */
function expansionProblem(documents: readonly unknown[], name: string): InputProblem | undefined {
  const sizes = new Map<object, number>();
  const open = new Set<object>();
  const sizeOf = (value: unknown): number => {
    if (typeof value !== "object" || value === null) return 1;
    const known = sizes.get(value);
    if (known !== undefined) return known;
    if (open.has(value)) return Number.NaN;
    open.add(value);
    let size = 1;
    for (const child of Object.values(value)) size += sizeOf(child);
    open.delete(value);
    sizes.set(value, size);
    return size;
  };
  for (const [index, document] of documents.entries()) {
    const size = sizeOf(document);
    const path = documents.length === 1 ? name : `${name} (document ${index + 1})`;
    if (Number.isNaN(size)) {
      return {
        id: "input/cyclic-alias",
        path,
        message: "an alias stands for a value that contains it",
        got: "a value without end",
        expected: "values that end",
        fix: "write the value out instead of the alias",
      };
    }
    if (size > MAX_EXPANDED) {
      return {
        id: "input/alias-expansion",
        path,
        message: "aliases make a few lines stand for too many values",
        got: `${size.toPrecision(3)} values`,
        expected: `at most ${MAX_EXPANDED}`,
        fix: "write the values out instead of nesting aliases",
      };
    }
  }
  return undefined;
}

function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
