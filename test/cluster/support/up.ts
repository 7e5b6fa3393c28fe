import type { Cluster } from "../harness/cluster";
import type { DaemonSet, Deployment, HorizontalPodAutoscaler, Service } from "./kinds";

/** What Pulumi would still be waiting for: nothing when every workload is up and every load balancer has an address. */
export async function notUp({ api }: Cluster): Promise<readonly string[]> {
  const deployments = await api.list<Deployment>("/apis/apps/v1/deployments");
  const daemonSets = await api.list<DaemonSet>("/apis/apps/v1/daemonsets");
  const autoscalers = await api.list<HorizontalPodAutoscaler>(
    "/apis/autoscaling/v2/horizontalpodautoscalers",
  );
  const services = await api.list<Service>("/api/v1/services");
  // Without this, what an autoscaler is about to do would be taken for the work of whoever applies next.
  const fewest = new Map(
    autoscalers.map(({ metadata, spec }) => [
      `${metadata.namespace}/${spec.scaleTargetRef.name}`,
      spec.minReplicas ?? 1,
    ]),
  );
  return [
    ...deployments.flatMap(({ metadata, spec, status = {} }) => {
      const name = `${metadata.namespace}/${metadata.name}`;
      const wanted = Math.max(spec.replicas ?? 1, fewest.get(name) ?? 0);
      // What was counted before the last change says nothing about it.
      const seen = (status.observedGeneration ?? 0) >= metadata.generation;
      const { availableReplicas = 0, updatedReplicas = 0 } = status;
      return seen && availableReplicas >= wanted && updatedReplicas >= wanted
        ? []
        : [
            `Deployment ${name} has ${availableReplicas} of ${wanted} pods available and ${updatedReplicas} up to date`,
          ];
    }),
    ...daemonSets.flatMap(({ metadata, status = {} }) => {
      const { desiredNumberScheduled: wanted = 0, numberAvailable = 0, observedGeneration = 0 } = status;
      return observedGeneration >= metadata.generation && wanted > 0 && numberAvailable >= wanted
        ? []
        : [
            `DaemonSet ${metadata.namespace}/${metadata.name} has ${numberAvailable} of ${wanted} pods available`,
          ];
    }),
    ...services
      .filter(({ spec, status }) => spec.type === "LoadBalancer" && !status?.loadBalancer?.ingress?.length)
      .map(({ metadata }) => `Service ${metadata.namespace}/${metadata.name} has no address`),
  ];
}
