import { MeshError } from "../../components/intent/problem";
import { knownStacks, readProject, type Project } from "../../engine";

/** The project of a folder, and which of its stacks is meant. */
export interface SelectedStack {
  readonly project: Project;
  readonly stack: string;
}

/** What is meant where nobody says otherwise and the project has it. */
const DEFAULT_STACK = "dev";

/**
 * Finds the project, and the stack where none is named: the only one there is, or `dev`.
 *
 * @throws MeshError `cli/no-stack` when that leaves a choice
 */
export function selectStack(cwd: string, named: string | undefined): SelectedStack {
  const project = readProject(cwd);
  if (named !== undefined) return { project, stack: named };
  const stacks = knownStacks(project);
  const [only] = stacks;
  if (only !== undefined && stacks.length === 1) return { project, stack: only };
  if (stacks.includes(DEFAULT_STACK)) return { project, stack: DEFAULT_STACK };
  throw new MeshError(`project "${project.name}"`, [
    {
      id: "cli/no-stack",
      path: "--stack",
      message: "no stack is named",
      got: stacks.length === 0 ? "a project without a Pulumi.<stack>.yaml" : "nothing",
      expected: stacks.length === 0 ? "the name of a stack, any will do" : `one of ${stacks.join(", ")}`,
      fix: `add --stack ${stacks[0] ?? DEFAULT_STACK}`,
    },
  ]);
}
