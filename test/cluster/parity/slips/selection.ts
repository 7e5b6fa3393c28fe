/** One character more than Kubernetes takes as the value of a label. */
export const longLabel = "x".repeat(64);

/** Workloads by their labels. */
export const selector = { matchLabels: { app: "web" } };

/** A Gateway that a policy holds for. */
export const targetRef = { kind: "Gateway", group: "gateway.networking.k8s.io", name: "public" };

/** What goes wrong with whoever is selected, where a policy selects by labels. */
export const wrongSelectors = {
  "a label value of 64 characters": { selector: { matchLabels: { app: longLabel } } },
  "labels that are a list": { selector: { matchLabels: ["app=web"] } },
  "a label value that is a number": { selector: { matchLabels: { version: 1 } } },
  "the labels beside matchLabels": { selector: { app: "web" } },
};

/** The same where a policy refers to a Gateway or Service. */
export const wrongTargets = {
  "17 targets": { targetRefs: many(17, (index) => ({ ...targetRef, name: `gateway-${index}` })) },
  "a target without a kind": { targetRefs: [{ name: "public" }] },
  "a target with an empty name": { targetRefs: [{ ...targetRef, name: "" }] },
  "a target group with a version": { targetRefs: [{ ...targetRef, group: "gateway.networking.k8s.io/v1" }] },
  "a target outside of the list": { targetRefs: targetRef },
};

/** A list of so many. */
export function many<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

/** Fields of so many names, all with one value. */
export function map<T>(count: number, value: T): Record<string, T> {
  return Object.fromEntries(many(count, (index) => [`key${index}`, value]));
}
