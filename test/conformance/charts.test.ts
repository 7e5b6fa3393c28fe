import assert from "node:assert/strict";
import { load } from "js-yaml";
import {
  BASE_VALUES,
  CONTROL_PLANE_TABLE,
  ISTIOD_VALUES,
} from "../../components/platform/charts/control-plane";
import { CNI_TABLE } from "../../components/platform/charts/cni";
import { chartValues } from "../../components/platform/charts/table";
import { ZTUNNEL_TABLE, ZTUNNEL_VALUES } from "../../components/platform/charts/ztunnel";
import type { CniArgs } from "../../components/platform/cni";
import { cniObjects } from "../../components/platform/cni/objects";
import { cniSettings } from "../../components/platform/cni/settings";
import type { ControlPlaneArgs } from "../../components/platform/control-plane";
import { controlPlaneObjects, listObjects } from "../../components/platform/control-plane/objects";
import { controlPlaneSettings } from "../../components/platform/control-plane/settings";
import type { GatewayArgs } from "../../components/platform/gateway";
import { gatewayChartValues } from "../../components/platform/gateway/from-chart";
import { gatewayObjects, listGatewayObjects } from "../../components/platform/gateway/objects";
import { gatewaySettings } from "../../components/platform/gateway/settings";
import type { ZtunnelArgs } from "../../components/platform/ztunnel";
import { ztunnelObjects } from "../../components/platform/ztunnel/objects";
import { ztunnelSettings } from "../../components/platform/ztunnel/settings";
import { type ChartObject, type Fields, renderCharts, type Rendering } from "./charts/render";

/** The same arguments both ways. */
interface Case {
  readonly title: string;
  readonly own: readonly unknown[];
  readonly charts: readonly Rendering[];
}

function controlPlane(title: string, args: ControlPlaneArgs): Case {
  const settings = controlPlaneSettings(args);
  const { namespace } = settings;
  const values = (chart: string, fixed: Fields): Fields =>
    chartValues(chart, CONTROL_PLANE_TABLE, settings, args, fixed);
  return {
    title: `control plane: ${title}`,
    own: listObjects(controlPlaneObjects(settings)),
    charts: [
      // The account is all that it brings.
      ...(settings.readerServiceAccount
        ? [{ chart: "base", release: "istio-base", namespace, values: values("base", BASE_VALUES) }]
        : []),
      { chart: "istiod", release: "istiod", namespace, values: values("istiod", ISTIOD_VALUES) },
    ],
  };
}

function gateway(title: string, args: GatewayArgs): Case {
  const settings = gatewaySettings(args);
  const { name: release, namespace } = settings;
  const values = gatewayChartValues(settings, args);
  // Our own policy stands beside the chart, too.
  const { networkPolicy: _, ...fromChart } = gatewayObjects(settings);
  return {
    title: `gateway: ${title}`,
    own: listGatewayObjects(fromChart),
    charts: [{ chart: "gateway", release, namespace, values }],
  };
}

function cni(title: string, args: CniArgs): Case {
  const settings = cniSettings(args);
  const { before, daemonSet } = cniObjects(settings);
  const values = chartValues("cni", CNI_TABLE, settings, args);
  return {
    title: `cni: ${title}`,
    own: [...Object.values(before), daemonSet],
    charts: [{ chart: "cni", release: "istio-cni", namespace: settings.namespace, values }],
  };
}

function ztunnel(title: string, args: ZtunnelArgs): Case {
  const settings = ztunnelSettings(args);
  const { before, daemonSet } = ztunnelObjects(settings);
  const values = chartValues("ztunnel", ZTUNNEL_TABLE, settings, args, ZTUNNEL_VALUES);
  return {
    title: `ztunnel: ${title}`,
    own: [...Object.values(before), daemonSet],
    charts: [{ chart: "ztunnel", release: "ztunnel", namespace: settings.namespace, values }],
  };
}

const CASES: readonly Case[] = [
  controlPlane("default", {}),
  controlPlane("demo", { profile: "demo" }),
  controlPlane("arguments over a profile", {
    profile: "demo",
    autoscale: { min: 2, max: 3 },
    traceSampling: 5,
    resources: { requests: { cpu: "300m", memory: "1Gi" } },
  }),
  controlPlane("ambient on OpenShift", { profile: "ambient", platform: "openshift" }),
  controlPlane("an argument over a platform", { platform: "openshift", cni: false }),
  controlPlane("a fixed number of replicas", { replicas: 3 }),
  controlPlane("a named revision with much set", {
    revision: "canary",
    namespace: "mesh",
    autoscale: { min: 2 },
    networkPolicy: true,
    meshConfig: { trustDomain: "example.org", outboundTrafficPolicy: { mode: "REGISTRY_ONLY" } },
    env: { PILOT_ENABLE_ANALYSIS: "true", PILOT_PUSH_THROTTLE: "50" },
    imagePullSecrets: ["pull"],
    nodeSelector: { pool: "mesh" },
    priorityClassName: "system-cluster-critical",
    clusterName: "east",
    network: "net-1",
    meshId: "one",
    logLevel: "ads:debug",
    logAsJson: true,
  }),
  controlPlane("a primary that serves remote clusters, with analysis", {
    clusterName: "east",
    network: "net-1",
    external: {},
    env: { PILOT_ENABLE_ANALYSIS: "true", ENABLE_CLUSTER_TRUST_BUNDLE_API: "true" },
  }),
  controlPlane("external, with a certificate that everybody trusts", {
    namespace: "external-istiod",
    clusterName: "config",
    external: {
      configCluster: {
        discoveryAddress: "istiod.example.com:15012",
        rootCertificates: "/etc/ssl/certs/ca-certificates.crt",
      },
    },
  }),
  controlPlane("identities signed through istio-csr", {
    externalAuthority: { istioCsr: { address: "csr.example.com:443" } },
  }),
  controlPlane("identities signed by a signer of the cluster", {
    revision: "canary",
    meshConfig: { trustDomain: "example.org" },
    externalAuthority: {
      kubernetesSigner: {
        signer: "signers.example.com/mesh",
        rootCertificatePem: "-----BEGIN CERTIFICATE-----",
      },
    },
  }),
  controlPlane("identities from SPIRE", {
    meshConfig: { trustDomain: "example.org" },
    externalAuthority: { spire: {} },
  }),
  controlPlane("remote, at an address", {
    clusterName: "west",
    network: "net-2",
    remote: { address: "203.0.113.7" },
  }),
  controlPlane("remote, at an IPv6 address, with its authority", {
    clusterName: "west",
    remote: { address: "2001:db8::7", webhookCertificateAuthorityPem: "-----BEGIN CERTIFICATE-----" },
  }),
  controlPlane("remote, at a host", { clusterName: "west", remote: { address: "istiod.example.com" } }),
  controlPlane("remote, the cluster of its configuration", {
    namespace: "external-istiod",
    clusterName: "config",
    remote: { webhookUrl: "https://istiod.example.com:15017", configCluster: true },
  }),
  gateway("default", {}),
  gateway("egress", { direction: "egress", namespace: "egress", replicas: 2 }),
  gateway("privileged ports", {
    privilegedPorts: true,
    ports: [{ name: "http2", port: 80, targetPort: 80 }],
  }),
  gateway("much set", {
    gatewayName: "edge",
    namespace: "edge",
    autoscale: { min: 2 },
    labels: { tier: "edge" },
    serviceAnnotations: { "cloud.example/internal": "true" },
    externalTrafficPolicy: "Local",
    loadBalancerSourceRanges: ["10.0.0.0/8"],
    ipFamilyPolicy: "PreferDualStack",
    env: { LOG: "on" },
    networkPolicy: true,
    nodeSelector: { pool: "edge" },
    furtherTemplates: ["spire"],
    podAnnotations: { "example.com/note": "edge" },
  }),
  cni("default", {}),
  cni("ambient on OpenShift", { profile: "ambient", platform: "openshift" }),
  cni("GKE without its quota", { platform: "gke", criticalPodsQuota: 0 }),
  cni("GKE with much set", {
    platform: "gke",
    networkPolicy: true,
    imagePullSecrets: ["pull"],
    repair: "delete",
  }),
  ztunnel("default", {}),
  ztunnel("ambient on OpenShift", { platform: "openshift" }),
  ztunnel("much set", {
    revision: "canary",
    network: "net-1",
    clusterName: "east",
    platform: "gke",
    networkPolicy: true,
    logLevel: "debug",
    env: { EXTRA: "1" },
  }),
];

/** What a chart does otherwise on its own account, where its objects still do the same. */
const OTHERWISE: readonly (readonly [RegExp, string])[] = [
  [/^gateway: .*: (only \w+: )?Role(Binding)? /, "the chart calls the permission after the account"],
  [
    /spec\.template\.metadata\.annotations\.sidecar\.istio\.io\/inject$/,
    "ours is a label of that name alone",
  ],
  [/istio-proxy\.ports/, "the injector adds the port of metrics, and the others are for reading only"],
  [/istio-proxy\.env(\.NODE_NAME)?$/, "the injector sets it"],
  [/istio-proxy\.readinessProbe$/, "the injector sets it"],
  [
    /through istio-csr: Deployment istiod spec\.template\.spec\.volumes\.istio-csr-.*\.optional$/,
    "the chart's istiod starts before it has a certificate, and then serves none until it is restarted",
  ],
  [/: only ours: ConfigMap istio-signer-root/, "it is registered beside the chart"],
  [/spec\.terminationGracePeriodSeconds$/, "the chart writes Kubernetes' default"],
  [
    /ValidatingWebhookConfiguration .* webhooks\..*\.failurePolicy$/,
    "istiod sets it, and it is ignored after creation",
  ],
];

const keyOf = ({ kind, metadata }: ChartObject): string => `${kind} ${metadata.name}`;

/** Lists with names as objects, and no labels: the two ways have their own for themselves. */
function meaning(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map(meaning);
    const named = items.every((item) => typeof item === "object" && item !== null && "name" in item);
    return named ? Object.fromEntries(items.map((item) => [(item as { name: string }).name, item])) : items;
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, inner]) => key !== "labels" && inner !== undefined)
      .map(([key, inner]) => [key, meaning(inner)]),
  );
}

/**
 * What follows from arguments. Text of a ConfigMap is YAML. Permissions follow from none, and the injector's text brings
 * each side's own templates: both are compared with the official installer's elsewhere.
 */
function argued(object: ChartObject): Fields {
  const { data, spec, webhooks, roleRef } = object;
  const texts = /^(istio-sidecar-injector|values)/.test(object.metadata.name) ? {} : (data ?? {});
  const read = Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, load(String(text))]));
  return { data: read, spec, webhooks, roleRef };
}

function differences(own: unknown, chart: unknown, path: string): string[] {
  if (JSON.stringify(own) === JSON.stringify(chart)) return [];
  const bothHold =
    typeof own === "object" &&
    typeof chart === "object" &&
    own !== null &&
    chart !== null &&
    Array.isArray(own) === Array.isArray(chart);
  if (!bothHold) return [path];
  const [a, b] = [own as Fields, chart as Fields];
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap((key) =>
    differences(a[key], b[key], path === "" ? key : `${path}.${key}`),
  );
}

function compare({ title, own }: Case, chart: readonly ChartObject[]): string[] {
  const plain = JSON.parse(JSON.stringify(own.filter((object) => object !== undefined))) as ChartObject[];
  const ours = new Map(plain.map((object) => [keyOf(object), object]));
  const theirs = new Map(chart.map((object) => [keyOf(object), object]));
  return [
    ...[...ours.keys()].filter((key) => !theirs.has(key)).map((key) => `${title}: only ours: ${key}`),
    ...[...theirs.keys()].filter((key) => !ours.has(key)).map((key) => `${title}: only charts: ${key}`),
    ...[...ours].flatMap(([key, object]) => {
      const other = theirs.get(key);
      if (other === undefined) return [];
      const found = differences(meaning(argued(object)), meaning(argued(other)), "");
      return found.map((path) => `${title}: ${key} ${path}`);
    }),
  ];
}

describe("the official charts with values from our arguments", function () {
  this.timeout(300_000);
  let rendered: ChartObject[][] = [];

  before("render", function () {
    const answer = renderCharts(CASES.flatMap(({ charts }) => charts));
    if (typeof answer === "string") {
      console.log(`      skipped: ${answer}`);
      this.skip();
    }
    rendered = answer;
  });

  function chartObjects(one: Case): ChartObject[] {
    const before = CASES.slice(0, CASES.indexOf(one)).flatMap(({ charts }) => charts).length;
    return rendered.slice(before, before + one.charts.length).flat();
  }

  it("give the objects that we give: same names, same meaning, but for what is explained here", () => {
    const found = CASES.flatMap((one) => compare(one, chartObjects(one)));
    assert.deepEqual(
      found.filter((line) => !OTHERWISE.some(([pattern]) => pattern.test(line))),
      [],
    );
    const unused = OTHERWISE.filter(([pattern]) => !found.some((line) => pattern.test(line)));
    assert.deepEqual(unused, []);
  });

  it("select pods as we do, so that a running mesh can change from one to the other in place", () => {
    const selectors = (objects: readonly ChartObject[]): Map<string, unknown> =>
      new Map(
        objects
          .filter(({ kind }) => ["Deployment", "DaemonSet", "Service"].includes(kind))
          .map((object) => [keyOf(object), (object["spec"] as Fields)["selector"]]),
      );
    for (const one of CASES) {
      const own = selectors(
        JSON.parse(JSON.stringify(one.own.filter((o) => o !== undefined))) as ChartObject[],
      );
      // A remote cluster may have nothing of istiod's to select.
      assert.ok(own.size > 0 || one.title.includes("remote"), one.title);
      assert.deepEqual(selectors(chartObjects(one)), own, one.title);
    }
  });

  it("notice a value that goes another way", () => {
    const one = CASES[0] ?? assert.fail();
    const changed = JSON.parse(JSON.stringify(chartObjects(one))) as ChartObject[];
    const deployment = changed.find(({ kind }) => kind === "Deployment") ?? assert.fail();
    (deployment["spec"] as { strategy: unknown }).strategy = {};
    assert.ok(compare(one, changed).some((line) => line.includes("Deployment istiod spec.strategy")));
  });
});
