import type { HorizontalPodAutoscalerObject, PodDisruptionBudgetObject } from "../kubernetes-objects";
import { commonLabels } from "../labels";
import { disruptionBudget, horizontalPodAutoscaler } from "../scaling";
import { controlPlaneNames, istiodSelector } from "./names";
import type { ControlPlaneSettings } from "./settings";

/** What scales istiod and what keeps it up through node drains; each absent where it would do nothing or harm. */
export interface IstiodScaling {
  readonly "horizontal-pod-autoscaler"?: HorizontalPodAutoscalerObject;
  readonly "pod-disruption-budget"?: PodDisruptionBudgetObject;
}

/** The autoscaler and the disruption budget of istiod. */
export function istiodScaling(settings: ControlPlaneSettings): IstiodScaling {
  const { rev, istiod } = controlPlaneNames(settings);
  const labels = { app: "istiod", "istio.io/rev": rev, ...commonLabels("istiod") };
  const workload = { name: istiod, namespace: settings.namespace, labels };
  const autoscaler = horizontalPodAutoscaler(workload, settings.scaling);
  const budget = disruptionBudget(
    { ...workload, labels: { ...labels, istio: "pilot" } },
    settings.scaling,
    istiodSelector(settings),
  );
  return {
    ...(autoscaler === undefined ? {} : { "horizontal-pod-autoscaler": autoscaler }),
    ...(budget === undefined ? {} : { "pod-disruption-budget": budget }),
  };
}
