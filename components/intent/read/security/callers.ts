import { isDnsLabel, isDnsSubdomain } from "../../dns";
import type { CallerIntent, GatewayIntent, GuardedIntent, ServiceIntent } from "../../intent";
import { type Entry, lookUp } from "../../references";
import { at } from "../reader";
import { nameEntry, nameOther, type Scope } from "../scope";

/** What is in view of a rule: gateways can be named in it, too. */
export interface SecurityScope extends Scope {
  readonly gateways: readonly (GatewayIntent | undefined)[];
}

const LABEL = "a DNS label: up to 63 lower-case letters, digits and '-'";

/**
 * One caller or several, each once; none for `"anyone"`.
 *
 * @returns `undefined` where something is wrong with them, which is reported
 */
export function readCallers(
  scope: SecurityScope,
  value: unknown,
  path: string,
): readonly CallerIntent[] | undefined {
  if (value === "anyone") return [];
  const before = scope.reader.problems.length;
  const list = Array.isArray(value)
    ? (scope.reader.list(value, "intent/caller", path, expected(scope)) ?? [])
    : [value];
  const callers = new Map<string, CallerIntent>();
  list.forEach((each, index) => {
    const caller = readCaller(scope, each, Array.isArray(value) ? at(path, index) : path);
    if (caller !== undefined) callers.set(JSON.stringify(caller), caller);
  });
  if (scope.reader.problems.length > before || callers.size === 0) return undefined;
  return [...callers].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, caller]) => caller);
}

function expected(scope: SecurityScope): string {
  return `a service or gateway of mesh ${JSON.stringify(scope.mesh.name)}, outsider(…) or everyoneIn(…)`;
}

function readCaller(scope: SecurityScope, value: unknown, path: string): CallerIntent | undefined {
  const found = lookUp(value);
  if (found === undefined) return readOutsider(scope, value, path);
  if (found.mesh !== scope.mesh) return reportForeign(scope, found, path, expected(scope));
  if (found.reference.kind === "service") return { kind: "service", name: found.reference.service };
  if (found.reference.kind === "gateway") {
    const gateway = scope.gateways[found.reference.gateway];
    return gateway && { kind: "gateway", name: gateway.name };
  }
  return reportCaller(scope, value, path);
}

function readOutsider(scope: SecurityScope, value: unknown, path: string): CallerIntent | undefined {
  const { reader } = scope;
  const kind = kindOf(value);
  if (kind !== "outsider" && kind !== "namespace") return reportCaller(scope, value, path);
  const fields = reader.fields(value, "intent/caller", path, [
    "kind",
    "namespace",
    ...(kind === "outsider" ? ["serviceAccount", "trustDomain"] : []),
  ]);
  const text = (field: string, test: (text: string) => boolean, wanted: string): string | undefined =>
    reader.text(fields?.get(field), "intent/caller", `${path}.${field}`, test, wanted);
  const namespace = text("namespace", isDnsLabel, LABEL);
  if (kind === "namespace") return namespace === undefined ? undefined : { kind, namespace };
  const serviceAccount = text("serviceAccount", isDnsSubdomain, "the name of a service account");
  const trustDomain =
    fields?.get("trustDomain") === undefined
      ? undefined
      : text("trustDomain", isDnsSubdomain, "a trust domain such as partner.example");
  if (namespace === undefined || serviceAccount === undefined) return undefined;
  return { kind, namespace, serviceAccount, ...(trustDomain !== undefined && { trustDomain }) };
}

function kindOf(value: unknown): unknown {
  return typeof value === "object" && value !== null && "kind" in value ? value.kind : undefined;
}

function reportCaller(scope: SecurityScope, value: unknown, path: string): undefined {
  return scope.reader.report({
    id: "intent/caller",
    path,
    message: "is not a caller that this mesh declares",
    got: { value },
    expected: expected(scope),
    fix: "declare the caller in the catalogue and pass the object, not its name",
  });
}

function reportForeign(scope: SecurityScope, found: Entry, path: string, wanted: string): undefined {
  return scope.reader.report({
    id: "intent/foreign-service",
    path,
    message: `belongs to ${nameOther(found.mesh.name, scope.mesh.name)}`,
    got: nameEntry(found, scope.mesh),
    expected: wanted,
    fix: "use what this mesh declares",
  });
}

/** A service that is called or guarded, or a gateway that is guarded. */
export type Target = GuardedIntent & { readonly service?: ServiceIntent };

/** What a rule is about. @param gateways whether it may be a gateway */
export function readTarget(
  scope: SecurityScope,
  value: unknown,
  path: string,
  gateways: boolean,
): Target | undefined {
  const wanted = `a service${gateways ? " or gateway" : ""} of mesh ${JSON.stringify(scope.mesh.name)}`;
  const found = lookUp(value);
  if (found !== undefined && found.mesh !== scope.mesh) {
    return reportForeign(scope, found, path, wanted);
  }
  if (found?.reference.kind === "service") {
    const service = scope.services.get(found.reference.service);
    return service && { kind: "service", name: service.key, service };
  }
  if (gateways && found?.reference.kind === "gateway") {
    const gateway = scope.gateways[found.reference.gateway];
    return gateway && { kind: "gateway", name: gateway.name };
  }
  return scope.reader.report({
    id: "intent/rule-target",
    path,
    message: gateways
      ? "is neither a service nor a gateway that this mesh declares"
      : "is not a service that this mesh declares",
    got: { value },
    expected: wanted,
    fix: "declare it in the catalogue and pass the object, not its name",
  });
}
