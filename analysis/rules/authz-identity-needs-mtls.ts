import { UNKNOWN } from "../kubernetes-object";
import type { MeshModel } from "../model";
import { actionOf } from "../model/authorization";
import { kinds } from "../model/kinds";
import type { ServerMode } from "../model/peer-authentication";
import type { PolicyView } from "../model/policies";
import { describeWorkload } from "../model/workloads";
import { known, type Value } from "../reader";
import type { Rule, Verdict } from "../rule";

const identityFields = [
  ...["principals", "notPrincipals", "namespaces", "notNamespaces"],
  ...["serviceAccounts", "notServiceAccounts", "trustDomains", "notTrustDomains"],
];

export const authzIdentityNeedsMtls: Rule = {
  id: "authz-identity-needs-mtls",
  group: "authz",
  title: "Identities are asked for where there are any",
  description:
    "An AuthorizationPolicy asks for the identity of the caller where mutual TLS is off: there is none, so an ALLOW rule never matches, and a DENY rule never holds.",
  severity: "critical",
  level: "mandatory",
  scope: "stack",
  anchors: ["KIA0105"],
  fix: "Let the workloads accept mutual TLS: remove mode DISABLE from their PeerAuthentication",
  docs: "https://istio.io/latest/docs/concepts/security/#dependency-on-mutual-tls",
  *check(model) {
    for (const policy of model.policies(kinds.authorizationPolicy).all) {
      const use = identityUse(policy);
      if (use === undefined || actionOf(policy.object) === "CUSTOM") continue;
      if (policy.namespace === UNKNOWN || policy.selector.open) yield policy.object.wait(use.path);
      else yield* judge(model, policy, policy.namespace, use);
    }
  },
};

function identityUse({ object }: PolicyView): Value | undefined {
  for (const rule of object.spec.get("rules").items()) {
    for (const from of rule.get("from").items()) {
      const source = from.get("source");
      const field = identityFields.find((each) => source.has(each) && source.get(each).items().length > 0);
      if (field !== undefined) return source.get(field);
    }
    for (const condition of rule.get("when").items()) {
      const key = condition.get("key");
      if (
        /^(source\.(principal|namespace|serviceAccount|trustDomain)|connection\.sni)$/.test(
          known(key.text()) ?? "",
        )
      )
        return key;
    }
  }
  return undefined;
}

function* judge(model: MeshModel, policy: PolicyView, namespace: string, use: Value): Iterable<Verdict> {
  const { peerAuthentications } = model;
  if (policy.isWide) {
    const server = peerAuthentications.ofNamespace(namespace);
    if (server.mode === "DISABLE") yield report(policy, use, server, "its workloads");
    return;
  }
  if (!policy.hasSelector) return;
  for (const workload of model.workloads.select(namespace, policy.selector.known).workloads) {
    for (const port of [undefined, ...portsOf(policy)]) {
      const server = peerAuthentications.ofWorkload(workload, port);
      if (server.mode === UNKNOWN) {
        yield policy.object.wait(use.path);
        return;
      }
      if (server.mode !== "DISABLE") continue;
      yield report(
        policy,
        use,
        server,
        `${describeWorkload(workload)}${port === undefined ? "" : `, port ${port},`}`,
      );
      return;
    }
  }
}

/** The workload ports that the policy's rules name. */
function portsOf({ object }: PolicyView): readonly number[] {
  return object.spec
    .get("rules")
    .items()
    .flatMap((rule) => rule.get("to").items())
    .flatMap((to) => to.get("operation").get("ports").items())
    .flatMap((item) => Number(known(item.text())) || []);
}

function report({ object }: PolicyView, use: Value, { from }: ServerMode, what: string): Verdict {
  const source = from === undefined ? "" : ` (PeerAuthentication "${from.object.key}", ${from.path})`;
  return object.report(
    use.path,
    `the policy asks who calls, but ${what} has mutual TLS off${source}: callers have no identity`,
  );
}
