import {
  type AnyMesh,
  attribute,
  claim,
  defineMesh,
  grpc,
  header,
  method,
  path,
  query,
  source,
  tcp,
  jwt,
  outsider,
} from "../../../components/intent";
import { bookinfo, staging } from "./bookinfo";
import { TELEMETRY_CASES } from "./telemetry.cases";

type Bookinfo = ReturnType<typeof bookinfo>;

/** A mesh that is wrong in one way, and everything that is said of it: `path: message [id]`. */
export interface Case {
  readonly mesh: () => AnyMesh;
  readonly says: readonly string[];
}

/** Says something to a mesh that is right otherwise. */
function said(what: (shop: Bookinfo) => void): () => AnyMesh {
  return () => {
    const shop = bookinfo();
    what(shop);
    return shop;
  };
}

/** A catalogue whose only service is spoilt. */
function service(spec: object): () => AnyMesh {
  const base = { namespace: "shop", ports: { http: { number: 80, protocol: "http" } } };
  return () => defineMesh("m", { services: { web: { ...base, ...spec } } } as never);
}

/** A catalogue whose only external is spoilt. */
function external(spec: unknown): () => AnyMesh {
  return () => defineMesh("m", { services: {}, external: { out: spec } } as never);
}

function route(routes: (shop: Bookinfo) => unknown): () => AnyMesh {
  return said((shop) => shop.route(shop.services.reviews, routes(shop) as never));
}

function when(...conditions: unknown[]): () => AnyMesh {
  return route((shop) => [
    shop.when(...(conditions as never as [never])).to(shop.services.reviews.subsets.v1),
    shop.otherwise().to(shop.services.reviews),
  ]);
}

function withOptions(options: unknown): () => AnyMesh {
  return route((shop) => [
    shop
      .otherwise()
      .with(options as never)
      .to(shop.services.reviews),
  ]);
}

function to(destination: (shop: Bookinfo) => unknown): () => AnyMesh {
  return route((shop) => [shop.otherwise().to(destination(shop) as never)]);
}

function split(shares: (shop: Bookinfo) => unknown): () => AnyMesh {
  return route((shop) => [shop.otherwise().split(shares(shop) as never)]);
}

function gateway(spec: object): () => AnyMesh {
  return said((shop) => shop.gateway("edge", { hosts: ["*.example.com"], ...spec } as never));
}

function expose(host: unknown, exposed: (shop: Bookinfo) => unknown): () => AnyMesh {
  return said((shop) => shop.gateway(["*.example.com"]).expose(host as never, exposed(shop) as never));
}

function allow(edge: (shop: Bookinfo) => unknown): () => AnyMesh {
  return said((shop) => shop.allow(edge(shop) as never));
}

function trafficPolicy(policy: unknown, options?: unknown): () => AnyMesh {
  return said((shop) => shop.trafficPolicy(shop.services.reviews, policy as never, options as never));
}

export const CASES: Readonly<Record<string, Case>> = {
  ...TELEMETRY_CASES,

  // --- the catalogue
  "a mesh without a name": {
    mesh: () => defineMesh("" as never, { services: {} }),
    says: ["name: is not valid [intent/mesh-name]"],
  },
  "no catalogue": {
    mesh: () => defineMesh("m", undefined as never),
    says: ["catalogue: is missing [intent/catalogue]"],
  },
  "a list of services": {
    mesh: () => defineMesh("m", { services: [] } as never),
    says: ["services: is not a plain object [intent/catalogue]"],
  },
  "a misspelt field": {
    mesh: () => defineMesh("m", { services: {}, externals: {} } as never),
    says: ["catalogue.externals: is not a field that is known here [intent/unknown-field]"],
  },
  "a service that is a string": {
    mesh: () => defineMesh("m", { services: { web: "web" } } as never),
    says: ["services.web: is not a plain object [intent/service]"],
  },
  "a service name that Kubernetes refuses": {
    mesh: () =>
      defineMesh("m", {
        services: { productPage: { namespace: "n", ports: { h: { number: 1, protocol: "tcp" } } } },
      }),
    says: ["services.productPage: is not valid [intent/service-name]"],
  },
  "an empty namespace": {
    mesh: service({ namespace: "" }),
    says: ["services.web.namespace: is not valid [intent/namespace]"],
  },
  "a service account that is no name": {
    mesh: service({ serviceAccount: "a b" }),
    says: ["services.web.serviceAccount: is not valid [intent/service-account]"],
  },
  "no labels": {
    mesh: service({ labels: {} }),
    says: ["services.web.labels: has no labels [intent/service-labels]"],
  },
  "labels that Kubernetes refuses": {
    mesh: service({ labels: { "a b": "x", app: "a/b" } }),
    says: [
      'services.web.labels["a b"]: is not a Kubernetes label key [intent/label]',
      "services.web.labels.app: is not valid [intent/label]",
    ],
  },
  "no ports": { mesh: service({ ports: {} }), says: ["services.web.ports: opens no port [intent/ports]"] },
  "ports left out": {
    mesh: service({ ports: undefined }),
    says: ["services.web.ports: is missing [intent/ports]"],
  },
  "a port that is a number": {
    mesh: service({ ports: { http: 80 } }),
    says: ["services.web.ports.http: is not a plain object [intent/port]"],
  },
  "a port out of range": {
    mesh: service({ ports: { http: { number: 70000, protocol: "http" } } }),
    says: ["services.web.ports.http.number: is not a whole number in range [intent/port-number]"],
  },
  "a port of no known protocol": {
    mesh: service({ ports: { dns: { number: 53, protocol: "udp" } } }),
    says: [
      "services.web.ports.dns.protocol: is not one of the values that are known here [intent/port-protocol]",
    ],
  },
  "a port name that Kubernetes refuses": {
    mesh: service({ ports: { "HTTP!": { number: 80, protocol: "http" } } }),
    says: ['services.web.ports["HTTP!"]: is not valid [intent/port-name]'],
  },
  "one port number twice": {
    mesh: service({ ports: { a: { number: 80, protocol: "http" }, b: { number: 80, protocol: "tcp" } } }),
    says: ['services.web.ports.b: opens port 80 again; port "a" has it already [intent/duplicate-port]'],
  },
  "a subset that selects nothing": {
    mesh: service({ subsets: { v1: { labels: {} } } }),
    says: ["services.web.subsets.v1.labels: has no labels [intent/subset-selects-nothing]"],
  },
  "a subset without labels": {
    mesh: service({ subsets: { v1: {} } }),
    says: ["services.web.subsets.v1.labels: is missing [intent/subset-selects-nothing]"],
  },
  "a subset that is a string": {
    mesh: service({ subsets: { v1: "v1" } }),
    says: ["services.web.subsets.v1: is not a plain object [intent/subset]"],
  },
  "subsets that are a list": {
    mesh: service({ subsets: ["v1"] }),
    says: ["services.web.subsets: is not a plain object [intent/subsets]"],
  },
  "a subset name that Istio refuses": {
    mesh: service({ subsets: { V1: { labels: { version: "v1" } } } }),
    says: ["services.web.subsets.V1: is not valid [intent/subset-name]"],
  },
  "a subset of other workloads": {
    mesh: service({ subsets: { v1: { labels: { app: "other" } } } }),
    says: [
      "services.web.subsets.v1.labels.app: selects no workload of the service, whose workloads carry another value [intent/subset-contradicts-service]",
    ],
  },
  "two subsets of the same workloads": {
    mesh: service({ subsets: { v1: { labels: { version: "v1" } }, blue: { labels: { version: "v1" } } } }),
    says: [
      'services.web.subsets.blue: has the labels of subset "v1", so both are the same workloads [intent/duplicate-subset]',
    ],
  },
  "one Service under two keys": {
    mesh: () => {
      const spec = {
        namespace: "n",
        name: "web",
        ports: { http: { number: 80, protocol: "http" } },
      } as const;
      return defineMesh("m", { services: { a: spec, b: spec } });
    },
    says: [
      "services.b: declares the Kubernetes Service n/web again; services.a has it already [intent/duplicate-service]",
    ],
  },
  "a misspelt security setting": {
    mesh: () => defineMesh("m", { services: {}, security: { mtls: "STRICT" } } as never),
    says: ["security.mtls: is not one of the values that are known here [intent/security]"],
  },
  "a security setting that is a string": {
    mesh: () => defineMesh("m", { services: {}, security: "strict" } as never),
    says: ["security: is not a plain object [intent/security]"],
  },
  "an Output where plain text belongs": {
    mesh: service({
      namespace: Object.assign(Object.create({ apply: () => "" }) as object, { __pulumiOutput: true }),
    }),
    says: ["services.web.namespace: is not a string [intent/namespace]"],
  },

  // --- externals
  "an external name that Kubernetes refuses": {
    mesh: () => defineMesh("m", { services: {}, external: { my_api: "api.example.org" } }),
    says: ["external.my_api: is not valid [intent/external-name]"],
  },
  "an external host that is an address": {
    mesh: external("10.0.0.1"),
    says: ["external.out.host: is not valid [intent/external-host]"],
  },
  "an external port whose number is a text, once": {
    mesh: external({ host: "api.example.org", ports: { https: { number: "443", protocol: "https" } } }),
    says: ["external.out.ports.https.number: is not a whole number in range [intent/port-number]"],
  },
  "an external host that is a URL": {
    mesh: external("https://api.example.org:443/v1"),
    says: ["external.out.host: is not valid [intent/external-host]"],
  },
  "an external that is a number": {
    mesh: external(7),
    says: ["external.out: is not a plain object [intent/external]"],
  },
  "one external host twice": {
    mesh: () => defineMesh("m", { services: {}, external: { a: "api.example.org", b: "api.example.org" } }),
    says: [
      "external.b: declares the host api.example.org again; external.a has it already [intent/duplicate-external]",
    ],
  },
  "a wildcard that DNS is asked for": {
    mesh: external("*.example.org"),
    says: [
      'external.out.resolution: cannot be "dns" for the wildcard host *.example.org, which no DNS server answers [intent/external-resolution]',
    ],
  },
  "static addresses that are names": {
    mesh: external({ host: "api.example.org", resolution: "static", endpoints: ["a.example.org"] }),
    says: [
      'external.out.resolution: "static" needs the IP addresses behind the host [intent/external-resolution]',
    ],
  },
  "endpoints that are never used": {
    mesh: external({ host: "api.example.org", resolution: "none", endpoints: ["10.0.0.1"] }),
    says: [
      'external.out.resolution: "none" sends traffic to the address that the workload dialled, so endpoints are never used [intent/external-resolution]',
    ],
  },
  "an endpoint that is neither": {
    mesh: external({ host: "api.example.org", endpoints: ["0x7f.1"] }),
    says: ["external.out.endpoints[0]: is not valid [intent/external-address]"],
  },
  "an external tcp port without an address": {
    mesh: external({ host: "db.example.org", ports: { db: { number: 5432, protocol: "tcp" } } }),
    says: [
      "external.out.addresses: is missing: without a host name on the wire, port 5432 (tcp) would take this port's traffic to every address [intent/external-address]",
    ],
  },
  "an address that is none": {
    mesh: external({ host: "db.example.org", addresses: ["10.0.0.0/33"] }),
    says: ["external.out.addresses[0]: is not valid [intent/external-address]"],
  },
  "TLS around TLS": {
    mesh: external({
      host: "api.example.org",
      ports: { https: { number: 443, protocol: "https", tls: {} } },
    }),
    says: [
      'external.out.ports.https.tls: would wrap TLS in TLS: callers of protocol "https" send it already [intent/tls-origination]',
    ],
  },
  "TLS that trusts a relative file": {
    mesh: external({
      host: "api.example.org",
      ports: { http: { number: 80, protocol: "http", tls: { caCertificates: "ca.pem" } } },
    }),
    says: ["external.out.ports.http.tls.caCertificates: is not valid [intent/tls-origination]"],
  },

  // --- destinations and shares
  "an undefined subset": {
    mesh: to((shop) => (shop.services.reviews.subsets as Record<string, unknown>)["v9"]),
    says: [
      "routes.reviews[0].to[0].to: is not a destination that this mesh declares [intent/unknown-destination]",
    ],
  },
  "a destination by name": {
    mesh: to(() => "reviews.bookinfo.svc.cluster.local"),
    says: [
      "routes.reviews[0].to[0].to: is not a destination that this mesh declares [intent/unknown-destination]",
    ],
  },
  "a copy of a destination": {
    mesh: to((shop) => ({ ...shop.services.reviews.subsets.v1 })),
    says: [
      "routes.reviews[0].to[0].to: is not a destination that this mesh declares [intent/unknown-destination]",
    ],
  },
  "a gateway as a destination": {
    mesh: to((shop) => shop.gateway(["a.example.com"])),
    says: [
      "routes.reviews[0].to[0].to: is not a destination that this mesh declares [intent/unknown-destination]",
    ],
  },
  "a service of another mesh": {
    mesh: to(() => staging().services.reviews),
    says: ['routes.reviews[0].to[0].to: belongs to mesh "staging" [intent/foreign-destination]'],
  },
  "a service of another mesh of that name": {
    mesh: to(() => bookinfo().services.reviews),
    says: [
      'routes.reviews[0].to[0].to: belongs to another mesh that is also called "bookinfo" [intent/foreign-destination]',
    ],
  },
  "a wildcard as a destination": {
    mesh: to((shop) => shop.external.any),
    says: [
      "routes.reviews[0].to[0].to: is the wildcard *.example.net, and a route needs one host to send requests to [intent/wildcard-destination]",
    ],
  },
  "HTTP to an external that takes TLS alone": {
    mesh: to((shop) => shop.external.stripe),
    says: [
      "routes.reviews[0].to[0].to: external.stripe opens no port that speaks HTTP [intent/protocol-mismatch]",
    ],
  },
  "HTTP to a tcp service": {
    mesh: to((shop) => shop.services.mongo),
    says: [
      "routes.reviews[0].to[0].to: services.mongo opens no port that speaks HTTP [intent/protocol-mismatch]",
    ],
  },
  "HTTP to a tcp port": {
    mesh: to((shop) => shop.services.admin.ports.raw),
    says: [
      'routes.reviews[0].to[0].to: port "raw" of services.admin does not speak HTTP [intent/protocol-mismatch]',
    ],
  },
  "a service with two ports that it could be": {
    mesh: to((shop) => shop.services.admin),
    says: [
      "routes.reviews[0].to[0].to: services.admin opens several ports that it could be [intent/ambiguous-port]",
    ],
  },
  "weights below 100": {
    mesh: split((shop) => [
      shop.share(shop.services.reviews.subsets.v1, 90),
      shop.share(shop.services.reviews.subsets.v2, 5),
    ]),
    says: ["routes.reviews[0].to: the weights do not add up to 100 [intent/weights-sum]"],
  },
  "a negative weight": {
    mesh: split((shop) => [
      shop.share(shop.services.reviews.subsets.v1, 110),
      shop.share(shop.services.reviews.subsets.v2, -10),
    ]),
    says: [
      "routes.reviews[0].to[0].weight: a weight is a whole number from 0 to 100 [intent/weight]",
      "routes.reviews[0].to[1].weight: a weight is a whole number from 0 to 100 [intent/weight]",
    ],
  },
  "a canary whose share is a text, once": {
    mesh: route((shop) => [
      shop
        .otherwise()
        .canary(
          shop.services.reviews.subsets.v1,
          shop.share(shop.services.reviews.subsets.v2, "10" as never),
        ),
    ]),
    says: ["routes.reviews[0].to[1].weight: a weight is a whole number from 0 to 100 [intent/weight]"],
  },
  "a step of a progression that is a text, once": {
    mesh: route(
      (shop) =>
        shop.progression(shop.services.reviews, {
          from: "v1",
          to: "v2",
          steps: [10, 100],
          step: "1" as never,
          pin: { header: "x-version" },
        }).routes,
    ),
    says: ["progression.reviews.step: is not a whole number in range [intent/versions]"],
  },
  "a weight that is not whole": {
    mesh: split((shop) => [
      shop.share(shop.services.reviews.subsets.v1, 99.5),
      shop.share(shop.services.reviews.subsets.v2, 0.5),
    ]),
    says: [
      "routes.reviews[0].to[0].weight: a weight is a whole number from 0 to 100 [intent/weight]",
      "routes.reviews[0].to[1].weight: a weight is a whole number from 0 to 100 [intent/weight]",
    ],
  },
  "a canary of more than everything": {
    mesh: route((shop) => [
      shop
        .otherwise()
        .canary(
          shop.services.reviews.subsets.v1,
          shop.share(shop.services.reviews.subsets.v2, 60),
          shop.share(shop.services.reviews.subsets.v3, 60),
        ),
    ]),
    says: [
      "routes.reviews[0].to: the shares take 120 together, which leaves -20 for the rest [intent/weights-sum]",
    ],
  },
  "the same subset twice": {
    mesh: split((shop) => [
      shop.share(shop.services.reviews.subsets.v1, 50),
      shop.share(shop.services.reviews.subsets.v1, 50),
    ]),
    says: [
      "routes.reviews[0].to[1]: goes to the same destination as routes.reviews[0].to[0] [intent/duplicate-destination]",
    ],
  },
  "no shares": { mesh: split(() => []), says: ["routes.reviews[0].to: is an empty list [intent/shares]"] },
  "shares that are a string": {
    mesh: split(() => "reviews"),
    says: ["routes.reviews[0].to: is not a list [intent/shares]"],
  },
  "a share that is a service": {
    mesh: split(() => [7]),
    says: ["routes.reviews[0].to[0]: is not a plain object [intent/share]"],
  },
  "a subset left out": {
    mesh: route((shop) => [shop.otherwise().bySubset(shop.services.reviews, { v1: 90, v2: 10 } as never)]),
    says: [
      "routes.reviews[0].to[2].weight: subset v3 of reviews has no weight [intent/subset-weight-missing]",
    ],
  },
  "an undeclared subset with a weight": {
    mesh: route((shop) => [
      shop.otherwise().bySubset(shop.services.reviews, { v1: 90, v2: 0, v3: 0, v4: 10 } as never),
    ]),
    says: [
      "routes.reviews[0].to[3].to: is not a destination that this mesh declares [intent/unknown-destination]",
    ],
  },

  // --- routes
  "routes of a service by name": {
    mesh: said((shop) => shop.route("reviews" as never, [])),
    says: ["route[0]: is not a service or external that this mesh declares [intent/unknown-service]"],
  },
  "routes of another mesh's service": {
    mesh: said((shop) => shop.route(staging().services.reviews as never, [])),
    says: ['route[0]: belongs to mesh "staging" [intent/foreign-service]'],
  },
  "no routes": { mesh: route(() => []), says: ["routes.reviews: is an empty list [intent/routes]"] },
  "routes that are one route": {
    mesh: route((shop) => shop.otherwise().to(shop.services.reviews)),
    says: ["routes.reviews: is not a list [intent/routes]"],
  },
  "a route that is a string": {
    mesh: route(() => ["/wines"]),
    says: ["routes.reviews[0]: is not a plain object [intent/route]"],
  },
  "an unfinished route": {
    mesh: route((shop) => [shop.when(path.prefix("/wines"))]),
    says: ["routes.reviews[0]: does not say where its requests go [intent/unfinished-route]"],
  },
  "a service that is no route": {
    mesh: route((shop) => [shop.services.reviews]),
    says: ["routes.reviews[0].kind: is not one of the values that are known here [intent/route]"],
  },
  "a route written by hand": {
    mesh: route((shop) => [
      { kind: "http", matches: "/wines", to: shop.canary(shop.services.reviews) },
      shop.otherwise().to(shop.services.reviews),
    ]),
    says: ["routes.reviews[0].matches: is not a list of conditions [intent/match]"],
  },
  "two lists of routes for one port": {
    mesh: said((shop) => {
      shop.route(shop.services.reviews, [shop.otherwise().to(shop.services.reviews.subsets.v1)]);
      shop.route(shop.services.reviews, [shop.otherwise().to(shop.services.reviews.subsets.v2)]);
    }),
    says: [
      'routes.reviews: port "http" has routes already, and only one list of them can be in force [intent/duplicate-routes]',
    ],
  },
  "requests that no route takes": {
    mesh: route((shop) => [shop.when(path.prefix("/wines")).to(shop.services.reviews.subsets.v1)]),
    says: ["routes.reviews: a request that no route takes is answered with 404 [intent/routes-incomplete]"],
  },
  "a catch-all that is not last": {
    mesh: route((shop) => [
      shop.otherwise().to(shop.services.reviews.subsets.v1),
      shop.when(path.prefix("/wines")).to(shop.services.reviews.subsets.v2),
      shop.otherwise().to(shop.services.reviews.subsets.v3),
    ]),
    says: [
      "routes.reviews[1]: can never be taken: routes.reviews[0] takes all of its requests first [intent/route-unreachable]",
      "routes.reviews[2]: can never be taken: routes.reviews[0] takes all of its requests first [intent/route-unreachable]",
    ],
  },
  "a prefix that covers a later path": {
    mesh: route((shop) => [
      shop.when(path.prefix("/wines")).to(shop.services.reviews.subsets.v1),
      shop
        .when(path.exact("/wines/red"), header("end-user").exact("jason"))
        .or(path.exact("/beers"))
        .to(shop.services.reviews.subsets.v2),
      shop.otherwise().to(shop.services.reviews.subsets.v3),
    ]),
    says: [
      "routes.reviews[1].when[0]: can never be taken: routes.reviews[0] takes all of its requests first [intent/route-unreachable]",
    ],
  },
  "a path on a tcp service": {
    mesh: said((shop) =>
      shop.route(shop.services.mongo, [shop.when(path.prefix("/wines")).to(shop.services.mongo)] as never),
    ),
    says: [
      "routes.mongo[0]: reads HTTP (a condition, a timeout or retries), but the port does not speak it [intent/protocol-mismatch]",
    ],
  },
  "HTTP routes of a sealed service": {
    mesh: said((shop) =>
      shop.route(shop.services.sealed, [shop.when(path.exact("/")).to(shop.services.sealed)] as never),
    ),
    says: [
      "routes.sealed[0]: reads HTTP (a condition, a timeout or retries), but the port does not speak it [intent/protocol-mismatch]",
    ],
  },
  "TCP routes of a sealed port": {
    mesh: said((shop) =>
      shop.route(
        shop.services.sealed,
        [
          shop.whenTcp(tcp.source("10.0.0.0/8")).to(shop.services.sealed),
          shop.otherwise().to(shop.services.sealed),
        ] as never,
        { port: "tls" },
      ),
    ),
    says: ["routes.sealed[0]: reads plain TCP, but the port speaks TLS [intent/protocol-mismatch]"],
  },
  "routes of a service with two ports": {
    mesh: said((shop) => shop.route(shop.services.admin, [shop.otherwise().to(shop.services.admin)])),
    says: ["routes.admin: opens several ports that these routes could be for [intent/ambiguous-port]"],
  },
  "routes of a port that is not opened": {
    mesh: said((shop) =>
      shop.route(shop.services.admin, [shop.otherwise().to(shop.services.admin)], {
        port: "metric",
      } as never),
    ),
    says: ["routes.admin.port: is not a port that the service opens [intent/unknown-port]"],
  },
  "a misspelt route option": {
    mesh: withOptions({ timeOut: "2s" }),
    says: ["routes.reviews[0].with.timeOut: is not a field that is known here [intent/unknown-field]"],
  },
  "a route option that is a string": {
    mesh: withOptions("2s"),
    says: ["routes.reviews[0].with: is not a plain object [intent/route-options]"],
  },
  "a duration without a unit": {
    mesh: withOptions({ timeout: "2" }),
    says: ["routes.reviews[0].with.timeout: is not a duration [intent/duration]"],
  },
  "a duration that only the type admits": {
    mesh: withOptions({ timeout: "-1s" }),
    says: ["routes.reviews[0].with.timeout: is not a duration [intent/duration]"],
  },
  "retries that take too long": {
    mesh: withOptions({ timeout: "5s", retries: { attempts: 2, perTryTimeout: "2s" } }),
    says: [
      "routes.reviews[0].with.retries: the first try and 2 retries of 2s each take up to 6s, but the request ends after 5s [intent/retry-budget]",
    ],
  },
  "retries that are a number": {
    mesh: withOptions({ retries: 3 }),
    says: ["routes.reviews[0].with.retries: is not a plain object [intent/retries]"],
  },
  "more tries than there is time for, where the count is Istio's own": {
    mesh: withOptions({ timeout: "5s", retries: { perTryTimeout: "2s" } }),
    says: [
      "routes.reviews[0].with.retries: the first try and 2 retries of 2s each take up to 6s, but the request ends after 5s [intent/retry-budget]",
    ],
  },
  "settings of retries that never happen": {
    mesh: withOptions({ retries: { attempts: 0, perTryTimeout: "1s" } }),
    says: [
      "routes.reviews[0].with.retries: attempts is 0, so nothing is retried and the other fields say nothing [intent/retries-unused]",
    ],
  },
  "a retry condition that Envoy does not know": {
    mesh: withOptions({ retries: { attempts: 1, retryOn: ["503", "resets", "600"] } }),
    says: [
      "routes.reviews[0].with.retries.retryOn[1]: is not a condition that Envoy retries on [intent/retry-on]",
      "routes.reviews[0].with.retries.retryOn[2]: is not a condition that Envoy retries on [intent/retry-on]",
    ],
  },

  // --- matches
  "no conditions": { mesh: when(), says: ["routes.reviews[0].when[0]: is an empty list [intent/match]"] },
  "a condition that is a string": {
    mesh: when("/wines"),
    says: ["routes.reviews[0].when[0][0]: is not a plain object [intent/condition]"],
  },
  "a condition on nothing known": {
    mesh: when({ on: "cookie" }),
    says: [
      "routes.reviews[0].when[0][0].on: is not one of the values that are known here [intent/condition]",
    ],
  },
  "a path without its slash": {
    mesh: when(path.prefix("wines" as never)),
    says: ["routes.reviews[0].when[0][0].value: is not valid [intent/path]"],
  },
  "a path with a query": {
    mesh: when(path.exact("/wines?red=1")),
    says: ["routes.reviews[0].when[0][0].value: is not valid [intent/path]"],
  },
  "an expression that RE2 refuses": {
    mesh: when(path.regex("/wines/(?=red)")),
    says: [
      "routes.reviews[0].when[0][0].value: is not an RE2 expression: error parsing regexp: invalid or unsupported Perl syntax: `(?=` [intent/regex]",
    ],
  },
  "an expression that is too long": {
    mesh: when(path.regex("a".repeat(1025))),
    says: ["routes.reviews[0].when[0][0].value: is not valid [intent/regex]"],
  },
  "a path written by hand": {
    mesh: when({ on: "path", match: "glob", value: "/*", ignoreCase: 1 }),
    says: [
      "routes.reviews[0].when[0][0].match: is not one of the values that are known here [intent/condition]",
      "routes.reviews[0].when[0][0].ignoreCase: is neither true nor false [intent/condition]",
    ],
  },
  "a header in upper case": {
    mesh: when(header("End-User" as never).exact("jason")),
    says: ["routes.reviews[0].when[0][0].name: is not valid [intent/header-name]"],
  },
  "a header that Istio ignores": {
    mesh: when(header("method").exact("GET")),
    says: ["routes.reviews[0].when[0][0].name: is not valid [intent/header-name]"],
  },
  "an empty prefix": {
    mesh: when(header("end-user").prefix("")),
    says: ["routes.reviews[0].when[0][0].value: is not valid [intent/condition-value]"],
  },
  "a query parameter that holds a query": {
    mesh: when(query("a=b").present()),
    says: ["routes.reviews[0].when[0][0].name: is not valid [intent/query-name]"],
  },
  "a method that HTTP does not know": {
    mesh: when(method("FETCH" as never)),
    says: [
      "routes.reviews[0].when[0][0].methods[0]: is not one of the values that are known here [intent/method]",
    ],
  },
  "no methods": {
    mesh: when({ on: "method", methods: [] }),
    says: ["routes.reviews[0].when[0][0].methods: is an empty list [intent/method]"],
  },
  "two paths at once": {
    mesh: when(path.prefix("/a"), path.prefix("/b")),
    says: [
      "routes.reviews[0].when[0][1]: the path has a condition already, and a request has but one [intent/duplicate-condition]",
    ],
  },
  "two methods at once": {
    mesh: when(method("GET"), method("PUT")),
    says: [
      "routes.reviews[0].when[0][1]: the method has a condition already, and a request has but one [intent/duplicate-condition]",
    ],
  },
  "two values of one header": {
    mesh: when(header("a").exact("1"), header("a").exact("2")),
    says: [
      "routes.reviews[0].when[0][1]: header a has a condition already, and a request has but one [intent/duplicate-condition]",
    ],
  },

  // --- routes that lead on
  "routes in a circle": {
    mesh: said((shop) => {
      const { details, ratings } = shop.services;
      shop.route(details, [shop.otherwise().to(ratings)]);
      shop.route(ratings, [shop.otherwise().to(details)]);
    }),
    says: ["routes.ratings[0]: the routes lead in a circle [intent/route-loop]"],
  },
  "a share of a service with routes": {
    mesh: said((shop) => {
      const { details, reviews } = shop.services;
      shop.route(reviews, [shop.otherwise().canary(reviews.subsets.v1, shop.share(reviews.subsets.v2, 10))]);
      shop.route(details, [shop.otherwise().canary(details, shop.share(reviews, 10))]);
    }),
    says: [
      "routes.details[0]: a share of the traffic cannot follow the routes of reviews [intent/routes-do-not-compose]",
    ],
  },
  "two conditions that no match can say at once": {
    mesh: said((shop) => {
      const { reviews } = shop.services;
      shop.route(reviews, [
        shop.when(path.regex("/[a-z]+/red")).to(reviews.subsets.v1),
        shop.otherwise().to(reviews.subsets.v2),
      ]);
      const edge = shop.gateway(["*.example.com"]);
      edge.expose("www.example.com", [shop.when(path.prefix("/wines")).to(reviews)]);
    }),
    says: [
      'gateways.ingress.expose["www.example.com"][0]: no single match can say this condition and one of the routes of reviews together [intent/routes-do-not-compose]',
    ],
  },

  // --- gateways
  "a gateway name that Istio refuses": {
    mesh: said((shop) => shop.gateway("my edge", { hosts: ["*.example.com"] })),
    says: ['gateways["my edge"]: is not valid [intent/gateway-name]'],
  },
  "a gateway that is a string": {
    mesh: said((shop) => shop.gateway("edge", "*.example.com" as never)),
    says: ["gateways.edge: is not a plain object [intent/gateway]"],
  },
  "two gateways of one name": {
    mesh: said((shop) => {
      shop.gateway(["a.example.com"]);
      shop.gateway(["b.example.com"]);
    }),
    says: ["gateways.ingress: is declared already [intent/duplicate-gateway]"],
  },
  "a gateway without hosts": {
    mesh: gateway({ hosts: [] }),
    says: ["gateways.edge.hosts: is an empty list [intent/gateway-hosts]"],
  },
  "a gateway for every host": {
    mesh: gateway({ hosts: ["*"] }),
    says: [
      "gateways.edge.hosts[0]: would make the gateway answer for every name that reaches it [intent/wildcard-host]",
    ],
  },
  "a gateway host that is none": {
    mesh: gateway({ hosts: ["www.*.com"] }),
    says: ["gateways.edge.hosts[0]: is not valid [intent/host]"],
  },
  "a gateway host twice": {
    mesh: gateway({ hosts: ["a.example.com", "a.example.com"] }),
    says: ["gateways.edge.hosts[1]: is listed already [intent/duplicate-host]"],
  },
  "a gateway that selects nothing": {
    mesh: gateway({ selector: {} }),
    says: ["gateways.edge.selector: has no labels [intent/gateway-selector]"],
  },
  "a gateway flag that is a string": {
    mesh: gateway({ httpsRedirect: "yes" }),
    says: ["gateways.edge.httpsRedirect: is neither true nor false [intent/gateway]"],
  },
  "TLS without a certificate": {
    mesh: gateway({ tls: { mode: "simple" } }),
    says: ["gateways.edge.tls.credentialName: is missing [intent/gateway-tls]"],
  },
  "a weak cipher suite among those of a gateway": {
    mesh: gateway({ tls: { credentialName: "edge-cert", cipherSuites: ["AES128-SHA"] } }),
    says: [
      "gateways.edge.tls.cipherSuites[0]: protects past connections from nobody who gets the key, or is broken [intent/weak-cipher]",
    ],
  },
  "a redirect to what is not served": {
    mesh: gateway({ tls: "plaintext", httpsRedirect: true }),
    says: [
      "gateways.edge.httpsRedirect: redirects to HTTPS, which a plaintext gateway does not serve [intent/gateway-tls]",
    ],
  },
  "a gateway whose proxies run already and are to be run by istiod": {
    mesh: gateway({ service: "edge", managed: {} }),
    says: [
      "gateways.edge.service: names proxies that run already, but istiod runs those of a managed gateway [intent/gateway-proxies]",
    ],
  },
  "two gateways for one host on the same proxies": {
    mesh: said((shop) => {
      shop.gateway("a", { hosts: ["*.example.com"] });
      shop.gateway("b", { hosts: ["www.example.com"] });
    }),
    says: [
      'gateways.b.hosts: overlaps "*.example.com" of gateway "a", which runs on the same proxies [intent/gateway-conflict]',
    ],
  },
  "a host that the gateway does not serve": {
    mesh: expose("www.evil.com", (shop) => shop.services.reviews),
    says: [
      'gateways.ingress.expose["www.evil.com"]: is not under the hosts that the gateway serves [intent/host-not-served]',
    ],
  },
  "a host that only the type admits": {
    mesh: expose(".example.com", (shop) => shop.services.reviews),
    says: ['gateways.ingress.expose[".example.com"]: is not valid [intent/host]'],
  },
  "a host exposed twice": {
    mesh: said((shop) => {
      const edge = shop.gateway(["*.example.com"]);
      edge.expose("www.example.com", shop.services.reviews);
      edge.expose("www.example.com", shop.services.ratings);
    }),
    says: [
      'gateways.ingress.expose["www.example.com"]: is exposed already, and only one list of routes can be in force [intent/duplicate-host]',
    ],
  },
  "nothing exposed": {
    mesh: expose("www.example.com", () => []),
    says: ['gateways.ingress.expose["www.example.com"]: is an empty list [intent/exposure]'],
  },
  "another mesh exposed": {
    mesh: expose("www.example.com", () => staging().services.reviews),
    says: [
      'gateways.ingress.expose["www.example.com"]: belongs to mesh "staging" [intent/foreign-destination]',
    ],
  },
  "tcp exposed at a gateway": {
    mesh: expose("www.example.com", (shop) => shop.services.mongo),
    says: [
      'gateways.ingress.expose["www.example.com"]: services.mongo opens no port that speaks HTTP [intent/protocol-mismatch]',
    ],
  },

  // --- permissions
  "a permission that is a string": {
    mesh: allow(() => "reviews"),
    says: ["allow[0]: is not a plain object [intent/rule]"],
  },
  "a caller by name": {
    mesh: allow((shop) => ({ from: "reviews", to: shop.services.ratings })),
    says: ["allow[0].from: is not a caller that this mesh declares [intent/caller]"],
  },
  "no callers": {
    mesh: allow((shop) => ({ from: [], to: shop.services.ratings })),
    says: ["allow[0].from: is an empty list [intent/caller]"],
  },
  "a caller of another mesh": {
    mesh: allow((shop) => ({ from: [staging().services.reviews], to: shop.services.ratings })),
    says: ['allow[0].from[0]: belongs to mesh "staging" [intent/foreign-service]'],
  },
  "a target by name": {
    mesh: allow((shop) => ({ from: shop.services.reviews, to: "ratings" })),
    says: ["allow[0].to: is not a service that this mesh declares [intent/rule-target]"],
  },
  "a target of another mesh": {
    mesh: allow((shop) => ({ from: shop.services.reviews, to: staging().services.reviews })),
    says: ['allow[0].to: belongs to mesh "staging" [intent/foreign-service]'],
  },
  "methods on a tcp service": {
    mesh: allow((shop) => ({ from: shop.services.reviews, to: shop.services.mongo, methods: ["GET"] })),
    says: [
      "allow[0]: reads what only HTTP requests have, and no port of mongo speaks HTTP [intent/protocol-mismatch]",
    ],
  },
  "an empty list of methods, which would permit all": {
    mesh: allow((shop) => ({ from: shop.services.reviews, to: shop.services.ratings, methods: [] })),
    says: ["allow[0].methods: is an empty list [intent/method]"],
  },
  "an empty list of paths, which would permit all": {
    mesh: allow((shop) => ({ from: shop.services.reviews, to: shop.services.ratings, paths: [] })),
    says: ["allow[0].paths: is an empty list [intent/rule-paths]"],
  },
  "paths that Istio does not take": {
    mesh: allow((shop) => ({
      from: shop.services.reviews,
      to: shop.services.ratings,
      paths: ["/a*b", "*", "a", "/a/{*}.txt", "/{**}/a"],
    })),
    says: [
      "allow[0].paths[0]: is not valid [intent/rule-paths]",
      "allow[0].paths[1]: is not valid [intent/rule-paths]",
      "allow[0].paths[2]: is not valid [intent/rule-paths]",
      "allow[0].paths[3]: is not valid [intent/rule-paths]",
      "allow[0].paths[4]: is not valid [intent/rule-paths]",
    ],
  },
  "an empty list of ports": {
    mesh: allow((shop) => ({ from: shop.services.reviews, to: shop.services.ratings, ports: [] })),
    says: ["allow[0].ports: is an empty list [intent/rule-ports]"],
  },
  "a port that the target does not open": {
    mesh: allow((shop) => ({ from: shop.services.reviews, to: shop.services.ratings, ports: ["grpc"] })),
    says: ["allow[0].ports[0]: is not a port that ratings opens [intent/unknown-port]"],
  },
  "methods on a port that does not speak HTTP": {
    mesh: allow((shop) => ({
      from: shop.services.reviews,
      to: shop.services.admin,
      methods: ["GET"],
      ports: ["raw"],
    })),
    says: ["allow[0].ports[0]: is not a port of admin that speaks HTTP [intent/unknown-port]"],
  },

  "a permission that leaves out every port": {
    mesh: allow((shop) => ({ from: shop.services.reviews, to: shop.services.ratings, notPorts: ["http"] })),
    says: ["allow[0].notPorts: leave no port that the rule could be about [intent/rule-ports]"],
  },
  "a refusal of nobody": {
    mesh: said((shop) => shop.deny({ to: shop.services.ratings, notFrom: "anyone" as never })),
    says: ["deny[0].notFrom: leaves nobody whom the rule could be about [intent/caller]"],
  },
  "ports of a gateway": {
    mesh: said((shop) => shop.deny({ to: shop.gateway(["a.example.com"]), ports: ["http"] })),
    says: ["deny[0].ports: are of a gateway, whose ports the catalogue does not name [intent/rule-ports]"],
  },
  "an outsider in a namespace that cannot be": {
    mesh: said((shop) =>
      shop.audit({ to: shop.services.ratings, from: [outsider({ namespace: "A", serviceAccount: "" })] }),
    ),
    says: [
      "audit[0].from[0].namespace: is not valid [intent/caller]",
      "audit[0].from[0].serviceAccount: is not valid [intent/caller]",
    ],
  },
  "hosts and addresses that are none": {
    mesh: said((shop) =>
      shop.deny({
        to: shop.services.ratings,
        hosts: ["a b"],
        ipBlocks: ["10.0.0.0/33"],
        remoteIpBlocks: ["10"],
      }),
    ),
    says: [
      "deny[0].ipBlocks[0]: is not valid [intent/ip-block]",
      "deny[0].remoteIpBlocks[0]: is not valid [intent/ip-block]",
      "deny[0].hosts[0]: is not valid [intent/rule-hosts]",
    ],
  },
  "attributes that compare with nothing, or with what Istio would take for something else": {
    mesh: said((shop) =>
      shop.deny({
        to: shop.services.ratings,
        when: [
          attribute.header("x y").present(),
          attribute.claim("groups").is("a*b"),
          attribute.sourceIp().is("ten" as never),
          attribute.sni().is(...([] as unknown as ["a"])),
        ],
      }),
    ),
    says: [
      "deny[0].when[0].key: is not valid [intent/attribute]",
      "deny[0].when[1].values[0]: is not valid [intent/attribute]",
      "deny[0].when[2].values[0]: is not valid [intent/attribute]",
      "deny[0].when[3]: compares with nothing [intent/attribute]",
    ],
  },
  "tokens of an issuer without https, and of a subject that Istio would misread": {
    mesh: said((shop) => {
      const spec = { jwksUri: "https://a.example/jwks", audiences: ["shop"] } as const;
      const plain = jwt({ issuer: "http://login.example" as never, ...spec });
      const login = jwt({ issuer: "https://login.example", ...spec });
      shop.allow({ from: "anyone", to: shop.services.ratings, tokens: [plain, login.of("a/b")] });
    }),
    says: [
      "allow[0].tokens[0].issuer: is not valid [intent/jwt-issuer]",
      "allow[0].tokens[1].subject: is not valid [intent/token]",
    ],
  },
  "roles that are declared twice, empty, or not a role": {
    mesh: said((shop) => {
      shop.role("viewer", { to: shop.services.ratings });
      shop.role("viewer");
      shop.bind("viewer" as never, { from: "anyone" });
    }),
    says: [
      "roles.viewer: is declared already [intent/role]",
      "roles.viewer: is an empty list [intent/role]",
      "bind[0].role: is not a role of this mesh [intent/role]",
    ],
  },
  "a role for bearers of tokens where nothing reads requests": {
    mesh: said((shop) => {
      const role = shop.role("writer", { to: shop.services.mongo });
      shop.bind(role, { from: shop.services.reviews, when: [attribute.claim("role").is("writer")] });
    }),
    says: [
      "bind[0]: reads what only HTTP requests have, and no port of mongo speaks HTTP [intent/protocol-mismatch]",
    ],
  },
  "an authorizer of another mesh, and a token where Istio knows none": {
    mesh: said((shop) =>
      shop.custom({
        provider: "oauth" as never,
        to: shop.services.ratings,
        when: [attribute.claim("sub").present()],
      }),
    ),
    says: [
      "custom[0].when: reads request.auth.claims[sub], which Istio cannot do before it asks an external authorizer [intent/attribute]",
      "custom[0].provider: is not an external authorizer that this mesh declares [intent/ext-authz]",
    ],
  },
  "authorizers that cannot be asked": {
    mesh: said((shop) => {
      const { admin, mongo, ratings } = shop.services;
      shop.extAuthz("a b", { service: mongo, protocol: "grpc" });
      shop.extAuthz("a", { service: admin, protocol: "grpc", timeout: "soon" as never, statusOnError: 20 });
      shop.extAuthz("a", { service: ratings, protocol: "http", pathPrefix: "check" });
      shop.extAuthz("b", { service: ratings, protocol: "grpc", pathPrefix: "/check" } as never);
    }),
    says: [
      'extAuthz["a b"]: is not valid [intent/ext-authz]',
      'extAuthz["a b"].port: is missing, and the service has not exactly one port that speaks HTTP [intent/ext-authz]',
      "extAuthz.a.port: is missing, and the service has not exactly one port that speaks HTTP [intent/ext-authz]",
      "extAuthz.a.timeout: is not valid [intent/duration]",
      "extAuthz.a.statusOnError: is not a whole number in range [intent/ext-authz]",
      "extAuthz.a: is declared already [intent/ext-authz]",
      "extAuthz.a.pathPrefix: is not valid [intent/ext-authz]",
      "extAuthz.b.pathPrefix: is not a field that is known here [intent/unknown-field]",
    ],
  },

  "tokens that nobody should trust": {
    mesh: said((shop) => {
      const { reviews, ratings } = shop.services;
      const good = { jwksUri: "https://a.example/jwks", audiences: ["shop"] } as const;
      shop.authenticate({ at: reviews, with: "login" as never });
      shop.authenticate({
        at: ratings,
        with: [
          jwt({ ...good, issuer: "http://login.example" as never }),
          jwt({ ...good, issuer: "https://login.example", jwksUri: "http://a.example/jwks" as never }),
          jwt({
            issuer: "https://login.example",
            audiences: ["shop"],
            jwks: '{"keys":[{"kty":"EC","d":"s3cret"}]}',
          }),
          jwt({ issuer: "https://login.example", audiences: ["shop"], jwks: "no keys" }),
          jwt({ issuer: "https://login.example", audiences: [] as never } as never),
        ],
        except: { paths: ["healthz" as never] },
      });
    }),
    says: [
      "authenticate[0].with: is not a plain object [intent/jwt]",
      "authenticate[1].with[0].issuer: is not valid [intent/jwt-issuer]",
      "authenticate[1].with[1].jwksUri: is not valid [intent/jwks]",
      "authenticate[1].with[2].jwks: holds a private key: everyone who can read this mesh could sign tokens [intent/jwks]",
      "authenticate[1].with[3].jwks: is no JSON Web Key Set [intent/jwks]",
      "authenticate[1].with[4].audiences: is an empty list [intent/jwt]",
      "authenticate[1].with[4]: has no keys to verify tokens by [intent/jwt]",
      "authenticate[1].except.paths[0]: is not valid [intent/rule-paths]",
    ],
  },
  "tokens of one service in two places": {
    mesh: said((shop) => {
      const login = jwt({
        issuer: "https://login.example",
        jwksUri: "https://login.example/jwks",
        audiences: ["shop"],
      });
      shop.authenticate({ at: shop.services.ratings, with: login });
      shop.authenticate({ at: shop.services.ratings, with: login });
    }),
    says: [
      "authenticate[1].at: is authenticated already, and Istio would accept the tokens of both [intent/jwt]",
    ],
  },
  "plaintext without a good reason, twice, nowhere, and for ports of a namespace": {
    mesh: said((shop) => {
      const { admin } = shop.services;
      const fine = { reason: "probe without a sidecar", until: "2027-01-31" } as const;
      shop.mtls({ for: admin, mode: "permissive", reason: "because", until: "2027-02-30" });
      shop.mtls({ for: admin, ports: ["raw"], mode: "disable", ...fine });
      shop.mtls({ for: admin, ports: ["raw"], mode: "strict" });
      shop.mtls({ for: { namespace: "elsewhere" }, mode: "strict" });
      shop.mtls({ for: { namespace: "data" }, ports: ["raw"] as never, mode: "strict" });
    }),
    says: [
      "mtls[0].reason: is not valid [intent/mtls]",
      "mtls[0].until: is not valid [intent/mtls]",
      "mtls[2]: says again what another one said of the same connections [intent/mtls]",
      "mtls[3].for.namespace: is not valid [intent/mtls]",
      "mtls[4].ports: are of a whole namespace, whose ports Istio cannot tell apart [intent/mtls]",
    ],
  },

  // --- several things at once
  "four mistakes": {
    mesh: said((shop) => {
      const { reviews, ratings } = shop.services;
      shop.route(reviews, [
        shop
          .when(path.regex("("))
          .with({ timeout: "soon" as never })
          .to(undefined as never),
      ]);
      shop.allow({ from: reviews, to: ratings, methods: ["get" as never] });
    }),
    says: [
      "routes.reviews[0].when[0][0].value: is not an RE2 expression: error parsing regexp: missing closing ): `(` [intent/regex]",
      "routes.reviews[0].with.timeout: is not a duration [intent/duration]",
      "routes.reviews[0].to[0].to: is not a destination that this mesh declares [intent/unknown-destination]",
      "allow[0].methods[0]: is not one of the values that are known here [intent/method]",
    ],
  },

  // --- traffic policies
  "a policy for nothing": {
    mesh: said((shop) => shop.trafficPolicy(undefined as never, {} as never)),
    says: ["trafficPolicy[0]: is not a service or external that this mesh declares [intent/unknown-service]"],
  },
  "a policy for another mesh's service": {
    mesh: said((shop) => shop.trafficPolicy(staging().services.reviews as never, {} as never)),
    says: ['trafficPolicy[0]: belongs to mesh "staging" [intent/foreign-service]'],
  },
  "two policies for one service": {
    mesh: said((shop) => {
      shop.trafficPolicy(shop.services.reviews, { proxyProtocol: "V1" });
      shop.trafficPolicy(shop.services.reviews, { proxyProtocol: "V2" });
    }),
    says: [
      "trafficPolicy.reviews: has a traffic policy already, and only one can be in force [intent/duplicate-policy]",
    ],
  },
  "a policy for a caller that is no service": {
    mesh: trafficPolicy({ proxyProtocol: "V1" }, { from: "ratings" }),
    says: ["trafficPolicy.reviews.from: is not a service that this mesh declares [intent/unknown-service]"],
  },
  "a policy that is exported to one and all": {
    mesh: trafficPolicy({ proxyProtocol: "V1" }, { exportTo: ["*", "shop"] }),
    says: ["trafficPolicy.reviews.exportTo: names one twice, or all beside some [intent/export-to]"],
  },
  "a policy for one caller that others see": {
    mesh: said((shop) =>
      shop.trafficPolicy(
        shop.services.reviews,
        { proxyProtocol: "V1" },
        { from: shop.services.ratings, exportTo: ["*"] },
      ),
    ),
    says: [
      "trafficPolicy.reviews.exportTo: cannot widen a policy that is for one caller: it is seen in the caller's namespace alone [intent/traffic-policy]",
    ],
  },
  "everything that can be wrong with a policy": {
    mesh: trafficPolicy({
      loadBalancer: { simple: "RANDOM", warmup: { duration: "1m" } },
      connectionPool: {
        tcp: { maxConnections: 0, connectTimeout: "fast" },
        http: { h2UpgradePolicy: "UPGRADE", useClientProtocol: true },
      },
      outlierDetection: { consecutiveLocalOriginFailures: 2, maxEjectionPercent: 101 },
      tunnel: { targetHost: "not a host", targetPort: 1 },
      proxyProtocol: "V1",
      ports: {
        grpc: { loadBalancer: { simple: "ROUND_ROBIN" } },
        http: {
          loadBalancer: {
            consistentHash: { httpHeaderName: "x", useSourceIp: false, maglev: { tableSize: 65536 } },
          },
        },
      },
      subsets: {
        v1: { loadBalancer: { localityLbSetting: { failoverPriority: ["topology.istio.io/network"] } } },
        v2: {
          loadBalancer: {
            localityLbSetting: {
              distribute: [{ from: "eu/*/zone", to: { eu: 50, us: 40 } }],
              failover: [{ from: "eu", to: "eu" }],
            },
          },
        },
        v9: {},
      },
      tls: {},
    }),
    says: [
      "trafficPolicy.reviews.tls: is not a field that is known here [intent/unknown-field]",
      "trafficPolicy.reviews.loadBalancer.warmup: has no effect with RANDOM [intent/traffic-policy]",
      "trafficPolicy.reviews.connectionPool.tcp.maxConnections: is not a whole number in range [intent/traffic-policy]",
      "trafficPolicy.reviews.connectionPool.tcp.connectTimeout: is not a duration [intent/duration]",
      'trafficPolicy.reviews.connectionPool.http.useClientProtocol: contradicts h2UpgradePolicy "UPGRADE" [intent/traffic-policy]',
      "trafficPolicy.reviews.outlierDetection.maxEjectionPercent: is not a whole number in range [intent/traffic-policy]",
      "trafficPolicy.reviews.tunnel.targetHost: is not valid [intent/traffic-policy]",
      "trafficPolicy.reviews.ports.grpc: is not a name that is possible here [intent/traffic-policy]",
      "trafficPolicy.reviews.ports.http.loadBalancer.consistentHash.useSourceIp: is not true [intent/traffic-policy]",
      "trafficPolicy.reviews.ports.http.loadBalancer.consistentHash.maglev.tableSize: is not a size that Maglev's table can have [intent/traffic-policy]",
      "trafficPolicy.reviews.ports.http.loadBalancer.consistentHash: has httpHeaderName and useSourceIp, of which only one can hold [intent/traffic-policy]",
      "trafficPolicy.reviews.subsets.v1.outlierDetection: is missing: without it no host is ever found unhealthy, so nothing fails over [intent/traffic-policy]",
      "trafficPolicy.reviews.subsets.v2.loadBalancer.localityLbSetting.distribute[0].from: is not valid [intent/traffic-policy]",
      "trafficPolicy.reviews.subsets.v2.loadBalancer.localityLbSetting.failover[0].to: is the region that fails [intent/traffic-policy]",
      "trafficPolicy.reviews.subsets.v2.loadBalancer.localityLbSetting: has distribute and failover, of which only one can hold [intent/traffic-policy]",
      "trafficPolicy.reviews.subsets.v9: is not a name that is possible here [intent/traffic-policy]",
      "trafficPolicy.reviews.subsets.v9: says nothing [intent/traffic-policy]",
      "trafficPolicy.reviews: has tunnel and proxyProtocol, of which only one can hold [intent/traffic-policy]",
    ],
  },
  "more that can be wrong with a policy": {
    mesh: trafficPolicy({
      outlierDetection: { consecutiveLocalOriginFailures: 2 },
      retryBudget: { percent: 101 },
      loadBalancer: {
        zoneAwareLbSetting: { failoverPriority: ["topology.kubernetes.io/zone"] },
        consistentHash: { httpCookie: { name: "a", attributes: [{ name: "b" }, { name: "b" }] } },
      },
      ports: {},
    }),
    says: [
      "trafficPolicy.reviews.loadBalancer.consistentHash.httpCookie.attributes: names an attribute twice [intent/traffic-policy]",
      "trafficPolicy.reviews.loadBalancer.zoneAwareLbSetting.failoverPriority: names a label of the topology, which is followed in any case [intent/traffic-policy]",
      "trafficPolicy.reviews.outlierDetection.consecutiveLocalOriginFailures: counts failures that are not told apart from error statuses [intent/traffic-policy]",
      "trafficPolicy.reviews.retryBudget.percent: is not a number in range [intent/traffic-policy]",
      "trafficPolicy.reviews.ports: is empty [intent/traffic-policy]",
    ],
  },
  "TLS to a server that is said in two ways": {
    mesh: external({
      host: "*.example.org",
      resolution: "none",
      ports: {
        a: { number: 80, protocol: "http", tls: { credentialName: "c", caCertificates: "/ca.pem" } },
        b: { number: 81, protocol: "http", tls: { mode: "mutual", clientCertificate: "/c.pem" } },
        c: { number: 82, protocol: "http", tls: { privateKey: "/k.pem" } },
        d: { number: 83, protocol: "http", tls: { insecureSkipVerify: true, subjectAltNames: ["x"] } },
        e: { number: 84, protocol: "http", tls: {} },
      },
    }),
    says: [
      "external.out.ports.a.tls.caCertificates: is beside credentialName, whose secret holds all certificates [intent/tls-origination]",
      "external.out.ports.b.tls.mode: is mutual, but there is no certificate of the client [intent/tls-origination]",
      "external.out.ports.c.tls.clientCertificate: is shown in mutual TLS alone [intent/tls-origination]",
      "external.out.ports.d.tls.insecureSkipVerify: contradicts what the server is verified by [intent/tls-origination]",
      "external.out.ports.e.tls.subjectAltNames: is missing, and a wildcard host says no name that the certificate must carry [intent/tls-origination]",
    ],
  },
  "endpoints that are wrong": {
    mesh: external({
      host: "db.example.org",
      endpoints: [
        { labels: { a: "b" } },
        { address: "unix:///run/db.sock", ports: { https: 1 } },
        { address: "10.0.0.1", ports: { mysql: 3306 }, weight: 0, locality: "eu/*" },
      ],
    }),
    says: [
      "external.out.endpoints[0].address: is missing, and no network says where the workload is [intent/external-address]",
      "external.out.endpoints[1].ports: says nothing of a socket [intent/external-address]",
      "external.out.endpoints[2].ports.mysql: is not a name that is possible here [intent/external-address]",
      "external.out.endpoints[2].locality: is not valid [intent/external-address]",
      "external.out.endpoints[2].weight: is not a whole number in range [intent/external-address]",
    ],
  },
  "workloads and endpoints": {
    mesh: external({ host: "db.example.org", endpoints: ["10.0.0.1"], workloadSelector: { app: "db" } }),
    says: [
      "external.out.resolution: workloadSelector finds the workloads by itself [intent/external-resolution]",
    ],
  },
  "resolutions that do not fit": {
    mesh: () =>
      defineMesh("m", {
        services: {},
        external: {
          a: {
            host: "a.example.org",
            resolution: "dns-round-robin",
            endpoints: ["b.example.org", "c.example.org"],
          },
          b: { host: "b.example.org", resolution: "dns", addresses: ["10.0.0.0/8"] },
          c: { host: "c.example.org", resolution: "dynamic-dns" },
        },
      }),
    says: [
      'external.a.resolution: "dns-round-robin" asks for one name [intent/external-resolution]',
      "external.b.resolution: a range of addresses cannot be found by DNS [intent/external-resolution]",
      'external.c.resolution: "dynamic-dns" is for a wildcard host without endpoints and addresses, on ports of http, http2, grpc or tls [intent/external-resolution]',
    ],
  },

  // --- what routes ask and do
  "conditions that are wrong": {
    mesh: when(
      { on: "authority", match: "prefix", value: "" },
      { on: "source" },
      { on: "port", number: 0 },
      { on: "name", name: "" },
      { on: "header", name: "x-user", match: "exact", value: "a", negated: "yes" },
    ),
    says: [
      "routes.reviews[0].when[0][0].value: is not valid [intent/condition-value]",
      "routes.reviews[0].when[0][1]: says nothing of the source [intent/condition-value]",
      "routes.reviews[0].when[0][2].number: is not a whole number in range [intent/port-number]",
      "routes.reviews[0].when[0][3].name: is not valid [intent/condition-value]",
      "routes.reviews[0].when[0][4].negated: is neither true nor false [intent/condition]",
    ],
  },
  "conditions of gateways on callers in the mesh": {
    mesh: route((shop) => [
      shop.when(claim("groups").exact("a")).to(shop.services.reviews.subsets.v1),
      shop.when(claim(".groups").exact("a")).to(shop.services.reviews.subsets.v2),
      shop.when(shop.via("mesh")).to(shop.services.reviews.subsets.v3),
      shop.when(shop.from("ratings" as never)).to(shop.services.reviews.subsets.v3),
      shop.otherwise().to(shop.services.reviews),
    ]),
    says: [
      "routes.reviews[0].when[0][0]: reads a token, which Istio does at gateways alone [intent/gateway-condition]",
      "routes.reviews[1].when[0][0].name: is not valid [intent/claim]",
      "routes.reviews[1].when[0][0]: reads a token, which Istio does at gateways alone [intent/gateway-condition]",
      "routes.reviews[2].when[0][0].gateways: asks for the gateway, but these routes are for callers in the mesh [intent/gateway-condition]",
      "routes.reviews[3].when[0][0].service: is not a service that this mesh declares [intent/unknown-service]",
    ],
  },
  "a gateway that does not expose the host": {
    mesh: said((shop) => {
      const other = shop.gateway("other", { hosts: ["*.example.org"], selector: { istio: "other" } });
      const edge = shop.gateway("edge", { hosts: ["*.example.com"] });
      edge.expose("www.example.com", [shop.when(shop.via(other)).to(shop.services.reviews)]);
      edge.expose("api.example.com", shop.services.reviews, { alsoAt: [edge, other] });
    }),
    says: [
      'gateways.edge.expose["www.example.com"][0].when[0][0].gateways[0]: is not a gateway that exposes this host [intent/gateway-condition]',
      'gateways.edge.expose["api.example.com"].alsoAt[0]: is the gateway itself [intent/exposure]',
    ],
  },
  "a host that the other gateway does not serve, or exposes already": {
    mesh: said((shop) => {
      const other = shop.gateway("other", { hosts: ["www.example.com"], selector: { istio: "other" } });
      other.expose("www.example.com", shop.services.ratings);
      const edge = shop.gateway("edge", { hosts: ["*.example.com"] });
      edge.expose("www.example.com", shop.services.reviews, { alsoAt: [other] });
      edge.expose("api.example.com", shop.services.reviews, { alsoAt: [other] });
    }),
    says: [
      'gateways.edge.expose["api.example.com"]: is not under the hosts that the gateway serves [intent/host-not-served]',
      'gateways.edge.expose["www.example.com"]: is exposed at gateway "other" already, and only one list of routes can be in force [intent/duplicate-host]',
    ],
  },
  "gRPC conditions that are wrong": {
    mesh: route((shop) => [
      shop.whenGrpc(grpc.method("shop/Orders", "Place it")).to(shop.services.reviews.subsets.v1),
      shop.otherwise().to(shop.services.reviews),
    ]),
    says: [
      "routes.reviews[0].when[0][0].service: is not valid [intent/grpc-method]",
      "routes.reviews[0].when[0][0].method: is not valid [intent/grpc-method]",
    ],
  },
  "an HTTP condition on gRPC": {
    mesh: route((shop) => [
      shop.whenGrpc(path.exact("/a") as never).to(shop.services.reviews.subsets.v1),
      shop.otherwise().to(shop.services.reviews),
    ]),
    says: [
      "routes.reviews[0].when[0][0].on: is not one of the values that are known here [intent/condition]",
    ],
  },
  "addresses that are none": {
    mesh: said((shop) =>
      shop.route(shop.services.mongo, [
        shop.whenTcp(tcp.destination("10.0.0.0/40")).to(shop.services.mongo),
        shop.otherwise().to(shop.services.mongo),
      ]),
    ),
    says: ["routes.mongo[0].when[0][0].subnets[0]: is not valid [intent/condition-value]"],
  },
  "everything that can be wrong with the options of a route": {
    mesh: withOptions({
      name: "",
      fault: { delay: { percentage: 101, fixedDelay: "1s" }, abort: { httpStatus: 503, grpcStatus: "OK" } },
      mirrors: [{ to: "reviews", percentage: -1 }],
      headers: {
        request: { set: { "x y": "1", Host: "a" }, remove: ["Host"] },
        response: { set: { ":status": "1" } },
      },
      rewrite: { uri: "v2", uriRegexRewrite: { match: "(", rewrite: "" } },
      corsPolicy: {
        allowOrigins: ["*", { exact: "a", regex: "b" }],
        maxAge: "1500ms",
        allowMethods: ["FETCH"],
      },
      retries: { attempts: 1, backoff: "1" },
    }),
    says: [
      "routes.reviews[0].with.retries.backoff: is not a duration [intent/duration]",
      "routes.reviews[0].with.name: is not valid [intent/route-option]",
      "routes.reviews[0].with.fault.delay.percentage: is not a number in range [intent/route-option]",
      "routes.reviews[0].with.fault.abort.grpcStatus: is not one of the values that are known here [intent/route-option]",
      "routes.reviews[0].with.fault.abort: has httpStatus and grpcStatus, of which only one can hold [intent/route-option]",
      "routes.reviews[0].with.mirrors[0].to: is not a destination that this mesh declares [intent/unknown-destination]",
      "routes.reviews[0].with.mirrors[0].percentage: is not a number in range [intent/route-option]",
      'routes.reviews[0].with.headers.request.set["x y"]: is not a name that is possible here [intent/route-option]',
      "routes.reviews[0].with.headers.request.remove[0]: is not valid [intent/route-option]",
      'routes.reviews[0].with.headers.response.set[":status"]: is not a name that is possible here [intent/route-option]',
      "routes.reviews[0].with.rewrite.uri: is not valid [intent/route-option]",
      "routes.reviews[0].with.rewrite.uriRegexRewrite.match: is not an RE2 expression: error parsing regexp: missing closing ): `(` [intent/regex]",
      "routes.reviews[0].with.rewrite.uriRegexRewrite.rewrite: is not valid [intent/route-option]",
      "routes.reviews[0].with.rewrite: has uri and uriRegexRewrite, of which only one can hold [intent/route-option]",
      "routes.reviews[0].with.corsPolicy.allowOrigins[1]: has exact and regex, of which only one can hold [intent/route-option]",
      "routes.reviews[0].with.corsPolicy.allowMethods[0]: is not one of the values that are known here [intent/route-option]",
    ],
  },
  "pages that act for anyone, and a host from two places": {
    mesh: withOptions({
      corsPolicy: { allowOrigins: [{ regex: ".*" }], allowCredentials: true, maxAge: "1500ms" },
      headers: { request: { set: { Host: "a.example.com" } } },
      rewrite: { authority: "b.example.com" },
    }),
    says: [
      "routes.reviews[0].with.corsPolicy.maxAge: is not in whole seconds, which is all that a browser is told [intent/route-option]",
      "routes.reviews[0].with.corsPolicy.allowOrigins: lets every page act for its visitor, credentials included [intent/route-option]",
      "routes.reviews[0].with: gives the request a new host in two places [intent/route-option]",
    ],
  },
  "answers that are wrong": {
    mesh: route((shop) => [
      shop.when(path.exact("/a")).redirect({ redirectCode: 307 }),
      shop.when(path.exact("/b")).redirect({ prefixRewrite: "/c" }),
      shop
        .when(path.exact("/d"))
        .redirect({ uri: "/e", redirectCode: 200 as never, prefixRewrite: "/" as never }),
      shop.when(path.exact("/f")).respond({ status: 99, body: { bytes: "not base64" } }),
      shop.when(path.exact("/g")).with({ timeout: "1s" }).respond({ status: 200 }),
      shop.when(path.exact("/h")).delegate("wines" as never),
      shop.otherwise().to(shop.services.reviews),
    ]),
    says: [
      "routes.reviews[0].then: changes no part of the address, so the caller would come back [intent/route-action]",
      "routes.reviews[1].then.prefixRewrite: replaces a prefix, but the route matches another kind of path [intent/route-action]",
      "routes.reviews[2].then.redirectCode: is not a status that redirects [intent/route-action]",
      "routes.reviews[2].then: has uri and prefixRewrite, of which only one can hold [intent/route-action]",
      "routes.reviews[3].then.status: is not a whole number in range [intent/route-action]",
      "routes.reviews[3].then.body.bytes: is not valid [intent/route-action]",
      "routes.reviews[4].with.timeout: is for requests that go to a destination, which these do not [intent/route-action]",
      "routes.reviews[5].then.delegate: is not a delegate that this mesh declares [intent/unknown-service]",
    ],
  },
  "delegates that are wrong": {
    mesh: said((shop) => {
      const inner = shop.delegate("inner", { namespace: "shop" });
      shop.delegate("inner", { namespace: "shop" }, []);
      shop.delegate("Outer", { namespace: "shop" });
      shop.delegate("outer", { namespace: "shop" }, [shop.otherwise().delegate(inner)]);
    }),
    says: [
      "delegates.inner: is declared already [intent/delegate]",
      "delegates.Outer: is not valid [intent/delegate]",
      "delegates.outer[0].then: leads from one delegate to another, which Istio does not follow [intent/route-action]",
    ],
  },
  "a rewrite before routes that ask for the path": {
    mesh: said((shop) => {
      const { reviews } = shop.services;
      shop.route(reviews, [
        shop.when(path.prefix("/wines")).to(reviews.subsets.v1),
        shop.otherwise().to(reviews.subsets.v2),
      ]);
      shop.gateway(["*.example.com"]).expose("www.example.com", [
        shop
          .when(path.prefix("/shop"))
          .with({ rewrite: { uri: "/" } })
          .to(reviews),
      ]);
    }),
    says: [
      'gateways.ingress.expose["www.example.com"][0]: the route rewrites the path, and the routes of reviews ask for one [intent/routes-do-not-compose]',
    ],
  },

  // --- versions, limits, scope and egress
  "progressions that are wrong": {
    mesh: said((shop) => {
      const { reviews } = shop.services;
      shop.progression(reviews, { from: "v1", to: "v1", steps: [5, 1, 50] as never, step: 4 });
      shop.progression(reviews, { from: "v1", to: "v9" as never, steps: [100], step: -1 });
      shop.progression("reviews" as never, { from: "v1", to: "v2", steps: [100], step: 0 } as never);
    }),
    says: [
      "progression.reviews.to: is the subset that the traffic comes from [intent/versions]",
      "progression.reviews.steps: do not ascend [intent/versions]",
      "progression.reviews.steps: do not end at 100, so the old version stays in use [intent/versions]",
      "progression.reviews.step: is beyond the last of the 3 steps [intent/versions]",
      "progression.reviews.to: is not valid [intent/versions]",
      "progression.reviews.step: is not a whole number in range [intent/versions]",
      "progression[2]: is not a service that this mesh declares [intent/unknown-service]",
    ],
  },
  "a switch between one version and itself": {
    mesh: said((shop) => {
      shop.blueGreen(shop.services.reviews, { blue: "v1", green: "v1", active: "blue" });
      shop.blueGreen(shop.services.reviews, {
        blue: "v1",
        green: "v2",
        active: "red" as never,
        preview: {} as never,
      });
    }),
    says: [
      "blueGreen.reviews.green: is the same subset as blue [intent/versions]",
      "blueGreen.reviews.active: is not one of the values that are known here [intent/versions]",
      "blueGreen.reviews.preview: has none of header, cookie [intent/versions]",
    ],
  },
  "what is said of requests where nobody reads any": {
    mesh: said((shop) => {
      const { mongo } = shop.services;
      shop.trafficPolicy(mongo, {
        connectionPool: { http: { http2MaxRequests: 10 } } as never,
        loadBalancer: { consistentHash: { httpHeaderName: "x-user" } } as never,
        ports: {
          mongo: { loadBalancer: { consistentHash: { httpQueryParameterName: "user" as never } } },
        },
      });
    }),
    says: [
      "trafficPolicy.mongo.ports.mongo.loadBalancer.consistentHash: reads requests, which proxies do not see in tcp: hosts would be chosen at random [intent/traffic-policy]",
    ],
  },
  "the same of a whole destination": {
    mesh: said((shop) =>
      shop.trafficPolicy(shop.services.mongo, {
        connectionPool: { http: { http2MaxRequests: 10 } } as never,
        loadBalancer: { consistentHash: { httpHeaderName: "x-user" } } as never,
      }),
    ),
    says: [
      "trafficPolicy.mongo.connectionPool.http: limits requests, which proxies do not see in tcp [intent/traffic-policy]",
      "trafficPolicy.mongo.loadBalancer.consistentHash: reads requests, which proxies do not see in tcp: hosts would be chosen at random [intent/traffic-policy]",
    ],
  },
  "a condition of gRPC on a port of HTTP/1.1": {
    mesh: said((shop) => {
      const { reviews } = shop.services;
      const routes = [shop.whenGrpc(grpc.method("a.B", "C")).to(reviews), shop.otherwise().to(reviews)];
      shop.route(reviews, routes as never);
    }),
    says: [
      "routes.reviews[0]: reads gRPC, but the port is declared to speak HTTP/1.1 [intent/protocol-mismatch]",
    ],
  },
  "limits that are wrong": {
    mesh: said((shop) => {
      const { reviews, ratings, mongo } = shop.services;
      shop.rateLimit(reviews, {
        requests: 100,
        per: "10ms",
        burst: 10,
        ports: ["grpc" as never],
        status: 200,
      });
      shop.rateLimit(ratings, { requests: 100, per: "10ms", burst: 10 });
      shop.rateLimit(ratings, { requests: 1, per: "1s" });
      shop.rateLimit(mongo, { requests: 1, per: "1s" });
      shop.rateLimit("mongo" as never, { requests: 1, per: "1s" });
    }),
    says: [
      "rateLimit.reviews.ports[0]: is not one of the values that are known here [intent/rate-limit]",
      "rateLimit.reviews.status: is not a whole number in range [intent/rate-limit]",
      "rateLimit.ratings.per: is shorter than Envoy counts [intent/rate-limit]",
      "rateLimit.ratings.burst: is less than the requests that are allowed anyway [intent/rate-limit]",
      "rateLimit.ratings: has a limit already, and only one can be in force [intent/rate-limit]",
      "rateLimit.mongo: opens no port whose requests can be counted [intent/protocol-mismatch]",
      "rateLimit[4]: is not a service that this mesh declares [intent/unknown-service]",
    ],
  },
  "statements about proxies that are wrong": {
    mesh: () => {
      const mesh = defineMesh("m", {
        services: {
          a: {
            namespace: "n",
            ports: { http: { number: 80, protocol: "http" }, db: { number: 81, protocol: "tcp" } },
          },
        },
      });
      const { a } = mesh.services;
      const wrong = mesh as unknown as Readonly<Record<"sidecar" | "proxyConfig", (spec: unknown) => void>>;
      wrong.proxyConfig({ on: "elsewhere", concurrency: -1, image: { imageType: "big" } });
      wrong.proxyConfig({ on: a, environmentVariables: { "A-B": "c" } });
      wrong.proxyConfig({ on: a, concurrency: 1 });
      wrong.proxyConfig({ on: a, concurrency: 2 });
      wrong.sidecar({ on: a, ingress: [{ port: "https", defaultEndpoint: "10.0.0.1:80" }] });
      wrong.sidecar({
        on: "n",
        ingress: [{ port: "http" }],
        outboundTrafficPolicy: { mode: "REGISTRY_ONLY", egressProxy: a.ports.db },
      });
      wrong.sidecar({
        outboundTrafficPolicy: { mode: "ALLOW_ANY", egressProxy: a },
        egress: [{ port: { protocol: "http" }, hosts: ["everywhere", "a"] }],
      });
      wrong.sidecar({
        on: a,
        captureMode: "ALL",
        ingress: [{ port: "http", tls: { mode: "mutual", serverCertificate: "/c", privateKey: "/k" } }],
      });
      wrong.sidecar({
        on: a,
        ingress: [
          { port: "db", connectionPool: { http: { maxRetries: 1 } } },
          { port: "db", tls: { serverCertificate: "/c", privateKey: "/k" } },
        ],
        egress: [
          { port: { number: 80, protocol: "http" }, hosts: ["*/*"] },
          { port: { number: 80, protocol: "http" }, hosts: ["*/*"] },
        ],
      });
      wrong.sidecar({ on: a, captureMode: "NONE" });
      return mesh;
    },
    says: [
      "proxyConfig[0].on: is no scope that this mesh knows [intent/proxy-config]",
      "proxyConfig[0].concurrency: is not a whole number in range [intent/proxy-config]",
      "proxyConfig[0].image.imageType: is not one of the values that are known here [intent/proxy-config]",
      "proxyConfig[1].environmentVariables.A-B: is not a name that is possible here [intent/proxy-config]",
      "proxyConfig[3]: is about the same proxies as proxyConfig[2], and Istio takes only one ProxyConfig for them [intent/proxy-config]",
      "sidecar[0].ingress[0].port: is not one of the values that are known here [intent/sidecar]",
      "sidecar[0].ingress[0].defaultEndpoint: is not valid [intent/sidecar]",
      "sidecar[1].ingress: is not a field that is known here [intent/unknown-field]",
      "sidecar[1].outboundTrafficPolicy.egressProxy: gets nothing where nothing is let out [intent/sidecar]",
      "sidecar[2].outboundTrafficPolicy.egressProxy: opens several ports that it could be [intent/ambiguous-port]",
      "sidecar[2].egress[0].hosts[0]: is not valid [intent/sidecar]",
      "sidecar[2].egress[0].hosts[1]: is not valid [intent/sidecar]",
      "sidecar[3].captureMode: is not one of the values that are known here [intent/sidecar]",
      "sidecar[3].ingress[0].tls.caCertificates: is missing, and certificates of callers are checked against it [intent/sidecar]",
      "sidecar[4].ingress[0].connectionPool.http: does nothing on a port whose requests are not read [intent/sidecar]",
      "sidecar[4].ingress[1].port: has a listener already [intent/sidecar]",
      "sidecar[4].ingress[1].tls: is for ports of protocol https or tls [intent/sidecar]",
      "sidecar[4].egress[1].port: has a listener already [intent/sidecar]",
      "sidecar[5]: is about the same proxies as sidecar[4], and a proxy has only one Sidecar [intent/sidecar]",
    ],
  },
  "machines that are wrong": {
    mesh: () =>
      defineMesh("m", {
        services: {
          a: {
            namespace: "n",
            ports: { http: { number: 80, protocol: "http" } },
            workloadEntries: { "a-1": { address: "10.0.0.1", serviceAccount: "b" } },
            workloadGroups: { "a-vms": { probe: { periodSeconds: 5 } }, "a-x": {}, "a-y": {} },
          },
        },
        external: { b: { host: "b.example", subsets: { v1: { labels: { v: "1" }, workloadGroups: {} } } } },
      } as never),
    says: [
      "services.a.workloadEntries.a-1.serviceAccount: is not a field that is known here [intent/unknown-field]",
      "services.a.workloadGroups.a-vms.probe: has none of httpGet, tcpSocket, exec, grpc [intent/workload]",
      'services.a.workloadGroups: have one and the same labels in "a-x" and "a-y": nothing tells their machines apart [intent/workload]',
      "external.b.subsets.v1.workloadGroups: is not a field that is known here [intent/unknown-field]",
    ],
  },
  "further servers of a gateway that are wrong": {
    mesh: said((shop) => {
      const { reviews, mongo } = shop.services;
      const edge = shop.gateway("edge", {
        hosts: ["a.example"],
        servers: {
          db: { port: 70_000, protocol: "tcp", hosts: ["a.example"] as never },
          sni: { port: 8200, protocol: "tls" } as never,
          admin: { port: 8443, protocol: "https", httpsRedirect: true } as never,
          plain: { port: 8080, protocol: "http", tls: { credentialName: "a" }, httpsRedirect: true } as never,
          Bad: { port: 9000, protocol: "udp", name: "x" } as never,
        },
      });
      edge.servers.db.expose(reviews as never);
      (edge.servers.plain as unknown as typeof edge).expose("a.example", reviews);
      const taken = shop.gateway("taken", {
        hosts: ["b.example"],
        servers: {
          raw: { port: 443, protocol: "tcp" },
          twice: { port: 6000, protocol: "tcp" },
          again: { port: 6000, protocol: "tcp" },
        },
      });
      taken.servers.raw.expose(mongo);
      shop.gateway("managed", {
        hosts: ["c.example"],
        api: "gateway-api",
        managed: {},
        servers: { raw: { port: 6000, protocol: "tcp" } },
      });
      shop.gateway("list", { hosts: ["d.example"], selector: { own: "d" }, servers: [] as never });
    }),
    says: [
      "gateways.edge.servers.db.port: is not a whole number in range [intent/gateway-server]",
      "gateways.edge.servers.db.hosts: means nothing for a server of protocol tcp [intent/gateway-server]",
      "gateways.edge.servers.sni.hosts: is missing [intent/gateway-hosts]",
      "gateways.edge.servers.admin.httpsRedirect: means nothing for a server of protocol https [intent/gateway-server]",
      "gateways.edge.servers.plain.tls: means nothing for a server of protocol http [intent/gateway-server]",
      "gateways.edge.servers.plain.httpsRedirect: answers every request with a redirect, so no host can be exposed here [intent/gateway-server]",
      "gateways.edge.servers.Bad: is not valid [intent/gateway-name]",
      "gateways.edge.servers.Bad.name: is not a field that is known here [intent/unknown-field]",
      "gateways.edge.servers.Bad.protocol: is not one of the values that are known here [intent/gateway-server]",
      "gateways.managed.servers.raw: is for proxies that run already: istiod would run others for each server of a managed gateway [intent/gateway-proxies]",
      "gateways.list.servers: is not a plain object [intent/gateway-server]",
      'gateways.taken.servers.raw.port: is the port at which gateway "edge", on the same proxies, speaks https [intent/gateway-conflict]',
      'gateways.taken.servers.raw.port: is the port at which gateway "taken", on the same proxies, speaks https [intent/gateway-conflict]',
      'gateways.taken.servers.again.hosts: overlaps "*" of gateway "taken-twice", which runs on the same proxies [intent/gateway-conflict]',
    ],
  },
  "global limits that are wrong": {
    mesh: said((shop) => {
      const { reviews, ratings, mongo } = shop.services;
      const one = { requests: 1, per: "second" } as const;
      shop.rateLimit(reviews, {
        global: {
          Bad: one,
          fraction: { requests: 0.5, per: "second" },
          unit: { requests: 1, per: "1s" as never },
          path: { ...one, when: [path.prefix("login" as never)] },
          source: { ...one, when: [shop.from(ratings) as never] },
          two: { ...one, descriptors: [{ header: "x-user", claim: "sub" } as never] },
          star: { ...one, descriptors: [{ header: "x-*" }] },
          none: { ...one, overrides: { partner: one } },
          fixed: { ...one, descriptors: [{ genericKey: "a" }], overrides: { b: "unlimited" } },
          wild: { ...one, descriptors: [{ header: "x-user" }], overrides: { "a*": "unlimited" } },
        },
        ports: ["grpc" as never],
      });
      shop.rateLimit(ratings, { global: {} });
      shop.rateLimit(ratings, { global: { all: one } });
      shop.rateLimit(mongo, { global: { all: one } });
      shop.rateLimit("mongo" as never, { global: { all: one } } as never);
      const edge = shop.gateway("edge", { hosts: ["edge.example"] });
      shop.rateLimit(edge, { global: { all: one } });
      const open = shop.gateway("open", { hosts: ["open.example"], tls: "plaintext", namespace: "open" });
      open.expose("open.example", reviews);
      shop.rateLimit(open, { requests: 1, per: "1s" } as never);
      const sealed = shop.gateway("sealed", {
        hosts: ["a.example"],
        tls: "passthrough",
        namespace: "sealed",
      });
      shop.rateLimit(sealed, { global: { all: one } });
    }),
    says: [
      "rateLimit.reviews.global.Bad: is not a name that is possible here [intent/rate-limit]",
      "rateLimit.reviews.global.fraction.requests: is not a whole number in range [intent/rate-limit]",
      "rateLimit.reviews.global.unit.per: is not one of the values that are known here [intent/rate-limit]",
      "rateLimit.reviews.global.path.when[0].value: is not valid [intent/path]",
      "rateLimit.reviews.global.source.when[0].on: is not one of the values that are known here [intent/condition]",
      "rateLimit.reviews.global.two.descriptors[0]: has header and claim, of which only one can hold [intent/rate-limit]",
      "rateLimit.reviews.global.star.descriptors[0].header: is not valid [intent/rate-limit]",
      "rateLimit.reviews.global.none.overrides: are for values of a descriptor, and there is none [intent/rate-limit]",
      "rateLimit.reviews.global.fixed.overrides: are for values of the last descriptor, which has but one [intent/rate-limit]",
      'rateLimit.reviews.global.wild.overrides["a*"]: is not a name that is possible here [intent/rate-limit]',
      "rateLimit.reviews.ports[0]: is not one of the values that are known here [intent/rate-limit]",
      "rateLimit.ratings.global: is empty [intent/rate-limit]",
      "rateLimit.ratings: has such limits already [intent/rate-limit]",
      "rateLimit.mongo: opens no port whose requests can be counted [intent/protocol-mismatch]",
      "rateLimit[4]: is not a service or gateway that this mesh declares [intent/unknown-service]",
      "rateLimit.edge: exposes no host, so nothing is counted [intent/rate-limit]",
      "rateLimit.open.requests: is not a field that is known here [intent/unknown-field]",
      "rateLimit.open.per: is not a field that is known here [intent/unknown-field]",
      "rateLimit.open.global: is missing [intent/rate-limit]",
      "rateLimit.sealed: passes TLS on unopened, so no request of it can be counted [intent/protocol-mismatch]",
    ],
  },
  "a rate-limit service that is wrong, and one port that is counted twice": {
    mesh: () => {
      const ports = { http: { number: 80, protocol: "http" } } as const;
      const labels = { app: "web" };
      const shop = defineMesh("m", {
        services: { a: { namespace: "shop", ports, labels }, b: { namespace: "shop", ports, labels } },
        rateLimitService: {
          domain: " ",
          service: "a.b",
          port: 0,
          failureMode: "open",
          status: 200,
          timeout: "1",
        },
      } as never) as unknown as Bookinfo;
      const { a, b } = shop.services as unknown as { readonly a: never; readonly b: never };
      shop.rateLimit(a, { global: { all: { requests: 1, per: "second" } } } as never);
      shop.rateLimit(b, { global: { all: { requests: 1, per: "second" } } } as never);
      return shop;
    },
    says: [
      "rateLimitService.domain: is not valid [intent/rate-limit]",
      "rateLimitService.service: is not valid [intent/rate-limit]",
      "rateLimitService.port: is not a whole number in range [intent/rate-limit]",
      "rateLimitService.timeout: is not a duration [intent/duration]",
      "rateLimitService.failureMode: is not one of the values that are known here [intent/rate-limit]",
      "rateLimitService.status: is not a whole number in range [intent/rate-limit]",
      'rateLimit.b: counts at the port of the workloads where the limits of "a" count already [intent/rate-limit]',
    ],
  },
  "a scope and an egress gateway that are wrong": {
    mesh: () =>
      defineMesh("m", {
        services: {},
        scope: { per: "pod", keep: ["istio-system"] },
        egressGateway: { service: "a.b", selector: {} },
      } as never),
    says: [
      "scope.per: is not one of the values that are known here [intent/scope]",
      "scope.keep[0]: is not valid [intent/scope]",
      "egressGateway.service: is not valid [intent/egress]",
      "egressGateway.selector: has no labels [intent/egress]",
    ],
  },
  "ways out that do not exist": {
    mesh: () => {
      const tcpPort = { db: { number: 5432, protocol: "tcp" } } as const;
      const mesh = defineMesh("m", {
        services: {},
        external: {
          db: { host: "db.example.org", ports: tcpPort, addresses: ["10.0.0.1"], via: "egress" },
          cdn: { host: "*.cdn.example.org", resolution: "none", via: "egress" },
          two: {
            host: "two.example.org",
            ports: { a: { number: 80, protocol: "http" }, b: { number: 443, protocol: "https" } },
            via: "egress",
          },
          own: { host: "own.example.org", via: "egress" },
          hidden: { host: "hidden.example.org", via: "egress", exportTo: ["shop"] },
          seen: { host: "seen.example.org", via: "egress", exportTo: ["shop", "istio-system"] },
          api: { host: "api.example.org", ports: { http: { number: 80, protocol: "http" } }, via: "egress" },
          plain: { host: "plain.example.org", ports: { http: { number: 80, protocol: "http" } } },
        },
      });
      mesh.route(mesh.external.own, [mesh.otherwise().to(mesh.external.own)]);
      mesh.route(
        mesh.external.api,
        [
          mesh
            .when(path.prefix("/a"), source({ namespace: "shop" }))
            .with({ mirrors: [{ to: mesh.external.plain }] })
            .to(mesh.external.api),
          mesh.when(path.prefix("/b")).to(mesh.external.plain),
          mesh.when(path.prefix("/c")).respond({ status: 503 }),
          mesh.otherwise().with({ timeout: "2s" }).to(mesh.external.api),
        ],
        { exportTo: ["shop"] },
      );
      return mesh;
    },
    says: [
      "external.db.via: needs a name on the wire, which plain tcp has not [intent/egress]",
      "external.cdn.via: leads to the wildcard host *.cdn.example.org, for which the gateway would not know where to go [intent/egress]",
      "external.two.via: leads to one port, and the host has several [intent/egress]",
      "external.hidden.exportTo: hides the host from the egress gateway, which is to call it [intent/egress]",
      "routes.external.own: are for requests, which nobody on the way through the egress gateway can read [intent/egress]",
      "routes.external.api.exportTo: could hide the way to the host from the egress gateway [intent/egress]",
      "routes.external.api[0].with.mirrors: would leave the cluster beside the egress gateway [intent/egress]",
      "routes.external.api[0].when[0]: asks for what the egress gateway cannot see, because it calls the host itself [intent/egress]",
      "routes.external.api[1].to: leads elsewhere than through the egress gateway to the host [intent/egress]",
      "routes.external.api[2].to: leads elsewhere than through the egress gateway to the host [intent/egress]",
    ],
  },
  "faults where the mesh refuses them": {
    mesh: () => {
      const mesh = defineMesh("m", {
        services: { web: { namespace: "n", ports: { http: { number: 80, protocol: "http" } } } },
        faults: "refused",
      });
      const { web } = mesh.services;
      mesh.route(web, [
        mesh
          .otherwise()
          .with({ fault: { delay: { fixedDelay: "5s" } } })
          .to(web),
      ]);
      return mesh;
    },
    says: ["routes.web[0].with.fault: puts faults into requests, which this mesh refuses [intent/fault]"],
  },
  "requests at a gateway that passes TLS on": {
    mesh: said((shop) => {
      const open = shop.gateway("open", { hosts: ["*.example.com"], selector: { istio: "open" } });
      const sealed = shop.gateway("sealed", {
        hosts: ["*.example.com"],
        tls: "passthrough",
        httpsRedirect: true,
      });
      sealed.expose("a.example.com", shop.services.reviews);
      shop
        .gateway("other", {
          hosts: ["*.example.org", "b.example.com"],
          tls: "passthrough",
          selector: { istio: "x" },
        })
        .expose("b.example.com", shop.services.sealed, { alsoAt: [open] });
    }),
    says: [
      "gateways.sealed.httpsRedirect: redirects to HTTPS, which a passthrough gateway does not serve [intent/gateway-tls]",
      'gateways.sealed.expose["a.example.com"]: services.reviews opens no port that speaks TLS [intent/protocol-mismatch]',
      'gateways.other.expose["b.example.com"].alsoAt: names "open", but only one of the two passes TLS on unopened [intent/exposure]',
    ],
  },
  "a claim that callers in the mesh would be asked for, too": {
    mesh: said((shop) => {
      const { reviews, ratings } = shop.services;
      const edge = shop.gateway(["*.example.com"]);
      const testers = claim("groups").exact("testers");
      const exposed = (...conditions: Parameters<typeof shop.when>) => [
        shop.when(...conditions).to(reviews.subsets.v2),
        shop.otherwise().to(ratings),
      ];
      edge.expose("a.example.com", exposed(testers), { alsoAt: ["mesh"] });
      edge.expose("b.example.com", exposed(claim("groups").not.exact("testers"), shop.via("mesh")), {
        alsoAt: ["mesh"],
      });
      edge.expose("c.example.com", exposed(testers, shop.via(edge)), { alsoAt: ["mesh"] });
      edge.expose("d.example.com", exposed(testers));
    }),
    says: [
      'gateways.ingress.expose["a.example.com"][0].when[0][0]: reads a token, which Istio does at gateways alone [intent/gateway-condition]',
      'gateways.ingress.expose["b.example.com"][0].when[0][0]: reads a token, which Istio does at gateways alone [intent/gateway-condition]',
    ],
  },
  "a subset or a port that the service has not": {
    mesh: said((shop) => {
      const { reviews } = shop.services;
      shop
        .gateway(["*.example.com"])
        .expose(
          "www.example.com",
          shop.canary(
            shop.subsetPort(reviews, "v9" as never, "http"),
            shop.share(shop.subsetPort(reviews, "v1", "grpc" as never), 10),
          ),
        );
    }),
    says: [
      'gateways.ingress.expose["www.example.com"][0].to: is not a subset that reviews declares [intent/unknown-destination]',
      'gateways.ingress.expose["www.example.com"][1].to: port "grpc" of services.reviews does not speak HTTP [intent/protocol-mismatch]',
    ],
  },
};
