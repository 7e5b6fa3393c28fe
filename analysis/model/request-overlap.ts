import { isCatchAll, requestsOverlap, type RequestMatch } from "./request-match";
import type { VirtualServiceView } from "./virtual-service";
import { push } from "./workloads";

/** A match, and the VirtualService that claims the requests it takes. */
export interface Claim {
  readonly owner: VirtualServiceView;
  readonly match: RequestMatch;
}

export interface Overlap {
  readonly later: Claim;
  readonly earlier: Claim;
}

/**
 * Claims of different owners that provably take a request in common, at most one for each later owner. A catch-all
 * beside a narrower claim is no conflict: Istio asks catch-alls last.
 */
export function findOverlap(claims: readonly Claim[]): readonly Overlap[] {
  const reported = new Map<string, Overlap>();
  const note = (overlap: Overlap): void => {
    const { key } = overlap.later.owner.object;
    if (!reported.has(key)) reported.set(key, overlap);
  };
  const [firstCatchAll, ...otherCatchAlls] = claims.filter(({ match }) => isCatchAll(match));
  for (const later of otherCatchAlls) {
    if (firstCatchAll !== undefined && ownerOf(later) !== ownerOf(firstCatchAll))
      note({ later, earlier: firstCatchAll });
  }
  for (const overlap of overlapsByPath(claims.filter(({ match }) => !isCatchAll(match)))) note(overlap);
  return [...reported.values()];
}

/** Compares a claim only with those whose path is a beginning of its own and that no exact condition sets apart. */
function* overlapsByPath(claims: readonly Claim[]): Iterable<Overlap> {
  const order = new Map(claims.map((claim, index) => [claim, index] as const));
  const orderOf = (claim: Claim): number => order.get(claim) ?? 0;
  const sorted = claims
    .map((claim) => ({ claim, text: sortText(claim.match) }))
    .sort((a, b) => compare(a.text, b.text) || orderOf(a.claim) - orderOf(b.claim));
  const beginnings: { readonly text: string; readonly claims: ClaimsOfPath }[] = [];
  for (const { claim, text } of sorted) {
    for (
      let top = beginnings.at(-1);
      top !== undefined && !text.startsWith(top.text);
      top = beginnings.at(-1)
    ) {
      beginnings.pop();
    }
    for (const beginning of beginnings) {
      for (const other of beginning.claims.near(claim)) {
        if (ownerOf(claim) === ownerOf(other) || !requestsOverlap(claim.match, other.match)) continue;
        yield orderOf(claim) > orderOf(other)
          ? { later: claim, earlier: other }
          : { later: other, earlier: claim };
      }
    }
    const top = beginnings.at(-1);
    if (top?.text === text) top.claims.add(claim);
    else beginnings.push({ text, claims: new ClaimsOfPath(claim) });
  }
}

function ownerOf(claim: Claim): string {
  return claim.owner.object.key;
}

/** Claims with the same path, each filed under one exact condition, so that others of another value are passed over. */
class ClaimsOfPath {
  readonly #loose: Claim[] = [];
  readonly #byField = new Map<string, Map<string, Claim[]>>();

  constructor(first: Claim) {
    this.add(first);
  }

  add(claim: Claim): void {
    const [condition] = exactConditions(claim.match);
    if (condition === undefined) {
      this.#loose.push(claim);
      return;
    }
    const [field, value] = condition;
    const byValue = this.#byField.get(field) ?? new Map<string, Claim[]>();
    this.#byField.set(field, byValue);
    push(byValue, value, claim);
  }

  /** Those that no exact condition tells apart from this claim. */
  *near(claim: Claim): Iterable<Claim> {
    yield* this.#loose;
    const exact = new Map(exactConditions(claim.match));
    for (const [field, byValue] of this.#byField) {
      const value = exact.get(field);
      if (value !== undefined) yield* byValue.get(value) ?? [];
      else for (const claims of byValue.values()) yield* claims;
    }
  }
}

function exactConditions(match: RequestMatch): readonly (readonly [field: string, value: string])[] {
  const texts = [...match.texts].flatMap(([field, pattern]) =>
    pattern.kind === "exact" ? [[field, pattern.text] as const] : [],
  );
  const equals = [...match.equals].map(([field, value]) => [field, String(value)] as const);
  return [...texts, ...equals].sort(([a], [b]) => compare(a, b));
}

/** Sorts a path right behind its beginnings, whatever their case. */
function sortText({ uri }: RequestMatch): string {
  if (uri.kind === "unknown") return "\uffff";
  return (uri.kind === "regex" ? uri.beginning : uri.text).toLowerCase();
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
