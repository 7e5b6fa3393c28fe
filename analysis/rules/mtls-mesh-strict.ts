import { UNKNOWN } from "../kubernetes-object";
import type { MeshModel } from "../model";
import { kinds } from "../model/kinds";
import type { MeshObject } from "../model/mesh-object";
import { isMeshWide, mtlsMode } from "../model/policy-scope";
import type { Rule, Verdict } from "../rule";

/**
 * It speaks of what is missing, so it needs a set that speaks for a whole mesh; a mesh-wide PeerAuthentication that is
 * there is judged in any set.
 */
export const mtlsMeshStrict: Rule = {
  id: "mtls-mesh-strict",
  group: "mtls",
  title: "The mesh demands mutual TLS",
  description:
    "No PeerAuthentication of the root namespace demands mutual TLS of every workload, so workloads still accept plaintext from clients without an identity.",
  severity: "critical",
  level: "mandatory",
  scope: "stack",
  anchors: [],
  fix: "Create a PeerAuthentication without selector in the root namespace with spec.mtls.mode STRICT",
  docs: "https://istio.io/latest/docs/tasks/security/authentication/authn-policy/#globally-enabling-istio-mutual-tls-in-strict-mode",
  *check(model) {
    const root = model.config.rootNamespace;
    const meshWide = model.ofKind(kinds.peerAuthentication).filter((policy) => isMeshWide(policy, root));
    if (meshWide.length === 0) yield* missing(model, root);
    for (const policy of meshWide) yield* judge(policy);
  },
};

function* missing(model: MeshModel, root: string): Iterable<Verdict> {
  const open = model.ofKind(kinds.peerAuthentication).find((policy) => policy.namespace === UNKNOWN);
  const { wholeMesh } = model;
  if (wholeMesh === undefined) return;
  if (open !== undefined) yield open.wait("metadata.namespace");
  else {
    yield wholeMesh.report(
      wholeMesh.groupKind === kinds.namespace ? "metadata.name" : "metadata.namespace",
      `no PeerAuthentication without selector exists in the root namespace "${root}": workloads accept plaintext (PERMISSIVE is Istio's default)`,
    );
  }
}

function* judge(policy: MeshObject): Iterable<Verdict> {
  const mode = mtlsMode(policy.spec.get("mtls"));
  const path = "spec.mtls.mode";
  if (mode === UNKNOWN) yield policy.wait(path);
  else if (mode !== "STRICT") {
    const said =
      mode === "UNSET" ? "sets no mode, which means PERMISSIVE for the whole mesh" : `has mode ${mode}`;
    yield policy.report(path, `the mesh-wide PeerAuthentication "${policy.key}" ${said}; expected STRICT`);
  }
}
