import type { BindingDeclaration, RoleDeclaration, RuleDeclaration } from "../../declarations";
import type { RuleIntent } from "../../intent";
import { lookUp } from "../../references";
import { show } from "../../show";
import { at } from "../reader";
import { readCallers, readTarget, type SecurityScope } from "./callers";
import { CALL_FIELDS, type CallsIntent, readCalls } from "./calls";
import { isOfRequests, ORIGIN_FIELDS, type OriginIntent, readOrigin } from "./origin";
import { readTokens } from "./tokens";

/** Everything that was said about single calls: permissions, refusals, audits and what others decide on. */
export function readRules(scope: SecurityScope, declarations: readonly RuleDeclaration[]): RuleIntent[] {
  const counts = new Map<string, number>();
  return declarations.flatMap(({ action, rule }) => {
    const index = counts.get(action) ?? 0;
    counts.set(action, index + 1);
    const read = readRule(scope, action, rule, at(action, index));
    return read === undefined ? [] : [read];
  });
}

const FIELDS: Readonly<Record<RuleIntent["action"], readonly string[]>> = {
  allow: ["from", "notFrom", "tokens", "notTokens", "dryRun"],
  deny: ["from", "notFrom", "tokens", "notTokens", "dryRun"],
  audit: ["from", "notFrom", "tokens", "notTokens"],
  custom: ["provider"],
};

/** Who a rule is about, and where their calls come from. */
type Who = Pick<RuleIntent, "from" | "notFrom" | "tokens" | "notTokens" | "dryRun"> & OriginIntent;

/** What a rule is about. */
type What = Pick<RuleIntent, "to"> & CallsIntent;

function readRule(
  scope: SecurityScope,
  action: RuleIntent["action"],
  value: unknown,
  path: string,
): RuleIntent | undefined {
  const { reader } = scope;
  const fields = reader.fields(value, "intent/rule", path, [
    "to",
    ...FIELDS[action],
    ...CALL_FIELDS,
    ...ORIGIN_FIELDS,
  ]);
  if (fields === undefined) return undefined;
  const who = readWho(scope, action, fields, path);
  const provider = action === "custom" ? readProvider(scope, fields.get("provider"), path) : undefined;
  const what = readWhat(scope, action, fields, path, action === "custom" || readsTokens(fields, who));
  if (who === undefined || what === undefined || (action === "custom" && provider === undefined)) {
    return undefined;
  }
  return { action, ...(provider !== undefined && { provider }), ...what, ...who };
}

function readWho(
  scope: SecurityScope,
  action: RuleIntent["action"],
  fields: ReadonlyMap<string, unknown>,
  path: string,
): Who | undefined {
  const { reader } = scope;
  const before = reader.problems.length;
  const givenFrom = fields.get("from") ?? (action === "allow" ? undefined : "anyone");
  const from = readCallers(scope, givenFrom, `${path}.from`);
  const given = fields.get("notFrom");
  const notFrom = given === undefined ? [] : readCallers(scope, given, `${path}.notFrom`);
  if (given === "anyone") {
    reader.report({
      id: "intent/caller",
      path: `${path}.notFrom`,
      message: "leaves nobody whom the rule could be about",
      got: { value: given },
      expected: "callers, or none",
      fix: "name the callers to leave out",
    });
  }
  const tokens = readTokens(reader, fields.get("tokens"), `${path}.tokens`);
  const notTokens = readTokens(reader, fields.get("notTokens"), `${path}.notTokens`);
  const origin = readOrigin(reader, fields, path);
  const unsupported = origin.when.find(({ key }) => key.startsWith("request.auth."));
  if (action === "custom" && unsupported !== undefined) {
    reader.report({
      id: "intent/attribute",
      path: `${path}.when`,
      message: `reads ${unsupported.key}, which Istio cannot do before it asks an external authorizer`,
      got: { value: unsupported.key },
      expected: "attributes of the request or the connection, none of its token",
      fix: "let the authorizer judge tokens, or name paths, methods, headers or addresses",
    });
  }
  const dryRun = reader.flag(fields.get("dryRun"), "intent/rule", `${path}.dryRun`, false) ?? false;
  if (reader.problems.length > before || !from || !notFrom || !tokens || !notTokens) return undefined;
  return { dryRun, from, notFrom, ...origin, tokens, notTokens };
}

/** Whether something beside the calls can only be read from requests. */
function readsTokens(fields: ReadonlyMap<string, unknown>, who: Who | undefined): boolean {
  return (
    fields.get("tokens") !== undefined ||
    fields.get("notTokens") !== undefined ||
    who?.when.some(isOfRequests) === true
  );
}

function readWhat(
  scope: SecurityScope,
  action: RuleIntent["action"],
  fields: ReadonlyMap<string, unknown>,
  path: string,
  alsoHttp: boolean,
): What | undefined {
  const target = readTarget(scope, fields.get("to"), `${path}.to`, action !== "allow");
  const calls = readCalls(scope, fields, path, target, { wholly: action === "allow", alsoHttp });
  return target && calls && { to: { kind: target.kind, name: target.name }, ...calls };
}

/** Roles, and whom they were given to: a permission for each thing that the role may do. */
export function readRoles(
  scope: SecurityScope,
  roles: readonly RoleDeclaration[],
  bindings: readonly BindingDeclaration[],
): RuleIntent[] {
  const permissions = roles.map((role, index) => readRole(scope, role, index, roles));
  return bindings.flatMap(({ role, binding }, index) => {
    const path = at("bind", index);
    const found = lookUp(role);
    if (found?.mesh !== scope.mesh || found.reference.kind !== "role") {
      scope.reader.report({
        id: "intent/role",
        path: `${path}.role`,
        message: "is not a role of this mesh",
        got: { value: role },
        expected: "what role(…) of this mesh returned",
        fix: 'declare it: shop.role("viewer", { to, methods: ["GET"] })',
      });
      return [];
    }
    const fields = scope.reader.fields(binding, "intent/role", path, [...FIELDS.allow, ...ORIGIN_FIELDS]);
    const who = fields && readWho(scope, "allow", fields, path);
    if (fields === undefined || who === undefined) return [];
    const http = readsTokens(fields, who);
    return (permissions[found.reference.role] ?? []).flatMap(({ what, given }): RuleIntent[] => {
      const narrowed = http ? readWhat(scope, "allow", given, path, true) : what;
      return narrowed === undefined ? [] : [{ action: "allow", ...narrowed, ...who }];
    });
  });
}

function readRole(
  scope: SecurityScope,
  { name, permissions }: RoleDeclaration,
  index: number,
  roles: readonly RoleDeclaration[],
): { readonly what: What; readonly given: ReadonlyMap<string, unknown> }[] {
  const { reader } = scope;
  const path = typeof name === "string" ? at("roles", name) : at("roles", index);
  reader.text(name, "intent/role", path, (text) => /^[A-Za-z][\w-]*$/.test(text), "a name such as viewer");
  if (roles.findIndex((other) => other.name === name) < index) {
    reader.report({
      id: "intent/role",
      path,
      message: "is declared already",
      got: `role ${show(name)} in two calls of role`,
      expected: "one declaration for each role",
      fix: "list all of its permissions in one, or rename the other",
    });
  }
  const list = reader.list(permissions, "intent/role", path, "what it may do, such as { to: reviews }");
  return (list ?? []).flatMap((each, position) => {
    const here = at(path, position);
    const given = reader.fields(each, "intent/role", here, ["to", ...CALL_FIELDS]);
    const what = given && readWhat(scope, "allow", given, here, false);
    return given === undefined || what === undefined ? [] : [{ what, given }];
  });
}

function readProvider(scope: SecurityScope, value: unknown, path: string): string | undefined {
  const found = lookUp(value);
  if (found?.mesh === scope.mesh && found.reference.kind === "ext-authz") return found.reference.name;
  return scope.reader.report({
    id: "intent/ext-authz",
    path: `${path}.provider`,
    message: "is not an external authorizer that this mesh declares",
    got: { value },
    expected: "what extAuthz(…) of this mesh returned",
    fix: 'declare it: shop.extAuthz("name", { service, protocol: "grpc" })',
  });
}
