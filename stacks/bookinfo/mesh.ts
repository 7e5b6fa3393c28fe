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

/** A service that hangs holds whoever calls it no longer than this; the edge waits for calls behind it as well. */
const patience = { timeout: "5s" } as const;
const edgePatience = { timeout: "15s" } as const;

/** How much of the traffic to `reviews` v3 gets, in percent, step after step; v2 has the rest. */
export const REVIEWS_STEPS = [1, 10, 25, 50, 100] as const;

export interface BookinfoMeshOptions {
  /** The host under which the world sees productpage. */
  readonly host: string;
  /** The secret with its certificate, in the gateway's namespace. */
  readonly credentialName: string;
  /** How many of {@link REVIEWS_STEPS} are taken; 0 leaves everything with v2. */
  readonly reviewsStep: number;
  /** Whether routes may put faults into requests, as tests of resilience do. */
  readonly faults: "allowed" | "refused";
}

/** What Bookinfo means: who calls whom, how `reviews` is versioned, and what the world may see. */
export function bookinfoMesh(options: BookinfoMeshOptions): AnyMesh {
  const shop = defineMesh("bookinfo", { ...catalogue, faults: options.faults });
  const { productpage, details, reviews, ratings } = shop.services;

  const rollout = shop.progression(reviews, {
    from: "v2",
    to: "v3",
    steps: REVIEWS_STEPS,
    step: options.reviewsStep,
  });
  shop.route(reviews, [
    shop.when(path.prefix("/wines")).with(patience).to(reviews.subsets.v1),
    shop.otherwise().with(patience).split(rollout.shares),
  ]);

  const edge = shop.gateway("bookinfo", {
    hosts: [options.host],
    tls: { credentialName: options.credentialName },
    namespace: INGRESS_NAMESPACE,
  });
  edge.expose(options.host, [
    shop.when(path.exact("/productpage")).with(edgePatience).to(productpage),
    shop.when(path.prefix("/static")).with(edgePatience).to(productpage),
    shop.when(path.exact("/login")).with(edgePatience).to(productpage),
    shop.when(path.exact("/logout")).with(edgePatience).to(productpage),
    shop.when(path.prefix("/api/v1/products")).with(edgePatience).to(productpage),
  ]);

  // What Bookinfo does, and nothing else: every other call is refused.
  shop.allow({ from: productpage, to: details, methods: ["GET"] });
  shop.allow({ from: productpage, to: reviews, methods: ["GET"] });
  shop.allow({ from: reviews, to: ratings, methods: ["GET"] });
  return shop;
}
