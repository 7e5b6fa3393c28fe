import assert from "node:assert/strict";
import fc from "fast-check";
import { compileMesh, identify, type MeshManifest, type Source } from "../../../components/compile";
import { defineMesh, MeshError, path } from "../../../components/intent";
import { bookinfo, everything } from "./meshes";

function problemsOf(compile: () => unknown): readonly string[] {
  try {
    compile();
  } catch (error) {
    if (error instanceof MeshError)
      return error.problems.map(({ id, path: where, message }) => `${where}: ${message} [${id}]`);
    throw error;
  }
  return [];
}

/** A mesh of `count` services with three subsets each, declared in the order of `order`. */
function large(count: number, order: (names: string[]) => string[] = (names) => names) {
  const names = Array.from({ length: count }, (_, index) => `service-${index}`);
  const spec = (name: string) => ({
    namespace: `team-${name.length}`,
    ports: { http: { number: 80, protocol: "http" as const } },
    subsets: {
      v1: { labels: { version: "v1" } },
      v2: { labels: { version: "v2" } },
      v3: { labels: { version: "v3" } },
    },
  });
  const mesh = defineMesh("large", {
    services: Object.fromEntries(order([...names]).map((name) => [name, spec(name)])),
  });
  const edge = mesh.gateway(["*.example.com"]);
  const at = (index: number) => {
    const service = mesh.services[names[index % count] ?? ""];
    assert.ok(service !== undefined);
    return service;
  };
  for (const name of order([...names])) {
    const index = names.indexOf(name);
    const service = at(index);
    const { v1, v2, v3 } = service.subsets;
    assert.ok(v1 !== undefined && v2 !== undefined && v3 !== undefined);
    mesh.route(service, [
      mesh.when(path.prefix("/wines")).to(v1),
      mesh.otherwise().canary(v2, mesh.share(v3, 10)),
    ]);
    mesh.allow({ from: [at(index + 1), at(index + 2)], to: service, methods: ["GET"] });
    if (index % 10 === 0) edge.expose(`${name}.example.com`, service);
  }
  return mesh;
}

describe("compileMesh", () => {
  it("gives Bookinfo's objects in the order of apply: rules before routes, permissions before refusal, gateway last", () => {
    assert.deepEqual(compileMesh(bookinfo()).map(identify), [
      "PeerAuthentication istio-system/default",
      "AuthorizationPolicy bookinfo/allow-to-details",
      "AuthorizationPolicy bookinfo/allow-to-productpage",
      "AuthorizationPolicy bookinfo/allow-to-ratings",
      "AuthorizationPolicy bookinfo/allow-to-reviews",
      "AuthorizationPolicy istio-system/allow-at-ingress",
      "AuthorizationPolicy istio-system/allow-nothing",
      "DestinationRule bookinfo/reviews",
      "VirtualService bookinfo/reviews",
      "VirtualService istio-system/ingress.bookinfo.example.com",
      "Gateway istio-system/ingress",
    ]);
  });

  it("labels every object with who made it and for what", () => {
    for (const { metadata } of compileMesh(everything())) {
      assert.deepEqual(metadata.labels, {
        "app.kubernetes.io/managed-by": "meshwright",
        "app.kubernetes.io/part-of": "everything",
      });
    }
  });

  it("gives the same bytes whatever the order of declaration", () => {
    const expected = JSON.stringify(compileMesh(large(20)));
    fc.assert(
      fc.property(fc.infiniteStream(fc.nat()), (stream) => {
        const order = (names: string[]): string[] =>
          names
            .map((name) => ({ name, key: Number(stream.next().value) }))
            .sort((a, b) => a.key - b.key)
            .map(({ name }) => name);
        assert.equal(JSON.stringify(compileMesh(large(20, order))), expected);
      }),
      { numRuns: 20 },
    );
  });

  it("compiles 300 services to objects that grow with them, one for one", () => {
    const kinds = (count: number): Readonly<Record<string, number>> => {
      const counted: Record<string, number> = {};
      for (const { kind } of compileMesh(large(count))) counted[kind] = (counted[kind] ?? 0) + 1;
      return counted;
    };
    assert.deepEqual(kinds(300), {
      PeerAuthentication: 1,
      AuthorizationPolicy: 302,
      DestinationRule: 300,
      VirtualService: 330,
      Gateway: 1,
    });
  });

  it("gives objects that share no part, so that a hook can change one of them alone", () => {
    const seen = new Set<unknown>();
    const visit = (value: unknown): void => {
      if (typeof value !== "object" || value === null) return;
      assert.ok(!seen.has(value), "a part is shared");
      seen.add(value);
      for (const each of Object.values(value)) visit(each);
    };
    visit(compileMesh(everything()));
  });

  it("changes nothing in the mesh and holds on to nothing", () => {
    const mesh = everything();
    const first = JSON.stringify(compileMesh(mesh));
    assert.equal(JSON.stringify(compileMesh(mesh)), first);
  });

  it("throws every problem of the mesh at once", () => {
    const mesh = bookinfo();
    mesh.allow({ from: undefined as never, to: undefined as never });
    assert.deepEqual(
      problemsOf(() => compileMesh(mesh)),
      [
        "allow[0].from: is not a caller that this mesh declares [intent/caller]",
        "allow[0].to: is not a service that this mesh declares [intent/rule-target]",
      ].map((line) => line.replaceAll("allow[0]", "allow[3]")),
    );
  });

  it("refuses options that are no names", () => {
    assert.deepEqual(
      problemsOf(() =>
        compileMesh(bookinfo(), { clusterDomain: "", trustDomain: "a b", rootNamespace: 7 as never }),
      ),
      [
        "options.clusterDomain: is not a DNS name [compile/option]",
        "options.trustDomain: is not a DNS name [compile/option]",
        "options.rootNamespace: is not a DNS name [compile/option]",
      ],
    );
  });

  it("refuses what is no mesh, and options that are no object", () => {
    for (const mesh of [undefined, null, "bookinfo", {}, { intent: {} }]) {
      assert.deepEqual(
        problemsOf(() => compileMesh(mesh as never)),
        ["mesh: is not a mesh [compile/mesh]"],
      );
    }
    for (const options of [null, "cluster.local", 7]) {
      assert.deepEqual(
        problemsOf(() => compileMesh(bookinfo(), options as never)),
        ["options: is not an object [compile/option]"],
      );
    }
  });

  it("refuses two objects of one name", () => {
    const ports = { http: { number: 80, protocol: "http" } } as const;
    const mesh = defineMesh("m", {
      services: {
        maps: { namespace: "istio-system", ports, subsets: { v1: { labels: { version: "v1" } } } },
      },
      external: {
        maps: { host: "maps.example.org", ports: { http: { number: 80, protocol: "http", tls: {} } } },
      },
    });
    assert.deepEqual(
      problemsOf(() => compileMesh(mesh)),
      ["DestinationRule istio-system/maps: is compiled twice [compile/duplicate-object]"],
    );
  });

  it("refuses a name that Kubernetes would not take", () => {
    const mesh = bookinfo();
    const host = `${"a".repeat(63)}.${"b".repeat(63)}.${"c".repeat(63)}.${"d".repeat(50)}.com`;
    const edge = mesh.gateway("a-gateway-with-a-long-name", { hosts: [host], selector: { istio: "other" } });
    edge.expose(host, mesh.services.ratings);
    const [problem = ""] = problemsOf(() => compileMesh(mesh));
    assert.match(problem, /has a name that is too long for Kubernetes \[compile\/name-too-long\]$/);
  });
});

describe("a transform", () => {
  it("sees every object of its kind with where it came from, and may add any field", () => {
    const seen: Source[] = [];
    const manifests = compileMesh(bookinfo(), {
      transform: {
        virtualService: (manifest, source) => {
          seen.push(source);
          return { ...manifest, spec: { ...manifest.spec, exportTo: ["."] } };
        },
      },
    });
    assert.deepEqual(seen, [
      { kind: "service", service: "reviews" },
      { kind: "exposure", gateway: "ingress", host: "bookinfo.example.com" },
    ]);
    for (const { kind, spec } of manifests) assert.equal("exportTo" in spec, kind === "VirtualService");
  });

  it("exists for every kind that is compiled", () => {
    const called = new Set<string>();
    const note = <T extends MeshManifest>(manifest: T): T => {
      called.add(manifest.kind);
      return manifest;
    };
    const manifests = compileMesh(everything(), {
      transform: {
        authorizationPolicy: note,
        destinationRule: note,
        gateway: note,
        peerAuthentication: note,
        serviceEntry: note,
        telemetry: note,
        virtualService: note,
      },
    });
    assert.deepEqual([...called].sort(), [...new Set(manifests.map(({ kind }) => kind))].sort());
    assert.equal(called.size, 7);
  });

  it("is refused when it throws, returns nothing or changes which object it is, all at once", () => {
    assert.deepEqual(
      problemsOf(() =>
        compileMesh(bookinfo(), {
          transform: {
            peerAuthentication: () => {
              throw new Error("no");
            },
            destinationRule: () => undefined as never,
            gateway: (manifest) => ({ ...manifest, metadata: { ...manifest.metadata, name: "other" } }),
          },
        }),
      ),
      [
        "transform.peerAuthentication: threw, for PeerAuthentication istio-system/default [compile/transform]",
        "transform.destinationRule: did not return an object, for DestinationRule bookinfo/reviews [compile/transform]",
        "transform.gateway: changed which object it is, for Gateway istio-system/ingress [compile/transform]",
      ],
    );
  });
});
