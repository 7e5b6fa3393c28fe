import assert from "node:assert/strict";
import { compileMesh } from "../../../../components/compile";
import {
  type AnyMesh,
  authority,
  defineMesh,
  header,
  MeshError,
  path,
  query,
} from "../../../../components/intent";
import { assertComplete } from "../../../support/complete-problem";

function shop() {
  const ports = { http: { number: 80, protocol: "http" } } as const;
  return defineMesh("shop", {
    services: {
      web: {
        namespace: "shop",
        ports,
        subsets: { v1: { labels: { version: "v1" } }, v2: { labels: { version: "v2" } } },
      },
      "web-v1": { namespace: "shop", ports },
    },
  });
}

/** Every problem, as its place and its id. */
function problems(mesh: AnyMesh, api: "istio" | "gateway-api" = "gateway-api"): string[] {
  try {
    compileMesh(mesh, { api });
  } catch (error) {
    assert.ok(error instanceof MeshError);
    for (const problem of error.problems) assertComplete(problem);
    return error.problems.map(({ path: place, id }) => `${place} [${id}]`);
  }
  return [];
}

describe("what the Gateway API cannot say", () => {
  it("is refused all at once, and compiles for Istio", () => {
    const mesh = shop();
    const { web } = mesh.services;
    mesh.route(web, [
      mesh
        .when(header("x-bot").absent(), query("a[]").exact("1"))
        .with({ retries: { attempts: 3, perTryTimeout: "1s" } })
        .to(web.subsets.v2),
      mesh.when(path.prefix(`/${"x".repeat(1_023)}`)).to(web),
      mesh.otherwise().to(web),
    ]);
    mesh.gateway("edge", {
      hosts: ["www.example.com"],
      tls: { credentialName: "cert", minProtocolVersion: "TLSV1_3" },
      selector: { istio: "mine" },
    });
    assert.deepEqual(problems(mesh), [
      "gateways.edge.tls.minProtocolVersion [gateway-api/tls-version]",
      "routes.web[0].headers.x-bot [gateway-api/absent-header]",
      "routes.web[0].query [gateway-api/query-name]",
      "routes.web[1].path [gateway-api/too-long]",
      "routes.web[0].retries [gateway-api/retries]",
      "gateways.edge.service [gateway-api/service]",
    ]);
    assert.deepEqual(problems(mesh, "istio"), []);
  });

  it("is explained: what, why, and the ways out", () => {
    const mesh = shop();
    const { web } = mesh.services;
    mesh.route(web, [
      mesh
        .otherwise()
        .with({ retries: { attempts: 3 } })
        .to(web),
    ]);
    assert.throws(
      () => compileMesh(mesh, { api: "gateway-api" }),
      (error: unknown) => {
        assert.ok(error instanceof MeshError);
        assert.deepEqual(error.problems, [
          {
            id: "gateway-api/retries",
            path: "routes.web[0].retries",
            message: "retries are not in the Gateway API's standard channel",
            got: "{ attempts: 3, retryOn: [] }",
            expected: "a route without retries of its own",
            fix: 'set meshConfig.defaultHttpRetryPolicy for the whole mesh, or keep `api: "istio"` for it',
          },
        ]);
        return true;
      },
    );
  });

  it("includes an order that its ranks turn around and no further condition can restore", () => {
    const mesh = shop();
    const { web } = mesh.services;
    mesh.route(web, [
      mesh.when(path.regex("/a.c")).to(web.subsets.v2),
      mesh.when(path.regex("/[a-z][a-z][a-z]")).to(web),
      mesh.otherwise().to(web["subsets"].v2),
    ]);
    assert.deepEqual(problems(mesh), ["routes.web[0] [gateway-api/route-order]"]);
  });

  it("includes a subset whose Service would be another service of the mesh", () => {
    const mesh = shop();
    const { web } = mesh.services;
    mesh.route(web, [mesh.otherwise().to(web.subsets.v1)]);
    assert.deepEqual(problems(mesh), ["services.web.subsets.v1 [gateway-api/version-service]"]);
    assert.deepEqual(problems(mesh, "istio"), []);
  });

  it("includes answers, faults and words of connections, each at its place", () => {
    const mesh = shop();
    const { web } = mesh.services;
    mesh.route(web, [
      mesh.when(path.exact("/old")).respond({ status: 410 }),
      mesh
        .when(path.exact("/slow"), authority.exact("a.example.com"))
        .with({ fault: { abort: { httpStatus: 503 } } })
        .to(web),
      mesh.otherwise().to(web),
    ]);
    assert.deepEqual(problems(mesh), [
      "routes.web[1].authority [gateway-api/unsupported]",
      "routes.web[0] [gateway-api/action]",
      "routes.web[1].fault [gateway-api/unsupported]",
    ]);
    assert.deepEqual(problems(mesh, "istio"), []);
  });

  it("includes more routes than one object holds", () => {
    const mesh = shop();
    const { web } = mesh.services;
    mesh.route(web, [
      ...Array.from({ length: 20 }, (_, index) => mesh.when(path.exact(`/${index}`)).to(web.subsets.v2)),
      mesh.otherwise().to(web),
    ]);
    assert.deepEqual(problems(mesh), ["routes.web [gateway-api/too-many]"]);
  });
});

describe("the proxies of a gateway", () => {
  const declared = (spec: object): string[] => {
    const mesh = shop();
    mesh.gateway("edge", { hosts: ["www.example.com"], ...spec });
    return mesh.validate().map(({ path: place, message }) => `${place}: ${message}`);
  };

  it("are run by istiod, or run already, but not both", () => {
    assert.deepEqual(declared({ managed: {}, selector: { a: "b" }, service: "edge", serviceAccount: "me" }), [
      "gateways.edge.selector: names proxies that run already, but istiod runs those of a managed gateway",
      "gateways.edge.serviceAccount: names proxies that run already, but istiod runs those of a managed gateway",
      "gateways.edge.service: names proxies that run already, but istiod runs those of a managed gateway",
    ]);
  });

  it("are run by istiod for the Gateway API alone", () => {
    assert.deepEqual(declared({ managed: {}, api: "istio" }), [
      "gateways.edge.managed: is a word of the Gateway API: istiod runs no proxies for a Gateway of its own",
    ]);
    const mesh = shop();
    mesh.gateway("edge", { hosts: ["www.example.com"], managed: {} });
    assert.deepEqual(problems(mesh, "istio"), ["gateways.edge.managed [compile/managed-gateway]"]);
  });

  it("are described in words that are checked", () => {
    assert.deepEqual(
      declared({
        api: "ingress",
        managed: {
          serviceType: "External",
          address: "1.2",
          labels: { team: "a b" },
          annotations: { "/": "x" },
        },
      }),
      [
        "gateways.edge.api: is not one of the values that are known here",
        "gateways.edge.managed.serviceType: is not one of the values that are known here",
        "gateways.edge.managed.address: is not valid",
        'gateways.edge.managed.annotations["/"]: is not a valid key',
        "gateways.edge.managed.labels.team: is not valid",
      ],
    );
  });

  it("are told apart where istiod runs them: two gateways may serve one host", () => {
    const mesh = shop();
    mesh.gateway("a", { hosts: ["www.example.com"], managed: {} });
    mesh.gateway("b", { hosts: ["www.example.com"], managed: {} });
    assert.deepEqual(mesh.validate(), []);
  });
});

describe("the option `api`", () => {
  it("takes the two APIs and nothing else", () => {
    const [first] = (() => {
      try {
        compileMesh(shop(), { api: "ingress" as "istio" });
      } catch (error) {
        if (error instanceof MeshError) return error.problems;
      }
      return [];
    })();
    assert.equal(first?.expected, '"istio" or "gateway-api"');
  });
});
