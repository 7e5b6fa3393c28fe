import { MeshError } from "../components/intent/problem";
import { knownStacks, type Project } from "./language-host/project";
import type { StackIdentity } from "./provider";

/**
 * The stack that a reference names: `stack`, `organization/stack` or `organization/project/stack`, the missing parts
 * taken from the stack that refers.
 */
export function parseStackReference(name: string, from: StackIdentity): StackIdentity {
  const parts = name.split("/");
  const [first = "", second = "", third = ""] = parts;
  if (parts.every((part) => part !== "")) {
    if (parts.length === 1) return { ...from, stack: first };
    if (parts.length === 2) return { ...from, organization: first, stack: second };
    if (parts.length === 3) return { organization: first, project: second, stack: third };
  }
  throw new MeshError(`stack reference "${name}"`, [
    {
      id: "engine/stack-reference-invalid",
      path: `stack "${from.stack}"`,
      message: "this does not name a stack",
      got: JSON.stringify(name),
      expected: "`stack` or `organization/project/stack`",
      fix: "Correct the name that is given to StackReference",
    },
  ]);
}

/** The one error for a stack that cannot be found. */
export function stackReferenceMissing(name: string, target: StackIdentity, project: Project): MeshError {
  const same = target.project === project.name;
  const known = knownStacks(project);
  return new MeshError(`stack reference "${name}"`, [
    {
      id: "engine/stack-reference-missing",
      path: same ? project.stackFolder : `${target.organization}/${target.project}`,
      message: same
        ? "this project has no such stack"
        : "this is a stack of another project, and there is no local state of it",
      got: JSON.stringify(target.stack),
      ...(same && known.length > 0 ? { expected: `one of ${known.join(", ")}` } : {}),
      fix: same
        ? `Correct the name, or write Pulumi.${target.stack}.yaml`
        : "Run that project's stack offline with the same state folder first",
    },
  ]);
}

/** Which stack refers to which, to see a circle before anyone waits in it. */
export class ReferenceGraph {
  readonly #targets = new Map<string, Set<string>>();

  /**
   * @param first where a circle is said to begin, if it is part of it
   * @throws MeshError `engine/stack-reference-cycle`
   */
  add(from: string, to: string, first: string): void {
    const way = this.#way(to, from);
    if (way !== undefined) throw cycle(way, first);
    const targets = this.#targets.get(from) ?? new Set();
    this.#targets.set(from, targets.add(to));
  }

  #way(from: string, to: string): string[] | undefined {
    if (from === to) return [to];
    for (const next of this.#targets.get(from) ?? []) {
      const rest = this.#way(next, to);
      if (rest !== undefined) return [from, ...rest];
    }
    return undefined;
  }
}

function cycle(stacks: readonly string[], first: string): MeshError {
  const start = stacks.includes(first) ? first : ([...stacks].sort()[0] ?? first);
  const at = stacks.indexOf(start);
  const circle = [...stacks.slice(at), ...stacks.slice(0, at), start];
  return new MeshError(`stack "${start}"`, [
    {
      id: "engine/stack-reference-cycle",
      path: `stack "${start}"`,
      message: "these stacks refer to each other in a circle",
      got: circle.join(" -> "),
      fix: "Take one of the references out",
    },
  ]);
}
