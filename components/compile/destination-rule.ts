import type {
  ExternalIntent,
  PolicyWithPortsIntent,
  PortIntent,
  ServiceIntent,
  SubsetIntent,
  TrafficPolicyIntent,
} from "../intent/intent";
import type { Compiled, Source } from "./compiled";
import type { Context } from "./context";
import { policyOfCaller, serviceHost } from "./names";
import { trafficPolicy } from "./traffic-policy";
import type { DestinationRuleManifest } from "./types";

/**
 * One per service with subsets or a policy, beside the service, where every caller looks it up; one per external with
 * a policy or whose TLS the proxy begins; and one per caller that has a policy of its own, beside that caller.
 *
 * Rules of services say nothing of TLS. Automatic mTLS then uses it wherever the server takes it, which strict
 * PeerAuthentication demands; an explicit ISTIO_MUTUAL would add nothing for these and break calls to a workload that
 * has no proxy.
 */
export function compileDestinationRules(context: Context): Compiled<DestinationRuleManifest>[] {
  const policies = new Map<string, TrafficPolicyIntent[]>();
  for (const policy of context.intent.trafficPolicies) {
    const key = `${policy.target.kind} ${policy.target.key}`;
    const others = policies.get(key);
    if (others === undefined) policies.set(key, [policy]);
    else others.push(policy);
  }
  return [
    ...context.intent.services.flatMap((service) =>
      rules(context, ofService(context, service), policies.get(`service ${service.key}`) ?? []),
    ),
    ...context.intent.externals.flatMap((external) =>
      rules(context, ofExternal(context, external), policies.get(`external ${external.key}`) ?? []),
    ),
  ];
}

/** What a rule is for. */
interface Target {
  readonly source: Source;
  readonly name: string;
  readonly namespace: string;
  readonly host: string;
  readonly ports: readonly PortIntent[];
  readonly subsets: readonly SubsetIntent[];
  /** What holds without any policy. */
  readonly base: PolicyWithPortsIntent;
}

function ofService(context: Context, service: ServiceIntent): Target {
  const { key, name, namespace, ports, subsets } = service;
  const host = serviceHost(service, context.clusterDomain);
  return { source: { kind: "service", service: key }, name, namespace, host, ports, subsets, base: {} };
}

function ofExternal(context: Context, external: ExternalIntent): Target {
  const { key, host, ports, subsets } = external;
  const tls = ports.flatMap((port) =>
    port.tls === undefined ? [] : [[port.name, { tls: port.tls }] as const],
  );
  return {
    source: { kind: "external", external: key },
    name: key,
    namespace: context.rootNamespace,
    host,
    ports,
    subsets,
    base: tls.length > 0 ? { ports: Object.fromEntries(tls) } : {},
  };
}

function rules(
  context: Context,
  target: Target,
  policies: readonly TrafficPolicyIntent[],
): Compiled<DestinationRuleManifest>[] {
  const common = policies.find(({ from }) => from === undefined);
  return [
    ...rule(context, target, common),
    ...policies.filter(({ from }) => from !== undefined).flatMap((policy) => rule(context, target, policy)),
  ];
}

function rule(
  context: Context,
  { source, name, namespace, host, ports, subsets, base }: Target,
  given: TrafficPolicyIntent | undefined,
): Compiled<DestinationRuleManifest>[] {
  const layers = [base, ...(given === undefined ? [] : [given.policy])];
  const policy = trafficPolicy(layers, ports);
  if (policy === undefined && subsets.length === 0) return [];
  const caller = given?.from === undefined ? undefined : context.service(given.from);
  return [
    {
      source,
      manifest: {
        apiVersion: "networking.istio.io/v1",
        kind: "DestinationRule",
        metadata:
          caller === undefined
            ? context.metadata(name, namespace)
            : context.metadata(policyOfCaller({ name, namespace }, caller), caller.namespace),
        spec: {
          host,
          // Istio takes the rule that selects the caller in place of the common one, and not beside it.
          ...(caller && { workloadSelector: { matchLabels: caller.labels } }),
          ...(policy && { trafficPolicy: policy }),
          ...(subsets.length > 0 && {
            subsets: subsets.map((subset) => ofSubset(subset, layers, given?.subsets[subset.name], ports)),
          }),
          ...(given?.exportTo && { exportTo: given.exportTo }),
        },
      },
    },
  ];
}

function ofSubset(
  { name, labels }: SubsetIntent,
  wider: readonly PolicyWithPortsIntent[],
  own: PolicyWithPortsIntent | undefined,
  ports: readonly PortIntent[],
): NonNullable<DestinationRuleManifest["spec"]["subsets"]>[number] {
  // Without a policy of its own a subset is treated as the whole; Istio says so, and the object stays small.
  if (own === undefined) return { name, labels };
  const policy = trafficPolicy([...wider, own], ports);
  return { name, labels, ...(policy && { trafficPolicy: policy }) };
}
