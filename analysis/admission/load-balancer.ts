import type { Value } from "../reader";
import { checkDuration, checkNamed, checkReadableDuration } from "./checks";
import { isKnown, numberOf, textOf } from "./fields";
import { checkLocality, checkZoneAware } from "./locality";
import type { Problems } from "./problem";

/** Envoy's limit for the size of a table of maglev hashing. */
const LARGEST_TABLE = 5_000_011;

export function checkLoadBalancer(problems: Problems, balancer: Value): void {
  if (!isKnown(balancer)) return;
  checkConsistentHash(problems, balancer.get("consistentHash"));
  const locality = balancer.get("localityLbSetting");
  const zones = balancer.get("zoneAwareLbSetting");
  if (locality.isPresent && zones.isPresent)
    problems.refuse(locality.path, "localityLbSetting and zoneAwareLbSetting exclude each other");
  checkLocality(problems, locality);
  checkZoneAware(problems, zones);
  checkWarmup(problems, balancer.get("warmup"));
  checkReadableDuration(problems, balancer.get("warmupDurationSecs"));
}

function checkConsistentHash(problems: Problems, hash: Value): void {
  const cookie = hash.get("httpCookie");
  checkNamed(problems, cookie, "name", "the cookie has no name");
  // 0s makes a cookie of the session.
  checkReadableDuration(problems, cookie.get("ttl"));
  const names = new Set<string>();
  for (const attribute of cookie.get("attributes").items()) {
    if (attribute.isUnknown || attribute.get("name").isUnknown) continue;
    const name = textOf(attribute.get("name"));
    if (name === "") problems.refuse(attribute.path, "the attribute has no name");
    else if (names.has(name))
      problems.refuse(attribute.path, `there are two attributes ${JSON.stringify(name)}`);
    names.add(name);
  }
  const ring = hash.get("minimumRingSize");
  if ((numberOf(ring) ?? 0) !== 0) {
    problems.warn(ring.path, "minimumRingSize is deprecated; ringHash replaces it");
    const other = ["maglev", "ringHash"].find((field) => hash.has(field));
    if (other !== undefined) problems.refuse(ring.path, `minimumRingSize and ${other} exclude each other`);
  }
  const table = hash.get("maglev").get("tableSize");
  if (!isKnown(hash.get("maglev")) || table.isUnknown) return;
  const size = numberOf(table) ?? 0;
  if (size >= LARGEST_TABLE || !isPrime(size))
    problems.refuse(hash.get("maglev").path, `${size} is no prime below ${LARGEST_TABLE}`);
}

function checkWarmup(problems: Problems, warmup: Value): void {
  if (!isKnown(warmup)) return;
  const duration = warmup.get("duration");
  if (!duration.isPresent) problems.refuse(warmup.path, "a warmup has a duration");
  checkDuration(problems, duration);
  const minimum = warmup.get("minimumPercent");
  if ((numberOf(minimum) ?? 0) > 100) problems.refuse(minimum.path, `${numberOf(minimum)} is no percentage`);
  const aggression = warmup.get("aggression");
  if (isKnown(aggression) && (numberOf(aggression) ?? 0) <= 0)
    problems.refuse(aggression.path, "aggression is more than 0");
}

/** As Envoy reads it, for which 1 is a prime. */
function isPrime(number: number): boolean {
  if (number < 1 || !Number.isInteger(number)) return false;
  for (let factor = 2; factor * factor <= number; factor++) if (number % factor === 0) return false;
  return true;
}
