import assert from "node:assert/strict";
import { allRules, analyse } from "../../../analysis";
import {
  type AuthorizationPolicyManifest,
  compileMesh,
  type GatewayManifest,
  type VirtualServiceManifest,
} from "../../../components/compile";
import { defineMesh, jwt, type MeshError, path, tcp } from "../../../components/intent";
import { gatewayObjects, listGatewayObjects } from "../../../components/platform/gateway/objects";
import { gatewaySettings } from "../../../components/platform/gateway/settings";
import { planServiceMesh } from "../../../components/platform/service-mesh/plan";
import type { InputProblem } from "../../../components/intent";
import type { ServiceMeshArgs } from "../../../components/platform";

/** An edge that speaks everything: HTTPS at its usual port, and TCP, TLS, HTTPS and HTTP at further ones. */
function edged() {
  const mesh = defineMesh("shop", {
    services: {
      web: { namespace: "shop", ports: { http: { number: 80, protocol: "http", targetPort: 8080 } } },
      admin: { namespace: "shop", ports: { http: { number: 80, protocol: "http", targetPort: 8080 } } },
      database: {
        namespace: "data",
        ports: { postgres: { number: 5432, protocol: "tcp" } },
        subsets: { primary: { labels: { role: "primary" } }, standby: { labels: { role: "standby" } } },
      },
      vault: { namespace: "data", ports: { tls: { number: 8200, protocol: "tls" } } },
    },
  });
  const { web, admin, database, vault } = mesh.services;
  const edge = mesh.gateway("edge", {
    hosts: ["*.shop.example"],
    tls: { credentialName: "shop-cert" },
    servers: {
      postgres: { port: 5432, protocol: "tcp" },
      vault: { port: 8200, protocol: "tls", hosts: ["vault.shop.example"] },
      reports: {
        port: 6432,
        protocol: "tls",
        hosts: ["reports.shop.example"],
        tls: { credentialName: "reports" },
      },
      admin: { port: 8443, targetPort: 9443, protocol: "https", hosts: ["admin.shop.example"] },
      plain: { port: 8080, protocol: "http", httpsRedirect: true },
    },
  });
  edge.expose("www.shop.example", web);
  edge.servers.postgres.expose([
    mesh.whenTcp(tcp.source("10.0.0.0/8")).to(database.subsets.primary),
    mesh.otherwise().to(database.subsets.standby),
  ]);
  edge.servers.vault.expose("vault.shop.example", vault);
  edge.servers.reports.expose("reports.shop.example", database.subsets.standby);
  edge.servers.admin.expose("admin.shop.example", [
    mesh.when(path.prefix("/admin")).to(admin),
    mesh.otherwise().to(web),
  ]);
  return { mesh, edge };
}

describe("further servers of a gateway", () => {
  const { mesh } = edged();
  const manifests = compileMesh(mesh);
  const gateway = (name: string) =>
    manifests.find((each): each is GatewayManifest => each.kind === "Gateway" && each.metadata.name === name)
      ?.spec;
  const routes = (name: string) =>
    manifests.find(
      (each): each is VirtualServiceManifest => each.kind === "VirtualService" && each.metadata.name === name,
    )?.spec;
  const permission = (name: string) =>
    manifests.find(
      (each): each is AuthorizationPolicyManifest =>
        each.kind === "AuthorizationPolicy" && each.metadata.name === name,
    )?.spec?.rules;

  it("are Gateways of the same proxies, each at its own port", () => {
    const server = (name: string) => {
      const spec = gateway(name);
      assert.deepEqual(spec?.selector, { istio: "ingressgateway" });
      return spec.servers;
    };
    const minProtocolVersion = "TLSV1_2";
    assert.deepEqual(server("edge-postgres"), [
      { port: { number: 5432, name: "tcp-edge-postgres", protocol: "TCP" }, hosts: ["*"] },
    ]);
    assert.deepEqual(server("edge-vault"), [
      {
        port: { number: 8200, name: "tls-edge-vault", protocol: "TLS" },
        hosts: ["vault.shop.example"],
        tls: { mode: "PASSTHROUGH" },
      },
    ]);
    assert.deepEqual(server("edge-reports"), [
      {
        port: { number: 6432, name: "tls-edge-reports", protocol: "TLS" },
        hosts: ["reports.shop.example"],
        tls: { mode: "SIMPLE", credentialName: "reports", minProtocolVersion },
      },
    ]);
    assert.deepEqual(server("edge-admin"), [
      {
        port: { number: 8443, name: "https-edge-admin", protocol: "HTTPS" },
        hosts: ["admin.shop.example"],
        tls: { mode: "SIMPLE", credentialName: "shop-cert", minProtocolVersion },
      },
    ]);
    assert.deepEqual(server("edge-plain"), [
      {
        port: { number: 8080, name: "http-edge-plain", protocol: "HTTP" },
        hosts: ["*.shop.example"],
        tls: { httpsRedirect: true },
      },
    ]);
    assert.deepEqual(
      gateway("edge")?.servers?.map(({ port }) => port?.number),
      [80, 443],
    );
  });

  it("have routes of what they read: connections, server names or requests", () => {
    const standby = { host: "database.data.svc.cluster.local", subset: "standby", port: { number: 5432 } };
    assert.deepEqual(routes("edge-postgres.wildcard"), {
      hosts: ["*"],
      gateways: ["istio-system/edge-postgres"],
      tcp: [
        {
          match: [{ sourceSubnet: "10.0.0.0/8" }],
          route: [{ destination: { ...standby, subset: "primary" } }],
        },
        { route: [{ destination: standby }] },
      ],
    });
    assert.deepEqual(routes("edge-vault.vault.shop.example")?.tls?.[0]?.match, [
      { sniHosts: ["vault.shop.example"] },
    ]);
    assert.deepEqual(routes("edge-reports.reports.shop.example")?.tcp, [
      { route: [{ destination: standby }] },
    ]);
    assert.equal(routes("edge-admin.admin.shop.example")?.http?.length, 2);
  });

  it("let in what they serve: connections by the port of the proxies, server names, requests by host", () => {
    const to = (operation: object) => [{ to: [{ operation }] }];
    assert.deepEqual(permission("allow-at-edge-postgres"), to({ ports: ["5432"] }));
    assert.deepEqual(permission("allow-at-edge-reports"), to({ ports: ["6432"] }));
    assert.deepEqual(permission("allow-sni-at-edge-vault"), [
      { when: [{ key: "connection.sni", values: ["vault.shop.example"] }] },
    ]);
    assert.deepEqual(
      permission("allow-at-edge-admin"),
      to({ hosts: ["admin.shop.example", "admin.shop.example:*"] }),
    );
    const callers = JSON.stringify(permission("allow-to-database"));
    assert.match(callers, /istio-ingressgateway-service-account/);
  });

  it("are left out of refusals of requests, which Istio would read as refusals of every connection", () => {
    const { mesh: secured, edge } = edged();
    const login = jwt({
      issuer: "https://login.example",
      audiences: ["shop"],
      jwksUri: "https://login.example/keys",
    });
    secured.authenticate({ at: edge, with: login });
    const denied = compileMesh(secured).find(({ metadata }) => metadata.name === "deny-at-edge");
    assert.ok(denied?.kind === "AuthorizationPolicy");
    for (const { to } of denied.spec?.rules ?? []) {
      assert.deepEqual(to?.[0]?.operation?.notPorts, ["5432", "6432", "8200"]);
    }
  });

  it("are found in order by every rule that reads gateways, with the Service that a mesh gives them", () => {
    const problems: InputProblem[] = [];
    const args: ServiceMeshArgs = { mesh, namespaces: { shop: {}, data: {} } };
    const { gateways } = planServiceMesh(args, undefined, problems);
    assert.deepEqual(problems, []);
    const planned = gateways.get("istio-ingressgateway");
    assert.deepEqual(
      planned?.ports?.slice(-5).map(({ name, port, targetPort }) => [name, port, targetPort]),
      [
        ["https-admin", 8443, 9443],
        ["http-plain", 8080, 8080],
        ["tcp-postgres", 5432, 5432],
        ["tls-reports", 6432, 6432],
        ["tls-vault", 8200, 8200],
      ],
    );
    const proxies = listGatewayObjects(gatewayObjects(gatewaySettings(planned ?? {})));
    const rules = allRules.filter(({ id }) => id.startsWith("gateway-") && !id.includes("credential"));
    const { findings } = analyse(
      [...manifests, ...proxies].map((object) => ({ object: JSON.parse(JSON.stringify(object)) as never })),
      { now: new Date("2026-11-21T12:00:00Z"), rules },
    );
    assert.deepEqual(
      findings.map(({ rule, object, message }) => `${rule} ${object.name}: ${message}`),
      // That is what it does, and whoever asks for it says why in an exception.
      ["gateway-no-plaintext edge-postgres: port 5432 serves plaintext TCP without TLS"],
    );
  });

  it("must be offered by a Service whose ports are listed", () => {
    const problems: InputProblem[] = [];
    const ports = [
      { name: "https", port: 443, targetPort: 8443 },
      { name: "postgres", port: 5432, targetPort: 15_432 },
    ];
    planServiceMesh(
      { mesh, namespaces: { shop: {}, data: {} }, gateways: { "istio-ingressgateway": { ports } } },
      undefined,
      problems,
    );
    assert.deepEqual(
      problems.map(({ id, got, expected }) => [id, got, expected]),
      [
        ["no such port", "port 8443 with targetPort 9443"],
        ["no such port", "port 8080 with targetPort 8080"],
        ["port 5432 with targetPort 15432", "port 5432 with targetPort 5432"],
        ["no such port", "port 6432 with targetPort 6432"],
        ["no such port", "port 8200 with targetPort 8200"],
      ].map((each) => ["platform/gateway-port", ...each]),
    );
  });

  it("are refused by the Gateway API where it has no word for them", () => {
    assert.throws(
      () => compileMesh(edged().mesh, { api: "gateway-api" }),
      (error: MeshError) => {
        const ids = error.problems.filter(({ id }) => id === "gateway-api/gateway-server");
        assert.equal(ids.length, 3, error.message);
        return true;
      },
    );
  });
});
