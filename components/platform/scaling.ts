import type {
  HorizontalPodAutoscalerObject,
  PlatformMeta,
  PodDisruptionBudgetObject,
} from "./kubernetes-objects";

/** How a Deployment is scaled: by a HorizontalPodAutoscaler, or by a number. */
export type Scaling =
  | { readonly mode: "auto"; readonly min: number; readonly max: number; readonly targetCpuPercent: number }
  | { readonly mode: "fixed"; readonly replicas: number };

/** The autoscaler of the Deployment with this name; none where the number of replicas is fixed. */
export function horizontalPodAutoscaler(
  metadata: PlatformMeta,
  scaling: Scaling,
): HorizontalPodAutoscalerObject | undefined {
  if (scaling.mode === "fixed") return undefined;
  return {
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    metadata,
    spec: {
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: metadata.name },
      minReplicas: scaling.min,
      maxReplicas: scaling.max,
      metrics: [
        {
          type: "Resource",
          resource: {
            name: "cpu",
            target: { type: "Utilization", averageUtilization: scaling.targetCpuPercent },
          },
        },
      ],
    },
  };
}

/** A budget that keeps one replica; none where there may be only one, because it would block every node drain. */
export function disruptionBudget(
  metadata: PlatformMeta,
  scaling: Scaling,
  matchLabels: Record<string, string>,
): PodDisruptionBudgetObject | undefined {
  const atLeast = scaling.mode === "auto" ? scaling.min : scaling.replicas;
  if (atLeast < 2) return undefined;
  return {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata,
    spec: { minAvailable: 1, selector: { matchLabels } },
  };
}
