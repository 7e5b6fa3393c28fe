import { defineMesh } from "meshwright/intent";
import { REGIONS } from "./clusters";

export const HOST = "shop.example.com";

const ports = { http: { number: 80, protocol: "http", targetPort: 9898 } } as const;

/** What the shop means, the same in both clusters: a service of one namespace and name is one service. */
export const shop = defineMesh("shop", {
  services: { web: { namespace: "shop", ports }, catalog: { namespace: "shop", ports } },
});
const { web, catalog } = shop.services;

const edge = shop.gateway("ingress", { hosts: [HOST], tls: { credentialName: "shop-cert" } });
edge.expose(HOST, web);
shop.allow({ from: web, to: catalog, methods: ["GET"] });

for (const service of [web, catalog]) {
  shop.route(service, [
    shop
      .otherwise()
      .with({
        timeout: "3s",
        retries: { attempts: 1, perTryTimeout: "1s", retryOn: ["connect-failure", "5xx"] },
      })
      .to(service),
  ]);
  shop.trafficPolicy(service, {
    // Stay in the region while it is healthy; what is ejected here is answered there.
    loadBalancer: {
      simple: "ROUND_ROBIN",
      localityLbSetting: {
        failover: [
          { from: REGIONS.east, to: REGIONS.west },
          { from: REGIONS.west, to: REGIONS.east },
        ],
      },
    },
    outlierDetection: {
      consecutive5xxErrors: 3,
      interval: "5s",
      baseEjectionTime: "30s",
      maxEjectionPercent: 100,
    },
    connectionPool: { tcp: { connectTimeout: "1s" } },
  });
}
