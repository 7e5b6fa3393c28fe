// Compiled, never run; see mesh.types.ts.
import { defineMesh, jwt, path, sni, tcp } from "../../components/intent";

const mesh = defineMesh("prod", {
  services: {
    web: { namespace: "shop", ports: { http: { number: 80, protocol: "http" } } },
    database: { namespace: "data", ports: { db: { number: 5432, protocol: "tcp" } } },
    vault: { namespace: "data", ports: { tls: { number: 8200, protocol: "tls" } } },
  },
});
const { web, database, vault } = mesh.services;
const edge = mesh.gateway("edge", {
  hosts: ["*.example.com"],
  servers: {
    postgres: { port: 5432, protocol: "tcp" },
    vault: { port: 8200, protocol: "tls", hosts: ["*.vault.example"] },
    admin: { port: 8443, protocol: "https", hosts: ["admin.example.com"] },
    more: { port: 9443, protocol: "https" },
    plain: { port: 8080, protocol: "http", httpsRedirect: true },
  },
});
edge.expose("www.example.com", web);

edge.servers.postgres.expose(database);
edge.servers.postgres.expose([
  mesh.whenTcp(tcp.source("10.0.0.0/8")).to(database),
  mesh.otherwise().to(database),
]);
// @ts-expect-error a connection has no path
edge.servers.postgres.expose([mesh.when(path.prefix("/admin")).to(web), mesh.otherwise().to(database)]);
// @ts-expect-error nor a server name that could be read
edge.servers.postgres.expose([mesh.whenTls(sni("db.example.com")).to(database)]);
// @ts-expect-error nothing says which host is meant
edge.servers.postgres.expose("db.example.com", database);

edge.servers.vault.expose("a.vault.example", vault);
// @ts-expect-error a host that the server does not serve
edge.servers.vault.expose("vault.example.com", vault);
// @ts-expect-error what goes on unopened has no path
edge.servers.vault.expose("a.vault.example", [mesh.when(path.prefix("/")).to(web)]);

edge.servers.admin.expose("admin.example.com", web);
// @ts-expect-error a host that the server does not serve
edge.servers.admin.expose("www.example.com", web);
edge.servers.more.expose("www.example.com", web);
// @ts-expect-error it answers every request itself
edge.servers.plain.expose("www.example.com", web);
// @ts-expect-error a server that the gateway does not have
void edge.servers.mysql;

const login = jwt({
  issuer: "https://login.example",
  audiences: ["shop"],
  jwksUri: "https://login.example/keys",
});
mesh.authenticate({ at: edge.servers.admin, with: login });
// @ts-expect-error connections carry no token
mesh.authenticate({ at: edge.servers.postgres, with: login });

mesh.gateway("a", { hosts: ["a.example.com"], servers: { db: { port: 5432, protocol: "tcp" } } });
// @ts-expect-error a server has a protocol
mesh.gateway("b", { hosts: ["b.example.com"], servers: { db: { port: 5432 } } });
// @ts-expect-error TLS is told apart by hosts
mesh.gateway("c", { hosts: ["c.example.com"], servers: { db: { port: 5432, protocol: "tls" } } });
mesh.gateway("d", {
  hosts: ["d.example.com"],
  // @ts-expect-error a TCP server has no hosts
  servers: { db: { port: 5432, protocol: "tcp", hosts: ["d.example.com"] } },
});
mesh.gateway("e", {
  hosts: ["e.example.com"],
  // @ts-expect-error nor TLS
  servers: { db: { port: 5432, protocol: "tcp", tls: { credentialName: "e" } } },
});
