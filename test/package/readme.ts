import { readFileSync } from "node:fs";
import * as path from "node:path";

/** A fenced block of a Markdown file. */
export interface Snippet {
  readonly language: string;
  readonly text: string;
  /** 1-based, of the fence. */
  readonly line: number;
}

/** Every fenced block of a Markdown file, with its language. */
export function snippetsOf(file: string): Snippet[] {
  const snippets: Snippet[] = [];
  let open: { language: string; line: number; lines: string[] } | undefined;
  for (const [index, line] of readFileSync(file, "utf8").split("\n").entries()) {
    const fence = /^```(\S*)/.exec(line);
    if (fence === null) open?.lines.push(line);
    else if (open === undefined) open = { language: fence[1] ?? "", line: index + 1, lines: [] };
    else {
      snippets.push({ language: open.language, line: open.line, text: `${open.lines.join("\n")}\n` });
      open = undefined;
    }
  }
  return snippets;
}

const README = path.resolve(__dirname, "..", "..", "README.md");

const programs = (): string[] =>
  snippetsOf(README).flatMap(({ language, text }) => (language === "ts" ? [text] : []));

/** The README's first TypeScript block: the whole program that it promises to run. */
export function readmeProgram(): string {
  return required(programs()[0], "program");
}

/** The README's policy pack. */
export function readmePack(): string {
  return required(
    programs().find((text) => text.includes("new PolicyPack(")),
    "policy pack",
  );
}

function required(text: string | undefined, what: string): string {
  if (text === undefined) throw new Error(`the README has no ${what}`);
  return text;
}
