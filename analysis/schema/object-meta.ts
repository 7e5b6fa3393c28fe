import type { StructuralSchema } from "../../components/resources/crds";
import { compileNode } from "./node";

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
