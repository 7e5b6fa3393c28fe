import type { MatchIntent, MeshIntent, RouteIntent } from "../intent/intent";
import type { InputProblem } from "../intent/problem";
import { show } from "../intent/show";
import type { Context } from "./context";
import { httpMatches } from "./http-match";
import type { VirtualServiceHttpMatch, VirtualServiceStringMatch } from "./types";

/** A route that leads to a delegate. */
interface Lead {
  readonly path: string;
  readonly matches: readonly VirtualServiceHttpMatch[];
}

/** Where two conditions cannot be put together, and what each asks for there. */
interface Conflict {
  readonly part: string;
  readonly lead: unknown;
  readonly own: unknown;
}

/**
 * Routes of delegates that are never taken. Istio puts a delegate's route together with the one that leads to it, and
 * where it cannot it leaves the route out, with a line in its own log and in no status.
 *
 * Judged as istiod does, which is stricter than what requests could meet: an expression on a part that both ask for is
 * refused as such. A route that any of several leads can be put together with is in use.
 */
export function delegateProblems({ intent }: Pick<Context, "intent">): InputProblem[] {
  if (intent.delegates.length === 0) return [];
  const leads = leadsByDelegate(intent);
  return intent.delegates.flatMap(({ name, namespace, routes }) => {
    const here = leads.get(`${namespace}/${name}`) ?? [];
    return routes.flatMap((route, index): InputProblem[] => {
      const conflicts = here.map((lead) => ({
        lead,
        conflict: conflictOf(lead.matches, asIstio(route.matches)),
      }));
      const [first] = conflicts;
      if (first?.conflict === undefined || conflicts.some(({ conflict }) => conflict === undefined))
        return [];
      const { part, own, lead } = first.conflict;
      return [
        {
          id: "compile/delegate-conflict",
          path: `delegates.${name}[${index}]`,
          message: `can never be taken: Istio leaves it out, because it cannot be put together with ${first.lead.path}, which leads here`,
          got: `${part} ${show(own)}, where ${first.lead.path} asks for ${show(lead)}`,
          expected: `a ${part} that narrows what leads here: a longer prefix or an exact value, the same case of letters, and no expression on both sides`,
          fix: `correct the ${part} of one of the two, or say it in one of them alone`,
        },
      ];
    });
  });
}

function leadsByDelegate(intent: MeshIntent): ReadonlyMap<string, readonly Lead[]> {
  const leads = new Map<string, Lead[]>();
  const collect = (routes: readonly RouteIntent[], path: string): void =>
    routes.forEach(({ action, matches }, index) => {
      if (action?.kind !== "delegate") return;
      const key = `${action.namespace}/${action.name}`;
      const lead = { path: `${path}[${index}]`, matches: asIstio(matches) };
      leads.set(key, [...(leads.get(key) ?? []), lead]);
    });
  for (const { service, routes } of intent.routes) collect(routes, `routes.${service}`);
  for (const { external, routes } of intent.externalRoutes) collect(routes, `routes.external.${external}`);
  for (const { name, exposures } of intent.gateways) {
    for (const { host, routes } of exposures)
      collect(routes, `gateways.${name}.expose[${JSON.stringify(host)}]`);
  }
  return leads;
}

function asIstio(matches: readonly MatchIntent[]): readonly VirtualServiceHttpMatch[] {
  return httpMatches(matches, (gateway) => gateway);
}

/** Each alternative of the route must go with one of those that lead to it. */
function conflictOf(
  leads: readonly VirtualServiceHttpMatch[],
  own: readonly VirtualServiceHttpMatch[],
): Conflict | undefined {
  if (leads.length === 0) return undefined;
  for (const match of own) {
    const conflicts = leads.map((lead) => betweenMatches(lead, match));
    if (!conflicts.includes(undefined)) return conflicts[0];
  }
  return undefined;
}

function betweenMatches(lead: VirtualServiceHttpMatch, own: VirtualServiceHttpMatch): Conflict | undefined {
  const conflict = (part: string, a: unknown, b: unknown): Conflict => ({ part, lead: a, own: b });
  for (const part of ["uri", "scheme", "method", "authority"] as const) {
    if (betweenTexts(lead[part], own[part])) return conflict(part, lead[part], own[part]);
  }
  for (const part of ["headers", "withoutHeaders", "queryParams"] as const) {
    for (const [name, text] of Object.entries(own[part] ?? {})) {
      const other = lead[part]?.[name];
      if (betweenTexts(other, text)) return conflict(`${part}.${name}`, other, text);
    }
  }
  // Compared even where the delegate asks for no path.
  const [leadCase = false, ownCase = false] = [lead.ignoreUriCase, own.ignoreUriCase];
  if (leadCase !== ownCase) return conflict("ignoreUriCase", leadCase, ownCase);
  if (lead.port !== undefined && own.port !== undefined && lead.port !== own.port) {
    return conflict("port", lead.port, own.port);
  }
  // A namespace that leads here must be said again.
  if (lead.sourceNamespace !== undefined && lead.sourceNamespace !== own.sourceNamespace) {
    return conflict("sourceNamespace", lead.sourceNamespace, own.sourceNamespace);
  }
  for (const [key, value] of Object.entries(own.sourceLabels ?? {})) {
    const other = lead.sourceLabels?.[key];
    if (other !== undefined && other !== value) return conflict(`sourceLabels.${key}`, other, value);
  }
  if (lead.gateways !== undefined && own.gateways?.some((each) => !lead.gateways?.includes(each))) {
    return conflict("gateways", lead.gateways, own.gateways);
  }
  return undefined;
}

function betweenTexts(
  lead: VirtualServiceStringMatch | undefined,
  own: VirtualServiceStringMatch | undefined,
): boolean {
  if (lead === undefined || own === undefined) return false;
  if (lead.exact !== undefined) return own.exact !== lead.exact;
  if (lead.prefix === undefined) return true;
  return !(own.prefix ?? own.exact ?? "").startsWith(lead.prefix);
}
