import { defineMesh } from "../../../components/intent";

const http = { http: { number: 9080, protocol: "http" } } as const;

/** The services of the tests, declared anew for each: a mesh collects what is said to it. */
export function bookinfo() {
  return defineMesh("bookinfo", {
    services: {
      productpage: { namespace: "bookinfo", ports: http },
      details: { namespace: "bookinfo", ports: http },
      reviews: {
        namespace: "bookinfo",
        ports: http,
        subsets: {
          v1: { labels: { version: "v1" } },
          v2: { labels: { version: "v2" } },
          v3: { labels: { version: "v3" } },
        },
      },
      ratings: { namespace: "bookinfo", ports: http },
      mongo: { namespace: "data", ports: { mongo: { number: 27017, protocol: "tcp" } } },
      sealed: { namespace: "data", ports: { tls: { number: 443, protocol: "tls" } } },
      admin: {
        namespace: "bookinfo",
        ports: {
          api: { number: 80, protocol: "http", targetPort: 8080 },
          metrics: { number: 9090, protocol: "http2" },
          raw: { number: 9000, protocol: "tcp" },
        },
      },
    },
    external: {
      stripe: "api.stripe.com",
      maps: {
        host: "maps.example.org",
        ports: { http: { number: 80, protocol: "http", tls: {} } },
      },
      any: {
        host: "*.example.net",
        resolution: "none",
        ports: { http: { number: 80, protocol: "http" } },
      },
    },
  });
}

/** Another mesh, to mix up with the first. */
export function staging() {
  return defineMesh("staging", { services: { reviews: { namespace: "bookinfo", ports: http } } });
}
