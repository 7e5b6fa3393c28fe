// Compiled, never run; see mesh.types.ts.
import { defineMesh, grpc, header, path, sni, tcp } from "../../components/intent";

const mesh = defineMesh("prod", {
  services: {
    web: { namespace: "shop", ports: { http: { number: 80, protocol: "http" } } },
    orders: { namespace: "shop", ports: { grpc: { number: 50051, protocol: "grpc" } } },
    database: { namespace: "data", ports: { db: { number: 5432, protocol: "tcp" } } },
    vault: { namespace: "data", ports: { tls: { number: 8200, protocol: "tls" } } },
  },
  external: { maps: "maps.example.org" },
});
const other = defineMesh("other", {
  services: { web: { namespace: "shop", ports: { http: { number: 80, protocol: "http" } } } },
});
const { web, orders, database, vault } = mesh.services;

// --- each kind of route on the ports that can have it ---------------------------------------------------------------

mesh.route(orders, [mesh.whenGrpc(grpc.service("shop.Orders")).to(orders), mesh.otherwise().to(orders)]);
// @ts-expect-error gRPC on a port of HTTP/1
mesh.route(web, [mesh.whenGrpc(grpc.service("shop.Orders")).to(web)]);
mesh.route(database, [mesh.whenTcp(tcp.source("10.0.0.0/8")).to(database), mesh.otherwise().to(database)]);
// @ts-expect-error connections on a port whose requests are read
mesh.route(web, [mesh.whenTcp(tcp.source("10.0.0.0/8")).to(web)]);
mesh.route(vault, [mesh.whenTls(sni("vault.example.org")).to(vault), mesh.otherwise().to(vault)]);
// @ts-expect-error server names on a port without TLS
mesh.route(database, [mesh.whenTls(sni("vault.example.org")).to(database)]);
// @ts-expect-error a path on a port of TLS, which is sealed
mesh.route(vault, [mesh.when(path.exact("/")).to(vault)]);
mesh.route(mesh.external.maps, [mesh.otherwise().to(mesh.external.maps)]);

// --- each condition on the kind of route that can have it -----------------------------------------------------------

mesh.when(mesh.from(web), path.exact("/"), header("x-user").not.exact("a"));
// @ts-expect-error the sender is a service of another mesh
mesh.from(other.services.web);
// @ts-expect-error a server name is no part of a request
mesh.when(sni("vault.example.org"));
// @ts-expect-error a connection has no path
mesh.whenTcp(path.exact("/"));
// @ts-expect-error TLS is told apart by server name, not by the address that it comes from
mesh.whenTls(tcp.source("10.0.0.0/8"));
// @ts-expect-error a gRPC request's path is its method
mesh.whenGrpc(path.exact("/"));
// @ts-expect-error no condition at all
mesh.whenTcp();

// --- options --------------------------------------------------------------------------------------------------------

mesh.otherwise().with({ mirrors: [{ to: web, percentage: 10 }], rewrite: { uri: "/v2" } });
// @ts-expect-error a copy to another mesh
mesh.otherwise().with({ mirrors: [{ to: other.services.web }] });
// @ts-expect-error two ways to rewrite a path
mesh.otherwise().with({ rewrite: { uri: "/v2", uriRegexRewrite: { match: "a", rewrite: "b" } } });
// @ts-expect-error an answer of two kinds
mesh.otherwise().with({ fault: { abort: { httpStatus: 503, grpcStatus: "UNAVAILABLE" } } });
mesh.whenGrpc(grpc.service("shop.Orders")).with({ retries: { retryOn: ["unavailable"] } });
// @ts-expect-error gRPC answers 200 whatever happens, so a status says nothing
mesh.whenGrpc(grpc.service("shop.Orders")).with({ retries: { retryOn: ["5xx"] } });
// @ts-expect-error a gRPC call fails with a status of gRPC
mesh.whenGrpc(grpc.service("shop.Orders")).with({ fault: { abort: { httpStatus: 503 } } });

// --- answers without a destination ----------------------------------------------------------------------------------

mesh.route(web, [mesh.otherwise().redirect({ scheme: "https", redirectCode: 308 })]);
// @ts-expect-error a status that does not redirect
mesh.otherwise().redirect({ uri: "/", redirectCode: 200 });
// @ts-expect-error a path in two ways
mesh.otherwise().redirect({ uri: "/", prefixRewrite: "/" });
mesh.otherwise().respond({ status: 503, body: { string: "closed" } });
// @ts-expect-error a body of two kinds
mesh.otherwise().respond({ status: 503, body: { string: "closed", bytes: "" } });
mesh.otherwise().delegate(mesh.delegate("team", { namespace: "team" }));
// @ts-expect-error routes of another mesh
mesh.otherwise().delegate(other.delegate("team", { namespace: "team" }));
// @ts-expect-error connections are not answered
mesh.whenTcp(tcp.source("10.0.0.0/8")).respond({ status: 200 });
