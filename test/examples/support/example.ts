import { cpSync, existsSync, readdirSync } from "node:fs";
import * as path from "node:path";
import { runStack, type TestStack } from "../../../testing";
import { FAST } from "../../engine/support/project";
import { ROOT, UserProject } from "../../package/installed";

const EXAMPLES = path.join(ROOT, "examples");

/** Every example, by the name of its folder. */
export const ALL_EXAMPLES: readonly string[] = readdirSync(EXAMPLES, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== "node_modules")
  .map(({ name }) => name)
  .sort();

/** Those that are one stack, `dev`; the others, whose stacks refer to each other, have tests of their own. */
export const EXAMPLE_NAMES: readonly string[] = ALL_EXAMPLES.filter((name) =>
  existsSync(path.join(EXAMPLES, name, "Pulumi.dev.yaml")),
);

let project: UserProject | undefined;

/** A project that has the packed package and all examples, made once: they import it by its name, as their readers do. */
export function exampleProject(): UserProject {
  if (project === undefined) {
    const made = new UserProject();
    process.on("exit", () => made.remove());
    made.linkPackage();
    cpSync(EXAMPLES, path.join(made.folder, "examples"), {
      recursive: true,
      // What somebody installed in an example leads back to this repository.
      filter: (source) => path.basename(source) !== "node_modules",
    });
    project = made;
  }
  return project;
}

/** Where an example is, beside the package that it imports. */
export function exampleFolder(name: string): string {
  return path.join(exampleProject().folder, "examples", name);
}

const runs = new Map<string, Promise<TestStack>>();

/**
 * An example's stack in the offline engine, run once for each configuration. Nothing type-checks it: one compiler checks all
 * examples.
 */
export function runExample(
  name: string,
  { stack = "dev", config = {} }: { stack?: string; config?: Readonly<Record<string, string>> } = {},
): Promise<TestStack> {
  const key = JSON.stringify([name, stack, config]);
  const started = runs.get(key) ?? runStack({ cwd: exampleFolder(name), stack, config, env: FAST });
  runs.set(key, started);
  return started;
}

/** How a suite about one example begins: {@link runExample} in `before`, with time for the first to pack the package. */
export function exampleStack(name: string, options?: Parameters<typeof runExample>[1]): () => TestStack {
  let stack: TestStack | undefined;
  before(async function () {
    this.timeout(300_000);
    stack = await runExample(name, options);
  });
  return () => {
    if (stack === undefined) throw new Error(`example ${name} did not run`);
    return stack;
  };
}
