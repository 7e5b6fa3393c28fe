import { type AnyMesh, type Catalogue, defineMesh, path } from "../../components/intent";

export const BOOKINFO_NAMESPACE = "bookinfo";
export const INGRESS_NAMESPACE = "istio-ingress";

const http = { http: { number: 9080, protocol: "http" } } as const;

/** The services of Bookinfo; each runs under a service account of its own, as the sample names them. */
const catalogue = {
  services: {
    productpage: { namespace: BOOKINFO_NAMESPACE, ports: http, serviceAccount: "bookinfo-productpage" },
    details: { namespace: BOOKINFO_NAMESPACE, ports: http, serviceAccount: "bookinfo-details" },
    reviews: {
      namespace: BOOKINFO_NAMESPACE,
      ports: http,
      serviceAccount: "bookinfo-reviews",
      subsets: {
        v1: { labels: { version: "v1" } },
        v2: { labels: { version: "v2" } },
        v3: { labels: { version: "v3" } },
      },
    },
    ratings: { namespace: BOOKINFO_NAMESPACE, ports: http, serviceAccount: "bookinfo-ratings" },
  },
} as const satisfies Catalogue;

export interface BookinfoMeshOptions {
  /** The host under which the world sees productpage. */
  readonly host: string;
  /** The secret with its certificate, in the gateway's namespace. */
  readonly credentialName: string;
  /** Share of the requests to `reviews` that go to v3, in percent. */
  readonly reviewsCanaryPercent: number;
  /** Whether routes may put faults into requests, as tests of resilience do. */
  readonly faults: "allowed" | "refused";
}

/** What Bookinfo means: who calls whom, how `reviews` is versioned, and what the world may see. */
export function bookinfoMesh(options: BookinfoMeshOptions): AnyMesh {
  const shop = defineMesh("bookinfo", { ...catalogue, faults: options.faults });
  const { productpage, details, reviews, ratings } = shop.services;

  const otherwise = shop.otherwise();
  shop.route(reviews, [
    shop.when(path.prefix("/wines")).to(reviews.subsets.v1),
    options.reviewsCanaryPercent === 0
      ? otherwise.to(reviews.subsets.v2)
      : otherwise.canary(reviews.subsets.v2, shop.share(reviews.subsets.v3, options.reviewsCanaryPercent)),
  ]);

  const edge = shop.gateway("bookinfo", {
    hosts: [options.host],
    tls: { credentialName: options.credentialName },
    namespace: INGRESS_NAMESPACE,
  });
  edge.expose(options.host, [
    shop.when(path.exact("/productpage")).to(productpage),
    shop.when(path.prefix("/static")).to(productpage),
    shop.when(path.exact("/login")).to(productpage),
    shop.when(path.exact("/logout")).to(productpage),
    shop.when(path.prefix("/api/v1/products")).to(productpage),
  ]);

  // What Bookinfo does, and nothing else: every other call is refused.
  shop.allow({ from: productpage, to: details, methods: ["GET"] });
  shop.allow({ from: productpage, to: reviews, methods: ["GET"] });
  shop.allow({ from: reviews, to: ratings, methods: ["GET"] });
  return shop;
}
