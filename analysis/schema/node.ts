import { RE2JS } from "re2js";
import type { StructuralSchema } from "../../components/resources/crds";
import { compileRules, type CompiledRule } from "./cel/rule";
import { escapeIdentifier } from "./cel/identifier";

/** A schema made ready for many objects: looked up once, compiled once. */
export interface SchemaNode {
  readonly schema: StructuralSchema;
  // Asked of every value, and found sooner here than in the schema, of which no two have the same words.
  readonly type: StructuralSchema["type"];
  readonly nullable: boolean;
  readonly intOrString: boolean;
  readonly properties: ReadonlyMap<string, SchemaNode> | undefined;
  /** Those of the properties that have a default. */
  readonly defaulted: readonly (readonly [string, SchemaNode])[];
  readonly additional: SchemaNode | undefined;
  readonly items: SchemaNode | undefined;
  readonly required: readonly string[];
  readonly oneOf: readonly SchemaNode[] | undefined;
  readonly anyOf: readonly SchemaNode[] | undefined;
  readonly allOf: readonly SchemaNode[] | undefined;
  readonly not: SchemaNode | undefined;
  /** Undefined where the pattern is not one that RE2 takes; a server does not accept such a schema. */
  readonly pattern: RE2JS | undefined;
  /** Beside its type, and what is inside, it asks nothing of a value. */
  readonly isPlain: boolean;
  /** Asks that some fields are there, and nothing else. */
  readonly onlyRequires: boolean;
  /** Keeps every field, whatever it is called. */
  readonly open: boolean;
  readonly rules: readonly CompiledRule[];
  /** Whether this schema or one below it has rules: subtrees without are skipped. */
  readonly hasRules: boolean;
  /** Those of the properties that have rules, or have them below. */
  readonly ruled: readonly (readonly [string, SchemaNode])[];
  /** How a rule writes a property: `namespace` is reserved and becomes `__namespace__`. */
  readonly celNames: ReadonlyMap<string, string>;
}

/** Words of a schema that say what a value looks like, and need no check of the value as a whole. */
const STRUCTURE: ReadonlySet<string> = new Set([
  "type",
  "properties",
  "additionalProperties",
  "items",
  "required",
  "default",
  "nullable",
  "x-kubernetes-preserve-unknown-fields",
  "x-kubernetes-int-or-string",
  "x-kubernetes-map-type",
  "x-kubernetes-validations",
]);

/** Compiles a schema and all below it. Regular expressions and rules are compiled here, rules lazily. */
export function compileNode(schema: StructuralSchema): SchemaNode {
  const properties =
    schema.properties &&
    new Map(Object.entries(schema.properties).map(([name, child]) => [name, compileNode(child)]));
  const additional =
    typeof schema.additionalProperties === "object" ? compileNode(schema.additionalProperties) : undefined;
  const items = schema.items && compileNode(schema.items);
  const rules = compileRules(schema["x-kubernetes-validations"] ?? []);
  const below = [
    ...(properties?.values() ?? []),
    ...(additional ? [additional] : []),
    ...(items ? [items] : []),
  ];
  return {
    schema,
    type: schema.type,
    nullable: schema.nullable === true,
    intOrString: schema["x-kubernetes-int-or-string"] === true,
    properties,
    defaulted: [...(properties ?? [])].filter(([, child]) => child.schema.default !== undefined),
    additional,
    items,
    required: schema.required ?? [],
    oneOf: schema.oneOf?.map(compileNode),
    anyOf: schema.anyOf?.map(compileNode),
    allOf: schema.allOf?.map(compileNode),
    not: schema.not && compileNode(schema.not),
    pattern: schema.pattern === undefined ? undefined : RE2JS.compile(schema.pattern),
    isPlain: Object.keys(schema).every((word) => STRUCTURE.has(word)),
    onlyRequires: Object.keys(schema).every((word) => word === "required"),
    open: schema["x-kubernetes-preserve-unknown-fields"] === true || schema.additionalProperties === true,
    rules,
    hasRules: rules.length > 0 || below.some((node) => node.hasRules),
    ruled: [...(properties ?? [])].filter(([, child]) => child.hasRules),
    celNames: new Map(
      [...(properties?.keys() ?? [])].flatMap((name) => {
        const escaped = escapeIdentifier(name);
        return escaped === undefined ? [] : [[escaped, name] as const];
      }),
    ),
  };
}
