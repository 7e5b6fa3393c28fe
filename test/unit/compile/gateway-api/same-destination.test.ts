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
  type RedirectSpec,
} from "../../../../components/intent";
import { assertComplete } from "../../../support/complete-problem";
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
  path.prefix("/wines/"),
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

/** What becomes of the address on the way; most routes leave it alone. */
const REWRITES = [{ uri: "/" }, { uri: "/x" }, { uri: "/x/" }, { authority: "inner.example.com" }] as const;
const REDIRECTS: readonly RedirectSpec[] = [
  { uri: "/new" },
  { prefixRewrite: "/y/", redirectCode: 308 },
  { authority: "a.example.com" },
  { authority: "a.example.com", derivePort: "FROM_REQUEST_PORT" },
  { scheme: "https" },
  { scheme: "http", derivePort: "FROM_REQUEST_PORT" },
  { authority: "b.example.com", port: 8443, scheme: "https" },
];
const address = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  { weight: 1, arbitrary: fc.constantFrom(...REWRITES).map((rewrite) => ({ rewrite })) },
  { weight: 1, arbitrary: fc.constantFrom(...REDIRECTS).map((redirect) => ({ redirect })) },
);
type Address = { readonly rewrite?: (typeof REWRITES)[number]; readonly redirect?: RedirectSpec };

const target = fc.constantFrom("v1", "v2", "other", "outside", "whole");
const route = fc.record({
  alternatives: fc.array(fc.uniqueArray(fc.constantFrom(...CONDITIONS), { minLength: 1, maxLength: 3 }), {
    minLength: 1,
    maxLength: 2,
  }),
  to: target,
  canary: fc.option(fc.nat({ max: 100 })),
  timeout: fc.constantFrom(undefined, "90500ms" as const),
  address: address as fc.Arbitrary<Address>,
});
/** Routes that replace a prefix, most of them so that both APIs can. */
const moved = fc.record({
  alternatives: fc.array(
    fc
      .tuple(
        fc.constantFrom(path.prefix("/wines/"), path.prefix("/wines/red/"), path.exact("/wines")),
        fc.constantFrom(method("GET"), header("x-debug").present(), header("end-user").exact("jason")),
      )
      .chain(([first, second]) => fc.constantFrom([first], [first, second])),
    { minLength: 1, maxLength: 2 },
  ),
  to: target,
  canary: fc.constant(null),
  timeout: fc.constant(undefined),
  address: fc.constantFrom<Address>(
    { rewrite: { uri: "/" } },
    { rewrite: { uri: "/x/" } },
    { redirect: { prefixRewrite: "/y/", redirectCode: 308 } },
  ),
});
const plan = fc.record({
  protocol: fc.constantFrom("http" as const, "grpc" as const),
  list: fc.array(fc.oneof({ weight: 3, arbitrary: route }, { weight: 1, arbitrary: moved }), {
    maxLength: 4,
  }),
  last: target,
  exposed: fc.boolean(),
});
type Plan = typeof plan extends fc.Arbitrary<infer T> ? T : never;

const request: fc.Arbitrary<Omit<Request, "host" | "scheme" | "port">> = fc.record({
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
    ...list.map(({ alternatives, to: destination, canary, timeout, address: { rewrite, redirect } }) => {
      const [first, ...more] = alternatives as unknown as [Parameters<typeof mesh.when>];
      const matched = (more as Parameters<typeof mesh.when>[]).reduce(
        (builder, conditions) => builder.or(...conditions),
        mesh.when(...first),
      );
      const timed = timeout === undefined ? matched : matched.with({ timeout });
      if (redirect !== undefined) return matched.redirect(redirect);
      const sent = rewrite === undefined ? timed : timed.with({ rewrite });
      return canary === null
        ? sent.to(to[destination])
        : sent.canary(to[destination], mesh.share(to.v2, canary));
    }),
    mesh.otherwise().to(to[last]),
  ];
  if (exposed) mesh.gateway(["www.example.com"]).expose("www.example.com", routes);
  else mesh.route(shop, routes);
  return mesh;
}

const AT_GATEWAY = { host: "www.example.com", scheme: "https", port: 443 } as const;
const IN_MESH = { host: "shop.n.svc.cluster.local:9080", scheme: "http", port: 9080 } as const;

const CALL = /^\/[^/]+\/[^/]+$/;

const ROUTE_KINDS: readonly string[] = ["HTTPRoute", "GRPCRoute"];

const REFUSED = ["gateway-api/route-order", "gateway-api/path-rewrite"];

/** The objects, or why there are none. */
function compiledFor(mesh: AnyMesh): readonly MeshManifest[] | ReadonlySet<string> {
  try {
    return compileMesh(mesh, { api: "gateway-api" });
  } catch (error) {
    assert.ok(error instanceof MeshError);
    for (const problem of error.problems) assertComplete(problem);
    const ids = new Set(error.problems.map(({ id }) => id));
    assert.deepEqual(
      [...ids].filter((id) => !REFUSED.includes(id)),
      [],
    );
    return ids;
  }
}

function isRefusal(result: readonly MeshManifest[] | ReadonlySet<string>): result is ReadonlySet<string> {
  return result instanceof Set;
}

describe("routes drawn at random, written for both APIs", () => {
  it("lead every request to the same destination, path and host, or are refused because they cannot", function () {
    this.timeout(60_000);
    let compared = 0;
    let refused = 0;
    const kinds = new Set<string>();
    const modifiers = new Map<string, number>();
    fc.assert(
      fc.property(plan, fc.array(request, { minLength: 20, maxLength: 20 }), (drawn, requests) => {
        const mesh = build(drawn);
        if (mesh.validate().length > 0) return;
        const manifests = compiledFor(mesh);
        if (isRefusal(manifests)) {
          if (manifests.has("gateway-api/route-order")) refused++;
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
        const came = drawn.exposed ? AT_GATEWAY : IN_MESH;
        for (const each of requests.map((asked): Request => ({ ...asked, ...came }))) {
          const expected = byVirtualService(virtualService, each);
          if (written?.kind === "GRPCRoute") {
            // Nothing else is a call.
            if (CALL.test(each.path)) assert.deepEqual(byGrpcRoute(written, each), expected);
          } else {
            assert.ok(written?.kind === "HTTPRoute");
            assert.deepEqual(byHttpRoute(written, each), expected);
          }
        }
        if (written !== undefined) kinds.add(written.kind);
        compared++;
        for (const [modifier] of JSON.stringify(written).matchAll(
          /Replace(FullPath|PrefixMatch)|RequestRedirect/g,
        )) {
          modifiers.set(modifier, (modifiers.get(modifier) ?? 0) + 1);
        }
      }),
      { numRuns: 600 },
    );
    assert.ok(compared > 100, `${compared} were compared, enough to tell`);
    assert.ok(refused < compared / 10, `${refused} were refused beside ${compared}: most orders can be kept`);
    for (const modifier of ["ReplaceFullPath", "ReplacePrefixMatch", "RequestRedirect"]) {
      assert.ok((modifiers.get(modifier) ?? 0) > 10, `${modifier}: ${modifiers.get(modifier)} times`);
    }
    assert.deepEqual([...kinds].sort(), ["GRPCRoute", "HTTPRoute"]);
  });
});
