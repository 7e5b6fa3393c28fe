import { ServiceMesh, ServiceWorkload } from "meshwright";
import { pay } from "./mesh";

const mesh = new ServiceMesh("mesh", {
  mesh: pay,
  namespaces: { payments: {}, vault: {}, backoffice: {} },
  controlPlane: {
    autoscale: { min: 2, max: 5 },
    meshConfig: {
      outboundTrafficPolicy: { mode: "REGISTRY_ONLY" },
      // Policies compare paths: so that //keys and /%6Beys are what the workload takes them for.
      pathNormalization: { normalization: "DECODE_AND_MERGE_SLASHES" },
    },
    // Keys are fetched from the issuer alone, never from inside the cluster's network.
    env: { BLOCKED_CIDRS_IN_JWKS_URIS: "10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,169.254.0.0/16" },
  },
  gateways: {
    "istio-ingressgateway": { autoscale: { min: 2, max: 10 } },
    "istio-egressgateway": { direction: "egress", autoscale: { min: 2, max: 5 } },
  },
  credentials: { "pay-cert": { from: "authority" } },
});

const ready = { dependsOn: mesh.injectionReady };
const podinfo = {
  image: "ghcr.io/stefanprodan/podinfo:6.7.1",
  readinessProbe: { httpGet: { path: "/readyz", port: 9898 } },
};
const { api, ledger, vault, refunds } = pay.services;
new ServiceWorkload("api", { service: api, ...podinfo, replicas: 3 }, ready);
new ServiceWorkload(
  "ledger",
  {
    service: ledger,
    ...podinfo,
    command: ["./podinfo", "--grpc-port=9999"],
    readinessProbe: { grpc: { port: 9999 } },
  },
  ready,
);
new ServiceWorkload("vault", { service: vault, ...podinfo }, ready);
new ServiceWorkload("refunds", { service: refunds, ...podinfo }, ready);

export const address = mesh.gatewayAddresses;
