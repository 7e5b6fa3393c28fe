import assert from "node:assert/strict";
import { analyse } from "../../../analysis";
import type { ObjectLike } from "../../../analysis/kubernetes-object";
import { compileMesh, type MeshManifest } from "../../../components/compile";
import { type AnyMesh, defineMesh, everyoneIn, MeshError } from "../../../components/intent";

/** reviews moves from machines to pods; ledger runs on machines alone. */
function shop(security: { networkPolicies?: "ingress-and-egress" } = {}) {
  const mesh = defineMesh("shop", {
    services: {
      web: { namespace: "front", ports: { http: { number: 80, protocol: "http", targetPort: 8080 } } },
      reviews: {
        namespace: "shop",
        ports: { http: { number: 80, protocol: "http", targetPort: 8080 } },
        serviceAccount: "reviews-runner",
        subsets: {
          v1: {
            labels: { version: "v1" },
            workloadEntries: { "reviews-1": { address: "10.20.0.7", ports: { http: 9080 }, weight: 90 } },
          },
          v2: { labels: { version: "v2" } },
        },
      },
      ledger: {
        namespace: "bank",
        ports: { grpc: { number: 9000, protocol: "grpc" } },
        createService: true,
        workloadGroups: {
          "ledger-vms": {
            network: "vms",
            locality: "eu-west/a",
            labels: { tier: "data" },
            probe: { httpGet: { path: "/healthz", port: 9001 }, periodSeconds: 5 },
          },
        },
      },
      till: {
        namespace: "bank",
        ports: { http: { number: 80, protocol: "http" } },
        workloadGroups: { tills: { addresses: ["10.30.0.0/16", "fd00::7"] } },
      },
    },
    security,
    scope: {},
  });
  const { web, reviews, ledger, till } = mesh.services;
  mesh.route(reviews, [mesh.otherwise().canary(reviews.subsets.v1, mesh.share(reviews.subsets.v2, 10))]);
  mesh.allow({ from: [web, till], to: reviews, methods: ["GET"] });
  mesh.allow({ from: reviews, to: ledger });
  return mesh;
}

function found(mesh: AnyMesh, kind: MeshManifest["kind"]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    compileMesh(mesh)
      .filter((each) => each.kind === kind)
      .map(({ metadata, spec }) => [`${metadata.namespace}/${metadata.name}`, spec]),
  );
}

const namespace = (name: string) => ({ matchLabels: { "kubernetes.io/metadata.name": name } });
const pods = (inNamespace: string, app: string) => ({
  namespaceSelector: namespace(inNamespace),
  podSelector: { matchLabels: { app } },
});

describe("workloads outside Kubernetes", () => {
  it("carry the labels of their service and subset, and its account, where its Kubernetes Service finds them", () => {
    assert.deepEqual(found(shop(), "WorkloadEntry"), {
      "shop/reviews-1": {
        address: "10.20.0.7",
        labels: { app: "reviews", version: "v1" },
        ports: { http: 9080 },
        weight: 90,
        serviceAccount: "reviews-runner",
      },
    });
  });

  it("that register by themselves come from a template, with a probe that tells their health", () => {
    assert.deepEqual(found(shop(), "WorkloadGroup")["bank/ledger-vms"], {
      metadata: { labels: { app: "ledger", tier: "data" } },
      template: { network: "vms", locality: "eu-west/a", serviceAccount: "ledger" },
      probe: { httpGet: { path: "/healthz", port: 9001 }, periodSeconds: 5 },
    });
  });

  it("get a Kubernetes Service where no other manifest brings one", () => {
    assert.deepEqual(found(shop(), "Service"), {
      "bank/ledger": {
        selector: { app: "ledger" },
        ports: [{ name: "grpc", port: 9000, targetPort: 9000, protocol: "TCP", appProtocol: "grpc" }],
      },
    });
  });

  it("are let in, and called, at the port that they listen on, by the identity of their service", () => {
    assert.deepEqual(found(shop(), "AuthorizationPolicy")["shop/allow-to-reviews"], {
      selector: { matchLabels: { app: "reviews" } },
      action: "ALLOW",
      rules: [
        {
          from: [
            {
              source: {
                principals: ["cluster.local/ns/bank/sa/till", "cluster.local/ns/front/sa/web"],
              },
            },
          ],
          to: [{ operation: { ports: ["8080", "9080"], methods: ["GET"] } }],
        },
      ],
    });
    assert.deepEqual(found(shop(), "AuthorizationPolicy")["bank/allow-to-ledger"], {
      selector: { matchLabels: { app: "ledger" } },
      action: "ALLOW",
      rules: [
        {
          from: [{ source: { principals: ["cluster.local/ns/shop/sa/reviews-runner"] } }],
          to: [{ operation: { ports: ["9000"] } }],
        },
      ],
    });
  });

  it("are counted and asked for mutual TLS at each port that they listen on", () => {
    const mesh = shop();
    mesh.rateLimit(mesh.services.reviews, { requests: 10, per: "1s" });
    const until = "2027-01-01";
    mesh.mtls({
      for: mesh.services.reviews,
      ports: ["http"],
      mode: "permissive",
      reason: "a probe without a sidecar",
      until,
    });
    const [filter] = Object.values(found(mesh, "EnvoyFilter")) as [
      { configPatches: { match: { listener: { portNumber: number } } }[] },
    ];
    assert.deepEqual(
      filter.configPatches.map(({ match }) => match.listener.portNumber),
      [8080, 9080],
    );
    assert.deepEqual(found(mesh, "PeerAuthentication")["shop/mtls-of-reviews"], {
      selector: { matchLabels: { app: "reviews" } },
      portLevelMtls: { "8080": { mode: "PERMISSIVE" }, "9080": { mode: "PERMISSIVE" } },
    });
  });

  it("are told what their service calls, as its pods are", () => {
    assert.deepEqual(found(shop(), "Sidecar")["shop/scope-reviews"], {
      workloadSelector: { labels: { app: "reviews" } },
      egress: [{ hosts: ["bank/ledger.bank.svc.cluster.local", "istio-system/*"] }],
    });
  });

  it("pass the cluster's network by their addresses; where those are not known, anyone passes, and the proxy decides", () => {
    const policies = found(shop({ networkPolicies: "ingress-and-egress" }), "NetworkPolicy") as Record<
      string,
      { ingress: unknown; egress: { to?: unknown; ports: { port: number }[] }[] }
    >;
    assert.deepEqual(policies["shop/calls-of-reviews"]?.ingress, [
      {
        from: [
          { ipBlock: { cidr: "10.30.0.0/16" } },
          { ipBlock: { cidr: "fd00::7/128" } },
          pods("bank", "till"),
          pods("front", "web"),
        ],
        ports: [
          { protocol: "TCP", port: 8080 },
          { protocol: "TCP", port: 9080 },
        ],
      },
    ]);
    const toReviews = policies["front/calls-of-web"]?.egress.find(({ ports }) =>
      ports.some(({ port }) => port === 9080),
    );
    assert.deepEqual(toReviews?.to, [{ ipBlock: { cidr: "10.20.0.7/32" } }, pods("shop", "reviews")]);
    const toLedger = policies["shop/calls-of-reviews"]?.egress.find(({ ports }) =>
      ports.some(({ port }) => port === 9000),
    );
    assert.deepEqual(toLedger, { ports: [{ protocol: "TCP", port: 9000 }] });
  });

  it("of callers that are a whole namespace change nothing in who may call", () => {
    const mesh = defineMesh("m", {
      services: {
        a: {
          namespace: "n",
          ports: { http: { number: 80, protocol: "http" } },
          workloadEntries: { "a-1": { network: "far" } },
        },
      },
    });
    mesh.allow({ from: everyoneIn("batch"), to: mesh.services.a });
    assert.deepEqual(found(mesh, "WorkloadEntry")["n/a-1"], {
      labels: { app: "a" },
      network: "far",
      serviceAccount: "a",
    });
  });

  it("leave nothing for the rules of the strict pack to complain of", () => {
    const objects = JSON.parse(JSON.stringify(compileMesh(shop()))) as ObjectLike[];
    const pod = (namespace: string, app: string, version: string) => ({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: app, namespace, labels: { app, version } },
      spec: { containers: [], serviceAccountName: app === "reviews" ? "reviews-runner" : app },
    });
    const ofReviews = {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "reviews", namespace: "shop" },
      spec: {
        selector: { app: "reviews" },
        ports: [{ name: "http", port: 80, targetPort: 8080, appProtocol: "http" }],
      },
    };
    const { findings } = analyse(
      [...objects, pod("shop", "reviews", "v2"), pod("front", "web", "v1"), ofReviews].map((object) => ({
        object,
      })),
      { pack: "strict" },
    );
    // What the rest of an installation would bring is not here.
    const about = findings.filter(
      ({ rule }) => !/^(install|workload-pod|egress-registry|telemetry|resilience-timeout)/.test(rule),
    );
    assert.deepEqual(
      about.map(({ rule, object, message }) => `${rule} ${object.kind} ${object.name}: ${message}`),
      [],
    );
  });

  it("that are wrong are refused, all at once, each with its place", () => {
    const http = { number: 80, protocol: "http", targetPort: 8080 } as const;
    const services: unknown = {
      a: {
        namespace: "n",
        ports: { http, admin: { number: 81, protocol: "http" } },
        workloadEntries: {
          Loud: { address: "10.0.0.1" },
          nowhere: { weight: 1 },
          named: { address: "vm.example.org" },
          "other-port": { address: "10.0.0.2", ports: { metrics: 9090 } },
          "port-of-admin": { address: "10.0.0.3", ports: { http: 81 } },
        },
        subsets: {
          v1: {
            labels: { version: "v1" },
            workloadGroups: {
              "v1-vms": { probe: { grpc: { port: 1 } }, locality: "eu/*" },
              "v2-vms": { labels: { app: "b", version: "v2" } },
              both: { probe: { httpGet: { port: 1 }, exec: { command: ["true"] } } },
              "no-range": { addresses: ["10.0.0.0/33"] },
            },
          },
        },
      },
    };
    const mesh = defineMesh("m", { services: services as Record<string, never> });
    assert.throws(() => mesh.intent(), MeshError);
    assert.deepEqual(
      mesh.validate().map(({ path, message }) => `${path}: ${message}`),
      [
        "services.a.workloadEntries.Loud: is not valid",
        "services.a.workloadEntries.nowhere.address: is missing, and no network says where the machine is",
        "services.a.workloadEntries.named.address: is not valid",
        "services.a.workloadEntries.other-port.ports.metrics: is not a name that is possible here",
        'services.a.workloadEntries.port-of-admin.ports.http: is 81, where the service\'s other workloads have their port "admin": a permission for one would open both',
        "services.a.subsets.v1.workloadGroups.v1-vms.locality: is not valid",
        "services.a.subsets.v1.workloadGroups.v1-vms.probe.grpc: is a kind of probe that the webhook of istiod refuses",
        "services.a.subsets.v1.workloadGroups.v2-vms.labels.app: is not the value that the service or its subset knows its workloads by",
        "services.a.subsets.v1.workloadGroups.v2-vms.labels.version: is not the value that the service or its subset knows its workloads by",
        "services.a.subsets.v1.workloadGroups.both.probe: has httpGet and exec, of which only one can hold",
        "services.a.subsets.v1.workloadGroups.no-range.addresses[0]: is not valid",
      ],
    );
  });
});
