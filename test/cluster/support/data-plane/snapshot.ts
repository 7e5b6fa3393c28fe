import type { Cluster } from "../../harness/cluster";
import type { Pod, Service } from "../kinds";
import type { LabelSelector } from "./selector";

interface Named {
  readonly name: string;
  readonly namespace: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly deletionTimestamp?: string;
}
interface Namespace {
  readonly metadata: Named;
}
interface WebhookConfiguration {
  readonly metadata: Named;
  readonly webhooks?: readonly Webhook[];
}

export interface Webhook {
  readonly name: string;
  readonly namespaceSelector?: LabelSelector;
  readonly objectSelector?: LabelSelector;
  readonly clientConfig: {
    readonly caBundle?: string;
    readonly service?: { readonly name: string; readonly namespace: string };
  };
}
interface EndpointSlice {
  readonly metadata: Named;
  readonly endpoints?: readonly { readonly conditions?: { readonly ready?: boolean } }[] | null;
}
interface ConfigMap {
  readonly metadata: Named;
  readonly data?: Readonly<Record<string, string>>;
}

/** What a data plane is looked at by. */
export interface DataPlaneObjects {
  readonly namespaces: readonly Namespace[];
  readonly pods: readonly Pod[];
  readonly services: readonly Service[];
  readonly configurations: readonly WebhookConfiguration[];
  readonly slices: readonly EndpointSlice[];
  readonly roots: readonly ConfigMap[];
}

/**
 * Where those are. What needs something stands before what it needs, and is read first: so nothing is missed that came in
 * between, and nothing is found missing that went together with its user.
 */
export const DATA_PLANE_LISTS: Readonly<Record<keyof DataPlaneObjects, string>> = {
  namespaces: "/api/v1/namespaces",
  pods: "/api/v1/pods",
  services: "/api/v1/services",
  configurations: "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations",
  slices: "/apis/discovery.k8s.io/v1/endpointslices",
  roots: "/api/v1/configmaps?fieldSelector=metadata.name%3Distio-ca-root-cert",
};

/** What the data plane of a mesh lives on, at one moment. */
export interface DataPlane {
  readonly namespaces: readonly Namespace[];
  readonly pods: readonly Pod[];
  readonly webhooks: readonly Webhook[];
  /** `namespace/name` of the services behind which a pod is ready. */
  readonly answering: ReadonlySet<string>;
  readonly services: readonly Service[];
  /** The certificate to trust, by namespace. */
  readonly roots: ReadonlyMap<string, string>;
}

/** Looks at a cluster. */
export async function dataPlane({ api }: Cluster): Promise<DataPlane> {
  return dataPlaneOf({
    namespaces: await api.list(DATA_PLANE_LISTS.namespaces),
    pods: await api.list(DATA_PLANE_LISTS.pods),
    services: await api.list(DATA_PLANE_LISTS.services),
    configurations: await api.list(DATA_PLANE_LISTS.configurations),
    slices: await api.list(DATA_PLANE_LISTS.slices),
    roots: await api.list(DATA_PLANE_LISTS.roots),
  });
}

/** What these objects mean for a data plane. */
export function dataPlaneOf(objects: DataPlaneObjects): DataPlane {
  const { namespaces, pods, services, configurations, slices, roots } = objects;
  return {
    namespaces,
    pods,
    services,
    webhooks: configurations.flatMap(({ webhooks = [] }) => webhooks),
    answering: new Set(
      slices
        .filter(({ endpoints }) => endpoints?.some(({ conditions }) => conditions?.ready === true))
        .map(({ metadata }) => `${metadata.namespace}/${metadata.labels?.["kubernetes.io/service-name"]}`),
    ),
    roots: new Map(roots.map(({ metadata, data = {} }) => [metadata.namespace, data["root-cert.pem"] ?? ""])),
  };
}
