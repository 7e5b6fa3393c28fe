import { dump } from "js-yaml";
import { inject, prepareEvaluator } from "../../../conformance/inject/evaluator";
import { withMergedMetrics } from "./merge-metrics";
import type { RunningIstiod } from "./running";
import type { Inject, Pod } from "./stand-in";

/** Injection by the templates that were applied, or why there is none here. */
export type Injector =
  | { readonly inject: Inject; readonly reason?: undefined }
  | { readonly inject?: undefined; readonly reason: string };

interface PodMetadata {
  readonly name?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly { readonly kind: string; readonly name: string }[];
}

/**
 * The injector of a cluster: it reads templates, values and mesh configuration from the ConfigMaps of the istiod that is
 * asked, as that istiod would, so that pods get what was really applied.
 */
export function injector(): Injector {
  const { reason } = prepareEvaluator();
  return reason === undefined ? { inject: injectPod } : { reason };
}

async function injectPod(pod: Pod, namespace: string, istiod: RunningIstiod): Promise<Pod> {
  const injectorConfig = await configMap(istiod, istiod.ownName("istio-sidecar-injector"));
  const mesh = await configMap(istiod, istiod.ownName("istio"));
  const metadata = pod.metadata as PodMetadata;
  const owner = workload(metadata);
  const template = inject({
    config: injectorConfig["config"] ?? "",
    values: injectorConfig["values"] ?? "",
    meshConfig: mesh["mesh"] ?? "",
    revision: istiod.revision,
    // The default where Kubernetes has them; istiod can be told otherwise.
    nativeSidecars: istiod.env.get("ENABLE_NATIVE_SIDECARS") !== "false",
    workload: dump({
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: owner, namespace },
      spec: {
        template: {
          metadata: { labels: metadata.labels ?? {}, annotations: metadata.annotations ?? {} },
          spec: pod.spec,
        },
      },
    }),
  });
  const { labels = {}, annotations = {} } = template.metadata;
  const merged = withMergedMetrics(annotations, mesh["mesh"] ?? "");
  return { metadata: { ...pod.metadata, labels, annotations: merged }, spec: template.spec };
}

async function configMap(istiod: RunningIstiod, name: string): Promise<Readonly<Record<string, string>>> {
  const { status, body } = await istiod.request(
    "GET",
    `/api/v1/namespaces/${istiod.namespace}/configmaps/${name}`,
  );
  if (status !== 200) throw new Error(`ConfigMap ${istiod.namespace}/${name} cannot be read: ${status}`);
  return (body as { readonly data?: Readonly<Record<string, string>> }).data ?? {};
}

/** The Deployment behind a pod: its ReplicaSet's name without the hash of the template. */
function workload({ name = "", labels = {}, ownerReferences = [] }: PodMetadata): string {
  const hash = labels["pod-template-hash"];
  const replicaSet = ownerReferences.find(({ kind }) => kind === "ReplicaSet")?.name;
  if (replicaSet === undefined) return name;
  return hash !== undefined && replicaSet.endsWith(`-${hash}`)
    ? replicaSet.slice(0, -hash.length - 1)
    : replicaSet;
}
