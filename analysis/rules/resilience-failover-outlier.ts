import { UNKNOWN } from "../kubernetes-object";
import type { MeshModel } from "../model";
import { kinds } from "../model/kinds";
import type { MeshObject } from "../model/mesh-object";
import type { Value } from "../reader";
import type { Rule, Verdict } from "../rule";

export const resilienceFailoverOutlier: Rule = {
  id: "resilience-failover-outlier",
  group: "resilience",
  title: "Failover knows when to fail over",
  description:
    "A policy fails over to other localities but has no outlier detection, so it never learns that an endpoint is bad; or outlier detection uses a deprecated field, or may eject every endpoint at once.",
  severity: "high",
  level: "mandatory",
  scope: "stack",
  anchors: ["IST0133"],
  fix: "Add outlierDetection with consecutive5xxErrors, interval and baseEjectionTime to the same traffic policy",
  docs: "https://istio.io/latest/docs/tasks/traffic-management/locality-load-balancing/failover/",
  *check(model) {
    for (const object of model.ofKind(kinds.destinationRule)) {
      for (const policy of policiesOf(object)) yield* judge(model, object, policy);
    }
  },
};

/** A subset's policy takes from the rule's what it does not say itself. */
function* policiesOf(object: MeshObject): Iterable<Policy> {
  const top = object.spec.get("trafficPolicy");
  const outlier = top.get("outlierDetection");
  if (top.isPresent) yield* withPorts(top);
  for (const subset of object.spec.get("subsets").items()) {
    const policy = subset.get("trafficPolicy");
    if (policy.isPresent || outlier.isUnknown) yield* withPorts(policy, outlier);
  }
}

interface Policy {
  readonly policy: Value;
  readonly outlier: Value;
  /** The outlier detection is that of the policy above it, and judged there. */
  readonly inherits: boolean;
}

function* withPorts(policy: Value, above?: Value): Iterable<Policy> {
  const own = policy.get("outlierDetection");
  const inherits = above !== undefined && !own.isPresent;
  yield { policy, outlier: inherits ? above : own, inherits };
  for (const port of policy.get("portLevelSettings").items())
    yield { policy: port, outlier: port.get("outlierDetection"), inherits: false };
}

const localitySettings = ["localityLbSetting", "zoneAwareLbSetting"];

function* judge(
  model: MeshModel,
  object: MeshObject,
  { policy, outlier, inherits }: Policy,
): Iterable<Verdict> {
  const balancer = policy.get("loadBalancer");
  // Whoever says nothing of the balancing has no list that could wait, unless the outlier detection does.
  const settings = balancer.isPresent || outlier.isUnknown ? localitySettings : [];
  for (const setting of settings) {
    for (const field of ["failover", "failoverPriority"]) {
      const list = balancer.get(setting).get(field);
      if (list.isUnknown || outlier.isUnknown) yield object.wait(list.path);
      else if (list.items().length > 0 && !outlier.isPresent)
        yield object.report(
          list.path,
          `${field} is set without outlierDetection: the proxy never finds an endpoint bad, and does not fail over`,
          { anchors: ["IST0133"] },
        );
    }
  }
  if (inherits || !outlier.isPresent) return;
  const errors = outlier.get("consecutiveErrors");
  if (errors.isPresent && errors.number() !== 0)
    yield object.report(errors.path, "consecutiveErrors is deprecated and ignored", {
      anchors: ["IST0133"],
      fix: "Use consecutive5xxErrors or consecutiveGatewayErrors",
    });
  const percent = outlier.get("maxEjectionPercent").number();
  if (percent === UNKNOWN) yield object.wait(outlier.get("maxEjectionPercent").path);
  else if (percent === 100 && !isExternal(model, object))
    yield object.report(
      outlier.get("maxEjectionPercent").path,
      "maxEjectionPercent is 100: a fault that all endpoints share takes away every one of them",
      { anchors: [], level: "advisory", fix: "Leave some endpoints in, 50 percent for example" },
    );
}

/** Of a single host outside, and of localities that stand in for each other, each may be ejected whole. */
function isExternal(model: MeshModel, object: MeshObject): boolean {
  const host = object.spec.get("host").text();
  if (typeof host !== "string") return true;
  return model.registry.lookup(host).some(({ kind }) => kind === "ServiceEntry");
}
