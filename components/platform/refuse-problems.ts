import { MeshError, type InputProblem } from "../intent/problem";

/**
 * What checks of values that only a deployment knows say, inside an `apply`: it rejects with all problems at once, and
 * resolves where there are none.
 *
 * Not a `throw`, because the SDK keeps V8's debugger on (it reads functions by it), and that looks for whoever would catch
 * what is thrown along every path through the promises that wait for it. Outputs of one check reach most of a mesh, so
 * that takes from many seconds to for ever. It passes over a rejection that nobody waits for when it is made, and that
 * no async function is under way with.
 *
 * @throws MeshError as a rejection, with every problem
 */
export async function refuseProblems(subject: string, problems: readonly InputProblem[]): Promise<void> {
  if (problems.length === 0) return;
  const error = new MeshError(subject, problems);
  await new Promise<never>((resolve) => {
    setImmediate(() => resolve(Promise.reject(error)));
  });
}
