import { admissionProblems, meshConfigProblems } from "../admission";
import { groupOf } from "../model/kinds";
import type { MeshObject } from "../model/mesh-object";
import type { Value } from "../reader";
import type { Rule, Verdict } from "../rule";
import { knownKinds, validateObject, type SchemaProblem, type Validation } from "../schema";
import { nearest } from "../text";

export const schemaValid: Rule = {
  id: "schema-valid",
  group: "schema",
  title: "Mesh objects are what the API server accepts",
  description:
    "An object of Istio or the Gateway API breaks the schema or a CEL rule of its CustomResourceDefinition, or a rule of istiod's admission webhook, so it is refused or loses a field; or istiod would not take the mesh configuration.",
  severity: "high",
  level: "mandatory",
  scope: "resource",
  anchors: ["IST0106", "IST0133"],
  fix: "Correct the field; the reference of its kind names what it may hold",
  docs: "https://istio.io/latest/docs/reference/config/",
  *check(model) {
    for (const object of model.objects) {
      // A patch holds a part of an object on purpose; the server judges the whole.
      if (object.kind === "" || object.located.isPatch === true) continue;
      const validation = validateObject(object.located.object);
      yield* validation === undefined ? judgeKind(object) : judge(object, validation);
    }
    for (const { object, raw } of model.meshConfigs) yield* judgeMeshConfig(object, raw);
  },
};

function* judge(object: MeshObject, { problems, waiting }: Validation): Iterable<Verdict> {
  for (const problem of problems)
    yield object.report(problem.path, messageOf(problem), { anchors: ["IST0106"] });
  if (waiting > 0) yield object.wait("spec");
  // istiod's webhook is asked after the schema; of a place that the schema refuses it says nothing new.
  for (const { path, message, isWarning } of admissionProblems(object)) {
    if (problems.some((refused) => refused.path === path)) continue;
    yield isWarning === true
      ? object.report(path, message, { anchors: ["IST0133"], level: "advisory" })
      : object.report(path, message, { anchors: ["IST0106"] });
  }
}

/** istiod keeps to the configuration that it had, or does not start. */
function* judgeMeshConfig(object: MeshObject, mesh: Value): Iterable<Verdict> {
  for (const { path, message, isWarning } of meshConfigProblems(mesh))
    yield object.report("data.mesh", `${path}: ${message}`, {
      anchors: [],
      fix: "Correct the mesh configuration; istiod keeps to the one that it had, or does not start",
      ...(isWarning === true ? { level: "advisory" } : {}),
    });
}

/** A kind that Istio's own groups do not have is a slip of the pen, not somebody's resource. */
function judgeKind(object: MeshObject): readonly Verdict[] {
  const group = groupOf(object.apiVersion);
  const kinds = group.endsWith(".istio.io") ? knownKinds().filter((known) => known.group === group) : [];
  if (kinds.length === 0) return [];
  const names = kinds.map((known) => known.kind);
  const near = nearest(object.kind, names);
  const hint = near === undefined ? `it has ${names.join(", ")}` : `did you mean "${near}"?`;
  const message = `API group "${group}" has no kind "${object.kind}"; ${hint}`;
  return [object.report("kind", message, { anchors: ["IST0106"] })];
}

function messageOf({ message, got, expected }: SchemaProblem): string {
  const details = [
    ...(got === undefined ? [] : [`got ${got}`]),
    ...(expected === undefined ? [] : [`expected ${expected}`]),
  ];
  return details.length === 0 ? message : `${message}: ${details.join(", ")}`;
}
