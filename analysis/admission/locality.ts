import type { Value } from "../reader";
import { numberOf, textOf, textsOf } from "./fields";
import type { Problems } from "./problem";

const topologyLabels: ReadonlySet<string> = new Set([
  "topology.kubernetes.io/region",
  "topology.kubernetes.io/zone",
  "topology.istio.io/subzone",
]);

/** Where calls go by locality; whether endpoints that fail are found out is the business of a rule of its own. */
export function checkLocality(problems: Problems, locality: Value): void {
  const failover = locality.get("failover");
  const priority = locality.get("failoverPriority");
  if (locality.get("distribute").items().length > 0 && failover.items().length > 0) {
    problems.refuse(locality.path, "distribute and failover exclude each other");
    return;
  }
  for (const [text, item] of failover.items().length > 0 ? textsOf(priority) : []) {
    if (!topologyLabels.has(text)) continue;
    problems.refuse(item.path, `failover and the label ${text} exclude each other`);
    return;
  }
  checkDistribution(problems, locality.get("distribute"));
  checkFailover(problems, failover);
}

/** Zone-aware balancing orders regions and zones itself. */
export function checkZoneAware(problems: Problems, zones: Value): void {
  for (const [text, item] of textsOf(zones.get("failoverPriority")))
    if (topologyLabels.has(text))
      problems.refuse(item.path, `zone-aware balancing follows ${text} by itself`);
  checkFailover(problems, zones.get("failover"));
}

function checkFailover(problems: Problems, list: Value): void {
  for (const each of list.items()) {
    if (each.isUnknown || each.get("from").isUnknown || each.get("to").isUnknown) continue;
    const [from, to] = [textOf(each.get("from")), textOf(each.get("to"))];
    if (from === to) problems.refuse(each.path, "a region does not fail over to itself");
    if (/[/*]/.test(from + to)) problems.refuse(each.path, "failover names regions alone");
  }
}

function checkDistribution(problems: Problems, list: Value): void {
  const from: Value[] = [];
  for (const each of list.items()) {
    if (each.isUnknown) continue;
    from.push(each.get("from"));
    const shares = each.get("to").entries();
    const weights = shares.map(([, value]) => numberOf(value));
    if (shares.some(([, value]) => value.isUnknown)) continue;
    const wrong = shares.find(([, value]) => (numberOf(value) ?? 0) <= 0 || (numberOf(value) ?? 0) > 100);
    const total = weights.reduce<number>((sum, weight) => sum + (weight ?? 0), 0);
    if (wrong !== undefined) problems.refuse(wrong[1].path, "a share is from 1 to 100");
    else if (total !== 100) problems.refuse(each.path, `the shares add up to ${total}; expected 100`);
    checkPlaces(
      problems,
      shares.map(([place]) => place),
      each.get("to").path,
    );
  }
  if (from.every((place) => !place.isUnknown)) checkPlaces(problems, from.map(textOf), list.path);
}

/** `region`, `region/zone` or `region/zone/subzone`; none is inside another, and `*` ends a place. */
function checkPlaces(problems: Problems, places: readonly string[], path: string): void {
  // A place in two of three steps takes all that is below it.
  const seen: (readonly string[])[] = [];
  for (const place of places) {
    const star = place.indexOf("*");
    const parts = splitPlace(place);
    if (star !== -1 && star !== place.length - 1) {
      problems.refuse(path, `${JSON.stringify(place)}: * comes last, and once`);
      return;
    }
    if (parts.includes("")) {
      problems.refuse(path, `${JSON.stringify(place)} leaves out a region, zone or subzone`);
      return;
    }
    if (seen.some((other) => isSameOrInside(parts, other))) {
      problems.refuse(path, `${JSON.stringify(place)} lies in a place named before`);
      return;
    }
    seen.push(parts);
  }
}

function splitPlace(place: string): readonly string[] {
  const [region = "", zone, ...rest] = place.split("/");
  return [region, ...(zone === undefined ? [] : [zone]), ...(rest.length === 0 ? [] : [rest.join("/")])];
}

function isSameOrInside(place: readonly string[], other: readonly string[]): boolean {
  // `*` alone is every place. Below a region it is a name like another, but one that stands for all.
  if (other[0] === "*") return true;
  const [shorter, longer] = place.length < other.length ? [place, other] : [other, place];
  return shorter.every((part, at) => part === longer[at] || (other[at] === "*" && at > 0));
}
