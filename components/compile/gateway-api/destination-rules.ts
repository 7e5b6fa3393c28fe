import type { Compiled } from "../compiled";
import type { Context } from "../context";
import { serviceHost } from "../names";
import type { DestinationRuleManifest, DestinationRuleSpec } from "../types";
import type { BackendTLSPolicyManifest } from "../types/gateway-api";
import { compileBackendTlsPolicies } from "./backend-tls-policy";
import { versionServiceName } from "./names";
import type { ServiceManifest } from "./service-manifest";

/**
 * What DestinationRules still have to say beside routes of the Gateway API. How connections are made and spread holds for
 * a host whatever its routes are written as. Subsets are Services of their own now, so each takes its policy along; and
 * TLS alone becomes a BackendTLSPolicy.
 *
 * @param versions the Services of subsets
 */
export function destinationRulesBeside(
  context: Context,
  rules: readonly Compiled<DestinationRuleManifest>[],
  versions: readonly Compiled<ServiceManifest>[],
): Compiled<BackendTLSPolicyManifest | DestinationRuleManifest>[] {
  const made = new Set(
    versions.map(({ manifest }) => `${manifest.metadata.namespace}/${manifest.metadata.name}`),
  );
  const ofExternals = new Map<string, Compiled<DestinationRuleManifest>[]>();
  const others: Compiled<DestinationRuleManifest>[] = [];
  for (const rule of rules) {
    if (rule.source.kind !== "external") others.push(...withoutSubsets(context, rule, made));
    else ofExternals.set(rule.source.external, [...(ofExternals.get(rule.source.external) ?? []), rule]);
  }
  return [
    ...others,
    ...[...ofExternals].flatMap(
      ([key, ofOne]): readonly Compiled<BackendTLSPolicyManifest | DestinationRuleManifest>[] =>
        compileBackendTlsPolicies(context, context.external(key), ofOne) ?? ofOne,
    ),
  ];
}

function withoutSubsets(
  context: Context,
  { manifest, source }: Compiled<DestinationRuleManifest>,
  made: ReadonlySet<string>,
): Compiled<DestinationRuleManifest>[] {
  if (source.kind !== "service") return [{ manifest, source }];
  const service = context.service(source.service);
  const { subsets = [], ...spec } = manifest.spec;
  const { name: ruleName, namespace = service.namespace } = manifest.metadata;
  const ofVersions = subsets.flatMap(({ name, trafficPolicy }): Compiled<DestinationRuleManifest>[] => {
    const version = { name: versionServiceName(service, name), namespace: service.namespace };
    // A subset's policy has that of the whole in it already.
    const policy = trafficPolicy ?? spec.trafficPolicy;
    if (!made.has(`${version.namespace}/${version.name}`) || policy === undefined) return [];
    return [
      {
        source,
        manifest: {
          ...manifest,
          metadata: context.metadata(`${ruleName}-${name}`, namespace),
          spec: { ...spec, host: serviceHost(version, context.clusterDomain), trafficPolicy: policy },
        },
      },
    ];
  });
  return [...(saysSomething(spec) ? [{ manifest: { ...manifest, spec }, source }] : []), ...ofVersions];
}

/** Who a rule is for, and who sees it, is nothing without a policy. */
function saysSomething({ trafficPolicy }: DestinationRuleSpec): boolean {
  return trafficPolicy !== undefined;
}
