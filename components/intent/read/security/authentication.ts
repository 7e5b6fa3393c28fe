import type { AuthenticationDeclaration } from "../../declarations";
import type { AuthenticationIntent, JwtIntent, RuleIntent } from "../../intent";
import { at, type Reader } from "../reader";
import { readTarget, type SecurityScope } from "./callers";
import { readCalls, readPaths, readTexts } from "./calls";
import { isIssuer } from "./tokens";

const ID = "intent/jwt";
const HEADER = /^[-_A-Za-z0-9]+$/;
/** The members of a JSON Web Key that nobody but its owner may have. */
const PRIVATE = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/** Where tokens are read; and the refusals that demand them. */
export interface ReadAuthentications {
  readonly authentications: AuthenticationIntent[];
  readonly rules: RuleIntent[];
}

export function readAuthentications(
  scope: SecurityScope,
  declarations: readonly AuthenticationDeclaration[],
): ReadAuthentications {
  const { reader } = scope;
  const read: ReadAuthentications = { authentications: [], rules: [] };
  const seen = new Map<string, string>();
  declarations.forEach(({ authentication }, index) => {
    const path = at("authenticate", index);
    const fields = reader.fields(authentication, ID, path, ["at", "with", "except"]);
    if (fields === undefined) return;
    const target = readTarget(scope, fields.get("at"), `${path}.at`, true);
    const given = fields.get("with");
    const list = Array.isArray(given)
      ? (reader.list(given, ID, `${path}.with`, "what jwt(…) returned") ?? [])
      : [given];
    const jwt = list.map((each, position) =>
      readJwt(reader, each, Array.isArray(given) ? at(`${path}.with`, position) : `${path}.with`),
    );
    const excepted = readExcept(reader, fields.get("except"), `${path}.except`);
    const calls = target && readCalls(scope, new Map(), path, target, { wholly: false, alsoHttp: true });
    if (!target || !calls || excepted === undefined || !jwt.every((each) => each !== undefined)) return;
    const to = { kind: target.kind, name: target.name };
    const identity = JSON.stringify(to);
    const other = seen.get(identity);
    if (other !== undefined) {
      reader.report({
        id: ID,
        path: `${path}.at`,
        message: "is authenticated already, and Istio would accept the tokens of both",
        got: `${to.kind} ${to.name} in ${other} and ${path}`,
        expected: "one call of authenticate for each service and gateway",
        fix: "name all issuers in one of the calls: with: [a, b]",
      });
    }
    seen.set(identity, path);
    read.authentications.push({ at: to, jwt: jwt.toSorted((a, b) => (a.issuer < b.issuer ? -1 : 1)) });
    if (excepted === "anything") return;
    // A request without a token passes a RequestAuthentication: only a refusal demands one.
    read.rules.push({
      action: "deny",
      dryRun: false,
      to,
      from: [],
      notFrom: [],
      ...calls,
      notPaths: excepted,
      ipBlocks: [],
      notIpBlocks: [],
      remoteIpBlocks: [],
      notRemoteIpBlocks: [],
      tokens: [],
      notTokens: jwt.map(({ issuer }) => `${issuer}/*`).sort(),
      when: [],
    });
  });
  return read;
}

function readExcept(
  reader: Reader,
  value: unknown,
  path: string,
): readonly string[] | "anything" | undefined {
  if (value === undefined) return [];
  if (value === "anything") return value;
  const fields = reader.fields(value, ID, path, ["paths"]);
  return fields && readPaths(reader, fields.get("paths"), `${path}.paths`);
}

function readJwt(reader: Reader, value: unknown, path: string): JwtIntent | undefined {
  const before = reader.problems.length;
  const token = reader.fields(value, ID, path, ["kind", "issuer", "subject", "spec", "of"]);
  if (token === undefined) return undefined;
  const fields = reader.fields(token.get("spec"), ID, path, [
    "issuer",
    "audiences",
    "jwks",
    "jwksUri",
    "from",
    "forward",
    "claimToHeaders",
    "payloadToHeader",
  ]);
  if (fields === undefined) return undefined;
  const issuer = reader.text(
    fields.get("issuer"),
    "intent/jwt-issuer",
    `${path}.issuer`,
    isIssuer,
    "the https URL of the issuer, as its tokens name it",
  );
  const audiences = readTexts(
    reader,
    fields.get("audiences"),
    ID,
    `${path}.audiences`,
    "whom tokens are for: a token for somebody else must not be accepted here",
    (text) => text !== "",
    "an audience",
  );
  const [jwks, jwksUri] = [fields.get("jwks"), fields.get("jwksUri")];
  if ((jwks === undefined) === (jwksUri === undefined)) {
    reader.report({
      id: ID,
      path,
      message: jwks === undefined ? "has no keys to verify tokens by" : "has keys from two places",
      got: jwks === undefined ? "neither jwks nor jwksUri" : "jwks and jwksUri",
      expected: "jwks or jwksUri",
      fix: jwks === undefined ? "add jwksUri, from which istiod and proxies read them" : "remove jwks",
    });
  }
  const uri =
    jwksUri === undefined
      ? undefined
      : reader.text(
          jwksUri,
          "intent/jwks",
          `${path}.jwksUri`,
          (text) => isHttps(text) && text.length <= 2048,
          "an https URL: whoever can change keys on their way can sign tokens",
        );
  const keys = jwks === undefined ? undefined : readJwks(reader, jwks, `${path}.jwks`);
  const from = readLocations(reader, fields.get("from"), `${path}.from`);
  const forward = reader.flag(fields.get("forward"), ID, `${path}.forward`, false);
  const payload = fields.get("payloadToHeader");
  const header = "a header's name: letters, digits, '-' and '_'";
  const payloadToHeader =
    payload === undefined
      ? undefined
      : reader.text(payload, ID, `${path}.payloadToHeader`, (text) => HEADER.test(text), header);
  const claims = [
    ...(reader.record(fields.get("claimToHeaders") ?? {}, ID, `${path}.claimToHeaders`, "claims by header") ??
      []),
  ]
    .map(([name, claim]) => {
      const here = at(`${path}.claimToHeaders`, name);
      reader.text(name, ID, here, (text) => HEADER.test(text), header);
      return { header: name, claim: reader.text(claim, ID, here, (text) => text !== "", "a claim") ?? "" };
    })
    .sort((a, b) => (a.header < b.header ? -1 : 1));
  if (reader.problems.length > before || issuer === undefined || audiences === undefined) return undefined;
  return {
    issuer,
    audiences,
    ...(uri !== undefined && { jwksUri: uri }),
    ...(keys !== undefined && { jwks: keys }),
    fromHeaders: from.headers,
    fromParams: from.params,
    fromCookies: from.cookies,
    forward: forward ?? false,
    claimToHeaders: claims,
    ...(payloadToHeader !== undefined && { payloadToHeader }),
  };
}

function isHttps(text: string): boolean {
  return /^https:\/\/[^\s]+$/.test(text) && URL.canParse(text);
}

/** Public keys alone. What is wrong with them is said without repeating any of them. */
function readJwks(reader: Reader, value: unknown, path: string): string | undefined {
  const report = (message: string, got: string, fix: string): undefined =>
    reader.report({
      id: "intent/jwks",
      path,
      message,
      got,
      expected: 'a JSON Web Key Set of public keys: {"keys": [{"kty": "EC", …}]}',
      fix,
    });
  let parsed: unknown;
  try {
    parsed = typeof value === "string" ? JSON.parse(value) : undefined;
  } catch {
    parsed = undefined;
  }
  const keys = typeof parsed === "object" && parsed !== null && "keys" in parsed ? parsed.keys : undefined;
  if (!Array.isArray(keys) || keys.length === 0)
    return report("is no JSON Web Key Set", describeKeys(value, keys), "hand over the issuer's own");
  for (const key of keys as readonly unknown[]) {
    if (typeof key !== "object" || key === null || !("kty" in key)) {
      return report(
        "holds something that is no key",
        "a member of keys without kty",
        "hand over the issuer's own",
      );
    }
    const secret = Object.keys(key).filter((member) => PRIVATE.includes(member));
    if (secret.length > 0) {
      return report(
        "holds a private key: everyone who can read this mesh could sign tokens",
        `a key with ${secret.join(", ")}`,
        "hand over the public keys, and replace the private one, which has been seen",
      );
    }
  }
  return JSON.stringify(parsed);
}

/** What was handed over instead of keys, of which nothing is repeated. */
function describeKeys(value: unknown, keys: unknown): string {
  if (typeof value !== "string") return `a value of type ${value === null ? "null" : typeof value}`;
  return Array.isArray(keys) ? "a set without keys" : `${value.length} characters of something else`;
}

function readLocations(
  reader: Reader,
  value: unknown,
  path: string,
): {
  readonly headers: JwtIntent["fromHeaders"];
  readonly params: readonly string[];
  readonly cookies: readonly string[];
} {
  const fields =
    value === undefined ? undefined : reader.fields(value, ID, path, ["headers", "params", "cookies"]);
  const names = (field: string): readonly string[] =>
    fields?.get(field) === undefined
      ? []
      : (readTexts(
          reader,
          fields.get(field),
          ID,
          `${path}.${field}`,
          "names",
          (text) => text !== "",
          "a name",
        ) ?? []);
  const headers =
    fields?.get("headers") === undefined
      ? []
      : (reader.list(fields.get("headers"), ID, `${path}.headers`, 'headers such as { name: "x-token" }') ??
        []);
  return {
    headers: headers.flatMap((each, index) => {
      const here = at(`${path}.headers`, index);
      const header = reader.fields(each, ID, here, ["name", "prefix"]);
      const name = reader.text(
        header?.get("name"),
        ID,
        `${here}.name`,
        (text) => HEADER.test(text),
        "a header's name",
      );
      const given = header?.get("prefix");
      const prefix =
        given === undefined ? undefined : reader.text(given, ID, `${here}.prefix`, () => true, "a text");
      return name === undefined ? [] : [{ name, ...(prefix !== undefined && { prefix }) }];
    }),
    params: names("params"),
    cookies: names("cookies"),
  };
}
