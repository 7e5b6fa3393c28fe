import { both, INEXPRESSIBLE, NEVER } from "../../intent/conjunction";
import { covers } from "../../intent/cover";
import type { MatchIntent } from "../../intent/intent";
import type { Refusals } from "./refusals";

/** A condition and the position of its rule among the rules of the route. */
export interface RuleMatch {
  readonly rule: number;
  readonly match: MatchIntent;
}

/** A condition as the API writes it. */
export interface RankedMatch extends RuleMatch {
  /**
   * What istiod sorts the matches of a host by, the greater first, place by place: the type of the path, its length,
   * whether there is a method, how many headers, how many query parameters. Equals keep the order of their rules.
   */
  readonly rank: readonly number[];
}

/** Exact paths come before prefixes, and these before expressions. */
export const PATH_RANK = { Exact: 3, PathPrefix: 2, RegularExpression: 1 } as const;

/** The length that istiod compares. */
export function lengthOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** Two conditions that some requests meet both: the API tries `first` first, but `second` was declared before it. */
interface Conflict<M extends RankedMatch> {
  readonly first: M;
  readonly second: M;
  readonly overlap: MatchIntent | typeof INEXPRESSIBLE;
}

/** Beyond this no route takes more, whatever they are. */
const MOST_MATCHES = 128;

/**
 * Writes routes so that they are tried in the order of their declaration. Ours are tried as they are written; those of
 * the Gateway API by how specific they are.
 *
 * Where a later route is the more specific one, the earlier route gets what both have in common as one more condition,
 * which is at least as specific as the later one and so comes before it. Where that does not help, the two are refused.
 *
 * @param declared every condition, in the order of the rules
 * @param write gives each of them the form in which the API has it
 * @param pathOf where a rule was declared, for messages
 */
export function inDeclaredOrder<M extends RankedMatch>(
  declared: readonly RuleMatch[],
  write: (matches: readonly RuleMatch[]) => readonly M[],
  pathOf: (rule: number) => string,
  refusals: Refusals,
): readonly M[] {
  let matches = declared;
  for (;;) {
    const written = write(matches);
    const conflicts = [...conflictsOf(written)];
    const known = new Set(matches.map(identity));
    const helpful = conflicts.flatMap(({ second, overlap }) =>
      overlap === INEXPRESSIBLE || known.has(identity({ rule: second.rule, match: overlap }))
        ? []
        : [{ rule: second.rule, match: overlap }],
    );
    const added = [...new Map(helpful.map((each) => [identity(each), each])).values()];
    if (added.length === 0 || matches.length + added.length > MOST_MATCHES) {
      reportAll(conflicts, pathOf, refusals);
      return withoutIdle(written, declared.length);
    }
    // Behind the declared ones of their rule, so that these keep their places; sorting keeps the order of equals.
    matches = [...matches, ...added];
  }
}

function identity({ rule, match }: RuleMatch): string {
  return JSON.stringify([rule, match]);
}

/** Every condition before those that it is tried before. */
function byPrecedence<M extends RankedMatch>(matches: readonly M[]): readonly M[] {
  return [...matches].sort((a, b) => compare(b.rank, a.rank) || a.rule - b.rule);
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [index, value] of a.entries()) {
    const difference = value - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function* conflictsOf<M extends RankedMatch>(matches: readonly M[]): Iterable<Conflict<M>> {
  const sorted = byPrecedence(matches);
  for (const [index, first] of sorted.entries()) {
    for (const second of sorted.slice(index + 1)) {
      if (second.rule >= first.rule) continue;
      const overlap = both(second.match, first.match);
      if (overlap === NEVER) continue;
      const settled = sorted
        .slice(0, index)
        .some(
          (each) => each.rule === second.rule && overlap !== INEXPRESSIBLE && covers(each.match, overlap),
        );
      if (!settled) yield { first, second, overlap };
    }
  }
}

/** Conditions that were tried out and settled nothing say nothing that their rule does not say already. */
function withoutIdle<M extends RankedMatch>(written: readonly M[], declared: number): readonly M[] {
  let kept = written;
  for (const candidate of written.slice(declared)) {
    const without = kept.filter((each) => each !== candidate);
    if ([...conflictsOf(without)].length === 0) kept = without;
  }
  return kept;
}

function reportAll(
  conflicts: readonly Conflict<RankedMatch>[],
  pathOf: (rule: number) => string,
  refusals: Refusals,
): void {
  for (const { first, second } of conflicts) {
    const path = pathOf(second.rule);
    if (!refusals.once(`${path} before ${pathOf(first.rule)}`)) continue;
    refusals.report(
      "route-order",
      path,
      `the Gateway API tries ${pathOf(first.rule)} first, because it ranks routes by how specific they are, and some requests meet both`,
      {
        got: `${pathOf(first.rule)}, declared after it`,
        expected: "the more specific of two routes first, where a request can meet both",
        fix: "make the conditions of the two exclude each other, or move the more specific one up",
      },
    );
  }
}
