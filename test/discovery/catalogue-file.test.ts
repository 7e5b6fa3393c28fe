import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import Ajv from "ajv";
import { load } from "js-yaml";
import { fromCatalogueFile } from "../../components/discovery";
import { defineMesh, MeshError } from "../../components/intent";
import { catalogueSchemaText } from "../../scripts/catalogue-schema";
import { assertComplete } from "../support/complete-problem";

const SCHEMA = path.resolve(__dirname, "../../components/discovery/catalogue.schema.json");

const RIGHT = `
services:
  billing:
    protocol: http
    port: 80
    host: billing.mesos.example
    subsets: { v2: { tag: v2 }, fast: { labels: { disk: ssd } } }
    instances:
      - { address: 10.0.0.2, port: 31002, weight: 3, locality: eu-west/a, tags: [v2], labels: { disk: ssd } }
      - { address: 10.0.0.1, port: 31001, datacenter: rack1 }
      - { address: 10.0.0.3, port: 31003, healthy: false }
  search:
    protocol: grpc
    instances: [{ address: search-1.example.org, port: 9000 }]
`;

describe("a catalogue imported from a file", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), "catalogue-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  function written(name: string, text: string): string {
    const file = path.join(folder, name);
    writeFileSync(file, text);
    return file;
  }

  async function problems(file: string, options: object = {}): Promise<readonly string[]> {
    const error = await fromCatalogueFile(file, options).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof MeshError, String(error));
    error.problems.forEach(assertComplete);
    return error.problems.map(({ id, path: at, message }) => `${id} ${at.replace(folder, "")}: ${message}`);
  }

  it("has hosts and endpoints, from YAML and from the same as JSON", async () => {
    const { external } = await fromCatalogueFile(written("a.yaml", RIGHT), {
      services: ["billing", "search"],
    });
    assert.deepEqual(external, {
      billing: {
        host: "billing.mesos.example",
        ports: { http: { number: 80, protocol: "http" } },
        resolution: "static",
        endpoints: [
          { address: "10.0.0.1", ports: { http: 31001 }, locality: "rack1", weight: 1 },
          {
            address: "10.0.0.2",
            ports: { http: 31002 },
            labels: { disk: "ssd", "tag/v2": "true" },
            locality: "eu-west/a",
            weight: 3,
          },
        ],
        subsets: { v2: { labels: { "tag/v2": "true" } }, fast: { labels: { disk: "ssd" } } },
      },
      search: {
        host: "search.registry.internal",
        ports: { grpc: { number: 9000, protocol: "grpc" } },
        resolution: "dns",
        endpoints: [{ address: "search-1.example.org" }],
      },
    });
    assert.deepEqual(defineMesh("m", { services: {}, external }).validate(), []);
    const same = await fromCatalogueFile(written("a.json", JSON.stringify(load(RIGHT))));
    assert.deepEqual(same.external, external);
  });

  it("is refused where it is wrong, every problem at once", async () => {
    const wrong = `services: { a: { protocol: smtp, instances: [{ adress: 10.0.0.1 }] }, b: { protocol: http } }`;
    assert.deepEqual(await problems(written("wrong.yaml", wrong)), [
      "discovery/unexpected-shape services.a.protocol: is not what a catalogue holds there",
      "discovery/unexpected-shape services.a.instances[0].address: is not what a catalogue holds there",
      "discovery/unexpected-shape services.a.instances[0]: is not what a catalogue holds there",
      "discovery/unexpected-shape services.b.instances: is not what a catalogue holds there",
    ]);
    assert.deepEqual(await problems(path.join(folder, "none.yaml")), [
      "discovery/unreadable /none.yaml: cannot be read",
    ]);
    assert.deepEqual(await problems(written("broken.yaml", "services: [")), [
      "discovery/not-yaml /broken.yaml: is neither JSON nor YAML",
    ]);
    assert.deepEqual(await problems(written("b.yaml", RIGHT), { services: ["biling"] }), [
      'discovery/unknown-service services.biling: the registry has no service "biling", or the token may not see it',
    ]);
    const portless = "services: { a: { protocol: http, instances: [{ address: 10.0.0.1 }] } }";
    assert.deepEqual(await problems(written("portless.yaml", portless)), [
      'discovery/no-port services.a: the registry has no port for an instance of "a"',
    ]);
  });

  it("has a published schema that takes what the import takes (npm run generate writes it anew)", () => {
    assert.equal(readFileSync(SCHEMA, "utf8"), catalogueSchemaText());
    const validate = new Ajv({ strict: false }).compile(JSON.parse(readFileSync(SCHEMA, "utf8")) as object);
    assert.equal(validate(load(RIGHT)), true);
    assert.equal(validate({ services: { a: { protocol: "smtp", instances: [] } } }), false);
  });
});
