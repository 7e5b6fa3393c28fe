import type { CrdSet, StoredCrd, StructuralSchema } from "../../components/resources/crds";

/** The distinct CEL rules of one definition. */
export function rulesOfKind(crd: StoredCrd): Set<string> {
  const rules = new Set<string>();
  const walk = (schema: StructuralSchema): void => {
    for (const { rule } of schema["x-kubernetes-validations"] ?? []) rules.add(rule);
    Object.values(schema.properties ?? {}).forEach(walk);
    if (schema.items) walk(schema.items);
    if (typeof schema.additionalProperties === "object") walk(schema.additionalProperties);
  };
  crd.schemas.forEach(walk);
  return rules;
}

/** The distinct CEL rules of a set. */
export function rulesOf(set: CrdSet): Set<string> {
  return new Set(set.crds.flatMap((crd) => [...rulesOfKind(crd)]));
}
