import type { Value } from "../reader";
import { checkPort } from "./checks";
import { isBlank, isKnown, numberOf, textOf } from "./fields";
import { checkHeaderOperations } from "./headers";
import { isLabel, isWildcardDomain } from "./names";
import type { Problems } from "./problem";

/** Where a route leads: each destination, and whether their weights say where to go. */
export function checkDestinations(problems: Problems, routes: Value): void {
  let total = 0;
  let isOpen = routes.isUnknown;
  for (const each of routes.items()) {
    if (each.isUnknown) {
      isOpen = true;
      continue;
    }
    if (!each.has("destination")) problems.refuse(each.path, "a route has a destination");
    checkDestination(problems, each.get("destination"));
    if (each.has("headers")) checkHeaderOperations(problems, each.get("headers"));
    const weight = numberOf(each.get("weight")) ?? 0;
    if (each.get("weight").isUnknown) isOpen = true;
    if (weight < 0) problems.refuse(each.get("weight").path, `a weight of ${weight} is less than nothing`);
    total += weight;
  }
  if (!isOpen && routes.items().length > 1 && total === 0)
    problems.refuse(routes.path, "the weights add up to 0");
}

export function checkDestination(problems: Problems, destination: Value): void {
  if (!isKnown(destination)) return;
  const host = textOf(destination.get("host"));
  if (!destination.get("host").isUnknown && (host === "*" || !isWildcardDomain(host)))
    problems.refuse(destination.get("host").path, `${JSON.stringify(host)} is no host to send to`);
  const subset = textOf(destination.get("subset"));
  if (subset !== "" && !isLabel(subset))
    problems.refuse(destination.get("subset").path, `${JSON.stringify(subset)} is no name of a subset`);
  if (isKnown(destination.get("port"))) checkPort(problems, destination.get("port").get("number"));
}

export function checkMirrors(problems: Problems, mirrors: Value): void {
  for (const mirror of mirrors.items()) {
    if (mirror.isUnknown) continue;
    if (isBlank(mirror.get("destination"))) problems.refuse(mirror.path, "a mirror has a destination");
    checkDestination(problems, mirror.get("destination"));
  }
}
