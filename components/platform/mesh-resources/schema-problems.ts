import type { KubernetesObject } from "../../../analysis/kubernetes-object";
import { validateObject } from "../../../analysis/schema";
import type { Manifest } from "../../compile/manifest";
import type { InputProblem } from "../../intent/problem";
import { withoutOutputs } from "./without-outputs";

/**
 * What an API server would refuse of an object, as the rule `schema-valid` says it of a deployed one: said before anything
 * is registered, with the object's place in the arguments. Values that are known only after deployment wait for it.
 */
export function schemaProblems(manifest: Manifest, path: string): readonly InputProblem[] {
  const validation = validateObject(withoutOutputs(manifest) as KubernetesObject);
  return (validation?.problems ?? []).map(({ path: inside, message, got, expected }) => ({
    id: "platform/invalid-manifest",
    path: inside === "" ? path : `${path}.${inside}`,
    message,
    got: got ?? "something else",
    expected: expected ?? "what the schema of its kind says",
    fix: "Correct the field; the reference of its kind names what it may hold",
  }));
}
