import { compileMesh } from "../../../../components/compile";
import { defineMesh } from "../../../../components/intent";

/** Services with machines outside Kubernetes, and proxies that are told more than what follows from calls. */
export const machines = defineMesh("machines", {
  services: {
    reviews: {
      namespace: "shop",
      ports: { http: { number: 80, protocol: "http", targetPort: 8080 } },
      createService: true,
      subsets: {
        v1: {
          labels: { version: "v1" },
          workloadEntries: {
            "reviews-1": { address: "10.20.0.7", ports: { http: 9080 }, weight: 90, locality: "eu-west/a" },
            "reviews-2": { network: "cellar", weight: 10 },
          },
        },
        v2: {
          labels: { version: "v2" },
          workloadGroups: {
            "by-request": {
              probe: { httpGet: { path: "/healthz", port: 8080, httpHeaders: { "x-probe": "1" } } },
            },
            "by-connection": {
              labels: { rack: "1" },
              probe: { tcpSocket: { port: 8080 }, periodSeconds: 5 },
            },
            "by-command": { labels: { rack: "2" }, probe: { exec: { command: ["/usr/bin/true"] } } },
          },
        },
      },
    },
    ledger: { namespace: "shop", ports: { https: { number: 443, protocol: "https" } }, createService: true },
  },
  external: {
    // As an import from a registry gives it.
    payments: {
      host: "payments.service.consul",
      ports: { http: { number: 8000, protocol: "http" } },
      resolution: "static",
      endpoints: [
        { address: "10.1.10.12", locality: "dc1", weight: 1 },
        { address: "10.1.10.13", labels: { "tag/primary": "true" }, ports: { http: 8001 }, weight: 10 },
      ],
      subsets: { primary: { labels: { "tag/primary": "true" } } },
    },
  },
  security: { networkPolicies: "ingress-and-egress" },
  scope: {},
});

const { reviews, ledger } = machines.services;
machines.route(reviews, [
  machines.otherwise().canary(reviews.subsets.v1, machines.share(reviews.subsets.v2, 10)),
]);
machines.allow({ from: reviews, to: ledger });
machines.sidecar({ on: "shop", outboundTrafficPolicy: { mode: "REGISTRY_ONLY" } });
machines.sidecar({
  on: ledger,
  inboundConnectionPool: { tcp: { maxConnections: 100 } },
  ingress: [
    {
      port: "https",
      defaultEndpoint: "unix:///run/ledger.sock",
      tls: {
        mode: "mutual",
        serverCertificate: "/etc/certs/server.pem",
        privateKey: "/etc/certs/key.pem",
        caCertificates: "/etc/certs/ca.pem",
        minProtocolVersion: "TLSV1_3",
      },
    },
  ],
  egress: [
    {
      port: { number: 9443, protocol: "http", name: "payments" },
      bind: "127.0.0.1",
      captureMode: "NONE",
      hosts: [machines.external.payments],
    },
  ],
});
machines.proxyConfig({ concurrency: 2 });
machines.proxyConfig({ on: "shop", image: { imageType: "distroless" } });
machines.proxyConfig({ on: reviews, environmentVariables: { ISTIO_META_DNS_CAPTURE: "true" } });

/** The group whose machines are told how to join. */
export function joining() {
  const found = compileMesh(machines).find(
    ({ kind, metadata }) => kind === "WorkloadGroup" && metadata.name === "by-request",
  );
  if (found?.kind !== "WorkloadGroup") throw new Error("the mesh has no group by-request");
  return found;
}
