import type { StructuralSchema } from "../../components/resources/crds/structural-schema";

/**
 * Every field that a schema knows, as paths: `http[].match[].uri.exact`, where `[]` stands for each element of a list
 * and `{}` for each value of a map. A field that holds fields is listed beside them.
 */
export function fieldsOf(schema: StructuralSchema, path = ""): string[] {
  const own = Object.entries(schema.properties ?? {}).flatMap(([name, child]) => {
    const here = path === "" ? name : `${path}.${name}`;
    return [here, ...fieldsOf(child, here)];
  });
  const items = schema.items === undefined ? [] : fieldsOf(schema.items, `${path}[]`);
  const values =
    typeof schema.additionalProperties === "object" ? fieldsOf(schema.additionalProperties, `${path}{}`) : [];
  return [...own, ...items, ...values];
}

/** The fields of a schema that a value sets, in the same notation. */
export function fieldsSet(schema: StructuralSchema, value: unknown, path = ""): string[] {
  if (Array.isArray(value)) {
    const { items } = schema;
    return items === undefined ? [] : value.flatMap((each) => fieldsSet(items, each, `${path}[]`));
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, child]: [string, unknown]) => {
    const property = schema.properties?.[name];
    if (property !== undefined) {
      const here = path === "" ? name : `${path}.${name}`;
      return [here, ...fieldsSet(property, child, here)];
    }
    const { additionalProperties } = schema;
    return typeof additionalProperties === "object"
      ? fieldsSet(additionalProperties, child, `${path}{}`)
      : [];
  });
}
