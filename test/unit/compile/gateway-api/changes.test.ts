import assert from "node:assert/strict";
import type { KubernetesObject } from "../../../../analysis/kubernetes-object";
import { validateObject } from "../../../../analysis/schema";
import { compileMesh, type gatewayApi } from "../../../../components/compile";
import { defineMesh, type HttpRoute, MeshError, path, type PlainRoute } from "../../../../components/intent";
import { assertComplete } from "../../../support/complete-problem";

type Rule = gatewayApi.HTTPRouteRule;

function shop() {
  return defineMesh("shop", {
    services: {
      web: {
        namespace: "shop",
        ports: { http: { number: 8080, protocol: "http" } },
        subsets: { v1: { labels: { version: "v1" } }, v2: { labels: { version: "v2" } } },
      },
    },
  });
}
type Shop = ReturnType<typeof shop>;
type Routes = readonly (HttpRoute<"shop"> | PlainRoute<"shop">)[];

/** The rules that the routes of a service become, after the definition has accepted them. */
function rules(routes: (mesh: Shop) => Routes): readonly Rule[] {
  const mesh = shop();
  mesh.route(mesh.services.web, routes(mesh));
  const route = compileMesh(mesh, { api: "gateway-api" }).find(({ kind }) => kind === "HTTPRoute");
  assert.ok(route?.kind === "HTTPRoute");
  const plain = JSON.parse(JSON.stringify(route)) as KubernetesObject;
  assert.deepEqual(validateObject(plain)?.problems ?? [], []);
  return route.spec.rules ?? [];
}

function problems(routes: (mesh: Shop) => Routes): string[] {
  const mesh = shop();
  mesh.route(mesh.services.web, routes(mesh));
  assert.doesNotThrow(() => compileMesh(mesh));
  try {
    compileMesh(mesh, { api: "gateway-api" });
  } catch (error) {
    assert.ok(error instanceof MeshError);
    for (const problem of error.problems) assertComplete(problem);
    return error.problems.map(({ path: place, id }) => `${place} [${id}]`);
  }
  return [];
}

const filtersOf = (all: readonly Rule[]) =>
  all.map(({ matches, filters = [] }) => [
    matches?.map((match) => `${match.path?.type} ${match.path?.value}`).join(),
    ...filters.map(({ urlRewrite, requestRedirect }) => urlRewrite ?? requestRedirect),
  ]);

describe("a path that a route changes", () => {
  it("is replaced as a whole, or by a prefix of whole segments, each in a rule of its own", () => {
    assert.deepEqual(
      filtersOf(
        rules((mesh) => [
          mesh
            .when(path.exact("/api"))
            .or(path.prefix("/api/"))
            .with({ rewrite: { uri: "/", authority: "inner.example.com" } })
            .to(mesh.services.web),
          mesh.otherwise().to(mesh.services.web),
        ]),
      ),
      [
        [
          "Exact /api",
          { hostname: "inner.example.com", path: { type: "ReplaceFullPath", replaceFullPath: "/" } },
        ],
        [
          "PathPrefix /api",
          { hostname: "inner.example.com", path: { type: "ReplacePrefixMatch", replacePrefixMatch: "/" } },
        ],
        ["PathPrefix /"],
      ],
    );
  });

  it("keeps the path beside the prefix with the route that has it", () => {
    assert.deepEqual(
      filtersOf(
        rules((mesh) => [
          mesh
            .when(path.prefix("/api/"))
            .with({ rewrite: { uri: "/v2/" } })
            .to(mesh.services.web),
          mesh.otherwise().to(mesh.services.web),
        ]),
      ),
      [
        ["PathPrefix /api", { path: { type: "ReplacePrefixMatch", replacePrefixMatch: "/v2" } }],
        ["PathPrefix /,Exact /api"],
      ],
    );
  });

  it("is refused where the two APIs would give another one", () => {
    const rewritten = (prefix: `/${string}`, uri: string) =>
      problems((mesh) => [
        mesh.when(path.prefix(prefix)).with({ rewrite: { uri } }).to(mesh.services.web),
        mesh.otherwise().to(mesh.services.web),
      ]);
    const place = "routes.web[0].rewrite.uri [gateway-api/path-rewrite]";
    assert.deepEqual(rewritten("/api", "/v2"), [place]);
    assert.deepEqual(rewritten("/api/", "/v2"), [place]);
    assert.deepEqual(rewritten("/", "/v2/"), [place]);
    assert.deepEqual(rewritten("/api/", "/v2/"), []);
    assert.deepEqual(
      problems((mesh) => [
        mesh
          .otherwise()
          .with({ rewrite: { uriRegexRewrite: { match: "^/a/(.*)", rewrite: "/\\1" }, authority: "A:80" } })
          .to(mesh.services.web),
      ]),
      [
        "routes.web[0].rewrite.uriRegexRewrite [gateway-api/unsupported]",
        "routes.web[0].rewrite.authority [gateway-api/hostname]",
      ],
    );
  });
});

describe("a redirect", () => {
  it("says its status, and the port where istiod would derive another one", () => {
    const said = rules((mesh) => [
      mesh.when(path.exact("/a")).redirect({ uri: "/b" }),
      mesh.when(path.exact("/c")).redirect({ authority: "www.example.com" }),
      mesh
        .when(path.exact("/d"))
        .redirect({ scheme: "https", derivePort: "FROM_REQUEST_PORT", redirectCode: 308 }),
      mesh.when(path.exact("/e")).redirect({ scheme: "https", port: 8443 }),
      mesh.otherwise().to(mesh.services.web),
    ]);
    assert.deepEqual(
      filtersOf(said).map(([, redirect]) => redirect),
      [
        { path: { type: "ReplaceFullPath", replaceFullPath: "/b" }, statusCode: 301 },
        { hostname: "www.example.com", port: 80, statusCode: 301 },
        { scheme: "https", port: 8080, statusCode: 308 },
        { scheme: "https", port: 8443, statusCode: 301 },
        undefined,
      ],
    );
    assert.deepEqual(
      said.map(({ backendRefs }) => backendRefs?.length),
      [undefined, undefined, undefined, undefined, 1],
    );
  });
});

describe("a CORS policy", () => {
  it("is a filter where preflights of other origins are not forwarded", () => {
    const [rule] = rules((mesh) => [
      mesh
        .otherwise()
        .with({
          corsPolicy: {
            allowOrigins: [
              "https://www.example.com:8443",
              { regex: "https://.*\\.example\\.org" },
              { prefix: "http://" },
            ],
            allowMethods: ["GET", "POST"],
            allowHeaders: ["x-team"],
            maxAge: "2m",
            allowCredentials: true,
            unmatchedPreflights: "IGNORE",
          },
        })
        .to(mesh.services.web),
    ]);
    assert.deepEqual(rule?.filters, [
      {
        type: "CORS",
        cors: {
          allowOrigins: ["https://www.example.com:8443", "https://*.example.org", "http://*"],
          allowCredentials: true,
          allowMethods: ["GET", "POST"],
          allowHeaders: ["x-team"],
          maxAge: 120,
        },
      },
    ]);
  });

  it("is refused where it forwards them, or names origins that the API cannot", () => {
    assert.deepEqual(
      problems((mesh) => [
        mesh
          .otherwise()
          .with({ corsPolicy: { allowOrigins: ["*", { prefix: "https://shop" }] } })
          .to(mesh.services.web),
      ]),
      [
        "routes.web[0].corsPolicy.unmatchedPreflights [gateway-api/cors]",
        "routes.web[0].corsPolicy.allowOrigins[0] [gateway-api/cors]",
        "routes.web[0].corsPolicy.allowOrigins[1] [gateway-api/cors]",
      ],
    );
  });
});

describe("the headers of one share", () => {
  it("are filters of its destination alone", () => {
    const [rule] = rules((mesh) => {
      const { v1, v2 } = mesh.services.web.subsets;
      return [
        mesh
          .otherwise()
          .canary(v1, mesh.share(v2, 10, { headers: { response: { set: { "x-version": "v2" } } } })),
      ];
    });
    assert.deepEqual(
      rule?.backendRefs?.map(({ name, filters }) => [name, filters]),
      [
        ["web-v1", undefined],
        [
          "web-v2",
          [
            {
              type: "ResponseHeaderModifier",
              responseHeaderModifier: { set: [{ name: "x-version", value: "v2" }] },
            },
          ],
        ],
      ],
    );
  });
});
