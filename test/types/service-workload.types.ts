// Compiled, never run; see mesh.types.ts.
import { defineMesh } from "../../components/intent";
import { ServiceWorkload } from "../../components/platform";

const mesh = defineMesh("prod", {
  services: {
    web: {
      namespace: "shop",
      ports: { http: { number: 80, protocol: "http" } },
      subsets: { v1: { labels: { version: "v1" } }, v2: { labels: { version: "v2" } } },
    },
    cart: { namespace: "shop", ports: { http: { number: 80, protocol: "http" } } },
  },
  external: { bank: "bank.example" },
});
const { web, cart } = mesh.services;
const image = "example.com/web:1.0.0";

new ServiceWorkload("cart", { service: cart, image });
// @ts-expect-error a host outside has no pods here
new ServiceWorkload("bank", { service: mesh.external.bank, image });
// @ts-expect-error a name is no service
new ServiceWorkload("cart", { service: "cart", image });

new ServiceWorkload("web", { service: web, subsets: { v1: { image }, v2: { image, replicas: 1 } } });
// @ts-expect-error a subset that the service does not have
new ServiceWorkload("web", { service: web, subsets: { v1: { image }, v3: { image } } });
// @ts-expect-error the account is the catalogue's to say
new ServiceWorkload("web", { service: web, image, pod: { serviceAccountName: "other" } });
new ServiceWorkload("web", { service: web, image, pod: { nodeSelector: { disk: "ssd" } } });
// @ts-expect-error a variable is a text, or comes from somewhere
new ServiceWorkload("web", { service: web, image, env: { PORT: 80 } });
new ServiceWorkload("web", {
  service: web,
  image,
  env: { PORT: "80", POD: { fieldRef: { fieldPath: "metadata.name" } } },
});
