/** What is wrong with the text of a Go template, as far as one can tell without running it. */
export interface SyntaxFault {
  /** 1-based. */
  readonly line: number;
  /** A sentence without a full stop. */
  readonly message: string;
}

/** Actions that last until an `end`. */
const BLOCKS = new Set(["if", "range", "with", "block", "define"]);

/** Literals, in which delimiters mean nothing: quoted strings and characters in one line, raw strings, comments. */
const LITERAL = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`|\/\*[\s\S]*?\*\//y;

interface Action {
  readonly start: number;
  /** After the closing delimiter, or -1 where there is none. */
  readonly end: number;
  readonly body: string;
}

function actionAt(text: string, start: number): Action {
  let at = start + 2;
  while (at < text.length) {
    if (text.startsWith("}}", at)) {
      return { start, end: at + 2, body: text.slice(start + 2, at) };
    }
    LITERAL.lastIndex = at;
    const literal = LITERAL.exec(text);
    if (literal !== null) {
      at += literal[0].length;
    } else if (/["'`]/.test(text[at] ?? "") || text.startsWith("{{", at)) {
      break;
    } else {
      at += 1;
    }
  }
  return { start, end: -1, body: text.slice(start + 2, at) };
}

/**
 * Looks for what keeps istiod from parsing a template: an action or a string without an end, and blocks that do not
 * match. istiod itself would log it and inject nothing.
 *
 * @returns the first fault, because the ones after it may only follow from it
 */
export function syntaxFault(text: string): SyntaxFault | undefined {
  const lineAt = (offset: number): number => text.slice(0, offset).split("\n").length;
  const open: { readonly keyword: string; readonly line: number }[] = [];
  let from = text.indexOf("{{");
  while (from >= 0) {
    const { start, end, body } = actionAt(text, from);
    const line = lineAt(start);
    if (end < 0) return { line, message: "an action or a string in it has no end" };
    const keyword = /^-?\s*(\w+)/.exec(body)?.[1] ?? "";
    if (BLOCKS.has(keyword)) open.push({ keyword, line });
    if (keyword === "else" && open.length === 0) return { line, message: "`else` belongs to no block" };
    if (keyword === "end" && open.pop() === undefined) return { line, message: "`end` belongs to no block" };
    from = text.indexOf("{{", end);
  }
  const last = open.at(-1);
  return last && { line: last.line, message: `\`${last.keyword}\` has no \`end\`` };
}
