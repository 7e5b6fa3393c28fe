// Compiled, never run (test/unit/intent/types.test.ts): each refusal stands beside the form that is accepted, so that
// neither can change without being noticed.
import { fromCatalogueFile, fromConsul, fromNomad } from "../../components/discovery";
import { defineMesh, type ReadinessProbeSpec, type WorkloadEntrySpec } from "../../components/intent";

// --- workloads outside Kubernetes -----------------------------------------------------------------------------------

const ports = { http: { number: 80, protocol: "http" } } as const;
const mixed = defineMesh("mixed", {
  services: {
    reviews: {
      namespace: "shop",
      ports,
      workloadEntries: { "reviews-1": { address: "10.0.0.1", weight: 10 } },
      subsets: { v2: { labels: { version: "v2" }, workloadGroups: { "reviews-v2": { network: "vms" } } } },
    },
  },
});
mixed.canary(mixed.services.reviews, mixed.share(mixed.services.reviews.subsets.v2, 10));

export const entries: readonly WorkloadEntrySpec[] = [
  { address: "10.0.0.1" },
  { network: "vms", locality: "eu/a" },
  // @ts-expect-error neither an address nor a network
  { weight: 1 },
  // @ts-expect-error a weight that is a text
  { address: "10.0.0.1", weight: "1" },
  // @ts-expect-error the account is the service's: another would be somebody else to every permission
  { address: "10.0.0.1", serviceAccount: "other" },
];

export const probes: readonly ReadinessProbeSpec[] = [
  { httpGet: { port: 80 }, periodSeconds: 5 },
  { tcpSocket: { port: 80 } },
  { exec: { command: ["true"] } },
  // @ts-expect-error says nothing of what is probed
  { periodSeconds: 5 },
  // @ts-expect-error two ways at once
  { httpGet: { port: 80 }, tcpSocket: { port: 80 } },
  // @ts-expect-error a command without words
  { exec: { command: [] } },
  // @ts-expect-error istiod refuses gRPC probes
  { grpc: { port: 80 } },
];

// --- imported catalogues --------------------------------------------------------------------------------------------

export async function imported(): Promise<void> {
  const address = "https://consul.example";
  const consul = await fromConsul({ address, services: { payments: "http", ledger: { protocol: "grpc" } } });
  const shop = defineMesh("shop", {
    services: {},
    external: { ...consul.external, stripe: "api.stripe.com" },
  });
  shop.route(shop.external.payments, [shop.otherwise().to(shop.external.payments)]);
  shop.canary(shop.external.stripe);
  // @ts-expect-error a service that was not imported
  shop.canary(shop.external.refunds);
  // @ts-expect-error a service that was not imported
  void consul.workloadEntries.refunds;
  // @ts-expect-error no protocol that is known
  await fromConsul({ address, services: { payments: "smtp" } });
  // @ts-expect-error neither services nor all
  await fromConsul({ address });
  // @ts-expect-error services and all
  await fromConsul({ address, services: { payments: "http" }, all: "http" });
  const everything = await fromNomad({ address, all: "http" });
  void everything.external["whatever"]?.host;
  const file = await fromCatalogueFile("services.yaml", { services: ["billing"] });
  void file.external.billing;
  // @ts-expect-error a service that was not asked for
  void file.external.search;
}

// --- proxies --------------------------------------------------------------------------------------------------------

const { reviews } = mixed.services;
const far = defineMesh("far", { services: { other: { namespace: "n", ports } } });

mixed.proxyConfig({ concurrency: 2 });
mixed.proxyConfig({ on: "shop", image: { imageType: "distroless" } });
mixed.proxyConfig({ on: reviews, environmentVariables: { A: "b" } });
// @ts-expect-error a namespace without services of the mesh
mixed.proxyConfig({ on: "elsewhere", concurrency: 2 });
// @ts-expect-error a service of another mesh
mixed.proxyConfig({ on: far.services.other, concurrency: 2 });
// @ts-expect-error no image of that kind
mixed.proxyConfig({ image: { imageType: "slim" } });

mixed.sidecar({ outboundTrafficPolicy: { mode: "REGISTRY_ONLY" } });
mixed.sidecar({ on: "shop", inboundConnectionPool: { tcp: { maxConnections: 1 } } });
mixed.sidecar({ on: reviews, ingress: [{ port: "http", defaultEndpoint: "127.0.0.1:8080" }] });
mixed.sidecar({
  on: reviews,
  egress: [{ port: { protocol: "tcp" }, bind: "unix:///a.sock", hosts: [reviews] }],
});
// @ts-expect-error a port that the service has not
mixed.sidecar({ on: reviews, ingress: [{ port: "admin" }] });
// @ts-expect-error an endpoint outside the pod
mixed.sidecar({ on: reviews, ingress: [{ port: "http", defaultEndpoint: "10.0.0.1:8080" }] });
// @ts-expect-error what a whole namespace receives has no ports in common
mixed.sidecar({ on: "shop", ingress: [{ port: "http" }] });
// @ts-expect-error a way out where nothing is let out
mixed.sidecar({ outboundTrafficPolicy: { mode: "REGISTRY_ONLY", egressProxy: reviews } });
// @ts-expect-error a listener without hosts
mixed.sidecar({ egress: [{ port: { number: 80, protocol: "http" }, hosts: [] }] });
// @ts-expect-error a listener without a number that is no socket
mixed.sidecar({ egress: [{ port: { protocol: "http" }, hosts: [reviews] }] });
// @ts-expect-error a service of another mesh
mixed.sidecar({ egress: [{ port: { number: 80, protocol: "http" }, hosts: [far.services.other] }] });
