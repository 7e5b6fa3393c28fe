import type { ExtAuthzDeclaration } from "../../declarations";
import type { ExtAuthzIntent } from "../../intent";
import { isHttpProtocol } from "../../port";
import { at, type Reader } from "../reader";
import { listPorts } from "../scope";
import { readDuration } from "../telemetry-providers";
import { readTarget, type SecurityScope } from "./callers";
import { readTexts } from "./calls";

const ID = "intent/ext-authz";
/** Istio would wait ten minutes for an answer, and the caller with it. */
const DEFAULT_TIMEOUT = 5_000;
const OF_BOTH = [
  "protocol",
  "service",
  "port",
  "timeout",
  "failOpen",
  "statusOnError",
  "clearRouteCache",
  "includeRequestBodyInCheck",
] as const;
const HEADER_LISTS = [
  "includeRequestHeadersInCheck",
  "headersToUpstreamOnAllow",
  "headersToDownstreamOnDeny",
  "headersToDownstreamOnAllow",
] as const;

/** The external authorizers, by name. */
export function readExtAuthz(
  scope: SecurityScope,
  declarations: readonly ExtAuthzDeclaration[],
): ExtAuthzIntent[] {
  const { reader } = scope;
  const names = new Set<unknown>();
  return declarations.flatMap(({ name, spec }, index) => {
    const path = typeof name === "string" ? at("extAuthz", name) : at("extAuthz", index);
    const expected = "a name such as oauth2-proxy: letters, digits, '-' and '.'";
    // It becomes a part of the names of policies.
    const read = reader.text(
      name,
      ID,
      path,
      (text) => /^[a-z0-9]([-a-z0-9.]{0,60}[a-z0-9])?$/.test(text),
      expected,
    );
    if (names.has(name)) {
      reader.report({
        id: ID,
        path,
        message: "is declared already",
        got: `${JSON.stringify(name)} in two calls of extAuthz`,
        expected: "a name of its own for each authorizer",
        fix: "rename one of them, or remove it",
      });
    }
    names.add(name);
    const authorizer = readSpec(scope, spec, path);
    return read === undefined || authorizer === undefined ? [] : [{ name: read, ...authorizer }];
  });
}

function readSpec(
  scope: SecurityScope,
  value: unknown,
  path: string,
): Omit<ExtAuthzIntent, "name"> | undefined {
  const { reader } = scope;
  const before = reader.problems.length;
  const all = reader.record(value, ID, path, 'an object such as { service, protocol: "grpc" }');
  if (all === undefined) return undefined;
  const protocol = reader.choice(all.get("protocol"), ID, `${path}.protocol`, ["grpc", "http"]);
  const fields = reader.fields(value, ID, path, [
    ...OF_BOTH,
    ...(protocol === "http" ? ["pathPrefix", "includeAdditionalHeadersInCheck", ...HEADER_LISTS] : []),
  ]);
  if (fields === undefined || protocol === undefined) return undefined;
  const target = readTarget(scope, fields.get("service"), `${path}.service`, false);
  const port = target?.service && readPort(reader, target.service, fields.get("port"), path);
  const timeout =
    fields.get("timeout") === undefined
      ? DEFAULT_TIMEOUT
      : readDuration(reader, fields.get("timeout"), `${path}.timeout`);
  const failOpen = reader.flag(fields.get("failOpen"), ID, `${path}.failOpen`, false);
  const clearRouteCache = reader.flag(fields.get("clearRouteCache"), ID, `${path}.clearRouteCache`, false);
  const status = fields.get("statusOnError");
  const statusOnError =
    status === undefined ? undefined : reader.whole(status, ID, `${path}.statusOnError`, 200, 599);
  const body = readBody(reader, fields.get("includeRequestBodyInCheck"), `${path}.includeRequestBodyInCheck`);
  const http = protocol === "http" ? readHttp(reader, fields, path) : undefined;
  if (reader.problems.length > before) return undefined;
  if (target === undefined || port === undefined || timeout === undefined) return undefined;
  return {
    protocol,
    service: target.name,
    port,
    timeout,
    failOpen: failOpen ?? false,
    clearRouteCache: clearRouteCache ?? false,
    ...(statusOnError !== undefined && { statusOnError }),
    ...(body && { includeRequestBodyInCheck: body }),
    ...(http && { http }),
  };
}

function readPort(
  reader: Reader,
  service: { readonly key: string; readonly ports: Parameters<typeof listPorts>[0]["ports"] },
  value: unknown,
  path: string,
): string | undefined {
  const usable = service.ports.filter(({ protocol }) => isHttpProtocol(protocol));
  const [only, second] = usable;
  if (value === undefined && only !== undefined && second === undefined) return only.name;
  const named = usable.find(({ name }) => name === value);
  if (named !== undefined) return named.name;
  return reader.report({
    id: ID,
    path: `${path}.port`,
    message:
      value === undefined
        ? "is missing, and the service has not exactly one port that speaks HTTP"
        : `is not a port of ${service.key} that speaks HTTP`,
    got: { value },
    expected: usable.length === 0 ? "a port of protocol http, http2 or grpc" : listPorts({ ports: usable }),
    fix: usable.length === 0 ? "correct a port's protocol in the catalogue" : "name one of its ports",
  });
}

function readBody(
  reader: Reader,
  value: unknown,
  path: string,
): ExtAuthzIntent["includeRequestBodyInCheck"] | undefined {
  if (value === undefined) return undefined;
  const fields = reader.fields(value, ID, path, ["maxRequestBytes", "allowPartialMessage"]);
  const maxRequestBytes = reader.whole(
    fields?.get("maxRequestBytes"),
    ID,
    `${path}.maxRequestBytes`,
    1,
    2 ** 32 - 1,
  );
  const partial = reader.flag(fields?.get("allowPartialMessage"), ID, `${path}.allowPartialMessage`, false);
  return maxRequestBytes === undefined
    ? undefined
    : { maxRequestBytes, allowPartialMessage: partial ?? false };
}

function readHttp(
  reader: Reader,
  fields: ReadonlyMap<string, unknown>,
  path: string,
): ExtAuthzIntent["http"] {
  const isName = (text: string): boolean => /^\*?[A-Za-z0-9!#$%&'+.^_`|~-]+\*?$/.test(text);
  const lists = HEADER_LISTS.map((field) => [
    field,
    fields.get(field) === undefined
      ? []
      : (readTexts(
          reader,
          fields.get(field),
          ID,
          `${path}.${field}`,
          'names of headers such as ["cookie"]',
          isName,
          "a header's name, 'x-*' or '*-token'",
        ) ?? []),
  ]);
  const prefix = fields.get("pathPrefix");
  const pathPrefix =
    prefix === undefined
      ? undefined
      : reader.text(
          prefix,
          ID,
          `${path}.pathPrefix`,
          (text) => /^\/[^?#\s]*$/.test(text),
          "a path such as /check",
        );
  const additional = fields.get("includeAdditionalHeadersInCheck");
  const headers = additional === undefined ? [] : readAdditional(reader, additional, path);
  return {
    ...(pathPrefix !== undefined && { pathPrefix }),
    ...(Object.fromEntries(lists) as Record<(typeof HEADER_LISTS)[number], readonly string[]>),
    includeAdditionalHeadersInCheck: Object.fromEntries(headers),
  };
}

function readAdditional(reader: Reader, value: unknown, path: string): (readonly [string, string])[] {
  const here = `${path}.includeAdditionalHeadersInCheck`;
  return [...(reader.record(value, ID, here, "headers and their values") ?? [])]
    .flatMap(([name, text]) => {
      const read = reader.text(text, ID, at(here, name), () => true, "a text");
      return read === undefined ? [] : [[name, read] as const];
    })
    .sort(([a], [b]) => (a < b ? -1 : 1));
}
