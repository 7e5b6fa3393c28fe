// Compiled, never run (test/unit/intent/types.test.ts): each refusal stands beside the form that is accepted, so that
// neither can change without being noticed.
import {
  attribute,
  defineMesh,
  everyoneIn,
  header,
  jwt,
  method,
  outsider,
  path,
  query,
} from "../../components/intent";

const prod = defineMesh("prod", {
  services: {
    reviews: {
      namespace: "shop",
      ports: { http: { number: 9080, protocol: "http" } },
      subsets: { v1: { labels: { version: "v1" } }, v2: { labels: { version: "v2" } } },
    },
    ratings: { namespace: "shop", ports: { http: { number: 9080, protocol: "http" } } },
    mongo: {
      namespace: "shop",
      ports: { mongo: { number: 27017, protocol: "tcp" } },
      subsets: { blue: { labels: { colour: "blue" } } },
    },
    mixed: {
      namespace: "shop",
      ports: {
        http: { number: 80, protocol: "http" },
        admin: { number: 81, protocol: "http2" },
        raw: { number: 9000, protocol: "tcp" },
      },
    },
  },
  external: {
    stripe: "api.stripe.com",
    maps: { host: "maps.example.org", ports: { http: { number: 80, protocol: "http", tls: {} } } },
  },
});
const staging = defineMesh("staging", {
  services: { reviews: { namespace: "shop", ports: { http: { number: 9080, protocol: "http" } } } },
});
const { reviews, ratings, mongo, mixed } = prod.services;
declare const percent: number;

// --- destinations ---------------------------------------------------------------------------------------------------

prod.canary(reviews);
prod.canary(reviews.subsets.v1);
prod.canary(mixed.ports.admin);
prod.canary(prod.external.maps);
// @ts-expect-error an undefined subset
prod.canary(reviews.subsets.v3);
// @ts-expect-error a service without subsets has none
prod.canary(ratings.subsets.v1);
// @ts-expect-error an undefined port
prod.canary(mixed.ports.metrics);
// @ts-expect-error a bare string is not a destination
prod.canary("reviews.shop.svc.cluster.local");
// @ts-expect-error an undeclared service
prod.canary(prod.services.details);
// @ts-expect-error an undeclared external
prod.canary(prod.external.paypal);
// @ts-expect-error a service of another mesh
prod.canary(staging.services.reviews);
// @ts-expect-error a look-alike
prod.canary({ kind: "service", name: "reviews", namespace: "shop" });

// --- shares ---------------------------------------------------------------------------------------------------------

prod.split([prod.share(reviews.subsets.v1, 90), prod.share(reviews.subsets.v2, 10)]);
prod.split([prod.share(reviews.subsets.v1, 100), prod.share(reviews.subsets.v2, 0)]);
prod.split([prod.share(reviews.subsets.v1, percent), prod.share(reviews.subsets.v2, 100 - percent)]); // added up at run time
prod.split([{ to: reviews, weight: 100 }]);
// @ts-expect-error 90 + 5
prod.split([prod.share(reviews.subsets.v1, 90), prod.share(reviews.subsets.v2, 5)]);
// @ts-expect-error 90 + 20
prod.split([prod.share(reviews.subsets.v1, 90), prod.share(reviews.subsets.v2, 20)]);
// @ts-expect-error 110 - 10
prod.split([prod.share(reviews.subsets.v1, 110), prod.share(reviews.subsets.v2, -10)]);
// @ts-expect-error 99.5 + 0.5
prod.split([prod.share(reviews.subsets.v1, 99.5), prod.share(reviews.subsets.v2, 0.5)]);
// @ts-expect-error nothing is not everything
prod.split([]);
// @ts-expect-error mixes two meshes
prod.split([prod.share(reviews.subsets.v1, 50), staging.share(staging.services.reviews, 50)]);
// @ts-expect-error mixes two meshes
prod.canary(reviews, staging.share(staging.services.reviews, 50));
// @ts-expect-error a share of another mesh's service
prod.share(staging.services.reviews, 50);

prod.bySubset(reviews, { v1: 90, v2: 10 });
prod.bySubset(reviews, { v1: 100, v2: 0 });
// @ts-expect-error v2 is missing
prod.bySubset(reviews, { v1: 100 });
// @ts-expect-error v3 is not declared
prod.bySubset(reviews, { v1: 90, v2: 0, v3: 10 });

// --- routes ---------------------------------------------------------------------------------------------------------

prod.route(reviews, [
  prod
    .when(path.prefix("/wines"), header("end-user").exact("jason"))
    .or(query("debug").present())
    .to(reviews.subsets.v1),
  prod
    .when(method("GET", "HEAD"))
    .with({ timeout: "6s", retries: { attempts: 2, perTryTimeout: "2s", retryOn: ["5xx", "503"] } })
    .split([prod.share(reviews.subsets.v1, 50), prod.share(reviews.subsets.v2, 50)]),
  prod.otherwise().bySubset(reviews, { v1: 90, v2: 10 }),
]);
prod.route(mongo, [prod.otherwise().to(mongo.subsets.blue)]);
prod.route(mixed, [prod.otherwise().to(ratings)], { port: "admin" });
// @ts-expect-error a tcp service has no paths
prod.route(mongo, [prod.when(path.prefix("/wines")).to(mongo.subsets.blue)]);
// @ts-expect-error a tcp service has no request to time
prod.route(mongo, [prod.otherwise().with({ timeout: "2s" }).to(mongo.subsets.blue)]);
// @ts-expect-error a port that the service does not open
prod.route(mixed, [prod.otherwise().to(ratings)], { port: "grpc" });
// @ts-expect-error a service of another mesh
prod.route(staging.services.reviews, [prod.otherwise().to(reviews)]);
// @ts-expect-error a route of another mesh
prod.route(reviews, [staging.otherwise().to(staging.services.reviews)]);
// @ts-expect-error another mesh's service at the end of a route
prod.otherwise().to(staging.services.reviews);
// @ts-expect-error a route that does not say where it goes
prod.route(reviews, [prod.when(path.prefix("/wines"))]);
// @ts-expect-error 90 + 5 in a route
prod.otherwise().split([prod.share(reviews.subsets.v1, 90), prod.share(reviews.subsets.v2, 5)]);
// @ts-expect-error v2 is missing in a route
prod.otherwise().bySubset(reviews, { v1: 100 });
// @ts-expect-error no condition at all is otherwise()
prod.when();
// @ts-expect-error a path starts with a slash
path.prefix("wines");
// @ts-expect-error header names are written in lower case
header("End-User");
// @ts-expect-error no such method
method("FETCH");
// @ts-expect-error a duration has a unit
prod.otherwise().with({ timeout: 2 });
// @ts-expect-error no such unit
prod.otherwise().with({ timeout: "2d" });
// @ts-expect-error no such retry condition
prod.otherwise().with({ retries: { attempts: 1, retryOn: ["6xx"] } });

// --- gateways -------------------------------------------------------------------------------------------------------

const edge = prod.gateway(["*.example.com", "shop.example.org"]);
edge.expose("www.example.com", prod.canary(ratings));
edge.expose("shop.example.org", prod.canary(prod.external.stripe));
edge.expose("api.example.com", reviews);
edge.expose("app.example.com", [prod.when(path.exact("/")).to(ratings), prod.otherwise().to(reviews)]);
const secure = prod.gateway("secure", {
  hosts: ["bookinfo.example.com"],
  tls: { credentialName: "bookinfo-cert", mode: "mutual", minProtocolVersion: "TLSV1_3" },
});
secure.expose("bookinfo.example.com", reviews);
// @ts-expect-error the host is not under the gateway's hosts
edge.expose("www.evil.com", prod.canary(ratings));
// @ts-expect-error neither is this one
secure.expose("www.bookinfo.example.com", reviews);
// @ts-expect-error another mesh's shares behind this gateway
edge.expose("www.example.com", staging.canary(staging.services.reviews));
// @ts-expect-error another mesh's service behind this gateway
edge.expose("www.example.com", staging.services.reviews);
// @ts-expect-error another mesh's routes behind this gateway
edge.expose("www.example.com", [staging.otherwise().to(staging.services.reviews)]);
prod.gateway("suites", {
  hosts: ["b.example.com"],
  tls: { credentialName: "b", minProtocolVersion: "TLSV1_2", cipherSuites: ["ECDHE-RSA-AES256-GCM-SHA384"] },
});
prod.gateway("partner", {
  hosts: ["c.example.com"],
  tls: { credentialName: "c", mode: "optional-mutual", subjectAltNames: ["partner.example.com"] },
});
prod.gateway("old", {
  hosts: ["d.example.com"],
  tls: {
    credentialName: "d",
    weakCipherSuites: { suites: ["AES128-SHA"], reason: "terminals of 2014, OPS-9", until: "2027-03-31" },
  },
});
const tls = { credentialName: "e" } as const;
const tls13 = { ...tls, minProtocolVersion: "TLSV1_3" } as const;
const hosts = ["e.example.com"] as const;
prod.gateway("x0", { hosts, tls: tls13 });
// @ts-expect-error the suites of TLS 1.3 cannot be chosen
prod.gateway("x1", { hosts, tls: { ...tls13, cipherSuites: ["ECDHE-RSA-AES256-GCM-SHA384"] } });
// @ts-expect-error a weak suite among the strong ones
prod.gateway("x2", { hosts, tls: { ...tls, cipherSuites: ["AES128-SHA"] } });
// @ts-expect-error weak suites without a reason and an end
prod.gateway("x3", { hosts, tls: { ...tls, weakCipherSuites: { suites: ["AES128-SHA"] } } });
// @ts-expect-error whose certificates, where callers show none
prod.gateway("x4", { hosts, tls: { ...tls, subjectAltNames: ["partner.example.com"] } });
// @ts-expect-error an old TLS
prod.gateway("x5", { hosts, tls: { ...tls, minProtocolVersion: "TLSV1_1" } });
// @ts-expect-error TLS without a certificate
prod.gateway("insecure", { hosts: ["a.example.com"], tls: { mode: "simple" } });

// --- permissions ----------------------------------------------------------------------------------------------------

prod.allow({ from: reviews, to: ratings, methods: ["GET"], paths: ["/ratings/*"], ports: ["http"] });
prod.allow({ from: [reviews, edge], to: mongo, ports: ["mongo"] });
prod.allow({ from: reviews, to: mixed, methods: ["GET"], ports: ["admin"] });
// @ts-expect-error a tcp service has no methods
prod.allow({ from: reviews, to: mongo, methods: ["GET"] });
// @ts-expect-error a tcp service has no paths
prod.allow({ from: reviews, to: mongo, paths: ["/"] });
// @ts-expect-error a port that the target does not open
prod.allow({ from: reviews, to: ratings, ports: ["grpc"] });
// @ts-expect-error a caller of another mesh
prod.allow({ from: staging.services.reviews, to: ratings });
// @ts-expect-error a target of another mesh
prod.allow({ from: reviews, to: staging.services.reviews });
// @ts-expect-error a gateway of another mesh
prod.allow({ from: staging.gateway(["a.example.com"]), to: ratings });
// @ts-expect-error a caller by its name
prod.allow({ from: "reviews", to: ratings });
// @ts-expect-error a subset has no identity of its own
prod.allow({ from: reviews.subsets.v1, to: ratings });

prod.allow({
  from: outsider({ namespace: "ops", serviceAccount: "bot" }),
  to: ratings,
  notPaths: ["/admin/*"],
});
prod.allow({
  from: everyoneIn("shop"),
  notFrom: ratings,
  to: mixed,
  notPorts: ["raw"],
  ipBlocks: ["10.0.0.0/8"],
});
// @ts-expect-error who may call is always said
prod.allow({ to: ratings });
// @ts-expect-error an outsider has a namespace
outsider({ serviceAccount: "bot" });
// @ts-expect-error a tcp service has no hosts
prod.allow({ from: reviews, to: mongo, hosts: ["mongo.example.com"] });

prod.deny({ to: edge, remoteIpBlocks: ["192.0.2.0/24"] });
prod.deny({ to: mixed, methods: ["DELETE"], dryRun: true });
prod.audit({ to: ratings, methods: ["DELETE"] });
// @ts-expect-error an audit refuses nothing that could be tried
prod.audit({ to: ratings, dryRun: true });
// @ts-expect-error a tcp service has no methods to refuse
prod.deny({ to: mongo, methods: ["GET"] });
// @ts-expect-error another mesh's gateway
prod.deny({ to: staging.gateway(["a.example.com"]) });

const oauth = prod.extAuthz("oauth2-proxy", { service: ratings, protocol: "http", pathPrefix: "/check" });
prod.extAuthz("opa", { service: mixed, port: "admin", protocol: "grpc" });
prod.custom({ provider: oauth, to: edge, hosts: ["www.example.com"] });
// @ts-expect-error a gRPC authorizer has no path
prod.extAuthz("opa", { service: ratings, protocol: "grpc", pathPrefix: "/check" });
// @ts-expect-error a port that it does not open
prod.extAuthz("opa", { service: ratings, protocol: "grpc", port: "grpc" });
// @ts-expect-error an authorizer by its name
prod.custom({ provider: "oauth2-proxy", to: edge });
// @ts-expect-error Istio asks for no identity before it asks an authorizer
prod.custom({ provider: oauth, to: edge, from: reviews });

const viewer = prod.role("viewer", { to: ratings, methods: ["GET"] }, { to: mixed, ports: ["admin"] });
prod.bind(viewer, { from: reviews });
prod.bind(viewer, { from: "anyone", when: [attribute.claim("groups").is("viewers", "admins")] });
// @ts-expect-error a tcp service has no methods
prod.role("writer", { to: mongo, methods: ["PUT"] });
// @ts-expect-error a port that it does not open
prod.role("writer", { to: ratings }, { to: mixed, ports: ["metrics"] });
// @ts-expect-error a role of another mesh
prod.bind(staging.role("viewer", { to: staging.services.reviews }), { from: reviews });
// @ts-expect-error a condition has a value
attribute.claim("groups").is();

const keys = { jwksUri: "https://login.example/jwks", audiences: ["shop"] } as const;
const login = jwt({ issuer: "https://login.example", ...keys });
prod.authenticate({ at: edge, with: login, except: { paths: ["/healthz"] } });
prod.authenticate({ at: ratings, with: [login], except: "anything" });
prod.allow({ from: edge, to: ratings, tokens: login.of("alice") });
// @ts-expect-error an issuer without https
jwt({ issuer: "http://login.example", ...keys });
// @ts-expect-error tokens for anybody
jwt({ issuer: "https://login.example", jwksUri: "https://login.example/jwks" });
// @ts-expect-error keys from two places
jwt({ issuer: "https://login.example", ...keys, jwks: "{}" });
// @ts-expect-error no keys at all
jwt({ issuer: "https://login.example", audiences: ["shop"] });

prod.mtls({
  for: mixed,
  ports: ["raw"],
  mode: "disable",
  reason: "legacy probe, OPS-712",
  until: "2027-01-31",
});
prod.mtls({ for: { namespace: "shop" }, mode: "strict" });
// @ts-expect-error plaintext without a reason and an end
prod.mtls({ for: mixed, ports: ["raw"], mode: "permissive" });
// @ts-expect-error a port that it does not open
prod.mtls({ for: ratings, ports: ["raw"], mode: "strict" });
// @ts-expect-error a service of another mesh
prod.mtls({ for: staging.services.reviews, mode: "strict" });

// --- the catalogue --------------------------------------------------------------------------------------------------

// @ts-expect-error no such protocol
defineMesh("m", { services: { a: { namespace: "n", ports: { p: { number: 1, protocol: "udp" } } } } });
// @ts-expect-error a service lives in a namespace
defineMesh("m", { services: { a: { ports: { p: { number: 1, protocol: "tcp" } } } } });
// @ts-expect-error an external host has a domain
defineMesh("m", { services: {}, external: { a: "localhost" } });
