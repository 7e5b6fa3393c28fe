import { gatewayLayer, gatewayPorts } from "../intent/gateway-layer";
import type { GatewayIntent } from "../intent/intent";
import { serviceChosen, waypointOf, waypoints } from "./ambient";
import { collectGrants, type PolicyGrants } from "./authorization/grants";
import { mergeGrants } from "./authorization/merge";
import type { Compiled } from "./compiled";
import type { Context } from "./context";
import { GROUP } from "./gateway-api/names";
import {
  ALLOW_NOTHING,
  ALLOW_WAYPOINT,
  allowAtGateway,
  allowNothingAt,
  principal,
  rulePolicy,
  WAYPOINT_CLASS,
} from "./names";
import { chosenBy } from "./selection";
import type {
  AuthorizationPolicyManifest,
  AuthorizationPolicyRuleToOperation,
  AuthorizationPolicySpec,
} from "./types";

const ACTIONS = { allow: "ALLOW", deny: "DENY", audit: "AUDIT", custom: "CUSTOM" } as const;

/**
 * What becomes of calls, one policy per service or gateway and action; and the policy that permits nothing, which makes
 * all else refused. With `defaultDeny: "off"` nothing is permitted: an ALLOW policy alone would refuse everyone whom it
 * does not name.
 */
export function compileAuthorizationPolicies(context: Context): Compiled<AuthorizationPolicyManifest>[] {
  const open = context.intent.defaultDeny === "off";
  return [
    ...collectGrants(context)
      .filter(({ action }) => !(open && action === "allow"))
      .map((grants) => fromGrants(context, grants)),
    ...(open
      ? []
      : [
          ...atGateways(context),
          ...allowNothing(context),
          ...allowNothingAtWaypoints(context),
          ...allowWaypoints(context),
        ]),
  ];
}

function fromGrants(
  context: Context,
  { action, provider, dryRun, target, grants }: PolicyGrants,
): Compiled<AuthorizationPolicyManifest> {
  const service = target.kind === "service" ? context.service(target.name) : undefined;
  const gateway = service === undefined ? context.gateway(target.name) : undefined;
  const name = rulePolicy(action, target.kind, service?.name ?? target.name, { provider, dryRun });
  return {
    source: service ? { kind: "service", service: service.key } : { kind: "gateway", gateway: target.name },
    manifest: policy(
      context,
      name,
      service?.namespace ?? gateway?.namespace ?? context.rootNamespace,
      {
        ...(service === undefined ? gateway && chosenBy(gateway) : serviceChosen(context, service)),
        action: ACTIONS[action],
        ...(provider !== undefined && { provider: { name: provider } }),
        rules: mergeGrants(grants),
      },
      dryRun,
    ),
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
        rules: [{ to: [{ operation: admitted(gateway) }] }],
      }),
    }));
}

/** What a gateway answers: requests for its hosts, or connections to its port where nothing more can be read of them. */
function admitted(gateway: GatewayIntent): AuthorizationPolicyRuleToOperation {
  if (gatewayLayer(gateway) === "tcp") return { ports: [String(gateway.server?.targetPort)] };
  return { hosts: exposedHosts(gateway) };
}

/** A caller may write the port behind the host. Istio's patterns have one star, so a wildcard's ports are spelled out. */
function exposedHosts(gateway: GatewayIntent): readonly string[] {
  const ports = gatewayPorts(gateway).map(({ port }) => port);
  return gateway.exposures.flatMap(({ host }) =>
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

/** A policy without a target is not read at waypoints. */
function allowNothingAtWaypoints(context: Context): Compiled<AuthorizationPolicyManifest>[] {
  const all = waypoints(context);
  if (all.length === 0) return [];
  if (context.intent.defaultDeny === "mesh") {
    const targetRefs = [{ group: GROUP, kind: "GatewayClass", name: WAYPOINT_CLASS }];
    const manifest = policy(context, allowNothingAt("waypoints"), context.rootNamespace, { targetRefs });
    return [{ source: { kind: "mesh" }, manifest }];
  }
  return all.map(({ name, namespace }) => ({
    source: { kind: "namespace", namespace },
    manifest: policy(context, allowNothingAt(name), namespace, {
      targetRefs: [{ group: GROUP, kind: "Gateway", name }],
    }),
  }));
}

/**
 * Behind a waypoint, ztunnel sees the waypoint as the caller: it alone is let in, so that nobody gets past what the
 * waypoint is told.
 */
function allowWaypoints(context: Context): Compiled<AuthorizationPolicyManifest>[] {
  const namespaces = [...new Set(context.intent.services.map(({ namespace }) => namespace))].sort();
  return namespaces.flatMap((namespace) => {
    const waypoint = waypointOf(context, namespace);
    if (waypoint === undefined) return [];
    const account = { namespace: waypoint.namespace, serviceAccount: waypoint.name };
    const principals = [principal(account, context.trustDomain)];
    return [
      {
        source: { kind: "namespace" as const, namespace },
        manifest: policy(context, ALLOW_WAYPOINT, namespace, {
          action: "ALLOW",
          rules: [{ from: [{ source: { principals } }] }],
        }),
      },
    ];
  });
}

function policy(
  context: Context,
  name: string,
  namespace: string,
  spec: AuthorizationPolicySpec,
  dryRun = context.intent.dryRun,
): AuthorizationPolicyManifest {
  return {
    apiVersion: "security.istio.io/v1",
    kind: "AuthorizationPolicy",
    metadata: context.permissionMetadata(name, namespace, dryRun),
    spec,
  };
}
