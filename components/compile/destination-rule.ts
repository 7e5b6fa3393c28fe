import type { Compiled } from "./compiled";
import type { Context } from "./context";
import { serviceHost } from "./names";
import type { DestinationRuleManifest } from "./types";

/**
 * One per service with subsets, beside the service, where every caller looks it up; and one per external whose TLS the
 * proxy begins.
 *
 * Rules of services say nothing of TLS. Automatic mTLS then uses it wherever the server takes it, which strict
 * PeerAuthentication demands; an explicit ISTIO_MUTUAL would add nothing for these and break calls to a workload that
 * has no proxy.
 */
export function compileDestinationRules(context: Context): Compiled<DestinationRuleManifest>[] {
  return [...ofServices(context), ...ofExternals(context)];
}

function ofServices(context: Context): Compiled<DestinationRuleManifest>[] {
  return context.intent.services
    .filter(({ subsets }) => subsets.length > 0)
    .map((service) => ({
      source: { kind: "service", service: service.key },
      manifest: {
        apiVersion: "networking.istio.io/v1",
        kind: "DestinationRule",
        metadata: context.metadata(service.name, service.namespace),
        spec: {
          host: serviceHost(service, context.clusterDomain),
          subsets: service.subsets.map(({ name, labels }) => ({ name, labels })),
        },
      },
    }));
}

function ofExternals(context: Context): Compiled<DestinationRuleManifest>[] {
  return context.intent.externals.flatMap((external): Compiled<DestinationRuleManifest>[] => {
    const settings = external.ports.flatMap(({ number, tls }) =>
      tls === undefined
        ? []
        : [
            {
              port: { number },
              tls: {
                mode: "SIMPLE" as const,
                sni: tls.sni,
                subjectAltNames: tls.subjectAltNames,
                caCertificates: tls.caCertificates,
              },
            },
          ],
    );
    if (settings.length === 0) return [];
    return [
      {
        source: { kind: "external", external: external.key },
        manifest: {
          apiVersion: "networking.istio.io/v1",
          kind: "DestinationRule",
          metadata: context.metadata(external.key, context.rootNamespace),
          spec: { host: external.host, trafficPolicy: { portLevelSettings: settings } },
        },
      },
    ];
  });
}
