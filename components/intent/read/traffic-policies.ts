import type { TrafficPolicyDeclaration } from "../declarations";
import type { ExternalIntent, ServiceIntent, TrafficPolicyIntent } from "../intent";
import { lookUp } from "../references";
import { at } from "./reader";
import { type Scope, unknownObject } from "./scope";
import { tlsReader } from "./tls-origination";
import { readExportTo, trafficPolicyReader } from "./traffic-policy";

type Target =
  | { readonly kind: "service"; readonly owner: ServiceIntent }
  | { readonly kind: "external"; readonly owner: ExternalIntent };

/** The policies of services and externals, each target and caller at most once. */
export function readTrafficPolicies(
  scope: Scope,
  declarations: readonly TrafficPolicyDeclaration[],
): readonly TrafficPolicyIntent[] {
  const policies = new Map<string, TrafficPolicyIntent | undefined>();
  declarations.forEach(({ target: given, policy, options }, index) => {
    const target = readTarget(scope, given, at("trafficPolicy", index));
    if (target === undefined) return;
    const { kind, owner } = target;
    const path = at(kind === "service" ? "trafficPolicy" : "trafficPolicy.external", owner.key);
    const fields = scope.reader.fields(options ?? {}, "intent/traffic-policy", `${path}.options`, [
      "from",
      "exportTo",
    ]);
    const from =
      fields?.get("from") === undefined ? undefined : readCaller(scope, fields.get("from"), `${path}.from`);
    const exportTo =
      fields?.get("exportTo") === undefined
        ? undefined
        : readExportTo(scope.reader, fields.get("exportTo"), `${path}.exportTo`);
    if (fields?.get("from") !== undefined && exportTo !== undefined) {
      scope.reader.report({
        id: "intent/traffic-policy",
        path: `${path}.exportTo`,
        message: "cannot widen a policy that is for one caller: it is seen in the caller's namespace alone",
        got: `exportTo ${exportTo.join(", ")} beside from ${from?.key ?? ""}`,
        expected: "either exportTo or from",
        fix: "remove exportTo or from",
      });
    }
    const identity = `${kind} ${owner.key} ${from?.key ?? ""}`;
    if (policies.has(identity)) {
      scope.reader.report({
        id: "intent/duplicate-policy",
        path,
        message: "has a traffic policy already, and only one can be in force",
        got: `${owner.key}${from === undefined ? "" : ` from ${from.key}`} in two calls of trafficPolicy`,
        expected: "one policy for each destination and caller",
        fix: "put everything into one call of trafficPolicy",
      });
      return;
    }
    const read = trafficPolicyReader({
      ports: owner.ports,
      subsets: owner.subsets,
      tls: kind === "external" ? tlsReader(owner.host) : undefined,
    })(scope.reader, policy, path);
    const { subsets = {}, ...rest } = read ?? {};
    policies.set(
      identity,
      read && {
        target: { kind, key: owner.key },
        ...(from && { from: from.key }),
        ...(exportTo && { exportTo }),
        policy: rest,
        subsets,
      },
    );
  });
  return [...policies.values()].filter((each) => each !== undefined);
}

function readTarget(scope: Scope, value: unknown, path: string): Target | undefined {
  const found = lookUp(value);
  if (found?.mesh === scope.mesh && found.reference.kind === "service") {
    const owner = scope.services.get(found.reference.service);
    return owner && { kind: "service", owner };
  }
  if (found?.mesh === scope.mesh && found.reference.kind === "external") {
    const owner = scope.externals.get(found.reference.external);
    return owner && { kind: "external", owner };
  }
  return unknownObject(scope, value, path, "a service or external");
}

function readCaller(scope: Scope, value: unknown, path: string): ServiceIntent | undefined {
  const found = lookUp(value);
  if (found?.mesh === scope.mesh && found.reference.kind === "service") {
    return scope.services.get(found.reference.service);
  }
  return unknownObject(scope, value, path, "a service");
}
