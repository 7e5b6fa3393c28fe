import type { MeshModel } from "../model";
import { kinds } from "../model/kinds";
import { findRivals, namesOf } from "../model/overlap";
import type { PeerAuthenticationView } from "../model/peer-authentication";
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
          `namespace "${namespace}" has ${others.length} PeerAuthentications without selector: ${namesOf(others)}; only the oldest takes effect`,
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

function* checkSelective(
  model: MeshModel,
  namespace: string,
  views: readonly PeerAuthenticationView[],
): Iterable<Verdict> {
  if (views.length < 2) return;
  const path = "spec.selector.matchLabels";
  for (const { object, selector } of views) if (selector.open) yield object.wait(path);
  for (const { object, what, them } of findRivals(
    model,
    views.map((view) => ({ ...view, namespace })),
  ))
    yield object.report(
      path,
      `${what} has ${them.length} PeerAuthentications: ${namesOf(them)}; only the oldest takes effect`,
      { anchors: ["KIA0003"] },
    );
}
