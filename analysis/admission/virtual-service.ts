import { RE2JS } from "re2js";
import { milliseconds } from "../model/duration";
import { hostCovers } from "../model/hosts";
import { isClaimHeader } from "../model/request-identity";
import type { Value } from "../reader";
import { isAddress, isDomain, isLabel, isPort, isWildcardDomain, numberOf, textOf, textsOf } from "./names";
import { refuse, warn, type AdmissionCheck, type AdmissionProblem } from "./problem";
import { checkExportTo } from "./shared";

export const checkVirtualService: AdmissionCheck = function* ({ spec, namespace }) {
  const hosts = spec.get("hosts");
  const gateways = [...textsOf(spec.get("gateways"))].map(([text]) => text);
  const isOpen = hosts.isUnknown || spec.get("gateways").isUnknown;
  const isDelegate = hosts.items().length === 0 && !isOpen;
  const isMesh = gateways.length === 0 || gateways.includes("mesh");
  const protocols = ["http", "tls", "tcp"].map((field) => spec.get(field));
  if (isDelegate) {
    for (const field of ["gateways", "tls", "tcp"])
      if (spec.get(field).items().length > 0)
        yield refuse(
          spec.get(field).path,
          `a VirtualService without hosts is a delegate, and takes no ${field}`,
        );
  }
  if (protocols.every((list) => !list.isUnknown && list.items().length === 0))
    yield refuse("spec", "one of http, tls and tcp must be there");
  yield* checkHosts(hosts, isMesh);
  yield* checkGatewayNames(spec.get("gateways"));
  for (const route of spec.get("http").items())
    if (!route.isUnknown)
      yield* checkHttp(route, isDelegate, isMesh && !gateways.some((each) => each !== "mesh"));
  for (const field of ["tls", "tcp"])
    for (const route of spec.get(field).items()) yield* checkConnection(route, field, hosts);
  yield* checkExportTo(spec.get("exportTo"), String(namespace));
};

function* checkHosts(hosts: Value, isMesh: boolean): Iterable<AdmissionProblem> {
  const seen: string[] = [];
  for (const [text, item] of textsOf(hosts)) {
    if (!isWildcardDomain(text) && !isAddress(text))
      yield refuse(item.path, `${JSON.stringify(text)} is no host`);
    else if (text === "*" && isMesh) yield refuse(item.path, "the host * is for gateways, not for the mesh");
    const other = seen.find((each) => hostCovers(each, text) || hostCovers(text, each));
    if (other !== undefined)
      yield refuse(item.path, `the hosts ${JSON.stringify(other)} and ${JSON.stringify(text)} overlap`);
    seen.push(text);
  }
}

function* checkGatewayNames(list: Value): Iterable<AdmissionProblem> {
  for (const [text, item] of textsOf(list)) {
    const [namespace, name] = text.split("/");
    if (name === undefined) {
      if (text.includes("."))
        yield warn(
          item.path,
          `${JSON.stringify(text)} is the old form of a gateway's name; write namespace/name`,
        );
      if (!isDomain(text)) yield refuse(item.path, `${JSON.stringify(text)} is no name of a gateway`);
    } else if (!isLabel(namespace ?? "") || !isLabel(name))
      yield refuse(item.path, `${JSON.stringify(text)} is no name of a gateway`);
  }
}

function* checkHttp(route: Value, isDelegate: boolean, isMeshOnly: boolean): Iterable<AdmissionProblem> {
  const has = (field: string): boolean => route.get(field).isPresent;
  const routes = route.get("route");
  if (has("delegate") && !isDelegate) {
    for (const field of ["redirect", "route"])
      if (has(field)) yield refuse(route.get(field).path, `a rule that delegates has no ${field}`);
  } else {
    if (has("delegate")) yield refuse(route.get("delegate").path, "a delegate does not delegate");
    const answer = has("redirect") ? "redirect" : has("directResponse") ? "directResponse" : undefined;
    if (answer !== undefined) {
      for (const other of ["route", "fault", "rewrite", "directResponse"])
        if (other !== answer && isSet(route.get(other)))
          yield refuse(route.get(other).path, `a rule has not both ${answer} and ${other}`);
    } else if (!routes.isUnknown && routes.items().length === 0)
      yield refuse(route.path, "a rule has a route, a redirect or a directResponse");
    if (has("mirror") && route.get("mirrors").items().length > 0)
      yield refuse(route.get("mirrors").path, "a rule has not both mirror and mirrors");
  }
  for (const match of route.get("match").items()) yield* checkMatch(match, isMeshOnly);
  yield* checkDestinations(routes);
  yield* checkSettings(route);
}

function isSet(value: Value): boolean {
  return Array.isArray(value.raw) ? value.items().length > 0 : value.isPresent;
}

function* checkMatch(match: Value, isMeshOnly: boolean): Iterable<AdmissionProblem> {
  for (const field of ["uri", "scheme", "method", "authority"]) {
    const value = match.get(field);
    if (field !== "uri" && value.get("prefix").text() === "") yield refuse(value.path, "the prefix is empty");
    yield* checkRegex(value.get("regex"));
  }
  for (const field of ["headers", "withoutHeaders", "queryParams"]) {
    for (const [name, value] of match.get(field).entries()) {
      if (field !== "queryParams") {
        if (isClaimHeader(name)) {
          if (isMeshOnly) yield refuse(value.path, "claims of a token are for gateways");
        } else if (!/^:?[-!#$%&'*+.^_`|~A-Za-z0-9]+$/.test(name))
          yield refuse(value.path, `${JSON.stringify(name)} is no name of a header`);
      }
      if (value.get("prefix").text() === "") yield refuse(value.path, "the prefix is empty");
      if (!(field === "withoutHeaders" && value.get("regex").text() === "*"))
        yield* checkRegex(value.get("regex"));
    }
  }
  const port = numberOf(match.get("port"));
  if (port !== undefined && port !== 0 && !isPort(port))
    yield refuse(match.get("port").path, `${port} is no port number`);
  yield* checkGatewayNames(match.get("gateways"));
}

function* checkRegex(value: Value): Iterable<AdmissionProblem> {
  const text = value.text();
  if (typeof text !== "string") return;
  if (text === "") yield refuse(value.path, "the regular expression is empty");
  else if (text.length > 1024) yield refuse(value.path, "a regular expression has 1024 letters at most");
  else {
    try {
      RE2JS.compile(text);
    } catch {
      yield refuse(value.path, `${JSON.stringify(text)} is no regular expression of RE2`);
    }
  }
}

function* checkDestinations(routes: Value): Iterable<AdmissionProblem> {
  let total = 0;
  let isOpen = routes.isUnknown;
  for (const each of routes.items()) {
    const destination = each.get("destination");
    if (!destination.isPresent) yield refuse(each.path, "a route has a destination");
    yield* checkDestination(destination);
    const weight = numberOf(each.get("weight")) ?? 0;
    if (each.get("weight").isUnknown) isOpen = true;
    if (weight < 0) yield refuse(each.get("weight").path, `a weight of ${weight} is less than nothing`);
    total += weight;
  }
  if (!isOpen && routes.items().length > 1 && total === 0)
    yield refuse(routes.path, "the weights add up to 0");
}

function* checkDestination(destination: Value): Iterable<AdmissionProblem> {
  const host = destination.get("host").text();
  if (typeof host === "string" && (host === "*" || !isWildcardDomain(host)))
    yield refuse(destination.get("host").path, `${JSON.stringify(host)} is no host to send to`);
  const subset = textOf(destination.get("subset"));
  if (subset !== "" && !isLabel(subset))
    yield refuse(destination.get("subset").path, `${JSON.stringify(subset)} is no name of a subset`);
  const port = numberOf(destination.get("port").get("number"));
  if (port !== undefined && !isPort(port))
    yield refuse(destination.get("port").get("number").path, `${port} is no port number`);
}

const retryWords: ReadonlySet<string> = new Set([
  ...[
    "5xx",
    "gateway-error",
    "reset",
    "reset-before-request",
    "connect-failure",
    "retriable-4xx",
    "refused-stream",
  ],
  ...[
    "retriable-status-codes",
    "retriable-headers",
    "envoy-ratelimited",
    "http3-post-connect-failure",
    "cancelled",
  ],
  ...["deadline-exceeded", "internal", "resource-exhausted", "unavailable"],
]);

function* checkSettings(route: Value): Iterable<AdmissionProblem> {
  yield* checkDuration(route.get("timeout"));
  const retries = route.get("retries");
  yield* checkDuration(retries.get("perTryTimeout"));
  const attempts = numberOf(retries.get("attempts")) ?? 0;
  if (attempts < 0) yield refuse(retries.get("attempts").path, "attempts is less than 0");
  if (
    retries.isPresent &&
    attempts === 0 &&
    !retries.get("attempts").isUnknown &&
    (retries.get("perTryTimeout").isPresent || textOf(retries.get("retryOn")) !== "")
  )
    yield refuse(retries.path, "retries are off with attempts 0, so nothing else may be set");
  for (const word of textOf(retries.get("retryOn")).split(",").filter(Boolean))
    if (!retryWords.has(word) && !/^[1-5]\d\d$/.test(word))
      yield refuse(retries.get("retryOn").path, `${JSON.stringify(word)} is nothing to retry on`);
  const fault = route.get("fault");
  if (fault.isPresent && !fault.isUnknown && !fault.get("abort").isPresent && !fault.get("delay").isPresent)
    yield refuse(fault.path, "a fault has an abort or a delay");
  for (const status of [fault.get("abort").get("httpStatus"), route.get("directResponse").get("status")]) {
    const code = numberOf(status);
    if (code !== undefined && (code < 200 || code > 600))
      yield refuse(status.path, `${code} is no status of HTTP`);
  }
  const percentages = [
    fault.get("abort").get("percentage"),
    fault.get("delay").get("percentage"),
    route.get("mirrorPercentage"),
    ...route
      .get("mirrors")
      .items()
      .map((each) => each.get("percentage")),
  ];
  for (const each of percentages) {
    const value = numberOf(each.get("value"));
    if (value !== undefined && (value < 0 || value > 100))
      yield refuse(each.path, `${value} is no percentage`);
  }
  if (route.get("mirrorPercent").isPresent)
    yield warn(route.get("mirrorPercent").path, "mirrorPercent is deprecated; mirrorPercentage replaces it");
  const redirect = route.get("redirect");
  const code = numberOf(redirect.get("redirectCode"));
  if (code !== undefined && code !== 0 && (code < 300 || code > 399))
    yield refuse(redirect.get("redirectCode").path, `${code} is no redirect`);
  if (
    redirect.isPresent &&
    !redirect.isUnknown &&
    ["uri", "prefixRewrite", "authority", "port", "derivePort", "scheme"].every(
      (field) => !redirect.get(field).isPresent,
    )
  )
    yield refuse(redirect.path, "a redirect changes the path, the authority, the scheme or the port");
  const rewrite = route.get("rewrite");
  if (
    rewrite.isPresent &&
    !rewrite.isUnknown &&
    ["uri", "uriRegexRewrite", "authority"].every((field) => !rewrite.get(field).isPresent)
  )
    yield refuse(rewrite.path, "a rewrite changes the path or the authority");
  yield* checkDestination(route.get("mirror"));
  for (const mirror of route.get("mirrors").items()) yield* checkDestination(mirror.get("destination"));
}

export function* checkDuration(value: Value): Iterable<AdmissionProblem> {
  const duration = milliseconds(value);
  if (typeof duration === "number" && (duration < 1 || !Number.isInteger(Math.round(duration * 1e6) / 1e6)))
    yield refuse(value.path, "a duration is 1ms at least, in whole milliseconds");
}

function* checkConnection(route: Value, field: string, hosts: Value): Iterable<AdmissionProblem> {
  if (route.isUnknown) return;
  const matches = route.get("match");
  if (field === "tls" && !matches.isUnknown && matches.items().length === 0)
    yield refuse(route.path, "a tls rule has a match");
  for (const match of field === "tls" ? matches.items() : []) {
    const names = match.get("sniHosts");
    if (!names.isUnknown && names.items().length === 0)
      yield refuse(match.path, "a match of a tls rule has sniHosts");
    for (const [text, item] of textsOf(names)) {
      if (isAddress(text)) yield warn(item.path, `an address (${text}) is no server name that clients send`);
      else if (!hosts.isUnknown && ![...textsOf(hosts)].some(([host]) => hostCovers(host, text)))
        yield refuse(item.path, `${JSON.stringify(text)} is none of the VirtualService's hosts`);
    }
  }
  if (!route.get("route").isUnknown && route.get("route").items().length === 0)
    yield refuse(route.path, `a ${field} rule has a route`);
  yield* checkDestinations(route.get("route"));
}
