import { UNKNOWN } from "../kubernetes-object";
import type { MeshObject } from "../model/mesh-object";
import { kinds } from "../model/kinds";
import { isSelective, mtlsMode } from "../model/policy-scope";
import type { Value } from "../reader";
import type { Rule, Verdict } from "../rule";

const WEAK: ReadonlySet<string> = new Set(["PERMISSIVE", "DISABLE"]);

export const mtlsNoDowngrade: Rule = {
  id: "mtls-no-downgrade",
  group: "mtls",
  title: "No namespace, workload or port accepts plaintext",
  description:
    "A PeerAuthentication lowers mutual TLS to PERMISSIVE or DISABLE for a namespace, a workload or a port, and so opens what the mesh-wide policy closes.",
  severity: "high",
  level: "mandatory",
  scope: "resource",
  anchors: [],
  fix: "Set the mode to STRICT or leave it out to inherit it; while a client is migrated, except this object with a reason and a date",
  docs: "https://istio.io/latest/docs/reference/config/security/peer_authentication/",
  *check(model) {
    for (const policy of model.ofKind(kinds.peerAuthentication)) {
      // The root namespace is not left out: a resource policy does not know which one that is, and a mesh-wide downgrade
      // must stop before it is deployed, while mtls-mesh-strict sees the stack only at its end.
      const level = isSelective(policy)
        ? "the selected workloads"
        : `namespace "${String(policy.ref.namespace)}"`;
      yield* judge(policy, policy.spec.get("mtls"), level);
      const ports = policy.spec.get("portLevelMtls");
      if (ports.isUnknown) yield policy.wait(ports.path);
      for (const [port, mtls] of ports.entries()) yield* judge(policy, mtls, `port ${port}`);
    }
  },
};

function* judge(policy: MeshObject, mtls: Value, level: string): Iterable<Verdict> {
  const mode = mtlsMode(mtls);
  const { path } = mtls.get("mode");
  if (mode === UNKNOWN) yield policy.wait(path);
  else if (WEAK.has(mode)) {
    const effect = mode === "DISABLE" ? "accept plaintext only" : "still accept plaintext";
    yield policy.report(
      path,
      `mode ${mode} makes ${level} ${effect}; expected STRICT, or no mode to inherit it`,
    );
  }
}
