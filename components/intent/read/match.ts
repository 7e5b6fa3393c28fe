import { RE2JS } from "re2js";
import { isDnsLabel, isHost, isWildcardHost } from "../dns";
import type { MatchIntent, PathMatchIntent, SourceIntent, TextMatch, ValueMatchIntent } from "../intent";
import { HTTP_METHODS } from "../match";
import { lookUp } from "../references";
import { isAddressOrRange } from "./endpoint";
import { readLabels } from "./labels";
import { at, type Reader } from "./reader";
import { type Place, type Scope, unknownObject } from "./scope";
import { needed, shapes } from "./shape";

/** Istio takes no longer expression. */
const LONGEST_REGEX = 1024;
const HEADER_NAME = /^[a-z0-9!#$%&'*+.^_`|~-]+$/;
/** Names that Istio ignores in a header match, because it has fields of their own for them. */
const RESERVED_HEADERS: readonly string[] = ["uri", "scheme", "method", "authority", "host"];

/** What may be asked, by the kind of route that asks. */
const KNOWN = {
  http: [
    "path",
    "header",
    "query",
    "method",
    "claim",
    "authority",
    "scheme",
    "source",
    "gateway",
    "port",
    "name",
  ],
  grpc: ["grpc-method", "header", "claim", "authority", "scheme", "source", "gateway", "port", "name"],
  tcp: ["destination-subnets", "source-subnet", "source", "gateway", "port"],
  tls: ["sni", "destination-subnets", "source", "gateway", "port"],
  // What an action of Envoy's rate limits can compare.
  counted: ["path", "header", "query", "method", "authority", "scheme"],
} as const;

type Known = (typeof KNOWN)[keyof typeof KNOWN][number];

/** What conditions have been read to. */
type Draft = { -readonly [K in keyof MatchIntent]: MatchIntent[K] };

/**
 * Conditions that hold together, at least one.
 *
 * @param kind of the route, which says what can be asked
 */
export function readMatch(
  scope: Scope,
  value: unknown,
  path: string,
  kind: keyof typeof KNOWN,
  place: Place,
): MatchIntent | undefined {
  const { reader } = scope;
  const before = reader.problems.length;
  const list = reader.list(
    value,
    "intent/match",
    path,
    'conditions such as path.prefix("/api"); otherwise() takes every request',
  );
  const headers = new Map<string, ValueMatchIntent>();
  const without = new Map<string, { readonly name: string } & TextMatch>();
  const query = new Map<string, ValueMatchIntent>();
  const draft: Draft = { methods: [], headers: [], query: [] };
  const claims: string[] = [];
  const seen = new Map<string, string>();
  const once = (here: string, key: string, what: string): void => {
    const other = seen.get(key);
    if (other !== undefined) {
      reader.report({
        id: "intent/duplicate-condition",
        path: here,
        message: `${what} has a condition already, and a request has but one`,
        got: `${what} in ${other} and ${here}`,
        expected: "one condition on each part of a request",
        fix: "keep one of them, or use .or(...) for alternatives",
      });
    }
    seen.set(key, here);
  };

  (list ?? []).forEach((condition, index) => {
    const here = at(path, index);
    const expected = EXAMPLES[kind];
    const fields = reader.record(condition, "intent/condition", here, `a condition such as ${expected}`);
    if (fields === undefined) return;
    const on = reader.choice<Known>(fields.get("on"), "intent/condition", `${here}.on`, KNOWN[kind]);
    switch (on) {
      case undefined:
        return;
      case "path":
      case "grpc-method": {
        once(here, "path", on === "path" ? "the path" : "the gRPC method");
        const read = on === "path" ? readPath(reader, fields, here) : readGrpcMethod(reader, fields, here);
        if (read !== undefined) draft.path = read;
        return;
      }
      case "method":
        once(here, on, "the method");
        if (fields.get("match") === undefined) {
          draft.methods = readMethods(reader, fields.get("methods"), `${here}.methods`) ?? [];
        } else {
          const read = readComparison(reader, fields, here);
          if (read !== undefined) draft.methodPattern = read;
        }
        return;
      case "header":
      case "claim": {
        const read = readValue(reader, fields, here, on);
        if (on === "claim") claims.push(here);
        if (read === undefined) return;
        const negated = reader.flag(fields.get("negated"), "intent/condition", `${here}.negated`, false);
        once(here, `${on} ${read.name} ${negated}`, `${on} ${read.name.replace(CLAIMS, "")}`);
        if (!negated) headers.set(read.name, read);
        else if (read.match !== "present" && read.match !== "absent") without.set(read.name, read);
        return;
      }
      case "query": {
        const read = readValue(reader, fields, here, on);
        if (read === undefined) return;
        once(here, `query ${read.name}`, `query parameter ${read.name}`);
        query.set(read.name, read);
        return;
      }
      case "authority":
      case "scheme": {
        once(here, on, `the ${on}`);
        const read = readComparison(reader, fields, here);
        if (read !== undefined) draft[on] = read;
        return;
      }
      case "source": {
        once(here, on, "the source");
        const read = readSource(scope, fields, here);
        if (read !== undefined) draft.source = read;
        return;
      }
      case "gateway": {
        once(here, on, "the gateway");
        const read = readVia(scope, fields.get("gateways"), `${here}.gateways`, place);
        if (read !== undefined) draft.gateways = read;
        return;
      }
      case "port": {
        once(here, on, "the port");
        const read = reader.whole(fields.get("number"), "intent/port-number", `${here}.number`, 1, 65535);
        if (read !== undefined) draft.port = read;
        return;
      }
      case "name": {
        once(here, on, "the name");
        const read = readNames(reader, condition, here);
        if (read !== undefined) Object.assign(draft, read);
        return;
      }
      case "destination-subnets":
      case "source-subnet": {
        once(here, on, "the address");
        const read = subnets(reader, fields.get("subnets"), `${here}.subnets`);
        const [first] = read ?? [];
        if (on === "destination-subnets" && read !== undefined) draft.destinationSubnets = [...read].sort();
        if (on === "source-subnet" && first !== undefined) draft.sourceSubnet = first;
        return;
      }
      case "sni": {
        once(here, on, "the server name");
        const read = sniHosts(reader, fields.get("hosts"), `${here}.hosts`);
        if (read !== undefined) draft.sniHosts = [...new Set(read)].sort();
        return;
      }
    }
  });
  for (const here of claims) checkClaim(scope, place, draft.gateways, here);
  if (reader.problems.length > before) return undefined;
  return {
    ...draft,
    headers: sortByName(headers),
    ...(without.size > 0 && { withoutHeaders: sortByName(without) }),
    query: sortByName(query),
  };
}

const EXAMPLES = {
  http: 'path.exact("/api")',
  grpc: 'grpc.service("shop.Orders")',
  tcp: 'tcp.destination("10.0.0.0/8")',
  tls: 'sni("db.example.com")',
  counted: 'path.prefix("/login")',
} as const;

/** How Istio spells a claim where it expects a header. */
const CLAIMS = "@request.auth.claims.";

const { list: listOf, text } = shapes("intent/condition-value");
const subnets = listOf(
  text(isAddressOrRange, "an IP address or a range such as 10.0.0.0/8"),
  "ranges of addresses",
);
const sniHosts = listOf(
  text((each) => isHost(each) || isWildcardHost(each), "a host name, or *.example.com"),
  "server names",
);

/** A path that is a gRPC method, or all of a service's. */
function readGrpcMethod(
  reader: Reader,
  fields: ReadonlyMap<string, unknown>,
  path: string,
): PathMatchIntent | undefined {
  const name = /^[A-Za-z_]\w*$/;
  const expected = "a service with its package, such as shop.Orders";
  const service = reader.text(
    fields.get("service"),
    "intent/grpc-method",
    `${path}.service`,
    (each) => each.split(".").every((part) => name.test(part)),
    expected,
  );
  const given = fields.get("method");
  if (given === undefined) {
    return service === undefined ? undefined : { match: "prefix", value: `/${service}/`, ignoreCase: false };
  }
  const method = reader.text(
    given,
    "intent/grpc-method",
    `${path}.method`,
    (each) => name.test(each),
    "the name of a method",
  );
  if (service === undefined || method === undefined) return undefined;
  return { match: "exact", value: `/${service}/${method}`, ignoreCase: false };
}

/**
 * A claim is known at gateways alone: the proxy of a caller checks no tokens of what it sends, so that a condition would
 * never hold there, and its negation always.
 *
 * @param via the gateways that the same match asks for
 */
function checkClaim(scope: Scope, place: Place, via: readonly string[] | undefined, path: string): void {
  if (place.kind === "delegate") return;
  const inMesh = place.kind !== "gateway";
  if (!inMesh && !(via ?? place.gateways).includes("mesh")) return;
  scope.reader.report({
    id: "intent/gateway-condition",
    path,
    message: "reads a token, which Istio does at gateways alone",
    got: inMesh
      ? "a claim in routes for callers in the mesh"
      : `a claim in routes for ${(via ?? place.gateways).join(", ")}`,
    expected: "claims in what is for gateways alone: routes of exposed hosts, and delegates",
    fix: inMesh
      ? "use the condition in the routes of a host that a gateway exposes"
      : 'add shop.via(gateway) to the conditions, or remove "mesh" from alsoAt',
  });
}

/** Text, prefix or expression, without a name. */
function readComparison(
  reader: Reader,
  fields: ReadonlyMap<string, unknown>,
  path: string,
): TextMatch | undefined {
  return readMatching(
    reader,
    fields,
    path,
    "intent/condition-value",
    (each) => each !== "" && !/\s/.test(each),
    "a text without white space",
  );
}

/** A text and how it is compared; `holds` is asked of any text but an expression. */
function readMatching(
  reader: Reader,
  fields: ReadonlyMap<string, unknown>,
  path: string,
  id: string,
  holds: (text: string) => boolean,
  expected: string,
): TextMatch | undefined {
  const match = reader.choice(fields.get("match"), "intent/condition", `${path}.match`, [
    "exact",
    "prefix",
    "regex",
  ]);
  if (match === undefined) return undefined;
  const value =
    match === "regex"
      ? readRegex(reader, fields.get("value"), `${path}.value`)
      : reader.text(fields.get("value"), id, `${path}.value`, holds, expected);
  return value === undefined ? undefined : { match, value };
}

function readSource(
  scope: Scope,
  fields: ReadonlyMap<string, unknown>,
  path: string,
): SourceIntent | undefined {
  const { reader } = scope;
  const service = fields.get("service");
  if (service !== undefined) {
    const found = lookUp(service);
    if (found?.mesh === scope.mesh && found.reference.kind === "service") {
      const sender = scope.services.get(found.reference.service);
      return sender && { namespace: sender.namespace, labels: sender.labels };
    }
    return unknownObject(scope, service, `${path}.service`, "a service");
  }
  const given = fields.get("namespace");
  const namespace =
    given === undefined
      ? undefined
      : reader.text(given, "intent/namespace", `${path}.namespace`, isDnsLabel, "the name of a namespace");
  const labels =
    fields.get("labels") === undefined
      ? undefined
      : readLabels(reader, fields.get("labels"), "intent/condition-value", `${path}.labels`);
  if (given === undefined && fields.get("labels") === undefined) {
    return reader.report({
      id: "intent/condition-value",
      path,
      message: "says nothing of the source",
      got: { value: Object.fromEntries(fields) },
      expected: "a namespace, labels or a service",
      fix: "name one of them, or remove the condition",
    });
  }
  return { ...(namespace !== undefined && { namespace }), ...(labels && { labels }) };
}

/** The names of gateways, sorted. */
function readVia(scope: Scope, value: unknown, path: string, place: Place): readonly string[] | undefined {
  const { reader } = scope;
  if (place.kind !== "gateway" && place.kind !== "delegate") {
    return reader.report({
      id: "intent/gateway-condition",
      path,
      message: "asks for the gateway, but these routes are for callers in the mesh",
      got: { value },
      expected: "gateways in the routes of hosts that gateways expose, and in delegates",
      fix: "use the condition in the routes of a host that a gateway exposes",
    });
  }
  const list = reader.list(value, "intent/gateway-condition", path, "gateways of this mesh");
  const names = list?.map((each, index) => {
    if (each === "mesh") return "mesh";
    const found = lookUp(each);
    const known = found?.mesh === scope.mesh && found.reference.kind === "gateway";
    const name =
      known && found.reference.kind === "gateway" ? scope.gatewayNames[found.reference.gateway] : undefined;
    if (name === undefined) return unknownObject(scope, each, at(path, index), "a gateway");
    if (place.kind === "gateway" && !place.gateways.includes(name)) {
      return reader.report({
        id: "intent/gateway-condition",
        path: at(path, index),
        message: `is not a gateway that exposes this host`,
        got: { value: name },
        expected: place.gateways.join(" or "),
        fix: "expose the host there too: { alsoAt: [gateway] }",
      });
    }
    return name;
  });
  return names?.every((each) => each !== undefined) ? [...new Set(names)].sort() : undefined;
}

const { anyText, choice, object } = shapes("intent/condition-value");
const readNames = object(
  { on: choice("name"), name: needed(anyText), statPrefix: anyText },
  {},
  () => undefined,
);

/** Methods by name, sorted, each once. */
export function readMethods(reader: Reader, value: unknown, path: string): readonly string[] | undefined {
  const list = reader.list(value, "intent/method", path, 'methods such as ["GET"]');
  const methods = list?.map((each, index) =>
    reader.choice(each, "intent/method", at(path, index), HTTP_METHODS),
  );
  return methods?.every((each) => each !== undefined) ? [...new Set(methods)].sort() : undefined;
}

function sortByName<T extends { readonly name: string }>(values: ReadonlyMap<string, T>): readonly T[] {
  return [...values.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function readPath(
  reader: Reader,
  fields: ReadonlyMap<string, unknown>,
  path: string,
): PathMatchIntent | undefined {
  const read = readMatching(
    reader,
    fields,
    path,
    "intent/path",
    // The query is no part of what is compared, so a path with one would never match.
    (text) => text.startsWith("/") && !/[?#\s]/.test(text),
    "a path that starts with '/' and has no query, fragment or white space",
  );
  const ignoreCase = reader.flag(fields.get("ignoreCase"), "intent/condition", `${path}.ignoreCase`, false);
  return read && { ...read, ignoreCase: ignoreCase ?? false };
}

function readValue(
  reader: Reader,
  fields: ReadonlyMap<string, unknown>,
  path: string,
  on: "header" | "query" | "claim",
): ValueMatchIntent | undefined {
  const name =
    on === "claim"
      ? readClaim(reader, fields.get("name"), `${path}.name`)
      : on === "header"
        ? reader.text(
            fields.get("name"),
            "intent/header-name",
            `${path}.name`,
            (text) => HEADER_NAME.test(text) && !RESERVED_HEADERS.includes(text),
            "a header's name in lower case; path and method have conditions of their own",
          )
        : reader.text(
            fields.get("name"),
            "intent/query-name",
            `${path}.name`,
            (text) => text !== "" && !/[&=#\s]/.test(text),
            "a query parameter's name",
          );
  const match = reader.choice(
    fields.get("match"),
    "intent/condition",
    `${path}.match`,
    on === "header"
      ? ["exact", "prefix", "regex", "present", "absent"]
      : on === "claim"
        ? ["exact", "prefix", "regex"]
        : ["exact", "prefix", "regex", "present"],
  );
  if (match === undefined) return undefined;
  if (match === "present" || match === "absent") return name === undefined ? undefined : { name, match };
  const text = readText(reader, match, fields.get("value"), `${path}.value`);
  return name === undefined || text === undefined ? undefined : { name, ...text };
}

/** A claim as Istio spells it; a name with dots is the path to a nested one. */
function readClaim(reader: Reader, value: unknown, path: string): string | undefined {
  const expected = "the name of a claim, such as groups, or a path such as realm.roles";
  const name = reader.text(
    value,
    "intent/claim",
    path,
    (each) => /^[^\s.[\]]+(\.[^\s.[\]]+)*$/.test(each),
    expected,
  );
  return name === undefined ? undefined : `${CLAIMS}${name}`;
}

function readText(
  reader: Reader,
  match: TextMatch["match"],
  value: unknown,
  path: string,
): TextMatch | undefined {
  const read =
    match === "regex"
      ? readRegex(reader, value, path)
      : reader.text(
          value,
          "intent/condition-value",
          path,
          (text) => match === "exact" || text !== "",
          match === "exact" ? "a string" : "a string with at least one character, or present()",
        );
  return read === undefined ? undefined : { match, value: read };
}

/** An expression that Envoy can compile. */
export function readRegex(reader: Reader, value: unknown, path: string): string | undefined {
  const text = reader.text(
    value,
    "intent/regex",
    path,
    (each) => each !== "" && each.length <= LONGEST_REGEX,
    `an RE2 expression of 1 to ${LONGEST_REGEX} characters`,
  );
  if (text === undefined) return undefined;
  try {
    RE2JS.compile(text);
    return text;
  } catch (error) {
    return reader.report({
      id: "intent/regex",
      path,
      message: `is not an RE2 expression: ${error instanceof Error ? error.message : "it does not compile"}`,
      got: { value: text },
      expected: "RE2 syntax; it has no look-ahead, look-behind or back references",
      fix: "correct the expression (https://github.com/google/re2/wiki/Syntax)",
    });
  }
}
