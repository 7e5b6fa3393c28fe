import { Secret } from "@pulumi/kubernetes/core/v1/secret";
import * as pulumi from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random/randomPassword";
import { ServiceMesh, ServiceWorkload } from "meshwright";
import { HOST, shop } from "./mesh";

const config = new pulumi.Config();

// The authorizer is declared in the mesh alone: the mesh configuration is told of it from there.
const mesh = new ServiceMesh("mesh", {
  mesh: shop,
  namespaces: { shop: {}, login: {} },
  controlPlane: {
    meshConfig: { outboundTrafficPolicy: { mode: "REGISTRY_ONLY" } },
    env: { BLOCKED_CIDRS_IN_JWKS_URIS: "10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,169.254.0.0/16" },
  },
  gateways: { "istio-ingressgateway": { autoscale: { min: 2, max: 5 } } },
  credentials: { "shop-cert": { from: "authority" } },
});
const ready = { dependsOn: mesh.injectionReady };
const { web, admin, "oauth2-proxy": proxy } = shop.services;

const cookies = new RandomPassword("cookies", { length: 32, special: false });
const secret = new Secret(
  "oauth2-proxy",
  {
    metadata: { name: "oauth2-proxy", namespace: proxy.namespace },
    stringData: { "cookie-secret": cookies.result, "client-secret": config.requireSecret("clientSecret") },
  },
  ready,
);
const fromSecret = (key: string) => ({ secretKeyRef: { name: secret.metadata.name, key } });

new ServiceWorkload(
  "oauth2-proxy",
  {
    service: proxy,
    image: config.require("image"),
    args: [
      "--http-address=0.0.0.0:4180",
      "--provider=oidc",
      "--oidc-issuer-url=https://login.example.com",
      "--client-id=shop",
      `--redirect-url=https://${HOST}/oauth2/callback`,
      "--email-domain=*",
      "--reverse-proxy=true",
      "--upstream=static://200",
      "--set-authorization-header=true",
      "--set-xauthrequest=true",
      "--skip-provider-button=true",
    ],
    env: {
      OAUTH2_PROXY_COOKIE_SECRET: fromSecret("cookie-secret"),
      OAUTH2_PROXY_CLIENT_SECRET: fromSecret("client-secret"),
    },
    readinessProbe: { httpGet: { path: "/ready", port: 4180 } },
  },
  ready,
);
const podinfo = {
  image: "ghcr.io/stefanprodan/podinfo:6.7.1",
  command: ["./podinfo", "--port=8080"],
  readinessProbe: { httpGet: { path: "/readyz", port: 8080 } },
};
new ServiceWorkload("web", { service: web, ...podinfo }, ready);
new ServiceWorkload("admin", { service: admin, ...podinfo }, ready);

export const address = mesh.gatewayAddresses;
