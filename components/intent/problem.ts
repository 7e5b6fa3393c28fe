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
  /** What is wrong, as a sentence without a full stop. */
  readonly message: string;
  /** What was found there, printed so that a string differs from a number. Never a secret. */
  readonly got?: string;
  /** What would have been accepted. */
  readonly expected?: string;
  /** The next step, as an imperative sentence without a full stop. */
  readonly fix: string;
}

/** The text of one problem, over as many lines as it needs. */
export function formatProblem(problem: Problem): string {
  const lines = [`${problem.path}: ${problem.message} [${problem.id}]`];
  if (problem.got !== undefined) lines.push(`    got:      ${problem.got}`);
  if (problem.expected !== undefined) lines.push(`    expected: ${problem.expected}`);
  lines.push(`    fix:      ${problem.fix}`);
  return lines.join("\n");
}

/**
 * Thrown with every problem of an input at once, never with the first alone.
 *
 * @example
 * try { shop.validate(); } catch (e) { if (e instanceof MeshError) console.log(e.problems.map((p) => p.id)); }
 */
export class MeshError extends Error {
  override readonly name = "MeshError";
  readonly problems: readonly Problem[];

  /**
   * @param subject what was being read, for example `mesh "bookinfo"` or `Pulumi.prod.yaml`
   * @param problems at least one
   */
  constructor(subject: string, problems: readonly Problem[]) {
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    super(`${subject}: ${count}\n${problems.map((p) => `  ${formatProblem(p).replaceAll("\n", "\n  ")}`).join("\n")}`);
    this.problems = problems;
  }
}
