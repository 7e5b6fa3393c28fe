import type * as inputs from "@pulumi/kubernetes/types/input";

/** Where the pods of a Deployment run. */
export interface SchedulingArgs {
  /** Priority class of the pods. @default none */
  priorityClassName?: string;
  /** Nodes on which the pods may run, by label. @default any */
  nodeSelector?: Record<string, string>;
  /** Nodes and pods that the pods keep close to or away from. @default none */
  affinity?: inputs.core.v1.Affinity;
  /** Taints of nodes that do not keep the pods away. @default none */
  tolerations?: inputs.core.v1.Toleration[];
  /** How the pods spread over zones and nodes; without a selector, over those of the same Deployment. @default as they come */
  topologySpreadConstraints?: inputs.core.v1.TopologySpreadConstraint[];
}

/** The part of a pod that says where it runs; nothing for what is not asked for. */
export function scheduling(
  args: SchedulingArgs,
  matchLabels: Readonly<Record<string, string>>,
  tolerations: readonly inputs.core.v1.Toleration[] = [],
): inputs.core.v1.PodSpec | Record<never, never> {
  const { affinity, nodeSelector, priorityClassName, topologySpreadConstraints: spread } = args;
  const tolerated = [...tolerations, ...(args.tolerations ?? [])];
  return {
    ...(priorityClassName === undefined ? {} : { priorityClassName }),
    ...(nodeSelector === undefined ? {} : { nodeSelector: { ...nodeSelector } }),
    ...(affinity === undefined ? {} : { affinity }),
    ...(tolerated.length === 0 ? {} : { tolerations: tolerated }),
    ...(spread === undefined
      ? {}
      : {
          topologySpreadConstraints: spread.map((constraint) => ({
            // Without any, a constraint counts no pods and spreads nothing.
            labelSelector: { matchLabels: { ...matchLabels } },
            ...constraint,
          })),
        }),
  };
}
