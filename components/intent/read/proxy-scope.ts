import type { GatewayIntent, ServiceIntent } from "../intent";
import { lookUp } from "../references";
import type { TelemetryScope } from "../telemetry-intent";
import { nameEntry, nameOther, type Scope } from "./scope";

/** Whom a statement about proxies is for. */
export interface ProxyTarget {
  readonly scope: TelemetryScope;
  /** Which workloads are meant, so that two names of the same ones are seen. */
  readonly workloads: string;
}

/**
 * Reads `on`: a namespace, a service or a gateway; left out, it is the whole mesh.
 *
 * @param id under which a value that is none of them is reported
 */
export function readProxyTarget(
  scope: Scope,
  fields: ReadonlyMap<string, unknown>,
  path: string,
  gateways: readonly (GatewayIntent | undefined)[],
  id: string,
): ProxyTarget | undefined {
  // A misspelt service reads undefined, which must not come to mean the whole mesh.
  if (!fields.has("on")) return { scope: { kind: "mesh" }, workloads: "mesh" };
  const value = fields.get("on");
  // Only where it is asked for: a statement for each of many services must not look at all of them.
  const known = (): string[] =>
    [...scope.services.values(), ...gateways].flatMap((each) => each?.namespace ?? []);
  if (typeof value === "string" && known().includes(value)) {
    return { scope: { kind: "namespace", namespace: value }, workloads: `namespace ${value}` };
  }
  const found = lookUp(value);
  if (found !== undefined && found.mesh !== scope.mesh) {
    return scope.reader.report({
      id: "intent/foreign-service",
      path: `${path}.on`,
      message: `belongs to ${nameOther(found.mesh.name, scope.mesh.name)}`,
      got: nameEntry(found, scope.mesh),
      expected: `a service or gateway of mesh ${JSON.stringify(scope.mesh.name)}`,
      fix: "pass the object of this mesh",
    });
  }
  if (found?.reference.kind === "service") {
    const service = scope.services.get(found.reference.service);
    if (service === undefined) return undefined;
    return { scope: { kind: "service", service: service.key }, workloads: workloadsOf(service) };
  }
  if (found?.reference.kind === "gateway") {
    const gateway = gateways[found.reference.gateway];
    if (gateway === undefined) return undefined;
    const workloads = workloadsOf({ namespace: gateway.namespace, labels: gateway.selector });
    return { scope: { kind: "gateway", gateway: gateway.name }, workloads };
  }
  return scope.reader.report({
    id,
    path: `${path}.on`,
    message: "is no scope that this mesh knows",
    got: { value },
    expected: `a service or gateway of the mesh, or a namespace: ${[...new Set(known())].sort().join(", ")}`,
    fix: "pass the object of the service or gateway, or leave `on` out for the whole mesh",
  });
}

/** Whom a statement is for, for messages. */
export function nameScope(scope: TelemetryScope): string {
  if (scope.kind === "mesh") return "the whole mesh";
  if (scope.kind === "namespace") return `namespace ${scope.namespace}`;
  return scope.kind === "service" ? `service ${scope.service}` : `gateway ${scope.gateway}`;
}

function workloadsOf({ namespace, labels }: Pick<ServiceIntent, "namespace" | "labels">): string {
  return `workloads ${namespace} ${JSON.stringify(Object.entries(labels).sort())}`;
}
