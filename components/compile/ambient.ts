import type { Context } from "./context";
import type { PolicyTarget, Selection } from "./selection";

/** A waypoint that services are reached through. */
export interface Waypoint {
  readonly name: string;
  readonly namespace: string;
}

/** Where policies about the workloads of a namespace are read: by their own proxies, by ztunnel alone, or at a waypoint. */
export type PolicyReader = "sidecar" | "ztunnel" | Waypoint;

/** Who reads policies about the workloads of a namespace. */
export function policyReader({ ambient }: Context, namespace: string): PolicyReader {
  const found = ambient[namespace];
  if (found === undefined) return "sidecar";
  if (found.waypoint === undefined) return "ztunnel";
  return { name: found.waypoint, namespace: found.waypointNamespace ?? namespace };
}

/** The waypoint of a namespace; `undefined` where it has none. */
export function waypointOf(context: Context, namespace: string): Waypoint | undefined {
  const reader = policyReader(context, namespace);
  return typeof reader === "string" ? undefined : reader;
}

/** Every waypoint of the mesh, once. */
export function waypoints(context: Context): readonly Waypoint[] {
  const found = Object.keys(context.ambient).flatMap((namespace) => waypointOf(context, namespace) ?? []);
  return [...new Map(found.map((each) => [`${each.namespace}/${each.name}`, each])).values()].sort((a, b) =>
    `${a.namespace}/${a.name}` < `${b.namespace}/${b.name}` ? -1 : 1,
  );
}

/** How a policy chooses a service: at its waypoint by name, elsewhere by the labels of its workloads. */
export function serviceChosen(
  context: Context,
  { name, namespace, labels }: { name: string; namespace: string; labels: Readonly<Record<string, string>> },
): Selection {
  if (waypointOf(context, namespace) === undefined) return { selector: { matchLabels: labels } };
  const target: PolicyTarget = { group: "", kind: "Service", name };
  return { targetRefs: [target] };
}
