/** Labels that every object of the platform carries, beside the ones that Istio itself reads. */
export function commonLabels(name: string): Record<string, string> {
  return {
    "app.kubernetes.io/managed-by": "meshwright",
    "app.kubernetes.io/name": name,
    "app.kubernetes.io/part-of": "istio",
  };
}
