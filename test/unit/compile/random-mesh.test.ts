import assert from "node:assert/strict";
import fc from "fast-check";
import type { KubernetesObject } from "../../../analysis/kubernetes-object";
import { validateObject } from "../../../analysis/schema";
import {
  compileMesh,
  identify,
  type MeshManifest,
  type VirtualServiceDestination,
  type VirtualServiceManifest,
} from "../../../components/compile";
import { authority, defineMesh, header, method, path, query, source } from "../../../components/intent";

const NAMES = ["a", "b", "c", "d"];
const CONDITIONS = [
  path.prefix("/wines"),
  path.exact("/wines/red"),
  path.regex("/[a-z]+"),
  path.prefix("/Beers", { ignoreCase: true }),
  header("end-user").exact("jason"),
  header("x-debug").present(),
  header("x-bot").absent(),
  header("x-tier").not.exact("free"),
  authority.prefix("api."),
  source({ namespace: "edge", labels: { app: "proxy" } }),
  query("beta").prefix("1"),
  method("GET", "HEAD"),
];

const index = fc.nat({ max: NAMES.length - 1 });
const target = fc.record({ service: index, subset: fc.constantFrom("v1", "v2", undefined) });
const route = fc.record({
  when: fc.array(fc.constantFrom(...CONDITIONS), { minLength: 1, maxLength: 2 }),
  to: target,
  canary: fc.option(fc.record({ to: target, weight: fc.nat({ max: 100 }) })),
  timeout: fc.constantFrom(undefined, "500ms" as const, "2s" as const),
});
const plan = fc.record({
  routes: fc.array(fc.record({ service: index, list: fc.array(route, { maxLength: 3 }), last: target }), {
    maxLength: 3,
  }),
  hosts: fc.array(
    fc.record({
      host: fc.constantFrom("www", "api", "*"),
      list: fc.array(route, { minLength: 1, maxLength: 3 }),
    }),
    {
      maxLength: 3,
    },
  ),
  edges: fc.array(
    fc.record({ from: index, to: index, methods: fc.constantFrom(undefined, ["GET"], ["GET", "POST"]) }),
    {
      maxLength: 5,
    },
  ),
});

type Plan = typeof plan extends fc.Arbitrary<infer T> ? T : never;
type Target = Plan["routes"][number]["last"];

/** A mesh that says what was drawn, sense or nonsense. */
function build({ routes, hosts, edges }: Plan) {
  const ports = { http: { number: 80, protocol: "http" } } as const;
  const subsets = { v1: { labels: { version: "v1" } }, v2: { labels: { version: "v2" } } };
  const mesh = defineMesh("random", {
    services: Object.fromEntries(NAMES.map((name) => [name, { namespace: "n", ports, subsets }])),
  });
  const service = (at: number) => {
    const found = mesh.services[NAMES[at] ?? ""];
    assert.ok(found !== undefined);
    return found;
  };
  const destination = ({ service: at, subset }: Target) => {
    const found = subset === undefined ? service(at) : service(at).subsets[subset];
    assert.ok(found !== undefined);
    return found;
  };
  const written = ({ when, to, canary, timeout }: Plan["hosts"][number]["list"][number]) => {
    const builder = mesh.when(...(when as unknown as Parameters<typeof mesh.when>));
    const timed = timeout === undefined ? builder : builder.with({ timeout });
    return canary === null
      ? timed.to(destination(to))
      : timed.canary(destination(to), mesh.share(destination(canary.to), canary.weight));
  };
  for (const { service: at, list, last } of routes) {
    mesh.route(service(at), [...list.map(written), mesh.otherwise().to(destination(last))]);
  }
  const edge = mesh.gateway(["*.example.com"]);
  for (const { host, list } of hosts) edge.expose(`${host}.example.com`, list.map(written));
  for (const { from, to, methods } of edges) {
    mesh.allow({ from: service(from), to: service(to), ...(methods && { methods: methods as ["GET"] }) });
  }
  return mesh;
}

function destinations({ spec }: VirtualServiceManifest): VirtualServiceDestination[] {
  return (spec.http ?? []).flatMap((each) => (each.route ?? []).flatMap((one) => one.destination ?? []));
}

describe("a mesh drawn at random", () => {
  it("is refused, or compiles to valid objects that refer to nothing that is not there", () => {
    let compiled = 0;
    fc.assert(
      fc.property(plan, (drawn) => {
        const mesh = build(drawn);
        if (mesh.validate().length > 0) return;
        compiled++;
        const manifests = compileMesh(mesh);
        for (const manifest of manifests) {
          const plain = JSON.parse(JSON.stringify(manifest)) as KubernetesObject;
          assert.deepEqual(validateObject(plain)?.problems, [], identify(manifest));
        }
        const defined = new Set(
          manifests.flatMap((each: MeshManifest) =>
            each.kind === "DestinationRule"
              ? (each.spec.subsets ?? []).map(({ name }) => `${each.spec.host} ${name}`)
              : [],
          ),
        );
        for (const each of manifests) {
          if (each.kind !== "VirtualService") continue;
          for (const { host, subset } of destinations(each)) {
            if (subset !== undefined) assert.ok(defined.has(`${host} ${subset}`), `${host} ${subset}`);
          }
          for (const { route: shares = [] } of each.spec.http ?? []) {
            const sum = shares.reduce((total, { weight = 100 }) => total + weight, 0);
            assert.equal(sum, 100);
          }
        }
      }),
      { numRuns: 400 },
    );
    assert.ok(compiled > 40, `${compiled} of 400 were compiled, enough to tell`);
  });

  it("lets every service in that its routes lead to from an allowed caller", () => {
    fc.assert(
      fc.property(plan, (drawn) => {
        const mesh = build(drawn);
        if (mesh.validate().length > 0) return;
        const manifests = compileMesh(mesh);
        const callers = new Map(
          manifests.flatMap((each) =>
            each.kind === "AuthorizationPolicy"
              ? [
                  [
                    each.metadata.name,
                    new Set(
                      (each.spec.rules ?? []).flatMap((rule) =>
                        (rule.from ?? []).flatMap(({ source }) => source?.principals ?? []),
                      ),
                    ),
                  ] as const,
                ]
              : [],
          ),
        );
        const routed = new Map(
          manifests.flatMap((each) =>
            each.kind === "VirtualService" ? [[each.metadata.name, destinations(each)] as const] : [],
          ),
        );
        for (const { from, to } of drawn.edges) {
          const reached = routed.get(NAMES[to] ?? "") ?? [];
          for (const { host = "" } of reached) {
            const principals = callers.get(`allow-to-${host.split(".")[0]}`);
            assert.ok(principals?.has(`cluster.local/ns/n/sa/${NAMES[from]}`), `${NAMES[from]} → ${host}`);
          }
        }
      }),
      { numRuns: 200 },
    );
  });
});
