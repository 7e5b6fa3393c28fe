import { UNKNOWN } from "../kubernetes-object";
import type { MeshModel } from "../model";
import { actionOf } from "../model/authorization";
import { kinds } from "../model/kinds";
import { includesAll } from "../model/labels";
import type { PolicyView } from "../model/policies";
import { requestIdentityUses } from "../model/request-identity";
import { describeWorkload, type Workload } from "../model/workloads";
import type { Rule, Verdict } from "../rule";

export const jwtRequiresAuthorization: Rule = {
  id: "jwt-requires-authorization",
  group: "jwt",
  title: "A token is demanded where it is checked",
  description:
    "A RequestAuthentication refuses wrong tokens but lets requests without a token through, and no AuthorizationPolicy for the same workloads demands one.",
  severity: "high",
  level: "mandatory",
  scope: "stack",
  anchors: [],
  fix: 'Add an AuthorizationPolicy for the same workloads that denies requests with notRequestPrincipals ["*"], or allows named requestPrincipals only',
  docs: "https://istio.io/latest/docs/reference/config/security/request_authentication/",
  *check(model) {
    const authentications = model.policies(kinds.requestAuthentication).all;
    if (authentications.length === 0) return;
    const demanding = new Set(
      model
        .policies(kinds.authorizationPolicy)
        .all.filter(({ object }) => actionOf(object) === "CUSTOM" || requestIdentityUses(object).length > 0),
    );
    for (const policy of authentications) {
      if (policy.object.spec.get("jwtRules").items().length === 0) continue;
      if (policy.namespace === UNKNOWN || policy.selector.open) {
        yield policy.object.wait("spec.selector");
        continue;
      }
      yield* judge(model, policy, policy.namespace, demanding);
    }
  },
};

function* judge(
  model: MeshModel,
  policy: PolicyView,
  namespace: string,
  demanding: ReadonlySet<PolicyView>,
): Iterable<Verdict> {
  const workloads = workloadsOf(model, policy, namespace);
  const missing = workloads.find(
    (workload) =>
      !model
        .policies(kinds.authorizationPolicy)
        .holdingFor(workload)
        .some((each) => demanding.has(each)),
  );
  if (workloads.length > 0 && missing === undefined) return;
  const near = model.policies(kinds.authorizationPolicy).reaching(namespace);
  if (
    workloads.length === 0 &&
    near.some((each) => demanding.has(each) && sharesTargets(model, each, policy))
  )
    return;
  const where = missing === undefined ? "the same workloads" : describeWorkload(missing);
  yield policy.object.report(
    "spec.jwtRules",
    `the RequestAuthentication "${policy.object.key}" checks tokens, but no AuthorizationPolicy for ${where} demands one: requests without a token pass`,
  );
}

/** The workloads of this set that a policy holds for; none where it names targets. */
function workloadsOf(model: MeshModel, policy: PolicyView, namespace: string): readonly Workload[] {
  if (policy.targets.length > 0) return [];
  if (policy.hasSelector) {
    return namespace === model.config.rootNamespace
      ? model.workloads.selectAnywhere(policy.selector.known).workloads
      : model.workloads.select(namespace, policy.selector.known).workloads;
  }
  const all =
    namespace === model.config.rootNamespace ? model.workloads.all : model.workloads.inNamespace(namespace);
  return all.filter((workload) => {
    const enrolment = model.namespaces.enrolmentOfWorkload(workload);
    return enrolment === "sidecar" || enrolment === "ambient";
  });
}

/** Where the workloads live elsewhere: both speak of the same scope, or one of them of a wider one. */
function sharesTargets(model: MeshModel, a: PolicyView, b: PolicyView): boolean {
  if (a.isWide && a.namespace === model.config.rootNamespace) return true;
  if (a.namespace !== b.namespace) return false;
  if (a.isWide || b.isWide) return true;
  return (
    a.targets.some((left) =>
      b.targets.some((right) => left.groupKind === right.groupKind && left.name === right.name),
    ) ||
    (a.hasSelector &&
      b.hasSelector &&
      (includesAll(a.selector.known, b.selector.known) || includesAll(b.selector.known, a.selector.known)))
  );
}
