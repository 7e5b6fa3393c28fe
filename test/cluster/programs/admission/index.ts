import { defineMesh } from "../../../../components/intent";
import { ServiceMesh } from "../../../../components/platform";

const shop = defineMesh("shop", {
  services: {
    web: { namespace: "shop", ports: { http: { number: 80, protocol: "http" } } },
    old: { namespace: "shop", ports: { raw: { number: 81, protocol: "tcp" } } },
  },
});
shop.allow({ from: shop.services.web, to: shop.services.old });
shop.mtls({
  for: shop.services.old,
  mode: "permissive",
  reason: "a batch job without a sidecar, OPS-17",
  until: "2099-12-31",
});

new ServiceMesh("mesh", {
  mesh: shop,
  profile: "minimal",
  namespaces: {
    shop: { injection: "enabled" },
    legacy: { injection: "enabled" },
    plain: { injection: "disabled" },
  },
  admission: {
    exceptions: [
      {
        namespace: "legacy",
        policies: ["capture"],
        reason: "an agent that reads the node's network, OPS-18",
        until: "2099-12-31",
      },
    ],
  },
});
