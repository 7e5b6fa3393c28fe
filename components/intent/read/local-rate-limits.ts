import { parseDuration } from "../duration";
import type { VersionsDeclaration } from "../declarations";
import type { RateLimitIntent } from "../intent";
import { lookUp } from "../references";
import { countablePorts } from "./countable-ports";
import { HEADER } from "./headers";
import { at } from "./reader";
import { type Scope, unknownObject } from "./scope";
import { needed, shapes } from "./shape";

const { anyText, choice, duration, list, object, record, whole } = shapes("intent/rate-limit");

/** Whether a limit is for the rate-limit service. */
export function isGlobal(spec: unknown): boolean {
  return typeof spec === "object" && spec !== null && "global" in spec && spec.global !== undefined;
}

/** As often as Envoy fills a bucket. */
const SHORTEST = 50;

/** The limits that proxies count by themselves, one for each service at most. */
export function readLocalRateLimits(
  scope: Scope,
  declarations: readonly VersionsDeclaration[],
): readonly RateLimitIntent[] {
  const seen = new Set<string>();
  return declarations.flatMap(({ service: given, spec }, index): RateLimitIntent[] => {
    if (isGlobal(spec)) return [];
    const found = lookUp(given);
    // A gateway has limits of the other kind alone, which are read there.
    if (found?.mesh === scope.mesh && found.reference.kind === "gateway") return [];
    const known =
      found?.mesh === scope.mesh && found.reference.kind === "service" ? found.reference : undefined;
    if (known === undefined) {
      unknownObject(scope, given, at("rateLimit", index), "a service");
      return [];
    }
    const service = scope.services.get(known.service);
    if (service === undefined) return [];
    const path = at("rateLimit", service.key);
    if (seen.has(service.key)) {
      scope.reader.report({
        id: "intent/rate-limit",
        path,
        message: "has a limit already, and only one can be in force",
        got: `${service.key} in two calls of rateLimit`,
        expected: "one local limit for each service",
        fix: "keep one of the calls",
      });
      return [];
    }
    seen.add(service.key);
    const readable = countablePorts(scope, service, path);
    if (readable === undefined) return [];
    const read = object(
      {
        requests: needed(whole(1)),
        per: needed(duration),
        burst: whole(1),
        ports: list(choice(...readable), "names of ports"),
        status: whole(400, 599),
        enforcedPercent: whole(0, 100),
        responseHeaders: record(anyText, "headers", (name) => HEADER.test(name), "the name of a header"),
      },
      {},
      ({ requests, per, burst }, report) => {
        if ((parseDuration(per) ?? 0) < SHORTEST)
          report("per", {
            message: "is shorter than Envoy counts",
            expected: '"50ms" or more',
            fix: "raise it, and requests in proportion",
          });
        if (burst !== undefined && burst < requests) {
          report("burst", {
            message: "is less than the requests that are allowed anyway",
            got: `burst ${burst}, requests ${requests}`,
            expected: "burst of at least requests",
            fix: "raise it, or remove it",
          });
        }
      },
    )(scope.reader, spec, path);
    if (read === undefined) return [];
    const { burst = read.requests, ports = readable, status = 429, enforcedPercent = 100 } = read;
    const responseHeaders = read.responseHeaders ?? { "x-local-rate-limit": "true" };
    return [
      {
        ...read,
        service: service.key,
        burst,
        ports: [...ports].sort(),
        status,
        enforcedPercent,
        responseHeaders,
      },
    ];
  });
}
