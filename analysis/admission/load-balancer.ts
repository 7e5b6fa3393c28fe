import type { Value } from "../reader";
import { checkDuration, checkNamed, checkReadableDuration } from "./checks";
import { isKnown, numberOf, textOf } from "./fields";
import { checkLocality, checkZoneAware } from "./locality";
import { refuse, warn, type AdmissionProblem } from "./problem";

/** Envoy's limit for the size of a table of maglev hashing. */
const LARGEST_TABLE = 5_000_011;

export function* checkLoadBalancer(balancer: Value): Iterable<AdmissionProblem> {
  if (!isKnown(balancer)) return;
  yield* checkConsistentHash(balancer.get("consistentHash"));
  const locality = balancer.get("localityLbSetting");
  const zones = balancer.get("zoneAwareLbSetting");
  if (locality.isPresent && zones.isPresent)
    yield refuse(locality.path, "localityLbSetting and zoneAwareLbSetting exclude each other");
  yield* checkLocality(locality);
  yield* checkZoneAware(zones);
  yield* checkWarmup(balancer.get("warmup"));
  yield* checkReadableDuration(balancer.get("warmupDurationSecs"));
}

function* checkConsistentHash(hash: Value): Iterable<AdmissionProblem> {
  const cookie = hash.get("httpCookie");
  yield* checkNamed(cookie, "name", "the cookie has no name");
  // 0s makes a cookie of the session.
  yield* checkReadableDuration(cookie.get("ttl"));
  const names = new Set<string>();
  for (const attribute of cookie.get("attributes").items()) {
    if (attribute.isUnknown || attribute.get("name").isUnknown) continue;
    const name = textOf(attribute.get("name"));
    if (name === "") yield refuse(attribute.path, "the attribute has no name");
    else if (names.has(name))
      yield refuse(attribute.path, `there are two attributes ${JSON.stringify(name)}`);
    names.add(name);
  }
  const ring = hash.get("minimumRingSize");
  if ((numberOf(ring) ?? 0) !== 0) {
    yield warn(ring.path, "minimumRingSize is deprecated; ringHash replaces it");
    const other = ["maglev", "ringHash"].find((field) => hash.get(field).isPresent);
    if (other !== undefined) yield refuse(ring.path, `minimumRingSize and ${other} exclude each other`);
  }
  const table = hash.get("maglev").get("tableSize");
  if (!isKnown(hash.get("maglev")) || table.isUnknown) return;
  const size = numberOf(table) ?? 0;
  if (size >= LARGEST_TABLE || !isPrime(size))
    yield refuse(hash.get("maglev").path, `${size} is no prime below ${LARGEST_TABLE}`);
}

function* checkWarmup(warmup: Value): Iterable<AdmissionProblem> {
  if (!isKnown(warmup)) return;
  const duration = warmup.get("duration");
  if (!duration.isPresent) yield refuse(warmup.path, "a warmup has a duration");
  yield* checkDuration(duration);
  const minimum = warmup.get("minimumPercent");
  if ((numberOf(minimum) ?? 0) > 100) yield refuse(minimum.path, `${numberOf(minimum)} is no percentage`);
  const aggression = warmup.get("aggression");
  if (isKnown(aggression) && (numberOf(aggression) ?? 0) <= 0)
    yield refuse(aggression.path, "aggression is more than 0");
}

/** As Envoy reads it, for which 1 is a prime. */
function isPrime(number: number): boolean {
  if (number < 1 || !Number.isInteger(number)) return false;
  for (let factor = 2; factor * factor <= number; factor++) if (number % factor === 0) return false;
  return true;
}
