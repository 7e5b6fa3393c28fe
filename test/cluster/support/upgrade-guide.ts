import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { type Snippet, snippetsOf } from "../../package/readme";

const GUIDE = path.join(__dirname, "..", "..", "..", "docs", "upgrade.md");
const COMPONENTS = path.join(__dirname, "..", "..", "..", "components");
const NODE_MODULES = path.join(__dirname, "..", "..", "..", "node_modules");
const STEPS = 4;

/** One way to upgrade, as a section of `docs/upgrade.md` walks it. */
export interface UpgradeWay {
  readonly title: string;
  /** Configuration of the stack at each step: before, both, moved, after. */
  readonly steps: readonly [string, string, string, string];
  /** Arguments of kubectl, in order: first those that restart, last the one that shows who is where. */
  readonly restart: readonly (readonly string[])[];
  readonly look: readonly string[];
}

/** What `docs/upgrade.md` tells people to write and to run. */
export interface UpgradeGuide {
  readonly program: string;
  readonly ways: readonly UpgradeWay[];
}

/** Reads it; whatever is not of the form that is replayed is an error, so that nothing stands there untried. */
export function upgradeGuide(): UpgradeGuide {
  const headings = fs
    .readFileSync(GUIDE, "utf8")
    .split("\n")
    .flatMap((text, i) => (text.startsWith("## ") ? [{ title: text.slice(3), line: i + 1 }] : []));
  const snippets = snippetsOf(GUIDE);
  const sections = headings.map(({ title, line }, i) => ({
    title,
    snippets: snippets.filter(
      (snippet) => snippet.line > line && snippet.line < (headings[i + 1]?.line ?? Infinity),
    ),
  }));
  const programs = snippets.filter(({ language }) => language === "ts");
  assert.equal(programs.length, 1, `${GUIDE} has ${programs.length} programs`);
  return {
    program: programs[0]?.text ?? "",
    ways: sections.filter(({ snippets: own }) => own.some(isConfiguration)).map(way),
  };
}

function isConfiguration({ language }: Snippet): boolean {
  return language === "yaml";
}

function way({
  title,
  snippets,
}: {
  readonly title: string;
  readonly snippets: readonly Snippet[];
}): UpgradeWay {
  const [before, both, moved, after, ...more] = snippets.filter(isConfiguration).map(({ text }) => text);
  assert.ok(
    before && both && moved && after && more.length === 0,
    `${title}: not ${STEPS} steps with a configuration each`,
  );
  const commands = snippets
    .filter(({ language }) => language === "console")
    .flatMap(({ text }) => text.trim().split("\n"))
    .map(words);
  const other = commands.filter(([program]) => program !== "kubectl").map((command) => command.join(" "));
  assert.deepEqual(other, [], `${title}: commands that are not replayed`);
  const [look, ...restart] = commands.map(([, ...args]) => args).reverse();
  assert.ok(look !== undefined && restart.length > 0, `${title}: no restart, or nothing to look at after it`);
  return { title, steps: [before, both, moved, after], restart: restart.reverse(), look };
}

/** A line of a shell that quotes words as a whole. */
function words(line: string): readonly string[] {
  return (line.match(/'[^']*'|\S+/g) ?? []).map((word) => word.replace(/^'(.*)'$/, "$1"));
}

/** Writes a project with the guide's program into a new folder. */
export function writeProject(folder: string, program: string): void {
  fs.mkdirSync(folder);
  const write = (name: string, text: string) => fs.writeFileSync(path.join(folder, name), text);
  // What a reader has under node_modules are our sources here: the built package has a test of its own.
  write("index.ts", program.replaceAll('"meshwright"', JSON.stringify(COMPONENTS)));
  write("Pulumi.yaml", "name: mesh\nruntime: nodejs\nmain: index.ts\n");
  write(
    "tsconfig.json",
    '{ "compilerOptions": { "strict": true, "target": "es2022", "module": "node16" } }\n',
  );
  fs.symlinkSync(NODE_MODULES, path.join(folder, "node_modules"), "dir");
}

/** Gives the stack `prod` of that project the configuration of a step. */
export function configure(folder: string, configuration: string): void {
  fs.writeFileSync(path.join(folder, "Pulumi.prod.yaml"), configuration);
}
