import type { GatewayDeclaration, VersionsDeclaration } from "../declarations";
import { isDnsLabel } from "../dns";
import type {
  GatewayIntent,
  GlobalRateLimitIntent,
  GlobalRateLimitsIntent,
  RateIntent,
  RateLimitDescriptorIntent,
  RateLimitServiceIntent,
} from "../intent";
import { lookUp } from "../references";
import { countablePorts } from "./countable-ports";
import { isGlobal } from "./local-rate-limits";
import { readMatch } from "./match";
import { readLabels } from "./labels";
import { at, type Reader } from "./reader";
import { type Scope, unknownObject } from "./scope";
import { needed, type Read, shapes } from "./shape";

const ID = "intent/rate-limit";
const { choice, duration, flag, list, object, record, text, whole } = shapes(ID);

const UNITS = ["second", "minute", "hour", "day", "week", "month", "year"] as const;
const MOST = 2 ** 32 - 1;

/** The service takes a star at the end of a name for any text. */
const plainText = text(
  (value) => /^[^\s]/.test(value) && !value.endsWith("*"),
  "a text that does not begin with a blank and does not end with a star",
);
const headerName = text(
  (value) => /^[a-z0-9!#$%&'+.^_`|~-]+$/.test(value),
  "a header's name in lower case, such as x-user",
);
const prefixLengths = object({ v4PrefixLength: whole(1, 32), v6PrefixLength: whole(1, 128) });
const yes: Read<true> = (reader, value, path) =>
  value === true
    ? true
    : reader.report({
        id: ID,
        path,
        message: "is not true",
        got: { value },
        expected: "true",
        fix: "correct it, or remove it",
      });

const fields = {
  header: headerName,
  path: yes,
  query: text((value) => value !== "" && !/[&=#\s]/.test(value), "a query parameter's name"),
  remoteAddress: ((reader, value, path) =>
    value === true ? {} : prefixLengths(reader, value, path)) as Read<{
    readonly v4PrefixLength?: number;
    readonly v6PrefixLength?: number;
  }>,
  claim: text(
    (value) => /^[^\s.[\]]+(\.[^\s.[\]]+)*$/.test(value),
    "the name of a claim, such as sub, or a path such as realm.name",
  ),
  metadata: object({ filter: needed(plainText), path: needed(list(plainText, "the path to a value")) }),
  destinationCluster: yes,
  genericKey: plainText,
};
const descriptorFields = object(fields, { exactlyOne: [Object.keys(fields)] });

/** Where Istio's filter for tokens leaves the claims of a valid one. */
const JWT = { filter: "envoy.filters.http.jwt_authn", path: "payload" };

const readDescriptor: Read<RateLimitDescriptorIntent> = (reader, value, path) => {
  const read = descriptorFields(reader, value, path);
  if (read === undefined) return undefined;
  if (read.header !== undefined) return { kind: "header", name: read.header };
  if (read.query !== undefined) return { kind: "query", name: read.query };
  if (read.genericKey !== undefined) return { kind: "generic-key", name: read.genericKey };
  if (read.claim !== undefined) {
    return { kind: "metadata", filter: JWT.filter, path: [JWT.path, ...read.claim.split(".")] };
  }
  if (read.metadata !== undefined) return { kind: "metadata", ...read.metadata };
  if (read.remoteAddress !== undefined) return { kind: "remote-address", ...read.remoteAddress };
  return { kind: read.path === true ? "path" : "destination-cluster" };
};

const rate = object({ requests: needed(whole(0, MOST)), per: needed(choice(...UNITS)) });
const override: Read<RateIntent | "unlimited"> = (reader, value, path) =>
  value === "unlimited" ? value : rate(reader, value, path);

/** Limits that the rate-limit service counts, one call for each service and gateway at most. */
export function readGlobalRateLimits(
  scope: Scope,
  declarations: readonly VersionsDeclaration[],
  gateways: readonly (GatewayIntent | undefined)[],
  declared: readonly GatewayDeclaration[],
): readonly GlobalRateLimitsIntent[] {
  const seen = new Set<string>();
  const found = declarations.flatMap(({ service: given, spec }, index): GlobalRateLimitsIntent[] => {
    const target = lookUp(given);
    const own = target?.mesh === scope.mesh ? target.reference : undefined;
    if (!isGlobal(spec) && own?.kind !== "gateway") return [];
    const once = (path: string): boolean => {
      if (!seen.has(path)) return seen.add(path).size > 0;
      scope.reader.report({
        id: ID,
        path,
        message: "has such limits already",
        got: `${path} in two calls of rateLimit`,
        expected: "one call for each service and gateway",
        fix: "write all of them in one call of rateLimit",
      });
      return false;
    };
    if (own?.kind === "service") {
      const service = scope.services.get(own.service);
      if (service === undefined || !once(at("rateLimit", service.key))) return [];
      const path = at("rateLimit", service.key);
      const readable = countablePorts(scope, service, path);
      if (readable === undefined) return [];
      const read = specOf(scope, "ports", choice(...readable))(scope.reader, spec, path);
      return read === undefined
        ? []
        : [
            {
              target: { kind: "service", name: service.key },
              at: sorted(read.at ?? readable),
              limits: read.limits,
            },
          ];
    }
    if (own?.kind === "gateway") {
      const name = scope.gatewayNames[own.gateway];
      const path = at("rateLimit", name ?? own.gateway);
      if (!once(path)) return [];
      const gateway = gateways[own.gateway];
      const exposed = gateway?.exposures.map(({ host }) => host) ?? exposedHosts(declared[own.gateway]);
      if (gateway?.passthrough) {
        scope.reader.report({
          id: "intent/protocol-mismatch",
          path,
          message: "passes TLS on unopened, so no request of it can be counted",
          got: 'tls: "passthrough"',
          expected: "a gateway that reads requests",
          fix: "limit the service behind it, or end TLS at the gateway",
        });
        return [];
      }
      if (exposed.length === 0) {
        scope.reader.report({
          id: ID,
          path,
          message: "exposes no host, so nothing is counted",
          got: "no call of expose",
          expected: "at least one host",
          fix: "expose a host, or remove the limits",
        });
        return [];
      }
      const read = specOf(scope, "hosts", choice(...exposed))(scope.reader, spec, path);
      return read === undefined || name === undefined
        ? []
        : [{ target: { kind: "gateway", name }, at: sorted(read.at ?? exposed), limits: read.limits }];
    }
    unknownObject(scope, given, at("rateLimit", index), "a service or gateway");
    return [];
  });
  reportSharedPorts(scope, found);
  return found;
}

/** The hosts of a gateway that is wrong elsewhere, so that this is no further problem. */
function exposedHosts(declaration: GatewayDeclaration | undefined): readonly string[] {
  return (declaration?.exposures ?? []).flatMap(({ host }) => (typeof host === "string" ? [host] : []));
}

/** @param field by which the limits may be for a part of the target */
function specOf(
  scope: Scope,
  field: "ports" | "hosts",
  each: Read<string>,
): Read<{ readonly at?: readonly string[]; readonly limits: readonly GlobalRateLimitIntent[] }> {
  const when: Read<NonNullable<GlobalRateLimitIntent["when"]>> = (_, value, path) =>
    readMatch(scope, value, path, "counted", { kind: "delegate" });
  const limit = object(
    {
      requests: needed(whole(0, MOST)),
      per: needed(choice(...UNITS)),
      when,
      descriptors: list(readDescriptor, 'descriptors such as [{ header: "x-user" }]'),
      overrides: record(override, "limits by value", plain, "a text that does not end with a star"),
      shadow: flag,
    },
    {},
    ({ descriptors, overrides }, report) => {
      if (overrides === undefined) return;
      const last = descriptors?.at(-1);
      if (last === undefined) {
        report("overrides", {
          message: "are for values of a descriptor, and there is none",
          got: `overrides for ${Object.keys(overrides).join(", ")}, and no descriptors`,
          expected: "overrides beside descriptors",
          fix: "add descriptors, or remove them",
        });
      } else if (last.kind === "generic-key") {
        report("overrides", {
          message: "are for values of the last descriptor, which has but one",
          got: `overrides for ${Object.keys(overrides).join(", ")}, and genericKey last`,
          expected: "a last descriptor whose value comes from the request",
          fix: "put another one last",
        });
      }
    },
  );
  const spec = object({
    global: needed(record(limit, "limits by name", isDnsLabel, "a DNS label")),
    [field]: list(each, `names of ${field}`),
  });
  return (reader, value, path) => {
    const read = spec(reader, value, path) as
      | {
          readonly global: Readonly<Record<string, LimitFields>>;
          readonly ports?: readonly string[];
          readonly hosts?: readonly string[];
        }
      | undefined;
    if (read === undefined) return undefined;
    const part = read[field];
    return {
      ...(part && { at: [...new Set(part)] }),
      limits: Object.entries(read.global).map(([name, { overrides = {}, ...given }]) => ({
        ...given,
        name,
        descriptors: given.descriptors ?? [],
        overrides: Object.entries(overrides).map(([of, its]) => ({ value: of, rate: its })),
        shadow: given.shadow ?? false,
      })),
    };
  };
}

interface LimitFields extends RateIntent {
  readonly when?: NonNullable<GlobalRateLimitIntent["when"]>;
  readonly descriptors?: readonly RateLimitDescriptorIntent[];
  readonly overrides?: Readonly<Record<string, RateIntent | "unlimited">>;
  readonly shadow?: boolean;
}

function plain(value: string): boolean {
  return value !== "" && !value.endsWith("*");
}

/** Two services at one port of the same workloads have one proxy between them, which would count each request twice. */
function reportSharedPorts(scope: Scope, all: readonly GlobalRateLimitsIntent[]): void {
  const owners = new Map<string, string>();
  for (const { target, at: names } of all) {
    const service = target.kind === "service" ? scope.services.get(target.name) : undefined;
    for (const name of service === undefined ? [] : names) {
      const port = service?.ports.find((each) => each.name === name);
      const key = JSON.stringify([service?.namespace, service?.labels, port?.targetPort]);
      const other = owners.get(key);
      if (other !== undefined) {
        scope.reader.report({
          id: ID,
          path: at("rateLimit", target.name),
          message: `counts at the port of the workloads where the limits of ${JSON.stringify(other)} count already`,
          got: `port ${JSON.stringify(name)} of ${target.name} and of ${other}, with the same workloads`,
          expected: "limits at each port of the workloads once",
          fix: "keep the limits of one of the two services",
        });
      }
      owners.set(key, target.name);
    }
  }
}

function sorted(names: readonly string[]): readonly string[] {
  return [...names].sort();
}

/** The rate-limit service, with the usual names where nothing is said. */
export function readRateLimitService(
  reader: Reader,
  value: unknown,
  mesh: string | undefined,
): RateLimitServiceIntent | undefined {
  const path = "rateLimitService";
  const label = text(isDnsLabel, "a DNS label: up to 63 lower-case letters, digits and '-'");
  const read = object(
    {
      domain: plainText,
      service: label,
      namespace: label,
      port: whole(1, 65535),
      labels: ((own, labels, here) => readLabels(own, labels, ID, here)) as Read<
        Readonly<Record<string, string>>
      >,
      timeout: duration,
      failureMode: choice("allow", "deny"),
      status: whole(400, 599),
      headers: flag,
    },
    { mayBeEmpty: true },
  )(reader, value ?? {}, path);
  if (read === undefined) return undefined;
  const { service = "ratelimit" } = read;
  return {
    domain: mesh ?? "",
    namespace: "rate-limit",
    port: 8081,
    labels: { app: service },
    timeout: "20ms",
    failureMode: "allow",
    status: 429,
    headers: false,
    ...read,
    service,
  };
}
