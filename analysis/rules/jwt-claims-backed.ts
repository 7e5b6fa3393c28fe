import { UNKNOWN } from "../kubernetes-object";
import type { MeshModel } from "../model";
import { kinds } from "../model/kinds";
import { includesAll } from "../model/labels";
import type { PolicyView } from "../model/policies";
import { isClaimHeader, requestIdentityUses } from "../model/request-identity";
import { MESH_GATEWAY, type VirtualServiceView } from "../model/virtual-service";
import { describeWorkload } from "../model/workloads";
import { known, type Value } from "../reader";
import type { Rule, Verdict } from "../rule";

export const jwtClaimsBacked: Rule = {
  id: "jwt-claims-backed",
  group: "jwt",
  title: "Claims are read only where tokens are checked",
  description:
    "A route or an AuthorizationPolicy asks for a claim or a user of a token, but no RequestAuthentication checks tokens there: the claim is never present, so the rule never matches, or always where it is negated.",
  severity: "high",
  level: "mandatory",
  scope: "stack",
  anchors: ["IST0149"],
  fix: "Add a RequestAuthentication for the same workloads, in the gateway's namespace where the gateway routes by claims",
  docs: "https://istio.io/latest/docs/tasks/security/authentication/jwt-route/",
  *check(model) {
    for (const view of model.virtualServices) yield* checkRoutes(model, view);
    for (const policy of model.policies(kinds.authorizationPolicy).all) yield* checkPolicy(model, policy);
  },
};

function* checkRoutes(model: MeshModel, view: VirtualServiceView): Iterable<Verdict> {
  const claim = findClaim(view);
  if (claim === undefined) return;
  const authentication = model.policies(kinds.requestAuthentication);
  for (const name of view.gateways) {
    if (name === UNKNOWN || name === MESH_GATEWAY) continue;
    const gateway = model.gateway(name);
    if (gateway === undefined) continue;
    if (authentication.open.length > 0) {
      yield view.object.wait(claim.path);
      return;
    }
    const bare = gateway.pods.workloads.find((workload) => authentication.holdingFor(workload).length === 0);
    const isElsewhere =
      gateway.pods.workloads.length === 0 &&
      !authentication.all.some((each) => mayHold(model, each, gateway.selector.known));
    if (bare === undefined && !isElsewhere) continue;
    yield view.object.report(
      claim.path,
      `the match on a claim never holds on gateway "${name}": no RequestAuthentication checks tokens ${bare === undefined ? "for its pods" : `at ${describeWorkload(bare)}`}`,
      { anchors: ["IST0149"], ...(bare === undefined ? { level: "advisory" } : {}) },
    );
    return;
  }
}

function findClaim(view: VirtualServiceView): Value | undefined {
  for (const { value } of view.rules) {
    for (const match of value.get("match").items()) {
      for (const field of ["headers", "withoutHeaders"]) {
        for (const [name, header] of match.get(field).entries()) if (isClaimHeader(name)) return header;
      }
    }
  }
  return undefined;
}

/** The policy may hold for pods that are not in the set, but carry these labels. */
function mayHold(model: MeshModel, policy: PolicyView, labels: ReadonlyMap<string, string>): boolean {
  if (policy.isWide || policy.targets.length > 0) return true;
  return policy.namespace === model.config.rootNamespace || includesAll(labels, policy.selector.known);
}

function* checkPolicy(model: MeshModel, policy: PolicyView): Iterable<Verdict> {
  const [use] = requestIdentityUses(policy.object);
  if (use === undefined) return;
  const authentication = model.policies(kinds.requestAuthentication);
  if (policy.namespace === UNKNOWN || policy.selector.open || authentication.open.length > 0) {
    yield policy.object.wait(use.path);
    return;
  }
  const others =
    policy.namespace === model.config.rootNamespace
      ? authentication.all
      : authentication.reaching(policy.namespace);
  if (others.some((each) => overlaps(model, each, policy))) return;
  yield policy.object.report(
    use.path,
    `the ${String(known(policy.object.spec.get("action").text()) ?? "ALLOW")} policy "${policy.object.key}" asks for the user of a token, but no RequestAuthentication for the same workloads checks tokens: there never is one`,
    { anchors: [] },
  );
}

/** Some workload may be under both. */
function overlaps(model: MeshModel, authentication: PolicyView, policy: PolicyView): boolean {
  const root = model.config.rootNamespace;
  if (authentication.namespace === root || policy.namespace === root) {
    if (authentication.isWide || policy.isWide) return true;
  } else if (authentication.namespace !== policy.namespace) return false;
  if (authentication.isWide || policy.isWide) return true;
  if (policy.targets.length > 0 && authentication.targets.length > 0) {
    return policy.targets.some((left) =>
      authentication.targets.some((right) => left.groupKind === right.groupKind && left.name === right.name),
    );
  }
  // A selector and a target may mean the same pods; two selectors exclude each other only by different values.
  return ![...policy.selector.known].some(([key, value]) => {
    const other = authentication.selector.known.get(key);
    return other !== undefined && other !== value;
  });
}
