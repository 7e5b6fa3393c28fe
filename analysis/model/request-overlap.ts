import { isCatchAll, requestsOverlap, type RequestMatch } from "./request-match";
import type { VirtualServiceView } from "./virtual-service";

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
 * Claims of different owners that provably take a request in common, one per pair of owners at most, and one per
 * owner. A claim is compared only with those whose path is a beginning of its own, not with all. A catch-all beside a
 * narrower claim is no conflict: Istio asks catch-alls last.
 */
export function findOverlap(claims: readonly Claim[]): readonly Overlap[] {
  const order = new Map(claims.map((claim, index) => [claim, index] as const));
  const overlaps: Overlap[] = [];
  const reported = new Set<string>();
  const sorted = claims
    .map((claim) => ({ claim, text: sortText(claim.match) }))
    .sort((a, b) =>
      a.text < b.text ? -1 : a.text > b.text ? 1 : (order.get(a.claim) ?? 0) - (order.get(b.claim) ?? 0),
    );
  const beginnings: { readonly claim: Claim; readonly text: string }[] = [];
  for (const next of sorted) {
    for (
      let top = beginnings.at(-1);
      top !== undefined && !next.text.startsWith(top.text);
      top = beginnings.at(-1)
    )
      beginnings.pop();
    for (const { claim } of beginnings) {
      if (claim.owner === next.claim.owner || claim.owner.object.key === next.claim.owner.object.key)
        continue;
      if (isCatchAll(claim.match) !== isCatchAll(next.claim.match)) continue;
      if (!requestsOverlap(claim.match, next.claim.match)) continue;
      const isLater = (order.get(next.claim) ?? 0) > (order.get(claim) ?? 0);
      const [earlier, later] = isLater ? [claim, next.claim] : [next.claim, claim];
      if (reported.has(later.owner.object.key)) continue;
      reported.add(later.owner.object.key);
      overlaps.push({ later, earlier });
    }
    beginnings.push(next);
  }
  return overlaps;
}

/** Sorts a path right behind its beginnings; a regex stands beside its equals only. */
function sortText({ uri }: RequestMatch): string {
  if (uri.kind === "unknown") return "\uffff";
  return uri.kind === "regex" ? `\uffff${uri.text}` : uri.text.toLowerCase();
}
