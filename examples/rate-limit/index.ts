import { ServiceMesh, ServiceWorkload } from "meshwright";
import { api } from "./mesh";

const mesh = new ServiceMesh("mesh", {
  mesh: api,
  namespaces: { api: {} },
  controlPlane: { meshConfig: { outboundTrafficPolicy: { mode: "REGISTRY_ONLY" } } },
  gateways: { "istio-ingressgateway": { autoscale: { min: 2, max: 5 } } },
  credentials: { "api-cert": { from: "authority" } },
});

const podinfo = {
  image: "ghcr.io/stefanprodan/podinfo:6.7.1",
  readinessProbe: { httpGet: { path: "/readyz", port: 9898 } },
};
const ready = { dependsOn: mesh.injectionReady };
new ServiceWorkload("frontend", { service: api.services.frontend, ...podinfo, replicas: 3 }, ready);
new ServiceWorkload("search", { service: api.services.search, ...podinfo }, ready);

export const address = mesh.gatewayAddresses;
