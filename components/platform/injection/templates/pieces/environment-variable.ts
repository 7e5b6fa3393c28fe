import { block, item } from "../template-text";

/** A variable with a value; `text` is YAML already. */
export function value(name: string, text: string): string {
  return item(`name: ${name}`, `value: ${text}`);
}

/** A variable that Kubernetes fills with a field of the pod. */
export function field(name: string, path: string): string {
  return item(`name: ${name}`, block("valueFrom", block("fieldRef", `fieldPath: ${path}`)));
}

/** A variable that Kubernetes fills with a limit of the container, or with what the node has. */
export function limit(name: string, resource: "cpu" | "memory"): string {
  return item(
    `name: ${name}`,
    block("valueFrom", block("resourceFieldRef", `resource: limits.${resource}`, 'divisor: "1"')),
  );
}
