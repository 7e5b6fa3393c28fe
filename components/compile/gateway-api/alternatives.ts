import type { MatchIntent, RouteIntent } from "../../intent/intent";

/** The conditions of a route one by one, each with one method at most. */
export function alternativesOf({ matches }: RouteIntent): readonly MatchIntent[] {
  if (matches.length === 0) return [{ methods: [], headers: [], query: [] }];
  return matches.flatMap((match) =>
    match.methods.length === 0 ? [match] : match.methods.map((method) => ({ ...match, methods: [method] })),
  );
}
