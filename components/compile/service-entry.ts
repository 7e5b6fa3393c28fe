import type { Compiled } from "./compiled";
import type { Context } from "./context";
import type { ServiceEntryManifest } from "./types";

const RESOLUTION = {
  dns: "DNS",
  "dns-round-robin": "DNS_ROUND_ROBIN",
  "dynamic-dns": "DYNAMIC_DNS",
  static: "STATIC",
  none: "NONE",
} as const;

/** Hosts outside become known to every proxy: in the root namespace, exported to all unless said otherwise. */
export function compileServiceEntries(context: Context): Compiled<ServiceEntryManifest>[] {
  return context.intent.externals.map((external) => ({
    source: { kind: "external", external: external.key },
    manifest: {
      apiVersion: "networking.istio.io/v1",
      kind: "ServiceEntry",
      metadata: context.metadata(external.key, context.rootNamespace),
      spec: {
        hosts: [external.host],
        ...(external.addresses.length > 0 && { addresses: external.addresses }),
        location: external.location === "internal" ? "MESH_INTERNAL" : "MESH_EXTERNAL",
        ports: external.ports.map(({ name, number, protocol, targetPort }) => ({
          name,
          number,
          protocol: protocol.toUpperCase(),
          ...(targetPort !== number && { targetPort }),
        })),
        resolution: RESOLUTION[external.resolution],
        ...(external.endpoints.length > 0 && { endpoints: external.endpoints }),
        ...(external.workloadSelector && { workloadSelector: { labels: external.workloadSelector } }),
        ...(external.subjectAltNames && { subjectAltNames: external.subjectAltNames }),
        ...(external.exportTo && { exportTo: external.exportTo }),
      },
    },
  }));
}
