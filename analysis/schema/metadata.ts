import type { StructuralSchema } from "../../components/resources/crds";
import { fieldPath } from "./path";
import { compileNode } from "./node";
import type { SchemaProblem } from "./problem";
import { isFields, show } from "./value";

const text = { type: "string" } as const;
const texts = { type: "object", additionalProperties: text } as const;

/** The metadata of every object. Kubernetes defines it in Go, not in a CustomResourceDefinition. */
export const objectMetaSchema: StructuralSchema = {
  type: "object",
  properties: {
    annotations: texts,
    creationTimestamp: { type: "string", format: "date-time", nullable: true },
    deletionGracePeriodSeconds: { type: "integer" },
    deletionTimestamp: { type: "string", format: "date-time", nullable: true },
    finalizers: { type: "array", items: text },
    generateName: text,
    generation: { type: "integer" },
    labels: texts,
    managedFields: {
      type: "array",
      items: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
    },
    name: text,
    namespace: text,
    ownerReferences: {
      type: "array",
      items: {
        type: "object",
        required: ["apiVersion", "kind", "name", "uid"],
        properties: {
          apiVersion: text,
          blockOwnerDeletion: { type: "boolean" },
          controller: { type: "boolean" },
          kind: text,
          name: text,
          uid: text,
        },
      },
    },
    resourceVersion: text,
    selfLink: text,
    uid: text,
  },
};

export const objectMetaNode = compileNode(objectMetaSchema);

const LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const dnsLabel = new RegExp(`^${LABEL}$`);
const dnsSubdomain = new RegExp(`^${LABEL}(\\.${LABEL})*$`);
const qualifiedName = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;

const isSubdomain = (name: string): boolean => name.length <= 253 && dnsSubdomain.test(name);
const SUBDOMAIN_WORDS =
  "lowercase letters, digits, - and ., starting and ending with a letter or digit, at most 253";

/**
 * What Kubernetes asks of the metadata of any custom resource, beside its types.
 *
 * An absent namespace is not a problem: whoever applies the object fills it in.
 */
export function checkMetadata(metadata: unknown, scope: "Namespaced" | "Cluster"): SchemaProblem[] {
  if (!isFields(metadata)) return [];
  const problems: SchemaProblem[] = [];
  const add = (path: string, message: string, got: unknown, expected: string): void => {
    problems.push({ kind: "metadata", path, message, got: show(got), expected });
  };

  const { name, generateName, namespace } = metadata;
  if (name === undefined && generateName === undefined) {
    problems.push({
      kind: "metadata",
      path: "metadata.name",
      message: "is required",
      expected: SUBDOMAIN_WORDS,
    });
  }
  if (typeof name === "string" && !isSubdomain(name)) {
    add("metadata.name", "is not a name that Kubernetes takes", name, SUBDOMAIN_WORDS);
  }
  if (typeof namespace === "string") {
    if (scope === "Cluster") {
      add("metadata.namespace", "is set on an object of the whole cluster", namespace, "no namespace");
    } else if (namespace.length > 63 || !dnsLabel.test(namespace)) {
      const words = "lowercase letters, digits and -, starting and ending with a letter or digit, at most 63";
      add("metadata.namespace", "is not a name that a namespace can have", namespace, words);
    }
  }
  for (const field of ["labels", "annotations"] as const) {
    const values = metadata[field];
    if (!isFields(values)) continue;
    for (const [key, value] of Object.entries(values)) {
      const path = fieldPath(fieldPath("metadata", field), key);
      if (!isQualified(field === "annotations" ? key.toLowerCase() : key)) {
        add(
          path,
          `is not a key that ${field} can have`,
          key,
          "a name of at most 63, after an optional DNS name and /",
        );
      }
      if (field === "labels" && typeof value === "string" && !isLabelValue(value)) {
        const words =
          "nothing, or letters, digits, -, _ and ., starting and ending with a letter or digit, at most 63";
        add(path, "is not a value that a label can have", value, words);
      }
    }
  }
  return problems;
}

function isQualified(key: string): boolean {
  const parts = key.split("/");
  const name = parts.at(-1) ?? "";
  if (parts.length > 2 || name.length > 63 || !qualifiedName.test(name)) return false;
  return parts.length === 1 || isSubdomain(parts[0] ?? "");
}

function isLabelValue(value: string): boolean {
  return value === "" || (value.length <= 63 && qualifiedName.test(value));
}
