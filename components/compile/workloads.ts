import type { ServiceIntent, WorkloadEntryIntent, WorkloadGroupIntent } from "../intent/intent";
import type { Compiled } from "./compiled";
import type { Context } from "./context";
import type { WorkloadEntryManifest, WorkloadGroupManifest } from "./types";

/**
 * The workloads that Kubernetes does not run, beside their service: its Kubernetes Service selects them by the same labels
 * as pods. Their account is the service's, so that they are known by the same identity.
 */
export function compileWorkloads(
  context: Context,
): Compiled<WorkloadEntryManifest | WorkloadGroupManifest>[] {
  return context.intent.services.flatMap((service) => [
    ...(service.workloadEntries ?? []).map((entry) => ofEntry(context, service, entry)),
    ...(service.workloadGroups ?? []).map((group) => ofGroup(context, service, group)),
  ]);
}

function ofEntry(
  context: Context,
  service: ServiceIntent,
  { name, ...spec }: WorkloadEntryIntent,
): Compiled<WorkloadEntryManifest> {
  return {
    source: { kind: "service", service: service.key },
    manifest: {
      apiVersion: "networking.istio.io/v1",
      kind: "WorkloadEntry",
      metadata: context.metadata(name, service.namespace),
      spec: { ...spec, serviceAccount: service.serviceAccount },
    },
  };
}

function ofGroup(
  context: Context,
  service: ServiceIntent,
  group: WorkloadGroupIntent,
): Compiled<WorkloadGroupManifest> {
  const { name, labels, annotations, probe, ports, network, locality, weight } = group;
  return {
    source: { kind: "service", service: service.key },
    manifest: {
      apiVersion: "networking.istio.io/v1",
      kind: "WorkloadGroup",
      metadata: context.metadata(name, service.namespace),
      spec: {
        metadata: { labels, ...(annotations && { annotations }) },
        template: {
          ...(ports && { ports }),
          ...(network !== undefined && { network }),
          ...(locality !== undefined && { locality }),
          ...(weight !== undefined && { weight }),
          serviceAccount: service.serviceAccount,
        },
        ...(probe && { probe }),
      },
    },
  };
}
