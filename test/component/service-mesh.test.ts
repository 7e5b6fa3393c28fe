import assert from "node:assert/strict";

import { Secret, type Deployment, type PropertyValue, type RecordedResource } from "../../engine";
import { dependencyNames, named, registered, run } from "./support";

const SHOP = `
const shop = intent.defineMesh("bookinfo", {
  services: {
    reviews: {
      namespace: "bookinfo",
      ports: { http: { number: 9080, protocol: "http" } },
      subsets: { v1: { labels: { version: "v1" } }, v2: { labels: { version: "v2" } } },
    },
    ratings: { namespace: "bookinfo", ports: { http: { number: 9080, protocol: "http" } } },
  },
});
const { reviews, ratings } = shop.services;
shop.route(reviews, [shop.otherwise().canary(reviews.subsets.v1, shop.share(reviews.subsets.v2, 10))]);
shop.allow({ from: reviews, to: ratings });
shop.gateway(["bookinfo.example.com"]).expose("bookinfo.example.com", reviews);
`;

function parentName({ parent }: RecordedResource): string {
  return parent === undefined ? "" : parent.slice(parent.lastIndexOf("::") + 2);
}

function inputs(resource: RecordedResource): Record<string, Record<string, PropertyValue>> {
  return resource.inputs as unknown as Record<string, Record<string, PropertyValue>>;
}

/** Every plain text inside a value; what is marked secret is not plain. */
function plainTexts(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (value instanceof Secret || typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(plainTexts);
}

describe("ServiceMesh", function () {
  this.timeout(180_000);
  let mesh: Deployment;

  before(async () => {
    mesh = await run(`${SHOP}
      const cluster = new Provider("cluster", { context: "west" });
      const workload = new platform.ServiceMesh("mesh", {
        mesh: shop,
        namespaces: { bookinfo: {} },
        controlPlane: { autoscale: { min: 2 } },
        gateways: { "istio-ingressgateway": { autoscale: { min: 2 } } },
      }, { provider: cluster });
      new platform.Injection("workload", { namespaces: { shop: {} } }, { dependsOn: workload.injectionReady, provider: cluster });
    `);
  });

  it("names every child after its parent, and every component by its token", () => {
    const nested = registered(mesh).filter((resource) => parentName(resource) !== "sample-dev");
    assert.ok(nested.length > 50, `only ${nested.length} children`);
    for (const child of nested)
      assert.ok(child.name.startsWith(`${parentName(child)}-`), `${child.name} in ${parentName(child)}`);
    const components = registered(mesh).filter(({ custom }) => !custom);
    assert.deepEqual(components.map(({ type, name }) => `${type} ${name}`).sort(), [
      "meshwright:index:CertificateAuthority mesh-certificate-authority",
      "meshwright:index:ControlPlane mesh-control-plane",
      "meshwright:index:Crds mesh-crds",
      "meshwright:index:Gateway mesh-istio-ingressgateway",
      "meshwright:index:Injection mesh-namespaces",
      "meshwright:index:Injection workload",
      "meshwright:index:IntermediateCertificateAuthority mesh-certificate-authority-intermediate",
      "meshwright:index:MeshResources mesh-resources",
      "meshwright:index:RootCertificateAuthority mesh-certificate-authority-root",
      "meshwright:index:ServiceMesh mesh",
    ]);
  });

  it("leaves no component on a dependency path without children", () => {
    const components = registered(mesh).filter(({ custom }) => !custom);
    for (const { urn, name } of components) {
      assert.ok(
        mesh.resources.some(({ parent }) => parent === urn),
        `${name} is empty`,
      );
    }
  });

  it("hands an explicit provider to every Kubernetes object, definitions included", () => {
    const objects = registered(mesh).filter(({ type }) => type.startsWith("kubernetes:"));
    assert.ok(objects.length > 40, `only ${objects.length} objects`);
    for (const { name, provider } of objects) assert.match(provider ?? "none", /::cluster::/, name);
  });

  it("keeps the order: definitions, namespaces, authority, control plane, gateways, mesh objects", () => {
    const after = (name: string): string[] => dependencyNames(named(mesh, name));
    assert.ok(after("mesh-certificate-authority").includes("mesh-namespaces-istio-system"));
    for (const earlier of [
      "mesh-crds-virtualservices.networking.istio.io",
      "mesh-namespaces-istio-system",
      "mesh-certificate-authority-cacerts",
    ]) {
      assert.ok(after("mesh-control-plane").includes(earlier), `control plane after ${earlier}`);
    }
    for (const later of ["mesh-istio-ingressgateway", "mesh-resources", "workload"]) {
      assert.ok(after(later).includes("mesh-control-plane-injector-webhook"), `${later} after the injector`);
    }
    assert.ok(after("mesh-resources").includes("mesh-istio-ingressgateway-deployment"));
    assert.ok(
      !after("workload").includes("mesh-istio-ingressgateway-deployment"),
      "workloads do not wait for gateways",
    );
  });

  it("starts istiod after its permissions and configuration, and its webhooks after istiod answers", () => {
    assert.deepEqual(dependencyNames(named(mesh, "mesh-control-plane-istiod")), [
      "mesh-control-plane-cluster-role",
      "mesh-control-plane-cluster-role-binding",
      "mesh-control-plane-gateway-controller-cluster-role",
      "mesh-control-plane-gateway-controller-cluster-role-binding",
      "mesh-control-plane-injector",
      "mesh-control-plane-mesh-config",
      "mesh-control-plane-reader-cluster-role",
      "mesh-control-plane-reader-cluster-role-binding",
      "mesh-control-plane-reader-service-account",
      "mesh-control-plane-role",
      "mesh-control-plane-role-binding",
      "mesh-control-plane-service-account",
      "mesh-control-plane-values",
    ]);
    for (const webhook of ["mesh-control-plane-injector-webhook", "mesh-control-plane-validator-webhook"]) {
      assert.deepEqual(dependencyNames(named(mesh, webhook)), [
        "mesh-control-plane-istiod",
        "mesh-control-plane-service",
      ]);
    }
    // A Service is ready only when pods answer: an istiod that waited for it would never start.
    assert.deepEqual(dependencyNames(named(mesh, "mesh-control-plane-service")), []);
  });

  it("waits for the certificate in the webhooks, and never takes back what istiod writes there", () => {
    for (const [name, count] of [
      ["mesh-control-plane-injector-webhook", 4],
      ["mesh-control-plane-validator-webhook", 1],
    ] as const) {
      const webhook = named(mesh, name);
      assert.deepEqual(inputs(webhook)["metadata"]!["annotations"], {
        "pulumi.com/waitFor": "jsonpath={.webhooks[*].clientConfig.caBundle}",
      });
      assert.equal((webhook.inputs["webhooks"] as unknown[]).length, count);
      assert.deepEqual(
        [...webhook.ignoreChanges].sort(),
        Array.from({ length: count }).flatMap((_, index) => [
          `webhooks[${index}].clientConfig.caBundle`,
          `webhooks[${index}].failurePolicy`,
        ]),
      );
    }
  });

  it("keeps the definitions when the stack goes, and nothing else", () => {
    const kept = registered(mesh).filter(({ retainOnDelete }) => retainOnDelete);
    const definitions = registered(mesh).filter(({ type }) => type.endsWith(":CustomResourceDefinition"));
    assert.deepEqual(kept, definitions);
    assert.equal(definitions.length, 15);
  });

  it("registers routes after the subsets that they name, the refusal after all permissions, the gateway last", () => {
    assert.deepEqual(dependencyNames(named(mesh, "mesh-resources-virtual-service-bookinfo-reviews")), [
      "mesh-resources-destination-rule-bookinfo-reviews",
    ]);
    assert.deepEqual(
      dependencyNames(named(mesh, "mesh-resources-authorization-policy-istio-system-allow-nothing")),
      [
        "mesh-resources-authorization-policy-bookinfo-allow-to-ratings",
        "mesh-resources-authorization-policy-bookinfo-allow-to-reviews",
        "mesh-resources-authorization-policy-istio-system-allow-at-ingress",
      ],
    );
    assert.deepEqual(dependencyNames(named(mesh, "mesh-resources-gateway-istio-system-ingress")), [
      "mesh-resources-authorization-policy-bookinfo-allow-to-ratings",
      "mesh-resources-authorization-policy-bookinfo-allow-to-reviews",
      "mesh-resources-authorization-policy-istio-system-allow-at-ingress",
      "mesh-resources-authorization-policy-istio-system-allow-nothing",
      "mesh-resources-peer-authentication-istio-system-default",
      "mesh-resources-virtual-service-istio-system-ingress.bookinfo.example.com",
    ]);
  });

  it("registers budgets where there are two replicas at least", () => {
    assert.equal(
      named(mesh, "mesh-control-plane-pod-disruption-budget").type,
      "kubernetes:policy/v1:PodDisruptionBudget",
    );
    assert.equal(named(mesh, "mesh-istio-ingressgateway-pod-disruption-budget").custom, true);
  });

  it("shows no private key in the clear, in any input or output of any resource", () => {
    const data = inputs(named(mesh, "mesh-certificate-authority-cacerts"))["data"]!;
    const entries = data instanceof Secret ? (data.reveal() as Record<string, PropertyValue>) : data;
    const key = entries["ca-key.pem"]!;
    const base64 = String(key instanceof Secret ? key.reveal() : key);
    const pem = Buffer.from(base64, "base64").toString();
    assert.match(pem, /^-----BEGIN EC PRIVATE KEY-----\n/);
    for (const { name, inputs: given, outputs } of mesh.resources) {
      for (const text of [...plainTexts(given), ...plainTexts(outputs)]) {
        assert.ok(!text.includes("PRIVATE KEY"), `${name} shows a key`);
        assert.ok(!text.includes(base64), `${name} shows a key in base64`);
      }
    }
  });
});

describe("ServiceMesh with other choices", function () {
  this.timeout(180_000);

  it("takes over definitions in the cluster that the stack's configuration names, with a provider of their own", async () => {
    const deployment = await run(`new platform.ServiceMesh("mesh", {});`, { "kubernetes:context": "east" });
    const provider = named(deployment, "mesh-crds-provider");
    assert.equal(provider.inputs["upsertExistingObjects"], "true");
    assert.equal(provider.inputs["context"], "east");
    const definition = named(deployment, "mesh-crds-virtualservices.networking.istio.io");
    assert.match(definition.provider ?? "", /::mesh-crds-provider::/);
    assert.doesNotMatch(named(deployment, "mesh-control-plane-istiod").provider ?? "", /mesh-crds-provider/);
    assert.ok(
      !deployment.resources.some(({ type }) => type === "meshwright:index:MeshResources"),
      "no empty component",
    );
  });

  it("warns that the mesh configuration would vanish for a moment, until the provider may update it in place", async () => {
    const warnings = async (program: string, config: Record<string, string> = {}): Promise<string[]> =>
      (await run(program, config)).logs
        .filter(({ severity }) => severity === "warning")
        .map(({ message }) => message);
    const [warning, ...more] = await warnings(`new platform.ControlPlane("istio", {});`);
    assert.match(warning ?? "", /pulumi config set kubernetes:enableConfigMapMutable true/);
    assert.deepEqual(more, []);
    const mutable = { "kubernetes:enableConfigMapMutable": "true" };
    assert.deepEqual(await warnings(`new platform.ControlPlane("istio", {});`, mutable), []);
    const explicit = `new platform.ControlPlane("istio", {}, { provider: new Provider("cluster", {}) });`;
    assert.deepEqual(await warnings(explicit), []);
  });

  it("applies a hook to the objects of its kind alone, and leaves out what is switched off", async () => {
    const deployment = await run(`${SHOP}
      new platform.ServiceMesh("mesh", {
        mesh: shop,
        profile: "demo",
        revision: "canary",
        crds: false,
        certificateAuthority: false,
        rootNamespace: { ownership: "adopt", injection: "on-request" },
        namespaces: { bookinfo: {} },
        gateways: {},
      }, { transform: {
        deployment: (object) => ({ ...object, spec: { ...object.spec, revisionHistoryLimit: 3 } }),
        virtualService: (object) => ({ ...object, spec: { ...object.spec, exportTo: ["."] } }),
      } });
    `);
    const types = new Set(registered(deployment).map(({ type }) => type));
    for (const absent of ["Crds", "CertificateAuthority", "Gateway"]) {
      assert.ok(!types.has(`meshwright:index:${absent}`), absent);
    }
    const istiod = named(deployment, "mesh-control-plane-istiod");
    assert.equal(inputs(istiod)["spec"]!["revisionHistoryLimit"], 3);
    assert.equal(inputs(istiod)["metadata"]!["name"], "istiod-canary");
    const routes = named(deployment, "mesh-resources-virtual-service-bookinfo-reviews");
    assert.deepEqual(inputs(routes)["spec"]!["exportTo"], ["."]);
    assert.ok(
      !("exportTo" in inputs(named(deployment, "mesh-resources-destination-rule-bookinfo-reviews"))["spec"]!),
    );
    assert.equal(named(deployment, "mesh-namespaces-istio-system").type, "kubernetes:core/v1:NamespacePatch");
    assert.deepEqual(inputs(named(deployment, "mesh-namespaces-bookinfo"))["metadata"]!["labels"], {
      "istio.io/rev": "canary",
    });
  });
});
