import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { MeshError } from "../../components/intent/problem";
import {
  Cni,
  ControlPlane,
  Gateway,
  type GatewayArgs,
  ServiceMesh,
  Ztunnel,
} from "../../components/platform";
import { CNI_TABLE } from "../../components/platform/charts/cni";
import {
  BASE_VALUES,
  CONTROL_PLANE_TABLE,
  ISTIOD_VALUES,
} from "../../components/platform/charts/control-plane";
import { chartLocation } from "../../components/platform/charts/install";
import { chartValues } from "../../components/platform/charts/table";
import { ZTUNNEL_TABLE, ZTUNNEL_VALUES } from "../../components/platform/charts/ztunnel";
import { type CniArgs } from "../../components/platform/cni";
import { cniSettings } from "../../components/platform/cni/settings";
import type { ControlPlaneArgs } from "../../components/platform/control-plane";
import { controlPlaneSettings } from "../../components/platform/control-plane/settings";
import { gatewayChartValues } from "../../components/platform/gateway/from-chart";
import { gatewaySettings } from "../../components/platform/gateway/settings";
import type { ZtunnelArgs } from "../../components/platform/ztunnel";
import { ztunnelSettings } from "../../components/platform/ztunnel/settings";
import { istioCrds } from "../../components/resources/crds";
import { renderManifests } from "../../engine/manifests";
import { HELM_VALUES_FILE, helmValuesPage } from "../../scripts/helm-values";
import { dependencyNames, named, run } from "./support";
import { complete } from "../support/complete-problem";

const istiod = (args: ControlPlaneArgs): Record<string, unknown> =>
  chartValues("istiod", CONTROL_PLANE_TABLE, controlPlaneSettings(args), args, ISTIOD_VALUES);
const gateway = (args: GatewayArgs): Record<string, unknown> =>
  gatewayChartValues(gatewaySettings(args), args);
const cni = (args: CniArgs): Record<string, unknown> =>
  chartValues("cni", CNI_TABLE, cniSettings(args), args);
const ztunnel = (args: ZtunnelArgs): Record<string, unknown> =>
  chartValues("ztunnel", ZTUNNEL_TABLE, ztunnelSettings(args), args, ZTUNNEL_VALUES);

const problemsOf = (make: () => unknown): string[] => {
  try {
    make();
  } catch (error) {
    if (error instanceof MeshError) return complete(error.problems).map(({ id, path }) => `${path} [${id}]`);
    throw error;
  }
  return [];
};

describe("the arguments of a component as values of the official charts", () => {
  it("of a control plane", () => {
    assert.deepEqual(
      istiod({
        profile: "demo",
        revision: "canary",
        namespace: "mesh",
        hub: "registry.example/istio",
        tag: "1.31.1-own",
        cni: true,
        meshConfig: { outboundTrafficPolicy: { mode: "REGISTRY_ONLY" } },
        autoscale: { min: 2, max: 4 },
        env: { PILOT_ENABLE_ANALYSIS: "true" },
        unknownEnv: { GOMEMLIMIT_RATIO: "0.9" },
        clusterName: "east",
        network: "net-1",
      }),
      {
        global: {
          defaultPodDisruptionBudget: { enabled: true },
          hub: "registry.example/istio",
          istioNamespace: "mesh",
          istiod: { enableAnalysis: true },
          logAsJson: false,
          logging: { level: "default:info" },
          multiCluster: { clusterName: "east" },
          network: "net-1",
          proxy: { clusterDomain: "cluster.local" },
          tag: "1.31.1-own",
        },
        meshConfig: { outboundTrafficPolicy: { mode: "REGISTRY_ONLY" } },
        pilot: {
          autoscaleEnabled: true,
          autoscaleMin: 2,
          autoscaleMax: 4,
          cni: { enabled: true, provider: "default" },
          cpu: { targetAverageUtilization: 80 },
          env: { GOMEMLIMIT_RATIO: "0.9" },
          resources: { requests: { cpu: "10m", memory: "100Mi" } },
          traceSampling: 100,
        },
        profile: "demo",
        revision: "canary",
        seccompProfile: { type: "RuntimeDefault" },
        trustedZtunnelNamespace: "mesh",
      },
    );
  });

  it("leave definitions to `Crds`, which keeps them when a stack goes", () => {
    const values = chartValues("base", CONTROL_PLANE_TABLE, controlPlaneSettings({}), {}, BASE_VALUES);
    assert.deepEqual(values, {
      base: { excludedCRDs: istioCrds.crds.map(({ metadata }) => metadata.name) },
      defaultRevision: "",
      global: { istioNamespace: "istio-system" },
    });
  });

  it("of a gateway: name, ports and account as our own objects have them, and a number in place of an autoscaler", () => {
    const { volumes, volumeMounts, ...values } = gateway({
      gatewayName: "edge",
      namespace: "edge",
      replicas: 3,
      ports: [{ name: "https", port: 443, targetPort: 8443 }],
      serviceAnnotations: { "cloud.example/internal": "true" },
      externalTrafficPolicy: "Local",
      revision: "canary",
    });
    assert.equal((volumes as unknown[]).length, (volumeMounts as unknown[]).length);
    assert.deepEqual(values, {
      autoscaling: { enabled: false },
      containerSecurityContext: {
        allowPrivilegeEscalation: false,
        capabilities: { drop: ["ALL"] },
        privileged: false,
        readOnlyRootFilesystem: true,
      },
      env: { ISTIO_META_UNPRIVILEGED_POD: "true" },
      name: "edge",
      podDisruptionBudget: { minAvailable: 1 },
      replicaCount: 3,
      resources: {
        limits: { cpu: "2000m", memory: "1024Mi" },
        requests: { cpu: "100m", memory: "128Mi" },
      },
      revision: "canary",
      service: {
        annotations: { "cloud.example/internal": "true" },
        externalTrafficPolicy: "Local",
        ports: [{ name: "https", port: 443, targetPort: 8443, protocol: "TCP" }],
        type: "LoadBalancer",
      },
      securityContext: {
        runAsGroup: 1337,
        runAsNonRoot: true,
        runAsUser: 1337,
        seccompProfile: { type: "RuntimeDefault" },
      },
      serviceAccount: { name: "edge-service-account" },
      strategy: { rollingUpdate: { maxSurge: "100%", maxUnavailable: "25%" } },
    });
  });

  it("of the CNI agent, with what a platform needs", () => {
    const values = cni({
      platform: "openshift",
      profile: "ambient",
      repair: "delete",
      maxUnavailable: "10%",
    });
    assert.deepEqual(values["ambient"], { enabled: true });
    assert.deepEqual(values["repair"], {
      enabled: true,
      labelPods: false,
      deletePods: true,
      repairPods: false,
    });
    assert.deepEqual(values["updateStrategy"], { rollingUpdate: { maxUnavailable: "10%" } });
    const { cniBinDir, provider } = values["cni"] as { cniBinDir: string; provider: string };
    assert.equal(provider, "multus");
    assert.equal(cniBinDir, "/var/lib/cni/bin");
    assert.equal((values["global"] as { platform: string }).platform, "openshift");
  });

  it("of ztunnel: our name of its DaemonSet, and where it finds the control plane", () => {
    const values = ztunnel({ controlPlaneNamespace: "mesh", revision: "canary", network: "net-1" });
    assert.equal(values["resourceName"], "ztunnel");
    assert.equal(values["istioNamespace"], "mesh");
    assert.equal(values["xdsAddress"], "istiod-canary.mesh.svc:15012");
    assert.equal(values["network"], "net-1");
    assert.equal(values["variant"], "distroless");
  });

  it("are what docs/helm-values.md says (else run `npm run generate`)", () => {
    assert.equal(readFileSync(HELM_VALUES_FILE, "utf8"), helmValuesPage());
  });
});

describe("a chart", () => {
  it("comes from a repository, a registry or a folder, in the version of the Istio release", () => {
    assert.deepEqual(chartLocation("istiod", {}, "1.31.1"), {
      chart: "istiod",
      version: "1.31.1",
      repositoryOpts: { repo: "https://istio-release.storage.googleapis.com/charts" },
    });
    assert.deepEqual(chartLocation("istiod", { repository: "oci://charts.example/istio/" }, "1.31.1"), {
      chart: "oci://charts.example/istio/istiod",
      version: "1.31.1",
    });
    assert.deepEqual(
      chartLocation("istiod", { repository: "https://charts.example", version: "1.31.0" }, "1.31.1"),
      { chart: "istiod", version: "1.31.0", repositoryOpts: { repo: "https://charts.example" } },
    );
    assert.deepEqual(chartLocation("istiod", { path: "./charts/" }, "1.31.1"), { chart: "./charts/istiod" });
  });

  it("is refused where its location cannot be right, with every problem", () => {
    const folder = mkdtempSync(join(tmpdir(), "charts-"));
    mkdirSync(join(folder, "base"));
    writeFileSync(join(folder, "base", "Chart.yaml"), "name: base\n");
    assert.deepEqual(
      problemsOf(
        () => new ControlPlane("istio", { source: "helm", chart: { path: folder, version: "1.31.1" } }),
      ),
      ["chart.version [platform/two-charts]", "chart.path [platform/no-chart]"],
    );
    rmSync(folder, { recursive: true });
    assert.deepEqual(
      problemsOf(() => new Gateway("edge", { source: "helm", chart: { repository: "charts.example" } })),
      ["chart.repository [platform/bad-repository]"],
    );
    assert.deepEqual(
      problemsOf(() => new Cni("cni", { chart: {} })),
      ["chart [platform/chart-without-helm]"],
    );
  });

  it("is refused with what it cannot do: hooks on objects, an unnamed istiod that is not the default", () => {
    const hooks = { transform: { daemonSet: <T>(object: T): T => object } };
    assert.deepEqual(
      problemsOf(() => new Ztunnel("ztunnel", { source: "helm" }, hooks)),
      ["transform [platform/hooks-on-chart]"],
    );
    assert.deepEqual(
      problemsOf(() => new ControlPlane("istio", { source: "helm", isDefault: false })),
      ["isDefault [platform/not-in-chart]"],
    );
  });
});

describe("components from charts", function () {
  this.timeout(120_000);

  const program = `
    const controlPlane = new platform.ControlPlane("istio", { source: "helm", revision: "canary" });
    const cni = new platform.Cni("cni", { source: "helm" });
    new platform.Ztunnel("ztunnel", { source: "helm" }, { dependsOn: [controlPlane, cni] });
    export const gateway = new platform.Gateway(
      "edge",
      { source: "helm", gatewayName: "edge", namespace: "edge" },
      { dependsOn: [controlPlane] },
    );
    export const { address } = gateway;
  `;

  it("register charts alone, in order, each with its release, its namespace and its values", async () => {
    const deployment = await run(program);
    const releases = deployment.resources
      .filter(({ type }) => type === "kubernetes:helm.sh/v4:Chart")
      .map(({ name, inputs }) => `${name}: ${String(inputs["name"])} in ${String(inputs["namespace"])}`);
    assert.deepEqual(releases.sort(), [
      "cni-cni-chart: istio-cni in istio-system",
      "edge-gateway-chart: edge in edge",
      "istio-base-chart: istio-base in istio-system",
      "istio-istiod-chart: istiod-canary in istio-system",
      "ztunnel-ztunnel-chart: ztunnel in istio-system",
    ]);
    assert.deepEqual(dependencyNames(named(deployment, "istio-istiod-chart")), ["istio-base-chart"]);
    assert.deepEqual(
      deployment.resources.filter(({ type }) => type.startsWith("kubernetes:apps/")),
      [],
    );
  });

  it("follow the mesh, in its release and its order, but for a part that says otherwise", async () => {
    const deployment = await run(`
      new platform.ServiceMesh("mesh", {
        source: "helm",
        chart: { repository: "oci://charts.example/istio" },
        istioVersion: "1.30.3",
        profile: "ambient",
        certificateAuthority: false,
        crds: false,
        gateways: { edge: {}, own: { source: "native" } },
      }, { transform: { virtualService: (object) => object } });
    `);
    const charts = deployment.resources.filter(({ type }) => type === "kubernetes:helm.sh/v4:Chart");
    assert.deepEqual(
      charts.map(({ inputs }) => [inputs["chart"], inputs["version"]]).sort(),
      ["base", "cni", "gateway", "istiod", "ztunnel"].map((chart) => [
        `oci://charts.example/istio/${chart}`,
        "1.30.3",
      ]),
    );
    const deployments = deployment.resources.filter(({ type }) => type === "kubernetes:apps/v1:Deployment");
    assert.deepEqual(
      deployments.map(({ name }) => name),
      ["mesh-own-deployment"],
    );
    assert.ok(dependencyNames(named(deployment, "mesh-edge-gateway-chart")).length === 0);
    const edge = named(deployment, "mesh-edge");
    assert.ok(dependencyNames(edge).some((name) => name.startsWith("mesh-control-plane")));
  });

  it("of a mesh are refused with a hook that cannot reach their objects, or with a chart for nobody", () => {
    const hook = { transform: { deployment: <T>(object: T): T => object } };
    assert.deepEqual(
      problemsOf(() => new ServiceMesh("mesh", { source: "helm", gateways: {} }, hook)),
      ["transform [platform/hooks-on-chart]"],
    );
    assert.deepEqual(
      problemsOf(() => new ServiceMesh("mesh", { chart: { version: "1.31.0" } })),
      ["chart [platform/chart-without-helm]"],
    );
  });

  it("are noted as not expanded, so that nobody takes the written manifests for the whole", async () => {
    const { notes } = renderManifests(await run(program));
    assert.equal(
      notes.filter(({ message }) => /Helm chart is expanded by Pulumi's provider/.test(message)).length,
      5,
    );
  });

  it("can be handed over: with `retainOnDelete` their objects, and those of our own, are only forgotten", async () => {
    const deployment = await run(`
      new platform.Gateway("native", {}, { retainOnDelete: true });
      new platform.Gateway("usual", {});
    `);
    const retained = (parent: string): (boolean | undefined)[] => [
      ...new Set(
        deployment.resources
          .filter(({ name, type }) => name.startsWith(`${parent}-`) && type.startsWith("kubernetes:"))
          .map(({ retainOnDelete }) => retainOnDelete),
      ),
    ];
    assert.deepEqual(retained("native"), [true]);
    assert.ok(!retained("usual").includes(true));
  });
});
