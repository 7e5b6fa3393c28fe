import assert from "node:assert/strict";
import { type CompileOptions, compileMesh } from "../../../components/compile";
import { type AnyMesh, defineMesh, jwt } from "../../../components/intent";
import { MeshError, type InputProblem } from "../../../components/intent/problem";
import { planServiceMesh } from "../../../components/platform/service-mesh/plan";

const WITH = { ambient: { shop: { waypoint: "waypoint" } } } satisfies CompileOptions;
const WITHOUT = { ambient: { shop: {} } } satisfies CompileOptions;

function shop() {
  const ports = { http: { number: 80, protocol: "http", targetPort: 8080 } } as const;
  return defineMesh("shop", {
    services: { web: { namespace: "shop", ports }, api: { namespace: "shop", ports } },
  });
}

/** The policies of a kind, by namespace and name. */
function specs(mesh: AnyMesh, kind: string, options: CompileOptions): Record<string, unknown> {
  return Object.fromEntries(
    compileMesh(mesh, options)
      .filter((each) => each.kind === kind)
      .map(({ metadata, spec }) => [`${metadata.namespace}/${metadata.name}`, spec]),
  );
}

function problems(mesh: AnyMesh, options: CompileOptions): string[] {
  try {
    compileMesh(mesh, options);
  } catch (error) {
    assert.ok(error instanceof MeshError, String(error));
    return error.problems.map(({ path, id }) => `${path} [${id}]`);
  }
  return [];
}

describe("a namespace in ambient", () => {
  it("has its policies at the waypoint, by the port of the Service, and lets only the waypoint past ztunnel", () => {
    const mesh = shop();
    const { web, api } = mesh.services;
    mesh.allow({ from: web, to: api, methods: ["GET"] });
    assert.deepEqual(specs(mesh, "AuthorizationPolicy", WITH), {
      "istio-system/allow-nothing": {},
      "istio-system/allow-nothing-at-waypoints": {
        targetRefs: [{ group: "gateway.networking.k8s.io", kind: "GatewayClass", name: "istio-waypoint" }],
      },
      "shop/allow-to-api": {
        targetRefs: [{ group: "", kind: "Service", name: "api" }],
        action: "ALLOW",
        rules: [
          {
            from: [{ source: { principals: ["cluster.local/ns/shop/sa/web"] } }],
            to: [{ operation: { ports: ["80"], methods: ["GET"] } }],
          },
        ],
      },
      "shop/allow-waypoint": {
        action: "ALLOW",
        rules: [{ from: [{ source: { principals: ["cluster.local/ns/shop/sa/waypoint"] } }] }],
      },
    });
  });

  it("takes tokens at the waypoint", () => {
    const mesh = shop();
    const login = jwt({
      issuer: "https://login.example",
      jwksUri: "https://login.example/jwks",
      audiences: ["shop"],
    });
    mesh.authenticate({ at: mesh.services.api, with: login });
    const [spec] = Object.values(specs(mesh, "RequestAuthentication", WITH)) as { targetRefs: unknown }[];
    assert.deepEqual(spec?.targetRefs, [{ group: "", kind: "Service", name: "api" }]);
    assert.ok(problems(mesh, WITHOUT).includes("services.api [ambient/needs-waypoint]"));
  });

  it("without a waypoint keeps what is about connections at ztunnel, at the port of the workload", () => {
    const mesh = shop();
    mesh.allow({ from: mesh.services.web, to: mesh.services.api });
    assert.deepEqual(specs(mesh, "AuthorizationPolicy", WITHOUT)["shop/allow-to-api"], {
      selector: { matchLabels: { app: "api" } },
      action: "ALLOW",
      rules: [
        {
          from: [{ source: { principals: ["cluster.local/ns/shop/sa/web"] } }],
          to: [{ operation: { ports: ["8080"] } }],
        },
      ],
    });
  });

  it("without a waypoint is refused what is about requests, and mutual TLS that is switched off", () => {
    const mesh = shop();
    const { web, api } = mesh.services;
    mesh.allow({ from: web, to: api, methods: ["GET"] });
    mesh.deny({ from: "anyone", to: web, paths: ["/admin"] });
    mesh.mtls({ for: api, mode: "disable", reason: "no certificates there", until: "2027-01-31" });
    assert.deepEqual(problems(mesh, WITHOUT), [
      "services.api [ambient/needs-waypoint]",
      "services.web [ambient/needs-waypoint]",
      "services.api [ambient/mtls-disabled]",
    ]);
    assert.deepEqual(problems(mesh, WITH), ["services.api [ambient/mtls-disabled]"]);
    assert.deepEqual(problems(mesh, {}), []);
  });

  it("is known from the namespaces of a ServiceMesh, whose gateways then go through the waypoint too", () => {
    const mesh = shop();
    mesh.allow({ from: mesh.services.web, to: mesh.services.api, methods: ["GET"] });
    const found: InputProblem[] = [];
    const plan = planServiceMesh(
      { mesh, profile: "ambient", namespaces: { shop: { waypoint: "waypoint" } } },
      undefined,
      found,
    );
    assert.deepEqual(found, []);
    assert.ok(plan.manifests.some(({ metadata }) => metadata.name === "allow-waypoint"));
    assert.equal(plan.injection.namespaces["shop"]?.labels?.["istio.io/ingress-use-waypoint"], "true");
    planServiceMesh(
      { mesh, profile: "ambient", namespaces: { shop: { waypoint: "none" } } },
      undefined,
      found,
    );
    assert.deepEqual(
      found.map(({ path, id }) => `${path} [${id}]`),
      ["mesh.services.api [ambient/needs-waypoint]"],
    );
  });
});
