import { UNKNOWN } from "../kubernetes-object";
import type { MeshModel } from "../model";
import type { DestinationRuleView } from "../model/destination-rule";
import { qualify } from "../model/hosts";
import { MESH_GATEWAY, type VirtualServiceView } from "../model/virtual-service";
import { push } from "../model/workloads";
import { known, type Value } from "../reader";
import type { Rule, Verdict } from "../rule";

export const resilienceSubsetPolicyActive: Rule = {
  id: "resilience-subset-policy-active",
  group: "resilience",
  title: "Policies of subsets take effect",
  description:
    "A subset has a traffic policy, but no route sends to that subset, so the policy is never applied; or a gateway's route goes to a host whose subset rules stand in a VirtualService that the gateway does not read.",
  severity: "medium",
  level: "advisory",
  scope: "stack",
  anchors: ["IST0140"],
  fix: "Route to the subset by name, or set the policy at the top of the DestinationRule",
  docs: "https://istio.io/latest/docs/ops/best-practices/traffic-management/#set-default-routes-for-services",
  *check(model) {
    const uses = readUses(model);
    for (const rule of model.destinationRules.all) yield* checkPolicies(rule, uses);
    yield* checkGateways(uses);
  },
};

interface Use {
  readonly view: VirtualServiceView;
  readonly destination: Value;
  readonly subset: string;
}

interface Uses {
  /** Routes by complete host; those without a subset too. */
  readonly byHost: ReadonlyMap<string, readonly Use[]>;
  /** Some route leads somewhere that is not known before deployment. */
  readonly isOpen: boolean;
}

function readUses(model: MeshModel): Uses {
  const byHost = new Map<string, Use[]>();
  let isOpen = false;
  for (const view of model.virtualServices) {
    for (const { destination } of view.destinations()) {
      const host = destination.get("host").text();
      const subset = destination.get("subset").text();
      if (host === UNKNOWN || subset === UNKNOWN || view.object.namespace === UNKNOWN) isOpen = true;
      else if (host !== undefined)
        push(byHost, qualify(host, view.object.namespace, model.config.clusterDomain), {
          view,
          destination,
          subset: subset ?? "",
        });
    }
  }
  return { byHost, isOpen };
}

function* checkPolicies(rule: DestinationRuleView, uses: Uses): Iterable<Verdict> {
  const used = new Set((uses.byHost.get(rule.host) ?? []).map(({ subset }) => subset));
  for (const { name, value } of rule.subsets) {
    const policy = value.get("trafficPolicy");
    // A wildcard rule is for hosts that others route to.
    if (!policy.isPresent || used.has(name) || rule.host.startsWith("*")) continue;
    if (uses.isOpen) yield rule.object.wait(policy.path);
    else
      yield rule.object.report(
        policy.path,
        `no route sends to subset "${name}" of "${rule.host}", so this policy is never applied`,
        { anchors: [] },
      );
  }
}

/** A gateway that sends to a host does not ask the VirtualService of that host for a subset. */
function* checkGateways(uses: Uses): Iterable<Verdict> {
  for (const [host, them] of uses.byHost) {
    const owner = them.find(
      ({ view, subset }) => subset !== "" && view.hosts.some((each) => each.host === host),
    )?.view;
    if (owner === undefined) continue;
    for (const { view, destination, subset } of them) {
      const isGateway = view.gateways.some((gateway) => gateway !== MESH_GATEWAY);
      if (
        subset !== "" ||
        view === owner ||
        !isGateway ||
        known(destination.get("host").text()) === undefined
      )
        continue;
      yield view.object.report(
        destination.path,
        `the gateway sends to "${host}" as a whole: the subsets that VirtualService "${owner.object.key}" chooses there do not apply to its requests`,
        {
          anchors: ["IST0140"],
          fix: "Name the subset in this route, or bind the rules of the host to this gateway too",
        },
      );
    }
  }
}
