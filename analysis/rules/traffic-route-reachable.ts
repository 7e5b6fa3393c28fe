import type { Unknown } from "../kubernetes-object";
import {
  connectionCovers,
  connectionFiledUnder,
  connectionSoughtUnder,
  describeConnection,
  readConnectionMatches,
} from "../model/connection-match";
import {
  beginningLength,
  describeRequest,
  filedUnder,
  isSettled,
  readRequestMatches,
  requestCovers,
  soughtUnder,
} from "../model/request-match";
import type { RouteRule, VirtualServiceView } from "../model/virtual-service";
import { push } from "../model/workloads";
import type { Rule, Verdict } from "../rule";

export const trafficRouteReachable: Rule = {
  id: "traffic-route-reachable",
  group: "traffic",
  title: "Every routing rule can be taken",
  description:
    "Rules are tried in order, and earlier rules of the VirtualService already take every request that this rule or match describes: it has no effect.",
  severity: "medium",
  level: "mandatory",
  scope: "resource",
  anchors: ["IST0130", "IST0131"],
  fix: "Move the narrower rule before the wider one, or remove it",
  docs: "https://istio.io/latest/docs/reference/config/analysis/ist0130/",
  *check(model) {
    for (const view of model.virtualServices) {
      const { namespace } = view.object;
      yield* checkRules(view, rulesOf(view, "http"), {
        read: (rule) => readRequestMatches(rule.value, view.gateways, namespace),
        covers: requestCovers,
        isSettled,
        describe: describeRequest,
        fileUnder: (match) => [filedUnder(match)],
        seekUnder: soughtUnder,
        beginningLength,
      });
      for (const protocol of ["tls", "tcp"] as const) {
        yield* checkRules(view, rulesOf(view, protocol), {
          read: (rule) => readConnectionMatches(rule.value, view.gateways, namespace),
          covers: connectionCovers,
          isSettled: (match) => !match.open,
          describe: describeConnection,
          fileUnder: connectionFiledUnder,
          seekUnder: connectionSoughtUnder,
          beginningLength: () => undefined,
        });
      }
    }
  },
};

interface Placed {
  readonly path: string;
  readonly gateways: ReadonlySet<string | Unknown>;
}

/** How matches of one protocol are read and compared. */
interface Matching<Match extends Placed> {
  readonly read: (rule: RouteRule) => readonly Match[];
  readonly covers: (outer: Match, inner: Match) => boolean;
  readonly isSettled: (match: Match) => boolean;
  readonly describe: (match: Match) => string;
  readonly fileUnder: (match: Match) => readonly string[];
  readonly seekUnder: (match: Match, beginnings: ReadonlySet<number>) => Iterable<string>;
  readonly beginningLength: (match: Match) => number | undefined;
}

function rulesOf(view: VirtualServiceView, protocol: RouteRule["protocol"]): readonly RouteRule[] {
  return view.rules.filter((rule) => rule.protocol === protocol);
}

function* checkRules<Match extends Placed>(
  view: VirtualServiceView,
  rules: readonly RouteRule[],
  matching: Matching<Match>,
): Iterable<Verdict> {
  const earlier = new Map<string, Match[]>();
  const beginnings = new Set<number>();
  for (const rule of rules) {
    const matches = matching.read(rule);
    // What a delegate leaves over comes back to the next rule, so a rule that delegates covers nothing for sure.
    const covers = !rule.value.has("delegate");
    const dead: { readonly match: Match; readonly coverer: Match }[] = [];
    for (const match of matches) {
      const coverer = findCover(match, earlier, beginnings, matching);
      if (coverer !== undefined) dead.push({ match, coverer });
      else if (!matching.isSettled(match)) yield view.object.wait(match.path);
      if (!covers) continue;
      for (const key of matching.fileUnder(match)) push(earlier, key, match);
      const length = matching.beginningLength(match);
      if (length !== undefined) beginnings.add(length);
    }
    const [first] = dead;
    if (
      first !== undefined &&
      dead.length === matches.length &&
      !first.coverer.path.startsWith(`${rule.value.path}.`)
    ) {
      yield view.object.report(
        rule.value.path,
        `this rule is never taken: ${first.coverer.path} (${matching.describe(first.coverer)}) comes first and already takes ${matching.describe(first.match)}${dead.length > 1 ? " and the other matches" : ""}`,
        // Where conditions cover conditions, istioctl calls the match ineffective, too.
        { anchors: first.coverer.path.includes(".match[") ? ["IST0130", "IST0131"] : ["IST0130"] },
      );
      continue;
    }
    for (const { match, coverer } of dead) {
      yield view.object.report(
        match.path,
        `this match has no effect: ${coverer.path} (${matching.describe(coverer)}) comes first and already takes ${matching.describe(match)}`,
        { anchors: ["IST0131"], fix: "Remove the match, or move it before the wider one" },
      );
    }
  }
}

/** An earlier match that covers this one; where it serves several gateways, each must be covered. */
function findCover<Match extends Placed>(
  match: Match,
  earlier: ReadonlyMap<string, readonly Match[]>,
  beginnings: ReadonlySet<number>,
  matching: Matching<Match>,
): Match | undefined {
  const left = new Set(match.gateways);
  let found: Match | undefined;
  for (const key of matching.seekUnder(match, beginnings)) {
    for (const candidate of earlier.get(key) ?? []) {
      if (![...left].some((gateway) => candidate.gateways.has(gateway)) || !matching.covers(candidate, match))
        continue;
      found ??= candidate;
      for (const gateway of candidate.gateways) if (typeof gateway === "string") left.delete(gateway);
      if (left.size === 0) return found;
    }
  }
  return undefined;
}
