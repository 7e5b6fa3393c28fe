import type { Value } from "../reader";
import { isKnown, textOf, textsOf } from "./fields";
import { isHeaderValue } from "./header-value";
import type { Problems } from "./problem";

/** A token of HTTP; istiod lets a comma pass as well. */
const TOKEN = /^[!#$%&'*+,\-.^_`|~A-Za-z0-9]+$/;
const pseudoHeaders: ReadonlySet<string> = new Set([":method", ":scheme", ":authority", ":path", ":status"]);

export function isHeaderName(text: string): boolean {
  return TOKEN.test(text);
}

/** A header that a route may look at, HTTP/2's own included. */
export function isMatchedHeader(text: string): boolean {
  return pseudoHeaders.has(text) || isHeaderName(text);
}

function isAuthority(name: string): boolean {
  return /^(:authority|host)$/i.test(name);
}

/** What a route does to headers: names that may be changed, values that Envoy can write. */
export function checkHeaderOperations(problems: Problems, headers: Value): void {
  if (!isKnown(headers)) return;
  const request = headers.get("request");
  const response = headers.get("response");
  for (const operations of [request.get("add"), request.get("set")])
    checkWrites(problems, operations, (name) => isAuthority(name) || !name.startsWith(":"));
  for (const operations of [response.get("add"), response.get("set")])
    checkWrites(problems, operations, isChangeable);
  for (const list of [request.get("remove"), response.get("remove")])
    for (const [name, item] of textsOf(list))
      if (!isChangeable(name))
        problems.refuse(item.path, `the header ${JSON.stringify(name)} stays as it is`);
}

function isChangeable(name: string): boolean {
  return name !== "" && !name.startsWith(":") && !/^host$/i.test(name);
}

function checkWrites(problems: Problems, operations: Value, isAllowed: (name: string) => boolean): void {
  for (const [name, value] of operations.entries()) {
    if (name === "" || !isAllowed(name))
      problems.refuse(value.path, `the header ${JSON.stringify(name)} stays as it is`);
    if (!isHeaderValue(textOf(value)))
      problems.refuse(value.path, "the value is none that Envoy can write: a % is written %%");
  }
}

/** The authority of a request is rewritten in one place. */
export function checkAuthority(problems: Problems, rewrite: Value, headers: Value): void {
  let first = textOf(rewrite.get("authority"));
  for (const operation of ["set", "add"]) {
    for (const [name, value] of headers.get("request").get(operation).entries()) {
      if (!isAuthority(name)) continue;
      if (first !== "") {
        problems.refuse(value.path, `the authority is set to ${JSON.stringify(first)} already`);
        return;
      }
      first = textOf(value);
    }
  }
}
