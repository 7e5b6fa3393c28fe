import { ServiceMesh, ServiceWorkload } from "meshwright";
import { breaker } from "./mesh";

const mesh = new ServiceMesh("mesh", {
  mesh: breaker,
  namespaces: { breaker: {} },
  controlPlane: { meshConfig: { outboundTrafficPolicy: { mode: "REGISTRY_ONLY" } } },
  gateways: {}, // nothing comes in from outside
});

const ready = { dependsOn: mesh.injectionReady };
const { httpbin, fortio, batch } = breaker.services;
new ServiceWorkload(
  "httpbin",
  { service: httpbin, image: "docker.io/mccutchen/go-httpbin:v2.15.0", replicas: 3 },
  ready,
);

/** Load on demand: `fortio load` inside the pods. */
const generator = { image: "docker.io/fortio/fortio:1.75.3", args: ["server"], replicas: 1 };
new ServiceWorkload("fortio", { service: fortio, ...generator }, ready);
new ServiceWorkload("batch", { service: batch, ...generator }, ready);
