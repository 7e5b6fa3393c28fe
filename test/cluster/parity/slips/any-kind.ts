import type { KubernetesObject } from "../../../../analysis/kubernetes-object";
import { longLabel } from "./selection";

/** What goes wrong with an object of any kind, whatever its spec. */
export const slipsOfAnyKind: Readonly<Record<string, (right: KubernetesObject) => KubernetesObject>> = {
  "a field beside its spec": (right) => ({ ...right, replicas: 2 }),
  "a field that its spec does not have": (right) => spec(right, { ...(right["spec"] as object), bogus: 1 }),
  "a text for a spec": (right) => spec(right, "none"),
  "a list for a spec": (right) => spec(right, []),
  "a version that there never was": (right) => ({
    ...right,
    apiVersion: right.apiVersion.replace(/\/.*/, "/v9"),
  }),
  "a name with capitals": (right) => metadata(right, { name: "Web_1" }),
  "a name of 254 characters": (right) => metadata(right, { name: "a".repeat(254) }),
  "an empty name": (right) => metadata(right, { name: "" }),
  "a name that is a number": (right) => metadata(right, { name: 1 }),
  "a label key with a space": (right) => metadata(right, { labels: { "my app": "web" } }),
  "a label value that ends with a dash": (right) => metadata(right, { labels: { app: "web-" } }),
  "a label value of 64 characters": (right) => metadata(right, { labels: { app: longLabel } }),
  "a label that is a number": (right) => metadata(right, { labels: { version: 1 } }),
  "labels that are a list": (right) => metadata(right, { labels: ["app"] }),
  "an annotation key with two slashes": (right) => metadata(right, { annotations: { "a/b/c": "" } }),
  "a field that metadata does not have": (right) => metadata(right, { label: {} }),
  "a namespace that is a number": (right) => metadata(right, { namespace: 1 }),
  "a name to be completed that starts with a capital": (right) => generated(right, "Web-"),
  "a name to be completed that ends with a dot": (right) => generated(right, "web."),
  "a name to be completed with a dash after a dot": (right) => generated(right, "web.-"),
  "no name at all": ({ metadata: _, ...right }) => ({ ...right, metadata: {} as never }),
  "a text for metadata": (right) => ({ ...right, metadata: "web" as never }),
  "two finalizers that exclude each other": (right) =>
    metadata(right, { finalizers: ["orphan", "foregroundDeletion"] }),
  "an Event as owner": (right) =>
    metadata(right, { ownerReferences: [{ apiVersion: "v1", kind: "Event", name: "web", uid: "1" }] }),
  "an owner with a version too many": (right) =>
    metadata(right, { ownerReferences: [{ apiVersion: "a/b/c", kind: "A", name: "web", uid: "1" }] }),
  "an owner of no version": (right) =>
    metadata(right, { ownerReferences: [{ apiVersion: "apps/", kind: "A", name: "web", uid: "1" }] }),
  "two controllers": (right) => {
    const owner = { apiVersion: "apps/v1", kind: "Deployment", uid: "1", controller: true };
    return metadata(right, {
      ownerReferences: [
        { ...owner, name: "a" },
        { ...owner, name: "b" },
      ],
    });
  },
  "a generation in a text": (right) => metadata(right, { generation: "1" }),
  "a finalizer with a space": (right) => metadata(right, { finalizers: ["my finalizer"] }),
  "an owner without a uid": (right) =>
    metadata(right, { ownerReferences: [{ apiVersion: "v1", kind: "Service", name: "web", uid: "" }] }),
  "a time of creation that is none": (right) => metadata(right, { creationTimestamp: "yesterday" }),
};

/** What looks wrong with an object of any kind and is not. */
export const oddOfAnyKind: Readonly<Record<string, (right: KubernetesObject) => KubernetesObject>> = {
  "a label without a value": (right) =>
    metadata(right, { labels: { app: "", "example.com/a.b_c": "x.y_z" } }),
  "an annotation key in capitals": (right) =>
    metadata(right, { annotations: { "Example.COM/Key": "any thing" } }),
  "a label that is null": (right) => metadata(right, { labels: { app: null } }),
  "a name to be completed": (right) => generated(right, "web-"),
  "a name to be completed that is long": (right) => generated(right, `${"w".repeat(70)}-`),
  "a name and what to complete": (right) => metadata(right, { generateName: "web-" }),
  "an owner": (right) =>
    metadata(right, {
      ownerReferences: [{ apiVersion: "v1", kind: "Service", name: "web", uid: "1", controller: true }],
    }),
  "what a server writes": (right) =>
    metadata(right, {
      uid: "1",
      generation: 7,
      creationTimestamp: "2026-01-02T03:04:05Z",
      deletionTimestamp: null,
      managedFields: [{ manager: "web" }],
    }),
  "metadata that are null": (right) => metadata(right, { labels: null, annotations: null, finalizers: null }),
};

/** The same of one kind alone: large, or not the same for every kind. */
export const slipsOfOneKind: typeof slipsOfAnyKind = {
  "annotations of more than 256 KiB": (right) => metadata(right, { annotations: { a: "x".repeat(262_144) } }),
  "a namespace with capitals": (right) => metadata(right, { namespace: "Shop" }),
};
export const oddOfOneKind: typeof oddOfAnyKind = {
  "annotations of just 256 KiB": (right) => metadata(right, { annotations: { a: "x".repeat(262_143) } }),
  "a status, which is dropped": (right) => ({ ...right, status: { conditions: "none" } }),
};

function spec(right: KubernetesObject, value: unknown): KubernetesObject {
  return { ...right, spec: value };
}

function metadata(right: KubernetesObject, fields: object): KubernetesObject {
  return { ...right, metadata: { ...right.metadata, ...fields } };
}

function generated(right: KubernetesObject, prefix: string): KubernetesObject {
  const { name: _, ...rest } = right.metadata;
  return { ...right, metadata: { ...rest, generateName: prefix } as never };
}
