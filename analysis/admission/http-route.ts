import type { Value } from "../reader";
import {
  checkDuration,
  checkNotNegative,
  checkPercentage,
  checkPort,
  checkRegexText,
  checkSaysSomething,
} from "./checks";
import { checkCors } from "./cors";
import { checkDestination, checkDestinations, checkMirrors } from "./destinations";
import { checkFault, checkStatus } from "./fault";
import { checkFields, filled, isFilled, isKnown, numberOf, textOf, type FieldCheck } from "./fields";
import { checkAuthority, checkHeaderOperations } from "./headers";
import { checkHttpMatch } from "./http-match";
import { refuse, warn, type AdmissionProblem } from "./problem";
import { isRetryCondition } from "./retry-conditions";

const KILOBYTE = 1024;

/** The VirtualService that a rule stands in. */
export interface RuleContext {
  /** It has no hosts, so another one leads to it. */
  readonly isDelegate: boolean;
  /** Sidecars follow it. */
  readonly isForMesh: boolean;
}

export function* checkHttpRoute(
  route: Value,
  { isDelegate, isForMesh }: RuleContext,
): Iterable<AdmissionProblem> {
  yield* checkAnswer(route, isDelegate);
  for (const match of route.get("match").items()) yield* checkHttpMatch(match, isForMesh);
  yield* checkFields(route, fieldChecks);
  const redirect = route.get("redirect");
  if (redirect.isPresent) yield* checkRedirect(redirect, route.get("match"));
  const headers = route.get("headers");
  if (headers.isPresent) yield* checkAuthority(route.get("rewrite"), headers);
}

// The definition knows both spellings of mirrorPercent.
const fieldChecks: readonly (readonly [field: string, check: FieldCheck])[] = [
  ["headers", checkHeaderOperations],
  ["corsPolicy", checkCors],
  ["fault", checkFault],
  ["mirrorPercent", checkMirrorPercent],
  ["mirror_percent", checkMirrorPercent],
  ["mirrorPercentage", checkPercentage],
  ["mirror", checkDestination],
  ["mirrors", checkMirrorShares],
  ["directResponse", checkDirectResponse],
  ["retries", checkRetries],
  ["rewrite", checkRewrite],
  ["route", checkDestinations],
  ["timeout", checkDuration],
];

/** A rule answers in one way: it delegates, redirects, answers itself or leads on. */
function* checkAnswer(route: Value, isDelegate: boolean): Iterable<AdmissionProblem> {
  const has = (field: string): boolean => route.get(field).isPresent;
  if (has("delegate") && !isDelegate) {
    for (const field of filled(route, ["redirect", "route"]))
      yield refuse(route.get(field).path, `a rule that delegates has no ${field}`);
    return;
  }
  if (has("delegate")) yield refuse(route.get("delegate").path, "a delegate does not delegate");
  const answer = has("redirect") ? "redirect" : has("directResponse") ? "directResponse" : undefined;
  if (answer !== undefined) {
    for (const other of ["route", "fault", "rewrite", "directResponse"])
      if (other !== answer && isFilled(route.get(other)))
        yield refuse(route.get(other).path, `a rule has not both ${answer} and ${other}`);
  } else if (!isFilled(route.get("route")))
    yield refuse(route.path, "a rule has a route, a redirect or a directResponse");
  if (has("mirror") && route.get("mirrors").items().length > 0)
    yield refuse(route.get("mirrors").path, "a rule has not both mirror and mirrors");
}

function* checkMirrorPercent(percent: Value): Iterable<AdmissionProblem> {
  if ((numberOf(percent) ?? 0) > 100) yield refuse(percent.path, `${numberOf(percent)} is no percentage`);
  yield warn(percent.path, "mirrorPercent is deprecated; mirrorPercentage replaces it");
}

function* checkMirrorShares(mirrors: Value): Iterable<AdmissionProblem> {
  yield* checkMirrors(mirrors);
  for (const mirror of mirrors.items()) yield* checkPercentage(mirror.get("percentage"));
}

function* checkRedirect(redirect: Value, matches: Value): Iterable<AdmissionProblem> {
  if (!isKnown(redirect)) return;
  const prefix = redirect.get("prefixRewrite");
  if (isFilled(redirect.get("uri")) && isFilled(prefix))
    yield refuse(prefix.path, "a redirect has not both uri and prefixRewrite");
  const other = matches.items().find((match) => isKnown(match.get("uri")) && !hasPrefix(match.get("uri")));
  if (isFilled(prefix) && other !== undefined)
    yield refuse(other.get("uri").path, "prefixRewrite replaces a prefix: match the path by one");
  const changes = filled(redirect, ["uri", "prefixRewrite", "authority", "scheme"]);
  if (changes.length === 0 && !["port", "derivePort"].some((field) => redirect.get(field).isPresent))
    yield refuse(redirect.path, "a redirect changes the path, the authority, the scheme or the port");
  const code = numberOf(redirect.get("redirectCode")) ?? 0;
  if (code !== 0 && (code < 300 || code > 399))
    yield refuse(redirect.get("redirectCode").path, `${code} is no redirect`);
  const scheme = textOf(redirect.get("scheme"));
  if (!["", "http", "https"].includes(scheme))
    yield refuse(redirect.get("scheme").path, `${JSON.stringify(scheme)} is neither http nor https`);
  yield* checkPort(redirect.get("port"), false);
}

function hasPrefix(uri: Value): boolean {
  return uri.get("prefix").isPresent;
}

function* checkDirectResponse(response: Value): Iterable<AdmissionProblem> {
  if (!isKnown(response)) return;
  yield* checkStatus(response.get("status"));
  const body = response.get("body");
  const size =
    Buffer.byteLength(textOf(body.get("string"))) + Buffer.byteLength(textOf(body.get("bytes")), "base64");
  if (size > 1024 * KILOBYTE) yield refuse(body.path, "a direct response has 1MB at most");
  else if (size > 100 * KILOBYTE)
    yield warn(body.path, "a direct response of more than 100kB weighs on the control plane");
}

function* checkRetries(retries: Value): Iterable<AdmissionProblem> {
  if (!isKnown(retries)) return;
  const attempts = retries.get("attempts");
  yield* checkNotNegative(attempts);
  const isOff = !attempts.isUnknown && (numberOf(attempts) ?? 0) === 0;
  const isMore =
    isFilled(retries.get("retryOn")) ||
    ["perTryTimeout", "retryRemoteLocalities"].some((field) => retries.get(field).isPresent);
  if (isOff && isMore)
    yield refuse(retries.path, "retries are off with attempts 0, so nothing else may be set");
  yield* checkDuration(retries.get("perTryTimeout"));
  yield* checkDuration(retries.get("backoff"));
  const conditions = textOf(retries.get("retryOn"));
  for (const word of conditions === "" ? [] : conditions.split(","))
    if (!isRetryCondition(word))
      yield refuse(retries.get("retryOn").path, `${JSON.stringify(word)} is nothing to retry on`);
}

function* checkRewrite(rewrite: Value): Iterable<AdmissionProblem> {
  if (!isKnown(rewrite)) return;
  const pattern = rewrite.get("uriRegexRewrite");
  if (isFilled(rewrite.get("uri")) && pattern.isPresent)
    yield refuse(pattern.path, "a rewrite has not both uri and uriRegexRewrite");
  if (filled(rewrite, ["uri", "uriRegexRewrite", "authority"]).length === 0)
    yield refuse(rewrite.path, "a rewrite changes the path or the authority");
  if (!isKnown(pattern)) return;
  yield* checkSaysSomething(pattern, ["match", "rewrite"], "it says what to match and what to write");
  if (filled(pattern, ["match", "rewrite"]).length < 2)
    yield refuse(pattern.path, "it says what to match and what to write instead");
  else yield* checkRegexText(pattern.get("match"));
}
