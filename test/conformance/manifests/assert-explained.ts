import assert from "node:assert/strict";

import { EXPLAINED } from "./explained";
import type { Difference } from "./meaning";

/** That every difference of a case is explained, and that no explanation for it is out of date. */
export function assertExplained(name: string, found: readonly Difference[]): void {
  const rows = EXPLAINED.filter(({ cases, injected }) => injected !== true && cases.includes(name));
  const explains = (row: { object: string; path: string }, of: { object: string; path: string }): boolean =>
    row.object === of.object && row.path === of.path;
  assert.deepEqual(
    found.filter((difference) => !rows.some((row) => explains(row, difference))),
    [],
    "unexplained differences",
  );
  assert.deepEqual(
    rows.filter((row) => !found.some((difference) => explains(row, difference))),
    [],
    "explanations of differences that are gone",
  );
}
