import * as pulumi from "@pulumi/pulumi";
import { ServiceMesh, ServiceWorkload } from "meshwright";
import { HOST, shopMesh } from "./mesh";

const config = new pulumi.Config();
const { shop, rollout } = shopMesh({
  checkout: config.require<"blue" | "green">("checkout"),
  searchStep: config.requireNumber("searchStep"),
});

const mesh = new ServiceMesh("mesh", {
  mesh: shop,
  namespaces: { storefront: {}, catalog: {}, orders: {}, warehouse: {} },
  controlPlane: {
    autoscale: { min: 2, max: 5 },
    meshConfig: { outboundTrafficPolicy: { mode: "REGISTRY_ONLY" } },
  },
  gateways: { "istio-ingressgateway": { autoscale: { min: 2, max: 10 } } },
  credentials: { "shop-cert": { from: "authority" } },
  telemetry: {},
});

const ready = { dependsOn: mesh.injectionReady };
const podinfo = {
  image: "ghcr.io/stefanprodan/podinfo:6.7.1",
  readinessProbe: { httpGet: { path: "/readyz", port: 9898 } },
};
const { storefront, catalog, search, cart, checkout, stock } = shop.services;
new ServiceWorkload("storefront", { service: storefront, ...podinfo, replicas: 3 }, ready);
new ServiceWorkload("catalog", { service: catalog, ...podinfo }, ready);
new ServiceWorkload(
  "search",
  { service: search, ...podinfo, subsets: { v1: { image: "ghcr.io/stefanprodan/podinfo:6.7.0" }, v2: {} } },
  ready,
);
new ServiceWorkload("cart", { service: cart, ...podinfo, replicas: 3 }, ready);
new ServiceWorkload("checkout", { service: checkout, ...podinfo }, ready);
new ServiceWorkload(
  "stock",
  {
    service: stock,
    ...podinfo,
    command: ["./podinfo", "--grpc-port=9999"],
    readinessProbe: { grpc: { port: 9999 } },
  },
  ready,
);

export const address = mesh.gatewayAddresses;
export const url = `https://${HOST}/`;
/** What the new search gets now, in percent. */
export const searchWeight = rollout.weight;
