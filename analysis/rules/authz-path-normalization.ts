import { UNKNOWN } from "../kubernetes-object";
import type { MeshModel } from "../model";
import { kinds } from "../model/kinds";
import type { MeshObject } from "../model/mesh-object";
import { known, type Value } from "../reader";
import type { Rule, Verdict } from "../rule";

const methods: ReadonlySet<string> = new Set([
  ...["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "CONNECT", "OPTIONS", "TRACE"],
]);

export const authzPathNormalization: Rule = {
  id: "authz-path-normalization",
  group: "authz",
  title: "Paths are compared as the workload reads them",
  description:
    "AuthorizationPolicies compare paths while the mesh does not merge slashes and decode escapes, so //admin or /%61dmin gets past a policy for /admin; or a policy names a method that HTTP does not have.",
  severity: "medium",
  level: "advisory",
  scope: "stack",
  anchors: ["KIA0102"],
  fix: "Set pathNormalization.normalization to DECODE_AND_MERGE_SLASHES in the mesh configuration",
  docs: "https://istio.io/latest/docs/ops/best-practices/security/#customize-your-system-on-path-normalization",
  *check(model) {
    for (const policy of model.ofKind(kinds.authorizationPolicy)) {
      for (const rule of policy.spec.get("rules").items()) {
        for (const to of rule.get("to").items()) {
          const operation = to.get("operation");
          for (const field of ["methods", "notMethods"]) yield* checkMethods(policy, operation.get(field));
          for (const field of ["paths", "notPaths"]) yield* checkPaths(model, policy, operation.get(field));
        }
      }
    }
  },
};

function* checkMethods(policy: MeshObject, list: Value): Iterable<Verdict> {
  for (const item of list.items()) {
    const text = item.text();
    if (text === UNKNOWN) yield policy.wait(item.path);
    else if (text !== undefined && !isMethod(text))
      yield policy.report(item.path, `"${text}" is no method of HTTP, so it never matches`, {
        anchors: ["KIA0102"],
        fix: "Write the method in capitals, as it is sent",
      });
  }
}

/** A method, or the beginning or end of one where `*` stands for the rest; gRPC paths are no methods. */
function isMethod(text: string): boolean {
  if (text === "*") return true;
  if (text.endsWith("*")) return [...methods].some((method) => method.startsWith(text.slice(0, -1)));
  if (text.startsWith("*")) return [...methods].some((method) => method.endsWith(text.slice(1)));
  return methods.has(text);
}

/** Only where the set holds the mesh configuration can it be missed there. */
function* checkPaths(model: MeshModel, policy: MeshObject, list: Value): Iterable<Verdict> {
  const config = model.config.raw;
  if (list.items().length === 0 || !config.isPresent) return;
  const value = config.get("pathNormalization").get("normalization");
  if (value.isUnknown) {
    yield policy.wait(list.path);
    return;
  }
  const mode = known(value.text()) ?? "DEFAULT";
  if (mode === "MERGE_SLASHES" || mode === "DECODE_AND_MERGE_SLASHES") return;
  yield policy.report(
    list.path,
    `paths are compared, but the mesh has normalization ${mode}: //admin and /%2Fadmin are other paths than /admin to the policy, and often not to the workload`,
    { anchors: [] },
  );
}
