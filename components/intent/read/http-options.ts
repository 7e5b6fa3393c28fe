import { formatDuration, parseDuration } from "../duration";
import type { MirrorIntent, RetriesIntent, RouteOptionsIntent, TextMatch } from "../intent";
import { HTTP_METHODS } from "../match";
import { DEFAULT_RETRIES, RETRY_ON } from "../resilience";
import { closest, show } from "../show";
import { HEADER, readHeaders } from "./headers";
import { readRegex } from "./match";
import { at, type Reader } from "./reader";
import type { Place, Scope } from "./scope";
import { needed, type Read, shapes } from "./shape";
import { readDestination } from "./shares";

const { anyText, choice, duration, flag, list, number, object, text, whole } = shapes("intent/route-option");

const percentage = number(0, 100);

const regex: Read<string> = (reader, value, path) => readRegex(reader, value, path);

/** A text is compared exactly; anything else says how. */
const origin: Read<TextMatch> = (reader, value, path) => {
  if (typeof value === "string") {
    return anyText(reader, value, path) === undefined ? undefined : { match: "exact", value };
  }
  const read = object(
    { exact: anyText, prefix: anyText, regex },
    { exactlyOne: [["exact", "prefix", "regex"]] },
  )(reader, value, path);
  if (read?.exact !== undefined) return { match: "exact", value: read.exact };
  if (read?.prefix !== undefined) return { match: "prefix", value: read.prefix };
  return read?.regex === undefined ? undefined : { match: "regex", value: read.regex };
};

const corsHeaders = list(
  text((name) => HEADER.test(name), "the name of a header, or *"),
  'headers such as ["x-team"]',
);
const corsPolicy = object(
  {
    allowOrigins: needed(list(origin, 'origins such as ["https://shop.example.com"]')),
    allowMethods: list(choice(...HTTP_METHODS), 'methods such as ["GET"]'),
    allowHeaders: corsHeaders,
    exposeHeaders: corsHeaders,
    maxAge: duration,
    allowCredentials: flag,
    unmatchedPreflights: choice("FORWARD", "IGNORE"),
  },
  {},
  ({ maxAge, allowCredentials, allowOrigins }, report) => {
    if (maxAge !== undefined && (parseDuration(maxAge) ?? 0) % 1000 !== 0) {
      report("maxAge", {
        message: "is not in whole seconds, which is all that a browser is told",
        expected: "a duration of whole seconds",
        fix: 'write for example "1h"',
      });
    }
    // Browsers refuse `*` beside credentials, but Envoy answers with the origin itself, so anyone would be let in.
    const anyone = allowOrigins.find(
      ({ match, value }) => value === "*" || (match === "regex" && /^\.[*+]$/.test(value)),
    );
    if (allowCredentials && anyone !== undefined) {
      report("allowOrigins", {
        message: "lets every page act for its visitor, credentials included",
        got: `${show(anyone.value)} beside allowCredentials: true`,
        expected: "single origins beside allowCredentials",
        fix: "list the origins, or remove allowCredentials",
      });
    }
  },
);

const GRPC_STATUS = [
  "CANCELLED",
  "UNKNOWN",
  "INVALID_ARGUMENT",
  "DEADLINE_EXCEEDED",
  "NOT_FOUND",
  "ALREADY_EXISTS",
  "PERMISSION_DENIED",
  "RESOURCE_EXHAUSTED",
  "FAILED_PRECONDITION",
  "ABORTED",
  "OUT_OF_RANGE",
  "UNIMPLEMENTED",
  "INTERNAL",
  "UNAVAILABLE",
  "DATA_LOSS",
  "UNAUTHENTICATED",
] as const;

const fault = object({
  delay: object({ fixedDelay: needed(duration), percentage }),
  abort: object(
    { httpStatus: whole(200, 599), grpcStatus: choice(...GRPC_STATUS), percentage },
    { exactlyOne: [["httpStatus", "grpcStatus"]] },
  ),
});

const rewrite = object(
  {
    uri: text((value) => value.startsWith("/") && !/\s/.test(value), "a path that starts with '/'"),
    uriRegexRewrite: object({ match: needed(regex), rewrite: needed(anyText) }),
    authority: text((value) => value !== "" && !/\s/.test(value), "a host name"),
  },
  { atMostOne: [["uri", "uriRegexRewrite"]] },
);

/** Everything that holds for the requests of a route, and whether its parts fit together. */
export function readHttpOptions(
  scope: Scope,
  value: unknown,
  path: string,
  place: Place,
): RouteOptionsIntent | undefined {
  const { reader } = scope;
  const before = reader.problems.length;
  const fields = reader.fields(value, "intent/route-options", path, [
    "name",
    "timeout",
    "retries",
    "fault",
    "mirrors",
    "headers",
    "rewrite",
    "corsPolicy",
  ]);
  if (fields === undefined) return undefined;
  const given = <T>(field: string, read: Read<T>): T | undefined =>
    fields.get(field) === undefined ? undefined : read(reader, fields.get(field), `${path}.${field}`);
  const timeout = milliseconds(given("timeout", duration));
  const retries = given("retries", readRetries);
  reportBudget(reader, timeout, retries, path);
  const name = given("name", anyText);
  const read = {
    ...(name !== undefined && { name }),
    ...(timeout !== undefined && { timeout }),
    ...(retries && { retries }),
    ...optional("fault", given("fault", fault)),
    ...optional(
      "mirrors",
      given("mirrors", (_, mirrors, here) => readMirrors(scope, mirrors, here, place)),
    ),
    ...optional("headers", given("headers", readHeaders)),
    ...optional("rewrite", given("rewrite", rewrite)),
    ...optional("corsPolicy", given("corsPolicy", corsPolicy)),
  };
  if (scope.faultsRefused && fields.get("fault") !== undefined) {
    reader.report({
      id: "intent/fault",
      path: `${path}.fault`,
      message: "puts faults into requests, which this mesh refuses",
      got: { value: fields.get("fault") },
      expected: "no fault",
      fix: 'remove it here, or say faults: "allowed" in the catalogue of an environment for tests',
    });
  }
  reportAuthorities(reader, read, path);
  return reader.problems.length > before ? undefined : read;
}

function optional<K extends string, T>(key: K, value: T | undefined): { readonly [P in K]?: T } {
  return (value === undefined ? {} : { [key]: value }) as { readonly [P in K]?: T };
}

function milliseconds(text: string | undefined): number | undefined {
  return text === undefined ? undefined : parseDuration(text);
}

/** Whether the tries fit into the time that the request has. */
function reportBudget(
  reader: Reader,
  timeout: number | undefined,
  retries: RetriesIntent | undefined,
  path: string,
): void {
  if (timeout === undefined || retries?.perTryTimeout === undefined) return;
  const { attempts, perTryTimeout } = retries;
  const needs = (attempts + 1) * perTryTimeout;
  if (needs <= timeout) return;
  reader.report({
    id: "intent/retry-budget",
    path: `${path}.retries`,
    message:
      `the first try and ${attempts === 1 ? "1 retry" : `${attempts} retries`} of ${formatDuration(perTryTimeout)} each ` +
      `take up to ${formatDuration(needs)}, but the request ends after ${formatDuration(timeout)}`,
    got: `attempts ${attempts}, perTryTimeout ${formatDuration(perTryTimeout)}, timeout ${formatDuration(timeout)}`,
    expected: "(attempts + 1) × perTryTimeout no longer than timeout",
    fix: `raise timeout to ${formatDuration(needs)}, or lower attempts or perTryTimeout`,
  });
}

/** A request has one host: Istio takes it from one place. */
function reportAuthorities(reader: Reader, { headers, rewrite: to }: RouteOptionsIntent, path: string): void {
  const operations = [headers?.request?.set, headers?.request?.add];
  const hosts = operations.flatMap((each) =>
    Object.keys(each ?? {}).filter((name) => name.toLowerCase() === "host"),
  );
  if (hosts.length + (to?.authority === undefined ? 0 : 1) < 2) return;
  reader.report({
    id: "intent/route-option",
    path,
    message: "gives the request a new host in two places",
    got: [
      ...(to?.authority === undefined ? [] : ["rewrite.authority"]),
      ...hosts.map((name) => `header ${name}`),
    ].join(" and "),
    expected: "one place that sets the host",
    fix: "keep rewrite.authority, and leave the header Host alone",
  });
}

function readMirrors(
  scope: Scope,
  value: unknown,
  path: string,
  place: Place,
): readonly MirrorIntent[] | undefined {
  const mirrors = scope.reader
    .list(value, "intent/route-option", path, "mirrors such as [{ to: reviews.subsets.v2, percentage: 10 }]")
    ?.map((each, index): MirrorIntent | undefined => {
      const here = at(path, index);
      const fields = scope.reader.fields(each, "intent/route-option", here, ["to", "percentage"]);
      if (fields === undefined) return undefined;
      const to = readDestination(scope, fields.get("to"), `${here}.to`, "http", place);
      const share = fields.get("percentage");
      const percent = share === undefined ? undefined : percentage(scope.reader, share, `${here}.percentage`);
      return to && { to, ...(percent !== undefined && { percentage: percent }) };
    });
  return mirrors?.every((each) => each !== undefined) ? mirrors : undefined;
}

function readRetries(reader: Reader, value: unknown, path: string): RetriesIntent | undefined {
  const fields = reader.fields(value, "intent/retries", path, [
    "attempts",
    "perTryTimeout",
    "retryOn",
    "backoff",
    "retryIgnorePreviousHosts",
    "retryRemoteLocalities",
  ]);
  if (fields === undefined) return undefined;
  const given = <T>(field: string, read: Read<T>): T | undefined =>
    fields.get(field) === undefined ? undefined : read(reader, fields.get(field), `${path}.${field}`);
  const attempts = reader.whole(
    fields.get("attempts") ?? DEFAULT_RETRIES,
    "intent/retries",
    `${path}.attempts`,
    0,
    100,
  );
  const perTryTimeout = milliseconds(given("perTryTimeout", duration));
  const backoff = given("backoff", duration);
  const retryOn = readRetryOn(reader, fields.get("retryOn"), `${path}.retryOn`);
  const ignorePrevious = given("retryIgnorePreviousHosts", flag);
  const remote = given("retryRemoteLocalities", flag);
  if (attempts === undefined) return undefined;
  const others = ["perTryTimeout", "retryOn", "backoff", "retryIgnorePreviousHosts", "retryRemoteLocalities"];
  if (attempts === 0 && others.some((name) => fields.get(name) !== undefined)) {
    reader.report({
      id: "intent/retries-unused",
      path,
      message: "attempts is 0, so nothing is retried and the other fields say nothing",
      got: `attempts 0 beside ${others.filter((name) => fields.get(name) !== undefined).join(", ")}`,
      expected: "attempts of 1 or more, or nothing beside it",
      fix: "remove them, or allow at least one retry",
    });
  }
  return {
    attempts,
    ...(perTryTimeout !== undefined && { perTryTimeout }),
    retryOn,
    ...(backoff !== undefined && { backoff }),
    ...(ignorePrevious !== undefined && { retryIgnorePreviousHosts: ignorePrevious }),
    ...(remote !== undefined && { retryRemoteLocalities: remote }),
  };
}

function readRetryOn(reader: Reader, value: unknown, path: string): readonly string[] {
  if (value === undefined) return [];
  const given = reader.list(value, "intent/retry-on", path, 'conditions such as ["5xx", "reset"]') ?? [];
  const conditions = given.filter((each, index): each is string => {
    if (typeof each === "string" && (RETRY_ON.includes(each) || /^[1-5]\d\d$/.test(each))) return true;
    const meant = typeof each === "string" ? closest(each, RETRY_ON) : undefined;
    reader.report({
      id: "intent/retry-on",
      path: at(path, index),
      message: "is not a condition that Envoy retries on",
      got: { value: each },
      expected: `an HTTP status code, or one of ${RETRY_ON.join(", ")}`,
      fix: meant === undefined ? "use one of these" : `did you mean ${JSON.stringify(meant)}?`,
    });
    return false;
  });
  return [...new Set(conditions)].sort();
}
