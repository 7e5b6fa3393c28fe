import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { check, messages } from "./compiler";

const TYPES = path.resolve(__dirname, "../../types");

const BEGINNING = `
import { defineMesh, grpc, path } from "../../../components/intent";
const prod = defineMesh("prod", {
  services: {
    reviews: {
      namespace: "shop",
      ports: { http: { number: 9080, protocol: "http" } },
      subsets: { v1: { labels: { version: "v1" } }, v2: { labels: { version: "v2" } } },
    },
    ratings: { namespace: "shop", ports: { http: { number: 9080, protocol: "http" } } },
    mongo: { namespace: "shop", ports: { mongo: { number: 27017, protocol: "tcp" } } },
  },
});
const staging = defineMesh("staging", {
  services: { reviews: { namespace: "shop", ports: { http: { number: 9080, protocol: "http" } } } },
});
const { reviews, ratings, mongo } = prod.services;
const edge = prod.gateway(["*.example.com", "shop.example.org"]);
`;

/** A program that is refused, and the words that its author must read. */
const REFUSED: Readonly<Record<string, { readonly program: string; readonly says: readonly string[] }>> = {
  "an undefined subset": {
    program: "prod.canary(reviews.subsets.v3);",
    says: [
      `Property 'v3' does not exist on type '{ readonly v1: Subset<"prod", "v1">; readonly v2: Subset<"prod", "v2">; }'.`,
    ],
  },
  "a subset of a service without subsets": {
    program: "prod.canary(ratings.subsets.v1);",
    says: ["Property 'v1' does not exist on type '{}'."],
  },
  "a bare string": {
    program: 'prod.canary("reviews.shop.svc.cluster.local");',
    says: [`Argument of type 'string' is not assignable to parameter of type 'Destination<"prod">'.`],
  },
  "an undeclared service": {
    program: "prod.canary(prod.services.details);",
    says: [
      "Property 'details' does not exist on type",
      `readonly reviews: Service<"prod", "v1" | "v2", { readonly http: "http"; }>`,
    ],
  },
  "weights below 100": {
    program: "prod.split([prod.share(reviews.subsets.v1, 90), prod.share(reviews.subsets.v2, 5)]);",
    says: [
      `Property '"weights must add up to 100, got"' is missing`,
      `required in type '{ readonly "weights must add up to 100, got": 95; }'.`,
    ],
  },
  "weights above 100 in a route": {
    program:
      "prod.otherwise().split([prod.share(reviews.subsets.v1, 90), prod.share(reviews.subsets.v2, 20)]);",
    says: [`required in type '{ readonly "weights must add up to 100, got": 110; }'.`],
  },
  "a weight that is no percentage": {
    program: "prod.split([prod.share(reviews.subsets.v1, 110), prod.share(reviews.subsets.v2, -10)]);",
    says: [`Property '"each weight must be a whole number from 0 to 100, in"' is missing`],
  },
  "a subset without a weight": {
    program: "prod.bySubset(reviews, { v1: 100 });",
    says: ["Property 'v2' is missing in type '{ v1: number; }'"],
  },
  "a weight for an undeclared subset": {
    program: "prod.bySubset(reviews, { v1: 90, v2: 0, v3: 10 });",
    says: ["'v3' does not exist in type '{ readonly v1: number; readonly v2: number; }'."],
  },
  "a service of another mesh": {
    program: "prod.canary(staging.services.reviews);",
    says: [
      `Argument of type 'Service<"staging", never, { readonly http: "http"; }>' is not assignable to parameter of type 'Destination<"prod">'.`,
      `Type '"staging"' is not assignable to type '"prod"'.`,
    ],
  },
  "two meshes in one split": {
    program: "prod.split([prod.share(reviews.subsets.v1, 50), staging.share(staging.services.reviews, 50)]);",
    says: [
      `Type 'Share<"staging", 50>' is not assignable to type 'Share<"prod", number>'.`,
      `Type '"staging"' is not assignable to type '"prod"'.`,
    ],
  },
  "a host that the gateway does not serve": {
    program: 'edge.expose("www.evil.com", prod.canary(ratings));',
    says: [
      "Argument of type '\"www.evil.com\"' is not assignable to parameter of type '\"shop.example.org\" | `${string}.example.com`'.",
    ],
  },
  "another mesh's shares behind a gateway": {
    program: 'edge.expose("www.example.com", staging.canary(staging.services.reviews));',
    says: [
      `Type 'Share<"staging", number>' is not assignable to type 'Share<"prod", number>'.`,
      `Type '"staging"' is not assignable to type '"prod"'.`,
    ],
  },
  "a path on a tcp service": {
    program: 'prod.route(mongo, [prod.when(path.prefix("/wines")).to(mongo)]);',
    says: [
      `Type 'HttpRoute<"prod">' is not assignable to type 'TcpRoute<"prod">'.`,
      `Type '"http"' is not assignable to type '"tcp"'.`,
    ],
  },
  "a port's policy for a port that is not opened": {
    program: "prod.trafficPolicy(reviews, { ports: { grpc: { outlierDetection: {} } } });",
    says: ["'grpc' does not exist in type"],
  },
  "gRPC on a port of HTTP/1": {
    program: 'prod.route(reviews, [prod.whenGrpc(grpc.service("shop.Orders")).to(reviews)]);',
    says: [
      `Type 'GrpcRoute<"prod">' is not assignable to type 'HttpRoute<"prod">'.`,
      `Type '"grpc"' is not assignable to type '"http"'.`,
    ],
  },
  "a copy to another mesh": {
    program: "prod.otherwise().with({ mirrors: [{ to: staging.services.reviews }] });",
    says: [
      `is not assignable to type 'Destination<"prod">'.`,
      `Type '"staging"' is not assignable to type '"prod"'.`,
    ],
  },
  "methods on a tcp service": {
    program: 'prod.allow({ from: reviews, to: mongo, methods: ["GET"] });',
    says: [`required in type '{ readonly "needs a port of protocol http, http2 or grpc, not": "tcp"; }'.`],
  },
  "a caller of another mesh": {
    program: "prod.allow({ from: staging.services.reviews, to: ratings });",
    says: [
      `is not assignable to type 'Caller<"prod">'.`,
      `Type '"staging"' is not assignable to type '"prod"'.`,
    ],
  },
  "an unfinished route": {
    program: 'prod.route(reviews, [prod.when(path.prefix("/wines"))]);',
    says: [
      `Type 'HttpRouteBuilder<"prod">' is missing the following properties from type 'HttpRoute<"prod">': kind, matches, options`,
    ],
  },
};

describe("the types of a mesh", function () {
  // Both tests read the compiler's own libraries, which takes seconds on a slow machine.
  this.timeout(120_000);

  it("accept every accepted form in test/types and refuse every refused one", () => {
    const files = readdirSync(TYPES, { recursive: true, encoding: "utf8" }).filter((file) =>
      file.endsWith(".ts"),
    );
    assert.ok(files.includes("mesh.types.ts"), `found ${files.join(", ")}`);
    const refusals = files
      .map((file) => readFileSync(path.join(TYPES, file), "utf8").split("@ts-expect-error").length - 1)
      .reduce((sum, count) => sum + count, 0);
    assert.ok(refusals >= 40, `${refusals} refusals`);
    assert.deepEqual(check(files.map((file) => path.join(TYPES, file))), []);
  });

  it("refuse in words that say what is wrong, in few lines", () => {
    const programs = Object.fromEntries(
      Object.entries(REFUSED).map(([name, { program }]) => [name, program]),
    );
    const said = messages(BEGINNING, { ...programs, nothing: "" });
    assert.deepEqual(said.get("nothing"), [], "the beginning by itself is accepted");
    for (const [name, { says }] of Object.entries(REFUSED)) {
      const found = said.get(name) ?? [];
      assert.equal(found.length, 1, `${name}: one message, not ${JSON.stringify(found)}`);
      const [message = ""] = found;
      for (const words of says)
        assert.ok(message.includes(words), `${name}: ${words}\nis not in\n${message}`);
      assert.ok(message.split("\n").length <= 6, `${name} is long:\n${message}`);
    }
  });
});
