import { ServiceMesh, ServiceWorkload } from "meshwright";
import { kafka, postgres } from "./database";
import { analytics } from "./mesh";

const mesh = new ServiceMesh("mesh", {
  mesh: analytics,
  namespaces: { analytics: {}, data: {} },
  controlPlane: { meshConfig: { outboundTrafficPolicy: { mode: "REGISTRY_ONLY" } } },
  gateways: {}, // collectors are called from inside the cluster
});

const ready = { dependsOn: mesh.injectionReady };
kafka(ready);
postgres(ready);

const podinfo = {
  image: "ghcr.io/stefanprodan/podinfo:6.7.1",
  readinessProbe: { httpGet: { path: "/readyz", port: 9898 } },
};
const { collector, loader, dashboard } = analytics.services;
new ServiceWorkload("collector", { service: collector, ...podinfo }, ready);
new ServiceWorkload("loader", { service: loader, ...podinfo }, ready);
new ServiceWorkload("dashboard", { service: dashboard, ...podinfo }, ready);
