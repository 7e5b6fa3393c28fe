import assert from "node:assert/strict";

import type { Deployment } from "../../engine";
import { compileMesh } from "../../components/compile";
import { defineMesh } from "../../components/intent";
import { workloadObjects } from "../../components/platform/service-workload/objects";
import { planWorkload } from "../../components/platform/service-workload/problems";
import { dependencyNames, named, registered, run } from "./support";
import { complete } from "../support/complete-problem";

const shop = defineMesh("shop", {
  services: {
    reviews: {
      namespace: "shop",
      ports: {
        http: { number: 80, protocol: "http", targetPort: 9080 },
        stats: { number: 9090, protocol: "grpc" },
      },
      subsets: { v1: { labels: { version: "v1" } }, v2: { labels: { version: "v2" } } },
      serviceAccount: "bookinfo-reviews",
    },
    ratings: {
      namespace: "shop",
      ports: { http: { number: 80, protocol: "http" } },
      labels: { tier: "back" },
    },
  },
});
const { reviews, ratings } = shop.services;
const image = "example.com/ratings:1.4.2";

const objectsOf = (args: Parameters<typeof planWorkload>[0]) => {
  const { plan, problems } = planWorkload(args);
  assert.deepEqual(problems, []);
  assert.ok(plan);
  return workloadObjects(plan);
};
const problemsOf = (args: Parameters<typeof planWorkload>[0]) =>
  complete(planWorkload(args).problems).map(({ id, path }) => `${id} ${path}`);

describe("the workload of a service", () => {
  it("takes ports, names, labels and account from the catalogue, as routes and policies have them", () => {
    const { serviceAccount, service, deployments } = objectsOf({ service: reviews, image });
    assert.equal(serviceAccount.metadata.name, "bookinfo-reviews");
    assert.equal(serviceAccount.automountServiceAccountToken, false);
    assert.deepEqual(service?.spec, {
      selector: { app: "reviews" },
      ports: [
        { name: "http", port: 80, targetPort: 9080, protocol: "TCP", appProtocol: "http" },
        { name: "stats", port: 9090, targetPort: 9090, protocol: "TCP", appProtocol: "grpc" },
      ],
    });
    const rule = compileMesh(shop).find(({ kind }) => kind === "DestinationRule");
    assert.ok(rule?.kind === "DestinationRule");
    assert.deepEqual(
      deployments.map(({ deployment }) => deployment.metadata),
      (rule.spec.subsets ?? []).map(({ name, labels }) => ({
        name: `reviews-${name}`,
        namespace: "shop",
        labels: { app: "reviews", ...labels },
      })),
    );
  });

  it("gives pods the boundaries by which promises of the mesh are measured there, and no others", () => {
    const ports = { http: { number: 80, protocol: "http" } } as const;
    const promised = defineMesh("promised", {
      services: {
        web: { namespace: "shop", ports },
        db: { namespace: "shop", ports },
        cart: { namespace: "shop", ports },
      },
    });
    const { web, db, cart } = promised.services;
    const buckets = (service: unknown, podAnnotations = {}): number[] | undefined => {
      const [first] = objectsOf({ service, image, podAnnotations }).deployments;
      const { template } = first?.deployment.spec as {
        template: { metadata: { annotations?: Record<string, string> } };
      };
      const text = template.metadata.annotations?.["sidecar.istio.io/statsHistogramBuckets"];
      return text === undefined ? undefined : (JSON.parse(text) as Record<string, number[]>)["istiocustom"];
    };
    promised.slo(web, { latency: { p: 0.99, under: "300ms", buckets: "annotated" } });
    assert.deepEqual(buckets(web)?.slice(6, 10), [100, 250, 300, 500]);
    assert.equal(buckets(db), undefined);
    promised.slo(cart, { latency: { p: 0.9, under: "70ms", buckets: "annotated" }, reporter: "source" });
    // Whoever calls measures: every service may.
    assert.deepEqual(buckets(db)?.slice(4, 8), [25, 50, 70, 100]);
    assert.deepEqual(buckets(web)?.slice(4, 10), [25, 50, 70, 100, 250, 300]);
    const own = { "sidecar.istio.io/statsHistogramBuckets": '{"istiocustom":[1]}' };
    assert.deepEqual(buckets(web, own), [1]);
    assert.deepEqual(promised.validate(), []);
  });

  it("leaves the Service to the mesh where that writes it", () => {
    const mixed = defineMesh("mixed", {
      services: {
        web: { namespace: "shop", ports: { http: { number: 80, protocol: "http" } }, createService: true },
      },
    });
    assert.equal(objectsOf({ service: mixed.services.web, image }).service, undefined);
  });

  it("runs one Deployment where there are no subsets, told apart by the tag of its image", () => {
    const { deployments } = objectsOf({ service: ratings, image });
    assert.equal(deployments.length, 1);
    const { metadata, spec } = deployments[0]!.deployment as unknown as {
      metadata: object;
      spec: { selector: object; template: { metadata: object } };
    };
    assert.deepEqual(metadata, { name: "ratings", namespace: "shop", labels: { tier: "back" } });
    // A selector never changes, and a tag does.
    assert.deepEqual(spec.selector, { matchLabels: { tier: "back" } });
    assert.deepEqual(spec.template.metadata, {
      labels: { "app.kubernetes.io/version": "1.4.2", tier: "back" },
    });
  });

  it("names no version where there is one already, or where the tag is none that a label takes", () => {
    const labels = (args: Parameters<typeof planWorkload>[0]) =>
      objectsOf(args).deployments.map(({ deployment }) => {
        const { template } = deployment.spec as unknown as { template: { metadata: { labels: object } } };
        return template.metadata.labels;
      });
    assert.deepEqual(labels({ service: reviews, image, subsets: { v1: {} } }), [
      { app: "reviews", version: "v1" },
    ]);
    assert.deepEqual(labels({ service: ratings, image, labels: { version: "main" } }), [
      { version: "main", tier: "back" },
    ]);
    for (const other of ["example.com:5000/ratings", "example.com/ratings@sha256:0123", "ratings:-x"]) {
      assert.deepEqual(labels({ service: ratings, image: other }), [{ tier: "back" }], other);
    }
    assert.deepEqual(labels({ service: ratings, image: "ratings:2.0@sha256:0123" }), [
      { "app.kubernetes.io/version": "2.0", tier: "back" },
    ]);
  });

  it("runs the subsets that are named, each with what differs from the rest", () => {
    const { deployments } = objectsOf({
      service: reviews,
      image,
      replicas: 3,
      subsets: { v2: { image: "example.com/reviews:2", replicas: 1 } },
    });
    assert.deepEqual(
      deployments.map(({ subset, budget, deployment }) => [
        subset,
        budget !== undefined,
        (deployment.spec as { replicas: number }).replicas,
      ]),
      [["v2", false, 1]],
    );
  });

  it("meets the restricted level, and writes to the folders that are named", () => {
    const { deployments } = objectsOf({
      service: ratings,
      image,
      writable: ["/tmp", "/cache"],
      volumes: [{ name: "model", mountPath: "/model", persistentVolumeClaim: { claimName: "model" } }],
      env: { MODE: "fast", NODE: { fieldRef: { fieldPath: "spec.nodeName" } } },
      pod: { nodeSelector: { disk: "ssd" } },
    });
    const { template } = deployments[0]!.deployment.spec as unknown as { template: { spec: object } };
    assert.deepEqual(template.spec, {
      securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: "RuntimeDefault" } },
      nodeSelector: { disk: "ssd" },
      serviceAccountName: "ratings",
      containers: [
        {
          name: "ratings",
          image,
          env: [
            { name: "MODE", value: "fast" },
            { name: "NODE", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } },
          ],
          ports: [{ containerPort: 80 }],
          readinessProbe: { tcpSocket: { port: 80 } },
          resources: { requests: { cpu: "50m", memory: "64Mi" }, limits: { memory: "256Mi" } },
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ["ALL"] },
          },
          volumeMounts: [
            { name: "writable-0", mountPath: "/tmp" },
            { name: "writable-1", mountPath: "/cache" },
            { name: "model", mountPath: "/model", readOnly: true },
          ],
        },
      ],
      volumes: [
        { name: "writable-0", emptyDir: {} },
        { name: "writable-1", emptyDir: {} },
        { name: "model", persistentVolumeClaim: { claimName: "model" } },
      ],
    });
  });

  it("reports everything that is wrong with it at once", () => {
    assert.deepEqual(
      problemsOf({ service: reviews, runAsUser: 1337, subsets: { v1: { replicas: 1.5 }, v3: { image } } }),
      [
        "platform/unknown-subset subsets.v3",
        "platform/bad-count subsets.v1.replicas",
        "platform/no-image subsets.v1.image",
        "platform/forbidden-user subsets.v1.runAsUser",
      ],
    );
    assert.deepEqual(problemsOf({ service: ratings, image: "", runAsUser: 0, writable: ["tmp", "/"] }), [
      "platform/no-image image",
      "platform/forbidden-user runAsUser",
      "platform/bad-path writable",
    ]);
  });

  it("refuses what is no service, and one that the catalogue declares badly, in the catalogue's words", () => {
    assert.deepEqual(problemsOf({ service: "reviews", image }), ["intent/unknown-service service"]);
    const bad = defineMesh("bad", {
      services: { web: { namespace: "Shop", ports: { http: { number: 0, protocol: "http" } } } },
    });
    assert.deepEqual(problemsOf({ service: bad.services.web, image }), [
      "intent/namespace services.web.namespace",
      "intent/port-number services.web.ports.http.number",
    ]);
  });
});

describe("ServiceWorkload", () => {
  let deployment: Deployment;
  before(async function () {
    this.timeout(60_000);
    deployment = await run(`
      const shop = intent.defineMesh("shop", { services: { web: {
        namespace: "shop", ports: { http: { number: 80, protocol: "http" } },
        subsets: { v1: { labels: { version: "v1" } }, v2: { labels: { version: "v2" } } },
      } } });
      const web = new platform.ServiceWorkload("web", {
        service: shop.services.web, image: pulumi.output("example.com/web:1"), subsets: { v1: {}, v2: { replicas: 1 } },
      }, { transform: { deployment: (each) => ({ ...each, spec: { ...each.spec, revisionHistoryLimit: 3 } }) } });
      export const host = web.host;
    `);
  });

  it("registers its objects as its children, by names that stay", () => {
    const children = registered(deployment).filter(({ parent }) => parent?.endsWith("::web"));
    assert.deepEqual(children.map(({ name }) => name).toSorted(), [
      "web-budget-v1",
      "web-deployment-v1",
      "web-deployment-v2",
      "web-service",
      "web-service-account",
    ]);
    assert.deepEqual(dependencyNames(named(deployment, "web-deployment-v1")), ["web-service-account"]);
    const { type } = named(deployment, "web");
    assert.equal(type, "meshwright:index:ServiceWorkload");
  });

  it("says by what name it is reached, and lets its objects be changed", () => {
    assert.equal(deployment.outputs["host"], "web.shop.svc.cluster.local");
    const { spec } = named(deployment, "web-deployment-v2").inputs as {
      spec: { revisionHistoryLimit: number; replicas: number };
    };
    assert.deepEqual([spec.revisionHistoryLimit, spec.replicas], [3, 1]);
  });
});
