import type { Manifest } from "../../compile/manifest";
import type { InputProblem } from "../../intent/problem";
import type { AdmissionPoliciesArgs } from "../admission";
import { admissionProblems } from "../admission/problems";
import { DEFAULT_ROOT_NAMESPACE } from "../versions";
import type { ServiceMeshArgs } from "./args";

/** Kinds whose objects the policies judge. */
const JUDGED = ["PeerAuthentication", "AuthorizationPolicy"];

/**
 * The arguments of the admission policies; absent where they are not wanted. What the mesh declares is agreed: it has been
 * judged where it was compiled, and by the packs.
 *
 * @param problems receives everything that is wrong
 */
export function admissionOf(
  { admission, namespace = DEFAULT_ROOT_NAMESPACE }: ServiceMeshArgs,
  manifests: readonly Manifest[],
  problems: InputProblem[],
): AdmissionPoliciesArgs | undefined {
  if (admission === undefined || admission === false) return undefined;
  const declared = manifests
    .filter(({ apiVersion, kind }) => apiVersion.startsWith("security.istio.io/") && JUDGED.includes(kind))
    .map(({ metadata }) => `${metadata.namespace ?? namespace}/${metadata.name}`);
  const full: AdmissionPoliciesArgs = {
    ...admission,
    namespace,
    agreed: [...new Set([...declared, ...(admission.agreed ?? [])])].sort(),
  };
  const today = new Date().toISOString().slice(0, "YYYY-MM-DD".length);
  problems.push(
    ...admissionProblems(full, today).map((problem) => ({ ...problem, path: `admission.${problem.path}` })),
  );
  return full;
}
