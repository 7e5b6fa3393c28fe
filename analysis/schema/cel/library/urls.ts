import { celFunc, celMethod, CelScalar, mapType, type CelMap } from "@bufbuild/cel";
import { parseRequestUrl } from "../../request-url";

const { BOOL, STRING } = CelScalar;
/** CEL has no way to add an opaque type, so a URL is a map of its parts, which no rule reads directly. */
const URL = mapType(STRING, STRING);
const QUERY = mapType(STRING, CelScalar.DYN);

function parts(text: string): Map<string, string> {
  const url = parseRequestUrl(text);
  if (url === undefined)
    throw new Error(`URL parse error during conversion from string: ${JSON.stringify(text)}`);
  return new Map(Object.entries(url));
}

function part(url: CelMap, name: string): string {
  const value = url.get(name);
  return typeof value === "string" ? value : "";
}

function query(url: CelMap): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const [key, value] of new URLSearchParams(part(url, "query")))
    found.set(key, [...(found.get(key) ?? []), value]);
  return found;
}

/** Kubernetes' URL library. */
export const urls = [
  celFunc("isURL", [STRING], BOOL, (text) => parseRequestUrl(text) !== undefined),
  celFunc("url", [STRING], URL, parts),
  celMethod("getScheme", URL, [], STRING, function () {
    return part(this, "scheme");
  }),
  celMethod("getHost", URL, [], STRING, function () {
    return part(this, "host");
  }),
  celMethod("getHostname", URL, [], STRING, function () {
    return part(this, "hostname");
  }),
  celMethod("getPort", URL, [], STRING, function () {
    return part(this, "port");
  }),
  celMethod("getEscapedPath", URL, [], STRING, function () {
    return part(this, "escapedPath");
  }),
  celMethod("getQuery", URL, [], QUERY, function () {
    return query(this);
  }),
];
