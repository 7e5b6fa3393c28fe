import type { ApiClient } from "./api-client";
import { repeat } from "./repeat";

interface Service {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: { readonly type?: string };
  readonly status?: { readonly loadBalancer?: { readonly ingress?: readonly unknown[] } };
}

/** Gives every Service of type LoadBalancer an address, as a cloud does. The addresses are of the documentation's range. */
export function serveLoadBalancers(api: ApiClient): { stop(): Promise<void> } {
  let next = 1;
  return repeat(300, async () => {
    for (const service of await api.list<Service>("/api/v1/services")) {
      if (service.spec.type !== "LoadBalancer" || (service.status?.loadBalancer?.ingress?.length ?? 0) > 0)
        continue;
      const { namespace, name } = service.metadata;
      await api.request(
        "PATCH",
        `/api/v1/namespaces/${namespace}/services/${name}/status`,
        { status: { loadBalancer: { ingress: [{ ip: `203.0.113.${next++}` }] } } },
        "application/merge-patch+json",
      );
    }
  });
}
