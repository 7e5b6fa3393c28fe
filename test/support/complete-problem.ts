import assert from "node:assert/strict";
import type { Problem } from "../../components/intent";

/**
 * Asserts that a problem with something declared tells its reader everything: where, what was found, the rule, and a
 * step that is not the rule once more.
 */
export function assertComplete(problem: Problem): void {
  const { id, path, message, got, expected, fix } = problem;
  const about = `${path} [${id}]`;
  assert.match(id, /^[a-z-]+\/[a-z-]+$/, about);
  for (const [part, text] of Object.entries({ path, message, got, expected, fix })) {
    assert.ok(text !== undefined && text.trim() === text && text !== "", `${about} has ${part}`);
    assert.doesNotMatch(text, /\[object |\bNaN\b/, `${about}: ${part}`);
  }
  assert.doesNotMatch(message, /\.$/, `${about}: a message is a phrase without a full stop`);
  assert.doesNotMatch(fix, /\.$/, `${about}: a fix is a phrase without a full stop`);
  assert.ok(!fix.includes(expected ?? ""), `${about}: the fix ${fix} says more than ${expected}`);
  assert.notEqual(got, expected, about);
  assert.notEqual(got, message, about);
}

/** The same problems, once all of them have been found complete. */
export function complete<P extends Problem>(problems: readonly P[]): readonly P[] {
  problems.forEach(assertComplete);
  return problems;
}
