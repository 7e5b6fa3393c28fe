import { MeshError } from "../../components/intent/problem";
import { knownStacks, readProject, type Project } from "../../engine/language-host/project";

/** The project that a folder is in, and which of its stacks is meant. */
export interface FoundProject {
  readonly root: string;
  readonly stack: string;
  readonly stacks: readonly string[];
}

/** Nothing where the folder is in no project: files can be compared anywhere. */
export function findProject(cwd: string, named: string | undefined): FoundProject | undefined {
  let project: Project;
  try {
    project = readProject(cwd);
  } catch (error) {
    if (error instanceof MeshError) return undefined;
    throw error;
  }
  const stacks = knownStacks(project);
  const [only] = stacks;
  const chosen = named ?? (stacks.length === 1 ? only : "dev");
  return { root: project.root, stack: chosen ?? "dev", stacks };
}
