import type { MatchIntent, RouteActionIntent } from "../intent";
import { lookUp } from "../references";
import { show } from "../show";
import { type Place, type Scope, unknownObject } from "./scope";
import { needed, type Read, shapes } from "./shape";

const { anyText, choice, object, text, whole } = shapes("intent/route-action");

const redirect = object(
  {
    kind: choice("redirect"),
    uri: anyText,
    prefixRewrite: text((value) => value.startsWith("/"), "a path that starts with '/'"),
    authority: text((value) => value !== "" && !/\s/.test(value), "a host name"),
    scheme: choice("http", "https"),
    port: whole(1, 65535),
    derivePort: choice("FROM_PROTOCOL_DEFAULT", "FROM_REQUEST_PORT"),
    redirectCode: oneOfCodes,
  },
  {
    atMostOne: [
      ["uri", "prefixRewrite"],
      ["port", "derivePort"],
    ],
  },
  ({ kind: _, redirectCode: __, derivePort: ___, ...parts }, report) => {
    if (Object.keys(parts).length > 0) return;
    report("", {
      message: "changes no part of the address, so the caller would come back",
      expected: "a uri, an authority, a scheme or a port",
      fix: "name at least one of them",
    });
  },
);

/** What Istio takes for a body; it keeps the whole of it in the control plane. */
const LONGEST_BODY = 1024 * 1024;

const response = object({
  kind: choice("direct-response"),
  status: needed(whole(200, 599)),
  body: object(
    {
      string: text((value) => value.length <= LONGEST_BODY, "a text of 1 MB at most"),
      bytes: text((value) => value.length <= LONGEST_BODY && isBase64(value), "base64 of 1 MB at most"),
    },
    { exactlyOne: [["string", "bytes"]] },
  ),
});

/**
 * What becomes of requests that go to no destination.
 *
 * @param matches of the route: a prefix can only be replaced where one was matched
 */
export function readAction(
  scope: Scope,
  value: unknown,
  path: string,
  matches: readonly (MatchIntent | undefined)[],
  place: Place,
): RouteActionIntent | undefined {
  const { reader } = scope;
  const fields = reader.record(value, "intent/route-action", path, "what redirect, respond or delegate give");
  const kind = reader.choice(fields?.get("kind"), "intent/route-action", `${path}.kind`, [
    "redirect",
    "direct-response",
    "delegate",
  ]);
  if (kind === "redirect") {
    const read = redirect(reader, value, path);
    const odd = matches.find((match) => match?.path !== undefined && match.path.match !== "prefix")?.path;
    if (read?.prefixRewrite !== undefined && odd !== undefined) {
      return reader.report({
        id: "intent/route-action",
        path: `${path}.prefixRewrite`,
        message: "replaces a prefix, but the route matches another kind of path",
        got: `prefixRewrite ${show(read.prefixRewrite)} beside ${odd.match} ${show(odd.value)}`,
        expected: "prefixRewrite where every path is matched by prefix",
        fix: "match with path.prefix, or name a uri",
      });
    }
    return read && { ...read, kind };
  }
  if (kind === "direct-response") {
    const read = response(reader, value, path);
    return read && { ...read, kind };
  }
  if (kind === undefined) return undefined;
  if (place.kind === "delegate") {
    return reader.report({
      id: "intent/route-action",
      path,
      message: "leads from one delegate to another, which Istio does not follow",
      got: "a delegate in the routes of a delegate",
      expected: "delegates in the routes of a service or of a host that a gateway exposes",
      fix: "lead to a destination",
    });
  }
  const delegate = fields?.get("delegate");
  const found = lookUp(delegate);
  if (found?.mesh === scope.mesh && found.reference.kind === "delegate") {
    const named = scope.delegates[found.reference.delegate];
    return named && { kind, name: named.name, namespace: named.namespace };
  }
  return unknownObject(scope, delegate, `${path}.delegate`, "a delegate");
}

function isBase64(value: string): boolean {
  return value.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(value);
}

function oneOfCodes(...[reader, value, path]: Parameters<Read<number>>): number | undefined {
  if (typeof value === "number" && [301, 302, 303, 307, 308].includes(value)) return value;
  return reader.report({
    id: "intent/route-action",
    path,
    message: "is not a status that redirects",
    got: { value },
    expected: "301, 302, 303, 307 or 308",
    fix: "correct it, or leave it out for 301",
  });
}
