import { preferredVersion, schemaOfVersion, type StoredCrd } from "../../components/resources/crds/crd-set";
import type { StructuralSchema } from "../../components/resources/crds/structural-schema";
import { namedShapes, pascal, singular } from "./type-names";

/** One object shape of a kind, on its way to an interface. */
interface Shape {
  readonly name: string;
  readonly schema: StructuralSchema;
}

/**
 * The TypeScript types of one kind: an interface per distinct object shape, named after the shortest path to it, then
 * `…Spec`, `…Status` and `…Manifest`.
 */
export function renderTypes(crd: StoredCrd, banner: string, manifestImport: string): string {
  const version = preferredVersion(crd);
  const schema = schemaOfVersion(crd, version);
  const { kind } = crd.names;
  const apiVersion = `${crd.group}/${version.name}`;
  const { spec, status } = schema.properties ?? {};
  if (spec === undefined) throw new Error(`${kind} has no spec, which every manifest type here relies on`);

  const shapes = collectShapes(kind, spec, status);
  const interfaces = [...shapes.values()].map((shape) => renderInterface(shape, shapes));
  return [
    banner,
    `import type { Manifest } from "${manifestImport}";`,
    "",
    ...interfaces,
    `/** A ${kind} as it is written to a file or sent to an API server. */`,
    `export type ${kind}Manifest = Manifest<"${apiVersion}", "${kind}", ${kind}Spec>;`,
    "",
  ].join("\n");
}

/** Breadth first, so that a shape that occurs in several places is named after the one nearest to the top. */
function collectShapes(
  kind: string,
  spec: StructuralSchema,
  status: StructuralSchema | undefined,
): Map<string, Shape> {
  const shapes = new Map<string, Shape>();
  const names = new Set<string>();
  // `plural` is for a list beside a single value of the same name (`mirror`, `mirrors`).
  const queue: { path: string; plural: string; schema: StructuralSchema; root?: string }[] = [
    { path: kind, plural: kind, schema: spec, root: `${kind}Spec` },
  ];
  if (status !== undefined) {
    queue.push({ path: `${kind}Status`, plural: `${kind}Status`, schema: status, root: `${kind}Status` });
  }
  for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
    const { path, plural, schema } = at;
    if (schema.items) queue.push({ path, plural, schema: schema.items });
    if (typeof schema.additionalProperties === "object") {
      queue.push({ path, plural, schema: schema.additionalProperties });
    }
    if (!schema.properties && at.root === undefined) continue;
    const key = shapeKey(schema);
    if (shapes.has(key) && at.root === undefined) continue;
    const shared = namedShapes[Object.keys(schema.properties ?? {}).join(",")];
    const name = at.root ?? (shared !== undefined ? kind + shared : names.has(path) ? at.plural : path);
    if (names.has(name)) throw new Error(`two shapes of ${kind} would be called ${name}`);
    names.add(name);
    shapes.set(at.root ?? key, { name, schema });
    for (const [property, child] of Object.entries(schema.properties ?? {})) {
      const isMany = child.items !== undefined || typeof child.additionalProperties === "object";
      queue.push({
        path: path + pascal(isMany ? singular(property) : property),
        plural: path + pascal(property),
        schema: child,
      });
    }
  }
  return shapes;
}

/** Two places have the same type when they agree on everything that the type says. */
function shapeKey(schema: StructuralSchema): string {
  return JSON.stringify([schema.properties, schema.required, schema.oneOf, schema.allOf, schema.anyOf]);
}

function renderInterface({ name, schema }: Shape, shapes: ReadonlyMap<string, Shape>): string {
  const required = new Set(schema.required);
  const properties = Object.entries(schema.properties ?? {}).map(([property, child]) => {
    const key = /^[A-Za-z_$][\w$]*$/.test(property) ? property : JSON.stringify(property);
    return `  readonly ${key}${required.has(property) ? "" : "?"}: ${renderType(child, shapes)};`;
  });
  if (schema["x-kubernetes-preserve-unknown-fields"]) properties.push("  readonly [field: string]: unknown;");
  const note = exclusive(schema).map(
    (group) => ` At most one of ${group.map((g) => `\`${g}\``).join(", ")}.`,
  );
  const comment = note.length === 0 ? "" : `/**${note.join("")} */\n`;
  return properties.length === 0
    ? `${comment}export type ${name} = Readonly<Record<string, never>>;\n`
    : `${comment}export interface ${name} {\n${properties.join("\n")}\n}\n`;
}

/** The groups of properties of which only one may be set. */
function exclusive(schema: StructuralSchema): string[][] {
  const groups = [schema.oneOf ?? [], ...(schema.allOf ?? []).map((s) => s.oneOf ?? [])];
  return groups
    .map((alternatives) => alternatives.flatMap((a) => a.required ?? []))
    .filter((group) => group.length > 1);
}

function renderType(schema: StructuralSchema, shapes: ReadonlyMap<string, Shape>): string {
  const type = renderNonNull(schema, shapes);
  return schema.nullable ? `${type} | null` : type;
}

function renderNonNull(schema: StructuralSchema, shapes: ReadonlyMap<string, Shape>): string {
  if (schema["x-kubernetes-int-or-string"]) return "number | string";
  if (schema.properties) {
    const shape = shapes.get(shapeKey(schema));
    if (shape === undefined) throw new Error("an object shape was not collected");
    return shape.name;
  }
  if (schema.enum) return schema.enum.map((v) => JSON.stringify(v)).join(" | ");
  switch (schema.type) {
    case "string":
      return "string";
    case "integer":
    case "number":
      return "number";
    case "boolean":
      return "boolean";
    case "array": {
      const item = renderType(schema.items ?? {}, shapes);
      return `readonly ${item.includes("|") ? `(${item})` : item}[]`;
    }
    case "object":
      return renderMap(schema, shapes);
    case undefined:
    default:
      return "unknown";
  }
}

function renderMap(schema: StructuralSchema, shapes: ReadonlyMap<string, Shape>): string {
  const values = schema.additionalProperties;
  if (typeof values === "object") return `Readonly<Record<string, ${renderType(values, shapes)}>>`;
  if (values === true || schema["x-kubernetes-preserve-unknown-fields"])
    return "Readonly<Record<string, unknown>>";
  return "Readonly<Record<string, never>>";
}
