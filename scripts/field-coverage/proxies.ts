import { defineMesh } from "../../components/intent";

/** What proxies are told, what they count, and how they leave the mesh. */
export function proxies() {
  const ports = { http: { number: 80, protocol: "http" } } as const;
  const mesh = defineMesh("proxies", {
    services: {
      web: { namespace: "shop", ports },
      cart: { namespace: "shop", ports },
    },
    external: { stripe: { host: "api.stripe.com", via: "egress" } },
    scope: { keep: ["authz/*"] },
  });
  const { web, cart } = mesh.services;
  mesh.allow({ from: web, to: cart });
  mesh.rateLimit(cart, { requests: 100, per: "1s", burst: 200 });
  return mesh;
}
