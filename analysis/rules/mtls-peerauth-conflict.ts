import type { MeshModel } from "../model";
import { kinds } from "../model/kinds";
import { describeLabels } from "../model/labels";
import type { PeerAuthenticationView } from "../model/peer-authentication";
import { describeWorkload, push, type Workload } from "../model/workloads";
import type { Rule, Verdict } from "../rule";

export const mtlsPeerauthConflict: Rule = {
  id: "mtls-peerauth-conflict",
  group: "mtls",
  title: "One PeerAuthentication decides",
  description:
    "Two PeerAuthentications hold for one namespace or one workload. Istio takes the older and passes over the other, and nobody sees which that is.",
  severity: "high",
  level: "mandatory",
  scope: "stack",
  anchors: ["KIA0002", "KIA0003"],
  fix: "Keep one policy for the namespace and one for each workload",
  docs: "https://istio.io/latest/docs/reference/config/security/peer_authentication/",
  *check(model) {
    if (model.ofKind(kinds.peerAuthentication).length < 2) return;
    for (const [namespace, views] of model.peerAuthentications.wide) {
      const others = distinct(views);
      if (others.length < 2) continue;
      for (const { object } of others)
        yield object.report(
          "metadata.namespace",
          `namespace "${namespace}" has ${others.length} PeerAuthentications without selector: ${names(others)}; only the oldest takes effect`,
          { anchors: ["KIA0002"] },
        );
    }
    for (const [namespace, views] of model.peerAuthentications.selective)
      yield* checkSelective(model, namespace, distinct(views));
  },
};

/** The same object given twice is no conflict. */
function distinct(views: readonly PeerAuthenticationView[]): readonly PeerAuthenticationView[] {
  return [...new Map(views.map((view) => [view.object.key, view] as const)).values()];
}

function names(views: readonly PeerAuthenticationView[]): string {
  return views
    .map(({ object }) => `"${String(object.ref.name)}"`)
    .sort()
    .join(", ");
}

function* checkSelective(
  model: MeshModel,
  namespace: string,
  views: readonly PeerAuthenticationView[],
): Iterable<Verdict> {
  if (views.length < 2) return;
  const reported = new Set<PeerAuthenticationView>();
  const byWorkload = new Map<Workload, PeerAuthenticationView[]>();
  const bySelector = new Map<string, PeerAuthenticationView[]>();
  for (const view of views) {
    if (view.selector.open) {
      yield view.object.wait("spec.selector.matchLabels");
      continue;
    }
    push(bySelector, describeLabels(new Map([...view.selector.known].sort())), view);
    for (const workload of model.workloads.select(namespace, view.selector.known).workloads)
      push(byWorkload, workload, view);
  }
  const groups = [
    ...[...byWorkload].map(([workload, them]) => [describeWorkload(workload), them] as const),
    ...[...bySelector].map(([selector, them]) => [`each pod with ${selector}`, them] as const),
  ];
  for (const [what, them] of groups) {
    if (them.length < 2) continue;
    for (const view of them) {
      if (reported.has(view)) continue;
      reported.add(view);
      yield view.object.report(
        "spec.selector.matchLabels",
        `${what} has ${them.length} PeerAuthentications: ${names(them)}; only the oldest takes effect`,
        { anchors: ["KIA0003"] },
      );
    }
  }
}
