/**
 * One thing that is wrong with an input, said so that its reader can mend it without opening our source.
 *
 * Pure and without imports: every layer reports through it.
 */
export interface Problem {
  /** Stable identifier, `<area>/<kebab-case>`, for example `intent/unknown-subset`. Part of the public interface. */
  readonly id: string;
  /** Where: a path into the input (`routes[0].split[1].to`), an option, or `file:line`. */
  readonly path: string;
  /** The Pulumi name of the resource that it is about, as a URN would end, where the input is to become resources. */
  readonly resource?: string;
  /** What is wrong, as a sentence without a full stop. */
  readonly message: string;
  /** What was found there, printed so that a string differs from a number. Never a secret. */
  readonly got?: string;
  /** What would have been accepted. */
  readonly expected?: string;
  /** The next step, as an imperative sentence without a full stop. */
  readonly fix: string;
}

/**
 * A problem with something that was declared: there is always a value that was found, and one that would have been
 * accepted. Required by type, so that no check of the intent can leave its reader to guess.
 */
export interface InputProblem extends Problem {
  readonly got: string;
  /** The rule, where `fix` is the step: one does not repeat the other. */
  readonly expected: string;
}

/** The text of one problem, over as many lines as it needs. */
export function formatProblem(problem: Problem): string {
  const lines = [`${problem.path}: ${problem.message} [${problem.id}]`];
  if (problem.resource !== undefined) lines.push(`    resource: ${problem.resource}`);
  if (problem.got !== undefined) lines.push(`    got:      ${problem.got}`);
  if (problem.expected !== undefined) lines.push(`    expected: ${problem.expected}`);
  lines.push(`    fix:      ${problem.fix}`);
  return lines.join("\n");
}

// Frames of this package say nothing to its user; the first frame outside is the line to look at.
const OWN_CODE = ["components", "analysis", "policies", "engine", "cli", "testing"].map(
  (layer) => `${__dirname.replace(/components[\\/]intent$/, "")}${layer}`,
);

function callSite(stack: string | undefined): string | undefined {
  for (const line of stack?.split("\n") ?? []) {
    const place = /\(?((?:file:\/\/)?[^()\s]+:\d+:\d+)\)?$/.exec(line)?.[1]?.replace(/^file:\/\//, "");
    if (place === undefined || place.startsWith("node:") || /[\\/]node_modules[\\/]/.test(place)) continue;
    if (!OWN_CODE.some((folder) => place.startsWith(folder))) return place;
  }
  return undefined;
}

/**
 * Thrown with every problem of an input at once, never with the first alone.
 *
 * The Pulumi CLI prints its message without a stack trace, as it does for `pulumi.RunError`; where stacks are captured
 * the message ends with the line of the program that caused it.
 *
 * @example
 * try { compileMesh(shop); } catch (e) { if (e instanceof MeshError) console.log(e.problems.map((p) => p.id)); }
 */
export class MeshError extends Error {
  override readonly name = "MeshError";
  readonly problems: readonly Problem[];
  /** The marker by which the Pulumi SDK knows an error that is meant for the user. */
  readonly __pulumiRunError = true;

  /**
   * @param subject what was being read, for example `mesh "bookinfo"` or `Pulumi.prod.yaml`
   * @param problems at least one
   */
  constructor(subject: string, problems: readonly Problem[]) {
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    super(
      `${subject}: ${count}\n${problems.map((p) => `  ${formatProblem(p).replaceAll("\n", "\n  ")}`).join("\n")}`,
    );
    this.problems = problems;
    const place = callSite(this.stack);
    if (place !== undefined) this.message += `\n  at ${place}`;
  }
}
