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
import { checkFields, fieldChecks, filled, isFilled, isKnown, numberOf, textOf } from "./fields";
import { checkAuthority, checkHeaderOperations } from "./headers";
import { checkHttpMatch } from "./http-match";
import type { Problems } from "./problem";
import { isRetryCondition } from "./retry-conditions";

const KILOBYTE = 1024;

/** The VirtualService that a rule stands in. */
export interface RuleContext {
  /** It has no hosts, so another one leads to it. */
  readonly isDelegate: boolean;
  /** Sidecars follow it. */
  readonly isForMesh: boolean;
}

export function checkHttpRoute(
  problems: Problems,
  route: Value,
  { isDelegate, isForMesh }: RuleContext,
): void {
  checkAnswer(problems, route, isDelegate);
  for (const match of route.get("match").items()) checkHttpMatch(problems, match, isForMesh);
  checkFields(problems, route, ruleChecks);
  const redirect = route.get("redirect");
  if (redirect.isPresent) checkRedirect(problems, redirect, route.get("match"));
  const headers = route.get("headers");
  if (headers.isPresent) checkAuthority(problems, route.get("rewrite"), headers);
}

// The definition knows both spellings of mirrorPercent.
const ruleChecks = fieldChecks([
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
]);

/** A rule answers in one way: it delegates, redirects, answers itself or leads on. */
function checkAnswer(problems: Problems, route: Value, isDelegate: boolean): void {
  const has = (field: string): boolean => route.has(field);
  if (has("delegate") && !isDelegate) {
    for (const field of filled(route, ["redirect", "route"]))
      problems.refuse(route.get(field).path, `a rule that delegates has no ${field}`);
    return;
  }
  if (has("delegate")) problems.refuse(route.get("delegate").path, "a delegate does not delegate");
  const answer = has("redirect") ? "redirect" : has("directResponse") ? "directResponse" : undefined;
  if (answer !== undefined) {
    for (const other of ["route", "fault", "rewrite", "directResponse"])
      if (other !== answer && isFilled(route.get(other)))
        problems.refuse(route.get(other).path, `a rule has not both ${answer} and ${other}`);
  } else if (!isFilled(route.get("route")))
    problems.refuse(route.path, "a rule has a route, a redirect or a directResponse");
  if (has("mirror") && route.get("mirrors").items().length > 0)
    problems.refuse(route.get("mirrors").path, "a rule has not both mirror and mirrors");
}

function checkMirrorPercent(problems: Problems, percent: Value): void {
  if ((numberOf(percent) ?? 0) > 100) problems.refuse(percent.path, `${numberOf(percent)} is no percentage`);
  problems.warn(percent.path, "mirrorPercent is deprecated; mirrorPercentage replaces it");
}

function checkMirrorShares(problems: Problems, mirrors: Value): void {
  checkMirrors(problems, mirrors);
  for (const mirror of mirrors.items()) checkPercentage(problems, mirror.get("percentage"));
}

function checkRedirect(problems: Problems, redirect: Value, matches: Value): void {
  if (!isKnown(redirect)) return;
  const prefix = redirect.get("prefixRewrite");
  if (isFilled(redirect.get("uri")) && isFilled(prefix))
    problems.refuse(prefix.path, "a redirect has not both uri and prefixRewrite");
  const other = matches.items().find((match) => isKnown(match.get("uri")) && !hasPrefix(match.get("uri")));
  if (isFilled(prefix) && other !== undefined)
    problems.refuse(other.get("uri").path, "prefixRewrite replaces a prefix: match the path by one");
  const changes = filled(redirect, ["uri", "prefixRewrite", "authority", "scheme"]);
  if (changes.length === 0 && !["port", "derivePort"].some((field) => redirect.has(field)))
    problems.refuse(redirect.path, "a redirect changes the path, the authority, the scheme or the port");
  const code = numberOf(redirect.get("redirectCode")) ?? 0;
  if (code !== 0 && (code < 300 || code > 399))
    problems.refuse(redirect.get("redirectCode").path, `${code} is no redirect`);
  const scheme = textOf(redirect.get("scheme"));
  if (!["", "http", "https"].includes(scheme))
    problems.refuse(redirect.get("scheme").path, `${JSON.stringify(scheme)} is neither http nor https`);
  checkPort(problems, redirect.get("port"), false);
}

function hasPrefix(uri: Value): boolean {
  return uri.has("prefix");
}

function checkDirectResponse(problems: Problems, response: Value): void {
  if (!isKnown(response)) return;
  checkStatus(problems, response.get("status"));
  const body = response.get("body");
  const size =
    Buffer.byteLength(textOf(body.get("string"))) + Buffer.byteLength(textOf(body.get("bytes")), "base64");
  if (size > 1024 * KILOBYTE) problems.refuse(body.path, "a direct response has 1MB at most");
  else if (size > 100 * KILOBYTE)
    problems.warn(body.path, "a direct response of more than 100kB weighs on the control plane");
}

function checkRetries(problems: Problems, retries: Value): void {
  if (!isKnown(retries)) return;
  const attempts = retries.get("attempts");
  checkNotNegative(problems, attempts);
  const isOff = !attempts.isUnknown && (numberOf(attempts) ?? 0) === 0;
  const isMore =
    isFilled(retries.get("retryOn")) ||
    ["perTryTimeout", "retryRemoteLocalities"].some((field) => retries.has(field));
  if (isOff && isMore)
    problems.refuse(retries.path, "retries are off with attempts 0, so nothing else may be set");
  checkDuration(problems, retries.get("perTryTimeout"));
  checkDuration(problems, retries.get("backoff"));
  const conditions = textOf(retries.get("retryOn"));
  for (const word of conditions === "" ? [] : conditions.split(","))
    if (!isRetryCondition(word))
      problems.refuse(retries.get("retryOn").path, `${JSON.stringify(word)} is nothing to retry on`);
}

function checkRewrite(problems: Problems, rewrite: Value): void {
  if (!isKnown(rewrite)) return;
  const pattern = rewrite.get("uriRegexRewrite");
  if (isFilled(rewrite.get("uri")) && pattern.isPresent)
    problems.refuse(pattern.path, "a rewrite has not both uri and uriRegexRewrite");
  if (filled(rewrite, ["uri", "uriRegexRewrite", "authority"]).length === 0)
    problems.refuse(rewrite.path, "a rewrite changes the path or the authority");
  if (!isKnown(pattern)) return;
  checkSaysSomething(problems, pattern, ["match", "rewrite"], "it says what to match and what to write");
  if (filled(pattern, ["match", "rewrite"]).length < 2)
    problems.refuse(pattern.path, "it says what to match and what to write instead");
  else checkRegexText(problems, pattern.get("match"));
}
