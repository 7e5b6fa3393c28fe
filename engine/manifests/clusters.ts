import type { Deployment, RecordedResource } from "../recorded";
import { packageOf } from "../urn";
import { containsUnknown, reveal } from "../providers/plain";
import type { ProgramObject } from "./kubernetes-object";

/** A cluster among several that a stack deploys to. */
export interface Cluster {
  /** The provider that leads to it: the first, where several do. */
  readonly provider: string;
  /** The URN of that provider. */
  readonly urn: string;
}

/** Finds the cluster of an object; undefined throughout where the stack deploys to one alone. */
export type ClusterFinder = (object: ProgramObject) => Cluster | undefined;

const TARGET = ["kubeconfig", "context", "cluster"] as const;

/**
 * Tells clusters apart by what providers are pointed at. Two providers with one target are one cluster: programs have several
 * for their settings.
 */
export function clusterFinder(deployment: Deployment): ClusterFinder {
  const byTarget = new Map<string, Cluster>();
  const byProvider = new Map<string, Cluster>();
  for (const resource of deployment.resources) {
    const { provider } = resource;
    if (provider === undefined || resource.read || packageOf(resource.type) !== "kubernetes") continue;
    const urn = provider.slice(0, provider.lastIndexOf("::"));
    if (byProvider.has(urn)) continue;
    const found = deployment.resources.find((each) => each.urn === urn);
    const target = found === undefined ? "" : targetOf(found);
    const cluster = byTarget.get(target) ?? { provider: found?.name ?? "default", urn };
    byTarget.set(target, cluster);
    byProvider.set(urn, cluster);
  }
  if (byTarget.size < 2) return () => undefined;
  return ({ resource: { provider = "" } }) => byProvider.get(provider.slice(0, provider.lastIndexOf("::")));
}

/** What a provider is pointed at, to be compared and never shown. What is not known yet is told apart by its origin. */
function targetOf({ inputs, propertyDependencies }: RecordedResource): string {
  const parts = TARGET.map((key) => {
    const value = inputs[key] ?? null;
    return containsUnknown(value) ? { from: propertyDependencies[key] ?? [] } : { is: reveal(value) };
  });
  return JSON.stringify(parts);
}
