import type { Cluster } from "../../harness/cluster";
import type { Pod, Service } from "../kinds";
import type { LabelSelector } from "./selector";

interface Named {
  readonly name: string;
  readonly namespace: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly deletionTimestamp?: string;
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

/** What the data plane of a mesh lives on, at one moment. */
export interface DataPlane {
  readonly namespaces: readonly { readonly metadata: Named }[];
  readonly pods: readonly Pod[];
  readonly webhooks: readonly Webhook[];
  /** `namespace/name` of the services behind which a pod is ready. */
  readonly answering: ReadonlySet<string>;
  readonly services: readonly Service[];
  /** The certificate to trust, by namespace. */
  readonly roots: ReadonlyMap<string, string>;
}

/**
 * Looks at a cluster. What needs something is looked at before what it needs: so nothing is missed that came in between,
 * and nothing is found missing that went together with its user.
 */
export async function dataPlane({ api }: Cluster): Promise<DataPlane> {
  const namespaces = await api.list<{ readonly metadata: Named }>("/api/v1/namespaces");
  const pods = await api.list<Pod>("/api/v1/pods");
  const services = await api.list<Service>("/api/v1/services");
  const configurations = await api.list<{ readonly webhooks?: readonly Webhook[] }>(
    "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations",
  );
  const slices = await api.list<EndpointSlice>("/apis/discovery.k8s.io/v1/endpointslices");
  const roots = await api.list<ConfigMap>(
    "/api/v1/configmaps?fieldSelector=metadata.name%3Distio-ca-root-cert",
  );
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
