import { defineMesh, header, path } from "meshwright/intent";

/** The host under which the world sees Bookinfo. */
export const HOST = "bookinfo.example.com";

const ports = { http: { number: 9080, protocol: "http" } } as const;
const namespace = "bookinfo";

/** Istio's sample application: a page, made of details, and of reviews with ratings. */
export const bookinfo = defineMesh("bookinfo", {
  services: {
    productpage: { namespace, ports },
    details: { namespace, ports },
    reviews: {
      namespace,
      ports,
      subsets: {
        v1: { labels: { version: "v1" } }, // no stars
        v2: { labels: { version: "v2" } }, // black stars
        v3: { labels: { version: "v3" } }, // red stars
      },
    },
    ratings: { namespace, ports },
  },
});
const { productpage, details, reviews, ratings } = bookinfo.services;

bookinfo.route(reviews, [
  // Whoever is logged in as jason tests black stars; everybody else sees red ones now and then.
  bookinfo.when(header("end-user").exact("jason")).with({ timeout: "3s" }).to(reviews.subsets.v2),
  bookinfo
    .otherwise()
    .with({ timeout: "3s" })
    .canary(reviews.subsets.v1, bookinfo.share(reviews.subsets.v3, 10)),
]);
bookinfo.route(ratings, [
  bookinfo
    .otherwise()
    .with({ timeout: "1s", retries: { attempts: 1, perTryTimeout: "500ms", retryOn: ["5xx"] } })
    .to(ratings),
]);

const edge = bookinfo.gateway("bookinfo", { hosts: [HOST], tls: { credentialName: "bookinfo-cert" } });
edge.expose(HOST, [
  bookinfo
    .when(path.exact("/productpage"))
    .or(path.prefix("/static"))
    .or(path.exact("/login"))
    .or(path.exact("/logout"))
    .or(path.prefix("/api/v1/products"))
    .with({ timeout: "10s" })
    .to(productpage),
]);

// What Bookinfo does, and nothing else: every other call is refused.
bookinfo.allow({ from: productpage, to: details, methods: ["GET"] });
bookinfo.allow({ from: productpage, to: reviews, methods: ["GET"] });
bookinfo.allow({ from: reviews, to: ratings, methods: ["GET"] });

bookinfo.telemetry({ accessLogging: { providers: [bookinfo.providers.envoy] } });
