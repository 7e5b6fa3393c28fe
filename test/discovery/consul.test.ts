import assert from "node:assert/strict";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import * as pulumi from "@pulumi/pulumi";
import { compileMesh } from "../../components/compile";
import { type ConsulOptions, fromConsul } from "../../components/discovery";
import { defineMesh, MeshError } from "../../components/intent";
import { type Answer, RegistryServer, says } from "./registry-server";
import { assertComplete } from "../support/complete-problem";

interface InstanceOf {
  readonly id: string;
  readonly address?: string;
  readonly node?: string;
  readonly port?: number;
  readonly status?: string;
  readonly tags?: readonly string[];
  readonly weights?: { readonly Passing: number; readonly Warning: number };
  readonly datacenter?: string;
}

/** An entry of `/v1/health/service/NAME`, with the fields that Consul documents. */
function entry(service: string, of: InstanceOf): object {
  const { id, address = "", node = "10.1.10.12", port = 8000, tags = [], datacenter = "dc1" } = of;
  const check = { Node: "foobar", Notes: "", Output: "", ServiceName: service, ServiceTags: tags };
  return {
    Node: {
      ID: "40e4a748-2192-161a-0510-9bf59fe950b5",
      Node: `node-${id}`,
      Address: node,
      Datacenter: datacenter,
      TaggedAddresses: { lan: node, wan: "198.18.0.1" },
      Meta: { instance_type: "t2.medium" },
    },
    Service: {
      ID: id,
      Service: service,
      Tags: tags,
      Address: address,
      TaggedAddresses: { lan: { address, port }, wan: { address: "198.18.1.2", port: 80 } },
      Meta: { version: "4.0", "not a label": "x" },
      Port: port,
      Weights: of.weights ?? { Passing: 1, Warning: 1 },
      Namespace: "default",
    },
    Checks: [
      {
        ...check,
        CheckID: `service:${id}`,
        Name: "own check",
        Status: of.status ?? "passing",
        ServiceID: id,
      },
      { ...check, CheckID: "serfHealth", Name: "Serf Health Status", Status: "passing", ServiceID: "" },
    ],
  };
}

const REDIS = [
  entry("redis", {
    id: "b",
    address: "10.1.10.13",
    tags: ["primary", "tier=cache"],
    weights: { Passing: 10, Warning: 1 },
  }),
  entry("redis", { id: "a" }),
  entry("redis", { id: "sick", address: "10.1.10.14", status: "critical" }),
  entry("redis", { id: "warned", address: "10.1.10.15", status: "warning" }),
];
/** A proxy of Consul's own mesh. */
const SIDECAR = {
  Node: { Node: "n", Address: "10.1.10.12", Datacenter: "dc2" },
  Service: { ID: "redis-sidecar-proxy", Kind: "connect-proxy", Address: "", Port: 21000 },
  Checks: [],
};
const CATALOGUE = { consul: [], redis: ["primary"], "web-api": [] };

describe("a catalogue imported from Consul", () => {
  const server = new RegistryServer();
  before(() => server.start());
  after(() => server.stop());

  const connection = (): ConsulOptions => ({ address: server.address, timeoutMs: 2_000 });

  async function problemsOf(
    answers: Readonly<Record<string, Answer>>,
    options: Partial<ConsulOptions> = {},
  ): Promise<readonly string[]> {
    server.answer(answers);
    const importing = fromConsul({
      ...connection(),
      ...options,
      services: { redis: { protocol: "tcp", addresses: ["240.0.0.1"] } },
    });
    return problems(importing);
  }

  async function problems(importing: Promise<unknown>): Promise<readonly string[]> {
    const error = await importing.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof MeshError, `no refusal: ${String(error)}`);
    error.problems.forEach(assertComplete);
    return error.problems.map(
      ({ id, path, message, got }) => `${id} ${path}: ${message}${got === undefined ? "" : ` (${got})`}`,
    );
  }

  it("has the healthy instances of a service as endpoints, with weights and localities, in a fixed order", async () => {
    server.answer({ "/v1/catalog/services": CATALOGUE, "/v1/health/service/redis": REDIS });
    const { external } = await fromConsul({
      ...connection(),
      localities: { dc1: "eu-west/a" },
      services: { cache: { protocol: "tcp", service: "redis", port: 6379, addresses: ["240.0.0.1"] } },
    });
    assert.deepEqual(external, {
      cache: {
        host: "redis.service.consul",
        ports: { tcp: { number: 6379, protocol: "tcp" } },
        resolution: "static",
        addresses: ["240.0.0.1"],
        endpoints: [
          { address: "10.1.10.12", ports: { tcp: 8000 }, locality: "eu-west/a", weight: 1 },
          { address: "10.1.10.13", ports: { tcp: 8000 }, locality: "eu-west/a", weight: 10 },
        ],
      },
    });
    server.answer({ "/v1/catalog/services": CATALOGUE, "/v1/health/service/redis": [...REDIS].reverse() });
    const again = await fromConsul({
      ...connection(),
      localities: { dc1: "eu-west/a" },
      services: { cache: { protocol: "tcp", service: "redis", port: 6379, addresses: ["240.0.0.1"] } },
    });
    assert.equal(JSON.stringify(again.external), JSON.stringify(external));
  });

  it("compiles to ServiceEntries, and to WorkloadEntries of a service that moves", async () => {
    server.answer({ "/v1/catalog/services": CATALOGUE, "/v1/health/service/redis": REDIS });
    const imported = await fromConsul({
      ...connection(),
      services: { redis: { protocol: "http", subsets: { primary: { tag: "primary" } } } },
    });
    const shop = defineMesh("shop", {
      services: {
        cache: {
          namespace: "shop",
          ports: { http: { number: 80, protocol: "http", targetPort: 8000 } },
          workloadEntries: imported.workloadEntries.redis,
        },
      },
      external: imported.external,
    });
    shop.route(shop.external.redis, [shop.otherwise().to(shop.external.redis)]);
    const compiled = compileMesh(shop);
    const specs = (kind: string): readonly unknown[] =>
      compiled.filter((each) => each.kind === kind).map(({ spec }) => spec);
    assert.deepEqual(specs("ServiceEntry"), [
      {
        hosts: ["redis.service.consul"],
        location: "MESH_EXTERNAL",
        ports: [{ name: "http", number: 8000, protocol: "HTTP" }],
        resolution: "STATIC",
        endpoints: [
          { address: "10.1.10.12", locality: "dc1", weight: 1 },
          { address: "10.1.10.13", labels: { "tag/primary": "true" }, locality: "dc1", weight: 10 },
        ],
      },
    ]);
    assert.deepEqual(specs("DestinationRule"), [
      {
        host: "redis.service.consul",
        subsets: [{ name: "primary", labels: { "tag/primary": "true" } }],
      },
    ]);
    const account = { locality: "dc1", ports: { http: 8000 }, serviceAccount: "cache" };
    assert.deepEqual(
      new Set(specs("WorkloadEntry")),
      new Set([
        { ...account, address: "10.1.10.12", labels: { app: "cache" }, weight: 1 },
        { ...account, address: "10.1.10.13", labels: { app: "cache", "tag/primary": "true" }, weight: 10 },
      ]),
    );
  });

  it("takes all services, several datacenters, instances with warnings, other addresses, tags and Meta where it is told", async () => {
    server.answer({
      "/v1/catalog/services?dc=dc1&ns=team": CATALOGUE,
      "/v1/catalog/services?dc=dc2&ns=team": { redis: [], "redis-sidecar-proxy": [] },
      "/v1/health/service/redis-sidecar-proxy?dc=dc1&ns=team": [],
      "/v1/health/service/redis-sidecar-proxy?dc=dc2&ns=team": [SIDECAR],
      "/v1/health/service/redis?dc=dc1&ns=team": REDIS,
      "/v1/health/service/redis?dc=dc2&ns=team": [entry("redis", { id: "far", datacenter: "dc2" })],
      "/v1/health/service/web-api?dc=dc1&ns=team": [entry("web-api", { id: "w" })],
      "/v1/health/service/web-api?dc=dc2&ns=team": [],
    });
    const { external } = await fromConsul({
      ...connection(),
      datacenters: ["dc1", "dc2"],
      namespace: "team",
      health: "warning",
      taggedAddress: "wan",
      tagLabels: true,
      metaLabels: ["version", "not a label", "absent"],
      domain: "query.consul",
      all: "http",
    });
    assert.deepEqual(Object.keys(external), ["redis", "web-api"]);
    assert.equal(external["redis"]?.host, "redis.query.consul");
    assert.deepEqual(
      external["redis"].endpoints?.map((each) =>
        typeof each === "string" ? each : [each.locality, each.labels, each.weight],
      ),
      [
        ["dc1", { version: "4.0" }, 1],
        ["dc1", { "tag/primary": "true", tier: "cache", version: "4.0" }, 10],
        ["dc1", { version: "4.0" }, 1],
        ["dc2", { version: "4.0" }, 1],
      ],
    );
  });

  it("shows its token to the registry alone", async () => {
    server.answer({
      "/v1/catalog/services": CATALOGUE,
      "/v1/health/service/redis": says(403, "Permission denied: token s3cret"),
    });
    const importing = fromConsul({
      ...connection(),
      token: pulumi.secret("s3cret"),
      services: { redis: "http" },
    });
    const error = await importing.then(
      () => undefined,
      (thrown: unknown) => thrown as Error,
    );
    assert.deepEqual(
      server.asked.map(({ headers }) => headers["x-consul-token"]),
      ["s3cret", "s3cret"],
    );
    assert.ok(
      error instanceof MeshError && !`${error.message}${JSON.stringify(error.problems)}`.includes("s3cret"),
    );
  });

  it("refuses a token that is known only after deployment", async () => {
    const unknown = new (pulumi.Output as unknown as new (...args: unknown[]) => pulumi.Output<string>)(
      new Set(),
      Promise.resolve(undefined),
      Promise.resolve(false),
      Promise.resolve(true),
      Promise.resolve(new Set()),
    );
    assert.deepEqual(
      await problems(fromConsul({ ...connection(), token: unknown, services: { redis: "http" } })),
      [
        "discovery/token token: is not known before deployment, but a catalogue is imported while the program runs (a pulumi.Output without a value)",
      ],
    );
  });

  const health = "/v1/health/service/redis";
  const refusals: Readonly<
    Record<string, readonly [Readonly<Record<string, Answer>>, readonly string[], Partial<ConsulOptions>?]>
  > = {
    "a page in place of an API": [
      { "/v1/catalog/services": says(200, "<html>Log in</html>", "text/html") },
      ["discovery/not-json GET /v1/catalog/services: is not JSON (text/html)"],
    ],
    "JSON of another shape": [
      { "/v1/catalog/services": CATALOGUE, [health]: [{ Node: {}, Service: { ID: "a", Port: "80" } }] },
      [
        `discovery/unexpected-shape GET ${health}: is not of the shape that is documented for it, at [0].Service.Port ("80")`,
      ],
    ],
    "a token that is refused": [
      { "/v1/catalog/services": says(403, "Permission denied") },
      ["discovery/refused GET /v1/catalog/services: answered with status 403 (403)"],
    ],
    "a server that fails": [
      { "/v1/catalog/services": CATALOGUE, [health]: says(500, "No cluster leader") },
      [`discovery/status GET ${health}: answered with status 500 (500)`],
    ],
    "a redirect, which could take the token elsewhere": [
      {
        "/v1/catalog/services": (_, response) =>
          response.writeHead(302, { location: "http://elsewhere.example" }).end(),
      },
      ["discovery/status GET /v1/catalog/services: answered with status 302 (302)"],
    ],
    "an answer that is too long": [
      { "/v1/catalog/services": { redis: [], filler: ["x".repeat(5_000)] } },
      ["discovery/too-large GET /v1/catalog/services: is too long (more than 4096 bytes)"],
      { maxAnswerBytes: 4096 },
    ],
    "a server that says nothing": [
      { "/v1/catalog/services": () => undefined },
      [
        "discovery/timeout GET /v1/catalog/services: gave no whole answer in time (no end of it after 100 ms)",
      ],
      { timeoutMs: 100 },
    ],
    "a server that stops in the middle": [
      {
        "/v1/catalog/services": (_, response) => {
          response.writeHead(200, { "content-length": "100" }).write("{");
          setTimeout(() => response.destroy(), 10);
        },
      },
      ["discovery/unreachable GET /v1/catalog/services: cannot be reached (ECONNRESET)"],
    ],
    "a service that is not there": [
      { "/v1/catalog/services": { rediss: [] } },
      [
        'discovery/unknown-service services.redis: the registry has no service "redis", or the token may not see it ("redis")',
      ],
    ],
    "a proxy of Consul's own mesh": [
      { "/v1/catalog/services": CATALOGUE, [health]: [SIDECAR] },
      [
        'discovery/unknown-service services.redis: "redis" is a proxy or gateway of the registry\'s own mesh, and no service to call ("redis" of kind proxy or gateway)',
      ],
    ],
    "a service without a healthy instance": [
      { "/v1/catalog/services": CATALOGUE, [health]: [entry("redis", { id: "sick", status: "critical" })] },
      [
        'discovery/no-healthy-endpoint services.redis: the only instance of "redis" is unhealthy (10.1.10.12:8000 unhealthy)',
      ],
    ],
    "a service without any instance": [
      { "/v1/catalog/services": CATALOGUE, [health]: [] },
      ['discovery/no-healthy-endpoint services.redis: the registry has no instance of "redis" (0 instances)'],
      { whenNoneHealthy: "use-all" },
    ],
    "instances on different ports": [
      {
        "/v1/catalog/services": CATALOGUE,
        [health]: [entry("redis", { id: "a" }), entry("redis", { id: "b", port: 9000 })],
      },
      [
        'discovery/ports-differ services.redis: the instances of "redis" listen on different ports: 8000, 9000 (10.1.10.12:8000, 10.1.10.12:9000)',
      ],
    ],
  };
  for (const [name, [answers, says_, options]] of Object.entries(refusals)) {
    it(`refuses ${name}`, async () => {
      assert.deepEqual(await problemsOf(answers, options), says_);
    });
  }

  it("refuses a registry that cannot be reached", async () => {
    // A port that was free a moment ago is nobody's.
    const free = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => free.once("listening", resolve));
    const { port } = free.address() as AddressInfo;
    await new Promise((resolve) => free.close(resolve));
    assert.deepEqual(
      await problems(fromConsul({ address: `http://127.0.0.1:${port}`, services: { redis: "http" } })),
      ["discovery/unreachable GET /v1/catalog/services: cannot be reached (ECONNREFUSED)"],
    );
  });

  it("reports the problems of all services at once", async () => {
    server.answer({
      "/v1/catalog/services": CATALOGUE,
      "/v1/health/service/redis": says(500, ""),
      "/v1/health/service/web-api": [],
    });
    assert.deepEqual(
      await problems(
        fromConsul({ ...connection(), services: { redis: "http", "web-api": "http", gone: "http" } }),
      ),
      [
        "discovery/status GET /v1/health/service/redis: answered with status 500 (500)",
        'discovery/unknown-service services.gone: the registry has no service "gone", or the token may not see it ("gone")',
        'discovery/no-healthy-endpoint services.web-api: the registry has no instance of "web-api" (0 instances)',
      ],
    );
  });

  it("takes every instance of a service that has no healthy one, where that is wanted", async () => {
    server.answer({
      "/v1/catalog/services": CATALOGUE,
      [health]: [entry("redis", { id: "sick", status: "critical" })],
    });
    const { external } = await fromConsul({
      ...connection(),
      whenNoneHealthy: "use-all",
      services: { redis: "http" },
    });
    assert.deepEqual(external.redis.endpoints, [{ address: "10.1.10.12", locality: "dc1" }]);
  });

  it("refuses arguments that cannot be meant, all at once, and shows no password", async () => {
    const found = await problems(
      fromConsul({
        address: "http://user:hunter2@consul.example",
        timeoutMs: 0,
        services: { a: "smtp" },
      } as never),
    );
    assert.deepEqual(found, [
      "discovery/argument address: holds a user or a password, which would be seen in messages (a user and a password before consul.example)",
      "discovery/argument timeoutMs: is not a whole number above 0 (0)",
      'discovery/argument services.a: says no protocol that is known here ("smtp")',
    ]);
    assert.deepEqual(await problems(fromConsul({ address: "http://a.example", services: ["a"] } as never)), [
      "discovery/argument services: is a list, and does not say what the services speak ([ 'a' ])",
    ]);
    assert.deepEqual(await problems((fromConsul as unknown as (none?: unknown) => Promise<unknown>)()), [
      "discovery/argument options: is missing (undefined)",
    ]);
    assert.deepEqual(await problems(fromConsul({ address: "consul.example" } as never)), [
      'discovery/argument address: is not the address of an HTTP API ("consul.example")',
      "discovery/argument services: is missing (neither services nor all)",
    ]);
  });
});
