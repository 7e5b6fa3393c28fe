import assert from "node:assert/strict";

import { container, injected, proxy, variable } from "./cases";
import { type InjectedTemplate, requireEvaluator } from "./evaluator";

const APP = { name: "app", image: "registry.example.com/shop:1.0.0" };

describe("pods as users write them", () => {
  before(function () {
    requireEvaluator(this);
  });

  it("a pod without labels and annotations is named after its workload", () => {
    const { labels } = injected({ labels: {}, annotations: {} }).metadata;
    assert.deepEqual(labels, {
      "security.istio.io/tlsMode": "istio",
      "service.istio.io/canonical-name": "shop",
      "service.istio.io/canonical-revision": "latest",
    });
  });

  const names: readonly (readonly [string, Record<string, string>, string, string])[] = [
    ["app and version", { app: "a", version: "v1" }, "a", "v1"],
    [
      "Kubernetes' own names before those",
      { app: "a", "app.kubernetes.io/name": "k", version: "v1", "app.kubernetes.io/version": "v2" },
      "k",
      "v2",
    ],
    [
      "the canonical names before all",
      {
        "app.kubernetes.io/name": "k",
        "service.istio.io/canonical-name": "c",
        "service.istio.io/canonical-revision": "v3",
      },
      "c",
      "v3",
    ],
  ];
  for (const [name, labels, service, revision] of names) {
    it(`the canonical service follows from ${name}`, () => {
      const { metadata } = injected({ labels });
      assert.deepEqual(
        [
          metadata.labels?.["service.istio.io/canonical-name"],
          metadata.labels?.["service.istio.io/canonical-revision"],
        ],
        [service, revision],
      );
    });
  }

  it("a label says that the workload takes no mutual TLS", () => {
    const labels = { "security.istio.io/tlsMode": "disabled" };
    assert.equal(injected({ labels }).metadata.labels?.["security.istio.io/tlsMode"], "disabled");
  });

  it("a label renames the workload for telemetry", () => {
    const pod = injected({ labels: { "service.istio.io/workload-name": "renamed" } });
    assert.equal(variable(pod, "ISTIO_META_WORKLOAD_NAME")?.value, "renamed");
  });

  it("the owner is the object of whatever kind", () => {
    const pod = injected({ kind: "StatefulSet" });
    assert.equal(
      variable(pod, "ISTIO_META_OWNER")?.value,
      "kubernetes://apis/apps/v1/namespaces/shop/statefulsets/shop",
    );
  });

  it("the ports and names of all containers are told, in order", () => {
    const pod = injected({
      spec: {
        containers: [
          { ...APP, ports: [{ containerPort: 80 }, { name: "udp", containerPort: 53, protocol: "UDP" }] },
          { ...APP, name: "second", ports: [{ name: "grpc", containerPort: 9090 }] },
        ],
      },
    });
    assert.equal(
      variable(pod, "ISTIO_META_POD_PORTS")?.value,
      '[\n    {"containerPort":80}\n    ,{"name":"udp","containerPort":53,"protocol":"UDP"}\n    ,{"name":"grpc","containerPort":9090}\n]',
    );
    assert.equal(variable(pod, "ISTIO_META_APP_CONTAINERS")?.value, "app,second");
    assert.equal(pod.metadata.annotations?.["kubectl.kubernetes.io/default-container"], "app");
  });

  it("text with quotes, colons and line ends arrives as it was written", () => {
    const metadata = { TEXT: "a: \"b\" 'c' \\ {{ }} # d\ne", NUMBER: "0123", YES: "yes" };
    const pod = injected({ mesh: { defaultConfig: { proxyMetadata: metadata } } });
    assert.deepEqual(
      Object.keys(metadata).map((name) => variable(pod, name)?.value),
      Object.values(metadata),
    );
  });

  it("what the workload says of the proxy's container wins, field by field", () => {
    const own = {
      name: "istio-proxy",
      image: "auto",
      resources: { limits: { cpu: "3" } },
      env: [{ name: "MINE", value: "1" }],
      securityContext: { runAsUser: 5 },
    };
    for (const nativeSidecars of [false, true]) {
      const pod = injected({ spec: { containers: [APP, own] }, request: { nativeSidecars } });
      assert.equal(proxy(pod).image, "registry.istio.io/release/proxyv2:1.31.1");
      assert.deepEqual(proxy(pod)["resources"], {
        limits: { cpu: "3", memory: "1Gi" },
        requests: { cpu: "100m", memory: "128Mi" },
      });
      assert.equal(variable(pod, "MINE")?.value, "1");
      assert.equal(variable(pod, "TRUST_DOMAIN")?.value, "cluster.local");
      assert.equal((proxy(pod)["securityContext"] as { runAsUser: number }).runAsUser, 5);
      assert.equal(pod.spec.containers.length, nativeSidecars ? 1 : 2);
    }
  });

  it("init containers, volumes and pull secrets of the workload stay", () => {
    const pod = injected({
      options: { imagePullSecrets: ["mesh"] },
      spec: {
        initContainers: [{ ...APP, name: "migrate" }],
        containers: [APP],
        volumes: [{ name: "data", emptyDir: {} }],
        imagePullSecrets: [{ name: "own" }],
      },
    });
    assert.equal(container(pod, "migrate").image, APP.image);
    assert.ok(pod.spec.volumes?.some(({ name }) => name === "data"));
    assert.deepEqual(pod.spec.imagePullSecrets?.map(({ name }) => name).sort(), ["mesh", "own"]);
  });
});

describe("templates that a pod names", () => {
  const auto = { containers: [{ name: "istio-proxy", image: "auto" }] };

  before(function () {
    requireEvaluator(this);
  });

  it("a template of the user's own is laid over ours: SPIRE hands out the certificates", () => {
    const spire = [
      "spec:",
      "  volumes:",
      "  - name: workload-socket",
      "    csi: {driver: csi.spiffe.io, readOnly: true}",
      "  containers:",
      "  - name: istio-proxy",
      "    volumeMounts:",
      "    - {name: workload-socket, mountPath: /var/run/secrets/workload-spiffe-uds, readOnly: true}",
    ].join("\n");
    for (const [template, spec] of [
      ["gateway", auto],
      ["sidecar", { containers: [APP] }],
    ] as const) {
      const pod = injected({
        options: { injection: { templates: { spire } } },
        annotations: { "inject.istio.io/templates": `${template},spire` },
        spec,
      });
      assert.deepEqual(
        pod.spec.volumes?.find(({ name }) => name === "workload-socket"),
        { name: "workload-socket", csi: { driver: "csi.spiffe.io", readOnly: true } },
      );
    }
  });

  it("a default template of the user's own replaces the sidecar", () => {
    const pod = injected({
      options: {
        injection: { defaultTemplates: ["label"], templates: { label: "metadata: {labels: {a: b}}" } },
      },
    });
    assert.deepEqual([pod.metadata.labels, pod.spec.containers.length], [{ app: "shop", a: "b" }, 1]);
  });

  it("a template that is not there is an error that names it", () => {
    assert.throws(
      () => injected({ annotations: { "inject.istio.io/templates": "nonesuch" } }),
      /"nonesuch" not found/,
    );
  });

  describe("gateway", () => {
    const gateway = (options: Parameters<typeof injected>[0]): InjectedTemplate =>
      injected({
        spec: auto,
        ...options,
        annotations: { "inject.istio.io/templates": "gateway", ...options.annotations },
      });

    it("security of the pod as the mesh's values say", () => {
      const pod = gateway({ options: { gateways: { securityContext: { runAsNonRoot: true } } } });
      assert.deepEqual(pod.spec["securityContext"], { runAsNonRoot: true });
    });

    it("a bootstrap of the pod's own", () => {
      const pod = gateway({ annotations: { "sidecar.istio.io/bootstrapOverride": "mine" } });
      assert.equal(
        variable(pod, "ISTIO_BOOTSTRAP_OVERRIDE")?.value,
        "/etc/istio/custom-bootstrap/custom_bootstrap.json",
      );
      assert.ok(proxy(pod).volumeMounts?.some(({ name }) => name === "custom-bootstrap-volume"));
      assert.ok(pod.spec.volumes?.some(({ name }) => name === "custom-bootstrap-volume"));
    });

    it("revision, mesh, network and logs as for a sidecar", () => {
      const pod = gateway({
        options: { revision: "canary", meshId: "mesh1", network: "net-west", logAsJson: true },
        request: { revision: "canary" },
        annotations: { "sidecar.istio.io/logLevel": "debug" },
      });
      assert.equal(pod.metadata.annotations?.["istio.io/rev"], "canary");
      assert.equal(variable(pod, "CA_ADDR")?.value, "istiod-canary.istio-system.svc:15012");
      assert.equal(variable(pod, "ISTIO_META_MESH_ID")?.value, "mesh1");
      assert.equal(variable(pod, "ISTIO_META_NETWORK")?.value, "net-west");
      assert.ok(proxy(pod).args?.includes("--proxyLogLevel=debug"));
      assert.equal(proxy(pod).args?.at(-1), "--log_as_json");
    });

    it("an application beside it is kubectl's default container", () => {
      const pod = gateway({ spec: { containers: [APP, ...auto.containers] } });
      assert.equal(variable(pod, "ISTIO_META_APP_CONTAINERS")?.value, "app");
      assert.equal(pod.metadata.annotations?.["kubectl.kubernetes.io/default-container"], "app");
    });

    it("is never a native sidecar", () => {
      const pod = gateway({ request: { nativeSidecars: true } });
      assert.deepEqual(
        [pod.spec.containers.map(({ name }) => name), pod.spec.initContainers],
        [["istio-proxy"], undefined],
      );
    });
  });

  describe("grpc-agent", () => {
    it("starts an agent without Envoy, and points every application to it", () => {
      const pod = injected({
        annotations: { "inject.istio.io/templates": "grpc-agent" },
        spec: { containers: [APP, { ...APP, name: "second" }] },
      });
      assert.equal(variable(pod, "DISABLE_ENVOY")?.value, "true");
      assert.equal(variable(pod, "ISTIO_META_GENERATOR")?.value, "grpc");
      assert.equal(pod.spec.initContainers, undefined);
      for (const name of ["app", "second"]) {
        const { env, volumeMounts, image } = container(pod, name);
        assert.equal(
          env?.find((one) => one.name === "GRPC_XDS_BOOTSTRAP")?.value,
          "/etc/istio/proxy/grpc-bootstrap.json",
        );
        assert.deepEqual(volumeMounts?.map((mount) => mount.name).sort(), [
          "istio-data",
          "istio-xds",
          "workload-certs",
        ]);
        assert.equal(image, APP.image);
      }
      assert.deepEqual((proxy(pod)["readinessProbe"] as { httpGet: unknown }).httpGet, {
        path: "/healthz/ready",
        port: 15020,
      });
      assert.equal(pod.metadata.annotations?.["sidecar.istio.io/rewriteAppHTTPProbers"], "false");
    });
  });

  describe("grpc-simple", () => {
    it("writes a bootstrap that names the istiod of the revision", () => {
      const pod = injected({
        options: { revision: "canary" },
        annotations: { "inject.istio.io/templates": "grpc-simple" },
      });
      const writer = container(pod, "grpc-bootstrap-init");
      assert.equal(writer.env?.find(({ name }) => name === "ISTIO_NAMESPACE")?.value, "istio-system");
      const script = (writer["command"] as string[]).at(-1) ?? "";
      const json = script.slice(script.indexOf("{"), script.lastIndexOf("}") + 1);
      assert.deepEqual(JSON.parse(json), {
        xds_servers: [
          {
            server_uri: "dns:///istiod-canary.${ISTIO_NAMESPACE}.svc:15010",
            channel_creds: [{ type: "insecure" }],
            server_features: ["xds_v3"],
          },
        ],
        node: {
          id: "sidecar~${INSTANCE_IP}~${POD_NAME}.${POD_NAMESPACE}~cluster.local",
          metadata: { GENERATOR: "grpc" },
        },
      });
      assert.equal(container(pod, "app").env?.[0]?.value, "/var/lib/grpc/data/bootstrap.json");
    });
  });
});
