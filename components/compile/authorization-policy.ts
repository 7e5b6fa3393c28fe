import type { GatewayIntent } from "../intent/intent";
import type { Compiled } from "./compiled";
import type { Context } from "./context";
import { GROUP } from "./gateway-api/names";
import { ALLOW_NOTHING, allowAtGateway, allowToService } from "./names";
import { minimal, type Operation } from "./operations";
import { permissions } from "./permissions";
import type {
  AuthorizationPolicyManifest,
  AuthorizationPolicyRule,
  AuthorizationPolicyRuleToOperation,
  AuthorizationPolicySpec,
} from "./types";

/**
 * What is permitted, one policy per service and one per gateway; and the policy that permits nothing, which makes all
 * else refused. With `defaultDeny: "off"` there are none: an ALLOW policy alone would refuse everyone whom it does not
 * name.
 */
export function compileAuthorizationPolicies(context: Context): Compiled<AuthorizationPolicyManifest>[] {
  if (context.intent.defaultDeny === "off") return [];
  return [...toServices(context), ...atGateways(context), ...allowNothing(context)];
}

function toServices(context: Context): Compiled<AuthorizationPolicyManifest>[] {
  return [...permissions(context)].map(([key, callers]) => {
    const service = context.service(key);
    return {
      source: { kind: "service", service: key },
      manifest: policy(context, allowToService(service), service.namespace, {
        selector: { matchLabels: service.labels },
        action: "ALLOW",
        rules: rules(callers),
      }),
    };
  });
}

/** One rule for all callers that may do the same. */
function rules(callers: ReadonlyMap<string, readonly Operation[]>): AuthorizationPolicyRule[] {
  const grouped = new Map<string, { principals: string[]; operations: readonly Operation[] }>();
  for (const [principal, granted] of callers) {
    const operations = minimal(granted);
    const key = JSON.stringify(operations);
    const group = grouped.get(key) ?? { principals: [], operations };
    group.principals.push(principal);
    grouped.set(key, group);
  }
  return [...grouped.values()]
    .map(({ principals, operations }) => ({ principals: principals.sort(), operations }))
    .sort((a, b) => (a.principals.join() < b.principals.join() ? -1 : 1))
    .map(({ principals, operations }) => ({
      from: [{ source: { principals } }],
      to: operations.map((each) => ({ operation: operation(each) })),
    }));
}

function operation({ ports, methods, paths }: Operation): AuthorizationPolicyRuleToOperation {
  return {
    ports: ports.map(String),
    ...(methods.length > 0 && { methods }),
    ...(paths.length > 0 && { paths }),
  };
}

/** A gateway answers to anyone, but only for the hosts that it exposes. */
function atGateways(context: Context): Compiled<AuthorizationPolicyManifest>[] {
  return context.intent.gateways
    .filter(({ exposures }) => exposures.length > 0)
    .map((gateway) => ({
      source: { kind: "gateway", gateway: gateway.name },
      manifest: policy(context, allowAtGateway(gateway), gateway.namespace, {
        ...chosenBy(gateway),
        action: "ALLOW",
        rules: [{ to: [{ operation: { hosts: exposedHosts(gateway) } }] }],
      }),
    }));
}

/** Proxies that istiod runs for a Gateway have only that in common; a selector would be ignored there. */
function chosenBy({ name, managed, selector }: GatewayIntent): AuthorizationPolicySpec {
  if (managed === undefined) return { selector: { matchLabels: selector } };
  return { targetRefs: [{ group: GROUP, kind: "Gateway", name }] };
}

/** A caller may write the port behind the host. Istio's patterns have one star, so a wildcard's ports are spelled out. */
function exposedHosts({ exposures, tls, httpsRedirect }: GatewayIntent): readonly string[] {
  const ports = [...(tls === undefined || httpsRedirect ? [80] : []), ...(tls === undefined ? [] : [443])];
  return exposures.flatMap(({ host }) =>
    host.startsWith("*") ? [host, ...ports.map((port) => `${host}:${port}`)] : [host, `${host}:*`],
  );
}

/** An ALLOW policy without rules matches no request, so every request that no other policy allows is refused. */
function allowNothing(context: Context): Compiled<AuthorizationPolicyManifest>[] {
  const { defaultDeny, services, gateways } = context.intent;
  if (defaultDeny === "mesh") {
    return [
      { source: { kind: "mesh" }, manifest: policy(context, ALLOW_NOTHING, context.rootNamespace, {}) },
    ];
  }
  const namespaces = new Set([...services, ...gateways].map(({ namespace }) => namespace));
  return [...namespaces].map((namespace) => ({
    source: { kind: "namespace", namespace },
    manifest: policy(context, ALLOW_NOTHING, namespace, {}),
  }));
}

function policy(
  context: Context,
  name: string,
  namespace: string,
  spec: AuthorizationPolicySpec,
): AuthorizationPolicyManifest {
  return {
    apiVersion: "security.istio.io/v1",
    kind: "AuthorizationPolicy",
    metadata: context.metadata(name, namespace),
    spec,
  };
}
