import { type AnyMesh, defineMesh, header } from "../components/intent";

const SERVICES_PER_NAMESPACE = 20;

/**
 * A mesh with something of everything for each service: subsets, a canary, a policy, two callers, limits, a host at a
 * gateway, a scope and NetworkPolicies. Every service calls the next two of its namespace, so that what there is to say of
 * one does not grow with the mesh.
 */
export function largeMesh(size: number): AnyMesh {
  const names = Array.from({ length: size }, (_, index) => `service-${index}`);
  const mesh = defineMesh("large", {
    services: Object.fromEntries(
      names.map((name, index) => [
        name,
        {
          namespace: `team-${Math.floor(index / SERVICES_PER_NAMESPACE)}`,
          ports: { http: { number: 8080, protocol: "http" } },
          subsets: { v1: { labels: { version: "v1" } }, v2: { labels: { version: "v2" } } },
        } as const,
      ]),
    ),
    scope: {},
    security: { networkPolicies: "ingress-and-egress" },
  });
  const edge = mesh.gateway("edge", { hosts: ["*.example.com"] });
  const all = names.flatMap((name) => mesh.services[name] ?? []);
  all.forEach((service, index) => {
    const { v1, v2 } = service.subsets;
    if (v1 === undefined || v2 === undefined) return;
    mesh.route(service, [
      mesh.when(header("x-stage").exact("test")).to(v2),
      mesh.otherwise().canary(v1, mesh.share(v2, 5)),
    ]);
    mesh.trafficPolicy(service, { outlierDetection: { consecutive5xxErrors: 5 } });
    mesh.rateLimit(service, { requests: 100, per: "1s" });
    mesh.rateLimit(service, {
      global: { "per-user": { requests: 10, per: "second", descriptors: [{ header: "x-user" }] } },
    });
    edge.expose(`${service.name}.example.com`, service);
    const team = index - (index % SERVICES_PER_NAMESPACE);
    for (const step of [1, 2]) {
      const to = all[team + ((index + step) % SERVICES_PER_NAMESPACE)];
      if (to !== undefined && to !== service) mesh.allow({ from: service, to });
    }
  });
  return mesh;
}
