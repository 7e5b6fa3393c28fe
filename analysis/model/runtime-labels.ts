const keys: ReadonlySet<string> = new Set([
  "kubernetes.io/hostname",
  "pod-template-hash",
  "controller-revision-hash",
  "pod-template-generation",
  "statefulset.kubernetes.io/pod-name",
  "apps.kubernetes.io/pod-index",
  "service.istio.io/canonical-name",
  "service.istio.io/canonical-revision",
  "security.istio.io/tlsMode",
  "job-name",
  "controller-uid",
]);
const prefixes = [
  "topology.kubernetes.io/",
  "topology.istio.io/",
  "batch.kubernetes.io/",
  "failure-domain.beta.kubernetes.io/",
];

/** The cluster or the injector puts this label on a pod, so no template shows it. */
export function isRuntimeLabel(key: string): boolean {
  return keys.has(key) || prefixes.some((prefix) => key.startsWith(prefix));
}
