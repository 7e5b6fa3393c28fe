import assert from "node:assert/strict";
import fc from "fast-check";
import type { KubernetesObject } from "../../../../analysis/kubernetes-object";
import { validateObject } from "../../../../analysis/schema";
import { compileMesh, type MeshManifest } from "../../../../components/compile";
import {
  type AnyMesh,
  defineMesh,
  header,
  MeshError,
  method,
  path,
  query,
} from "../../../../components/intent";
import { byGrpcRoute, byHttpRoute } from "../../../support/routing/by-gateway-api";
import { byVirtualService } from "../../../support/routing/by-virtual-service";
import type { Request } from "../../../support/routing/request";

const CONDITIONS = [
  path.exact("/wines"),
  path.exact("/wines/red"),
  path.exact("/shop.Carts/Get"),
  path.exact("/Wines", { ignoreCase: true }),
  path.prefix("/"),
  path.prefix("/wines"),
  path.prefix("/wines/red"),
  path.prefix("/beers.x"),
  path.prefix("/shop.Carts/"),
  path.prefix("/Beers", { ignoreCase: true }),
  path.regex("/[a-z]+"),
  header("end-user").exact("jason"),
  header("end-user").prefix("ja"),
  header("x-debug").present(),
  header("x-debug").regex("1|2"),
  query("beta").exact("1"),
  query("beta").present(),
  method("GET", "HEAD"),
  method("POST"),
];

const target = fc.constantFrom("v1", "v2", "other", "outside", "whole");
const route = fc.record({
  alternatives: fc.array(fc.uniqueArray(fc.constantFrom(...CONDITIONS), { minLength: 1, maxLength: 3 }), {
    minLength: 1,
    maxLength: 2,
  }),
  to: target,
  canary: fc.option(fc.nat({ max: 100 })),
  timeout: fc.constantFrom(undefined, "90500ms" as const),
});
const plan = fc.record({
  protocol: fc.constantFrom("http" as const, "grpc" as const),
  list: fc.array(route, { maxLength: 4 }),
  last: target,
  exposed: fc.boolean(),
});
type Plan = typeof plan extends fc.Arbitrary<infer T> ? T : never;

const request: fc.Arbitrary<Request> = fc.record({
  method: fc.constantFrom("GET", "POST", "DELETE"),
  path: fc.constantFrom(
    "/",
    "/wines",
    "/WINES",
    "/wines/",
    "/winesale",
    "/wines/red",
    "/wines/red/dry",
    "/beers.x",
    "/beersax",
    "/bEERs/y",
    "/shop.Carts/Get",
    "/shop.Carts/Put",
  ),
  headers: fc.dictionary(fc.constantFrom("end-user", "x-debug"), fc.constantFrom("jason", "jack", "1", "")),
  query: fc.dictionary(fc.constantFrom("beta"), fc.constantFrom("1", "2")),
});

function build({ protocol, list, last, exposed }: Plan): AnyMesh {
  const ports = { main: { number: 9080, protocol } };
  const subsets = { v1: { labels: { version: "v1" } }, v2: { labels: { version: "v2" } } };
  const mesh = defineMesh("random", {
    services: {
      shop: { namespace: "n", ports, subsets },
      other: { namespace: "m", ports, subsets: { v1: { labels: { version: "v1" } } } },
    },
    external: {
      maps: { host: "maps.example.org", ports: { http: { number: 80, protocol: "http", tls: {} } } },
    },
  });
  const { shop, other } = mesh.services;
  const to = {
    v1: shop.subsets.v1,
    v2: shop.subsets.v2,
    other: other.subsets.v1,
    outside: mesh.external.maps,
    whole: shop,
  };
  const routes = [
    ...list.map(({ alternatives, to: destination, canary, timeout }) => {
      const [first, ...more] = alternatives as unknown as [Parameters<typeof mesh.when>];
      const matched = (more as Parameters<typeof mesh.when>[]).reduce(
        (builder, conditions) => builder.or(...conditions),
        mesh.when(...first),
      );
      const timed = timeout === undefined ? matched : matched.with({ timeout });
      return canary === null
        ? timed.to(to[destination])
        : timed.canary(to[destination], mesh.share(to.v2, canary));
    }),
    mesh.otherwise().to(to[last]),
  ];
  if (exposed) mesh.gateway(["www.example.com"]).expose("www.example.com", routes);
  else mesh.route(shop, routes);
  return mesh;
}

const ROUTE_KINDS: readonly string[] = ["HTTPRoute", "GRPCRoute"];

function compiledFor(mesh: AnyMesh): readonly MeshManifest[] | undefined {
  try {
    return compileMesh(mesh, { api: "gateway-api" });
  } catch (error) {
    assert.ok(error instanceof MeshError);
    assert.deepEqual([...new Set(error.problems.map(({ id }) => id))], ["gateway-api/route-order"]);
    return undefined;
  }
}

describe("routes drawn at random, written for both APIs", () => {
  it("lead every request to the same destinations, or are refused because their order cannot be kept", function () {
    this.timeout(60_000);
    let compared = 0;
    let refused = 0;
    const kinds = new Set<string>();
    fc.assert(
      fc.property(plan, fc.array(request, { minLength: 20, maxLength: 20 }), (drawn, requests) => {
        const mesh = build(drawn);
        if (mesh.validate().length > 0) return;
        const manifests = compiledFor(mesh);
        if (manifests === undefined) {
          refused++;
          return;
        }
        for (const manifest of manifests) {
          const plain = JSON.parse(JSON.stringify(manifest)) as KubernetesObject;
          assert.deepEqual(validateObject(plain)?.problems ?? [], [], `${manifest.kind} is valid`);
        }
        const written = manifests.find(
          ({ kind, metadata }) => ROUTE_KINDS.includes(kind) && !metadata.name.endsWith(".https-redirect"),
        );
        const virtualService = compileMesh(mesh).find(({ kind }) => kind === "VirtualService");
        assert.ok(virtualService?.kind === "VirtualService");
        for (const each of requests) {
          const expected = byVirtualService(virtualService, each);
          if (written?.kind === "GRPCRoute") assert.deepEqual(byGrpcRoute(written, each), expected);
          else {
            assert.ok(written?.kind === "HTTPRoute");
            assert.deepEqual(byHttpRoute(written, each), expected);
          }
        }
        if (written !== undefined) kinds.add(written.kind);
        compared++;
      }),
      { numRuns: 500 },
    );
    assert.ok(compared > 100, `${compared} were compared, enough to tell`);
    assert.ok(refused < compared / 10, `${refused} were refused beside ${compared}: most orders can be kept`);
    assert.deepEqual([...kinds].sort(), ["GRPCRoute", "HTTPRoute"]);
  });
});
