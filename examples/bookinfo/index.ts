import { ServiceMesh, ServiceWorkload } from "meshwright";
import { bookinfo, HOST } from "./mesh";

const mesh = new ServiceMesh("mesh", {
  mesh: bookinfo,
  namespaces: { bookinfo: {} },
  controlPlane: { meshConfig: { outboundTrafficPolicy: { mode: "REGISTRY_ONLY" } } },
  credentials: { "bookinfo-cert": { from: "authority" } },
});

const ready = { dependsOn: mesh.injectionReady };
const image = (name: string) => ({ image: `docker.io/istio/examples-bookinfo-${name}:1.20.3` });
const { productpage, details, reviews, ratings } = bookinfo.services;

new ServiceWorkload(
  "productpage",
  { service: productpage, ...image("productpage-v1"), runAsUser: 1000 },
  ready,
);
new ServiceWorkload("details", { service: details, ...image("details-v1"), runAsUser: 1000 }, ready);
new ServiceWorkload("ratings", { service: ratings, ...image("ratings-v1"), runAsUser: 1000 }, ready);
new ServiceWorkload(
  "reviews",
  {
    service: reviews,
    runAsUser: 1000,
    // Open Liberty keeps its work files beside the server, and its logs where LOG_DIR says.
    writable: ["/tmp", "/opt/ibm/wlp/output"],
    env: { LOG_DIR: "/tmp/logs" },
    resources: { requests: { cpu: "100m", memory: "256Mi" }, limits: { memory: "512Mi" } },
    subsets: { v1: image("reviews-v1"), v2: image("reviews-v2"), v3: image("reviews-v3") },
  },
  ready,
);

export const address = mesh.gatewayAddresses;
export const url = `https://${HOST}/productpage`;
