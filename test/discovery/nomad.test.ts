import assert from "node:assert/strict";
import { fromNomad } from "../../components/discovery";
import { defineMesh, MeshError } from "../../components/intent";
import { RegistryServer, says } from "./registry-server";
import { assertComplete } from "../support/complete-problem";

/** A registration as Nomad documents it. */
function registration(id: string, address: string, port: number, datacenter = "dc1"): object {
  return {
    Address: address,
    AllocID: "177160af-26f6-619f-9c9f-5e46d1104395",
    CreateIndex: 14,
    Datacenter: datacenter,
    ID: `_nomad-task-${id}-redis-example-cache-redis-db`,
    JobID: "example",
    ModifyIndex: 24,
    Namespace: "default",
    NodeID: "7406e90b-de16-d118-80fe-60d0f2730cb3",
    Port: port,
    ServiceName: "example-cache-redis",
    Tags: ["db", "cache"],
  };
}

const LIST = [
  { Namespace: "default", Services: [{ ServiceName: "example-cache-redis", Tags: ["cache", "db"] }] },
  { Namespace: "other", Services: [{ ServiceName: "hidden", Tags: [] }] },
];
const ALL = "/v1/services?namespace=default";
const ONE = "/v1/service/example-cache-redis?namespace=default";

describe("a catalogue imported from Nomad", () => {
  const server = new RegistryServer();
  before(() => server.start());
  after(() => server.stop());

  it("has every registration as an endpoint at its own port, page by page", async () => {
    server.answer({
      [ALL]: LIST,
      [ONE]: (_, response) =>
        response
          .writeHead(200, { "x-nomad-nexttoken": "page-2" })
          .end(JSON.stringify([registration("b", "10.0.0.2", 27232)])),
      [`${ONE}&next_token=page-2`]: [registration("a", "10.0.0.1", 29702, "dc2")],
    });
    const { external } = await fromNomad({
      address: server.address,
      token: "s3cret",
      localities: { dc2: "eu-west/b" },
      services: {
        cache: {
          protocol: "tcp",
          service: "example-cache-redis",
          port: 6379,
          addresses: ["240.0.0.9"],
          subsets: { db: { tag: "db" } },
        },
      },
    });
    const labels = { "tag/db": "true" };
    assert.deepEqual(external.cache, {
      host: "example-cache-redis.service.nomad",
      ports: { tcp: { number: 6379, protocol: "tcp" } },
      resolution: "static",
      addresses: ["240.0.0.9"],
      endpoints: [
        { address: "10.0.0.1", ports: { tcp: 29702 }, labels, locality: "eu-west/b" },
        { address: "10.0.0.2", ports: { tcp: 27232 }, labels, locality: "dc1" },
      ],
      subsets: { db: { labels } },
    });
    assert.deepEqual(
      server.asked.map(({ headers }) => headers["x-nomad-token"]),
      ["s3cret", "s3cret", "s3cret"],
    );
    assert.deepEqual(defineMesh("m", { services: {}, external }).validate(), []);
  });

  it("holds the services of the namespace alone, where all are taken", async () => {
    server.answer({ [ALL]: LIST, [ONE]: [registration("a", "10.0.0.1", 80)] });
    const { external } = await fromNomad({ address: server.address, all: "http" });
    assert.deepEqual(Object.keys(external), ["example-cache-redis"]);
  });

  for (const [name, answers, says_] of [
    [
      "an answer of another shape",
      { [ALL]: { Services: [] } },
      "GET /v1/services?namespace=default: is not of the shape that is documented for it",
    ],
    [
      "a token that is refused",
      { [ALL]: says(403, "Permission denied") },
      "GET /v1/services?namespace=default: answered with status 403",
    ],
    [
      "a service whose allocations are gone",
      { [ALL]: LIST, [ONE]: [] },
      'services.cache: the registry has no instance of "example-cache-redis"',
    ],
  ] as const) {
    it(`refuses ${name}`, async () => {
      server.answer(answers);
      await assert.rejects(
        fromNomad({
          address: server.address,
          services: { cache: { protocol: "http", service: "example-cache-redis" } },
        }),
        (error) => {
          assert.ok(error instanceof MeshError);
          error.problems.forEach(assertComplete);
          assert.deepEqual(
            error.problems.map(({ path, message }) => `${path}: ${message}`),
            [says_],
          );
          return true;
        },
      );
    });
  }
});
