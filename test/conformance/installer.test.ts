import { type Fields, renderCharts, type Rendering } from "./charts/render";
import { assertExplained } from "./manifests/assert-explained";
import type { Case } from "./manifests/cases";
import { type AnyObject, differences } from "./manifests/meaning";
import { built, prepared } from "./manifests/prepare";

/** An installation in the installer's words and in ours, beside those whose output is recorded. */
interface Installation {
  /** What is set over the values that the installer starts from. */
  readonly values: Fields;
  readonly charts: readonly string[];
  readonly asked: Case;
}

const NAMESPACE = "istio-system";

/** Values that the installer starts from, whatever it is asked for. */
const INSTALLER = {
  defaultRevision: "",
  gateways: { "istio-egressgateway": {}, "istio-ingressgateway": {} },
  global: {
    configValidation: true,
    hub: "registry.istio.io/release",
    istioNamespace: NAMESPACE,
    tag: "1.31.1",
  },
  pilot: { cni: { enabled: false }, enabled: true },
  ztunnel: { resourceName: "ztunnel" },
};

const CONTROL_PLANE = ["base", "istiod"];

const spread = {
  maxSkew: 1,
  topologyKey: "topology.kubernetes.io/zone",
  whenUnsatisfiable: "DoNotSchedule",
  labelSelector: { matchLabels: { app: "istiod" } },
};
const apart = {
  podAntiAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: [
      { topologyKey: "kubernetes.io/hostname", labelSelector: { matchLabels: { app: "istiod" } } },
    ],
  },
};
const toleration = { key: "dedicated", operator: "Exists" };

const INSTALLATIONS: Readonly<Record<string, Installation>> = {
  minimal: {
    values: {},
    charts: CONTROL_PLANE,
    asked: { controlPlane: { profile: "minimal" }, gateways: [] },
  },
  "high availability": {
    values: {
      global: {
        imagePullSecrets: ["pull"],
        networkPolicy: { enabled: true },
        priorityClassName: "system-cluster-critical",
      },
      pilot: {
        autoscaleMin: 3,
        autoscaleMax: 6,
        cpu: { targetAverageUtilization: 70 },
        affinity: apart,
        nodeSelector: { pool: "mesh" },
        tolerations: [toleration],
        topologySpreadConstraints: [spread],
      },
    },
    charts: CONTROL_PLANE,
    asked: {
      controlPlane: {
        autoscale: { min: 3, max: 6, targetCpuPercent: 70 },
        affinity: apart,
        nodeSelector: { pool: "mesh" },
        tolerations: [toleration],
        topologySpreadConstraints: [spread],
        imagePullSecrets: ["pull"],
        networkPolicy: true,
        priorityClassName: "system-cluster-critical",
      },
      gateways: [],
    },
  },
  "gateways of both directions": {
    values: {
      global: { imagePullSecrets: ["pull"] },
      gateways: {
        "istio-egressgateway": { name: "istio-egressgateway", autoscaleMin: 2, autoscaleMax: 4 },
        "istio-ingressgateway": {
          name: "istio-ingressgateway",
          autoscaleEnabled: false,
          replicaCount: 3,
          externalTrafficPolicy: "Local",
          serviceAnnotations: { "cloud.example/internal": "true" },
        },
      },
    },
    charts: ["istio-ingress", "istio-egress"],
    asked: {
      gateways: [
        {
          replicas: 3,
          externalTrafficPolicy: "Local",
          serviceAnnotations: { "cloud.example/internal": "true" },
          imagePullSecrets: ["pull"],
        },
        { direction: "egress", autoscale: { min: 2, max: 4 }, imagePullSecrets: ["pull"] },
      ],
    },
  },
  "dual stack": {
    values: {
      meshConfig: { defaultConfig: { proxyMetadata: { ISTIO_DUAL_STACK: "true" } } },
      pilot: {
        env: { ISTIO_DUAL_STACK: "true" },
        ipFamilies: ["IPv6", "IPv4"],
        ipFamilyPolicy: "RequireDualStack",
      },
    },
    charts: CONTROL_PLANE,
    asked: {
      controlPlane: {
        env: { ISTIO_DUAL_STACK: "true" },
        meshConfig: { defaultConfig: { proxyMetadata: { ISTIO_DUAL_STACK: "true" } } },
        ipFamilies: ["IPv6", "IPv4"],
        ipFamilyPolicy: "RequireDualStack",
      },
      gateways: [],
    },
  },
  "named revision": {
    values: { revision: "canary" },
    charts: CONTROL_PLANE,
    asked: { controlPlane: { revision: "canary" }, gateways: [] },
  },
  primary: {
    values: {
      global: {
        externalIstiod: true,
        meshID: "mesh1",
        multiCluster: { clusterName: "east" },
        network: "net-east",
      },
    },
    charts: CONTROL_PLANE,
    asked: {
      controlPlane: { meshId: "mesh1", clusterName: "east", network: "net-east", external: {} },
      gateways: [],
    },
  },
  analysis: {
    values: {
      global: { istiod: { enableAnalysis: true } },
      pilot: {
        env: {
          COMPLIANCE_POLICY: "fips-140-3",
          ENABLE_CLUSTER_TRUST_BUNDLE_API: true,
          MCS_API_GROUP: "multicluster.example.com",
          PILOT_ENABLE_GATEWAY_API_DEPLOYMENT_CONTROLLER: "false",
        },
        taint: { enabled: true },
      },
    },
    charts: CONTROL_PLANE,
    asked: {
      controlPlane: {
        env: {
          COMPLIANCE_POLICY: "fips-140-3",
          ENABLE_CLUSTER_TRUST_BUNDLE_API: "true",
          MCS_API_GROUP: "multicluster.example.com",
          PILOT_ENABLE_ANALYSIS: "true",
          PILOT_ENABLE_GATEWAY_API_DEPLOYMENT_CONTROLLER: "false",
          PILOT_ENABLE_NODE_UNTAINT_CONTROLLERS: "true",
        },
      },
      gateways: [],
    },
  },
  "remote by address": {
    values: {
      profile: "remote",
      global: { remotePilotAddress: "203.0.113.7" },
      istiodRemote: { injectionPath: "/inject/cluster/west/net/net-west" },
    },
    charts: CONTROL_PLANE,
    asked: {
      controlPlane: { clusterName: "west", network: "net-west", remote: { address: "203.0.113.7" } },
      gateways: [],
    },
  },
  "remote by host": {
    values: {
      profile: "remote",
      global: { remotePilotAddress: "istiod.example.com" },
      istiodRemote: { injectionPath: "/inject/cluster/west" },
    },
    charts: CONTROL_PLANE,
    asked: {
      controlPlane: { clusterName: "west", remote: { address: "istiod.example.com" } },
      gateways: [],
    },
  },
};

function over(base: Fields, values: Fields): Fields {
  const isMap = (value: unknown): value is Fields =>
    typeof value === "object" && value !== null && !Array.isArray(value);
  const merged = Object.entries(values).map(([key, value]) => {
    const below = base[key];
    return [key, isMap(below) && isMap(value) ? over(below, value) : value] as const;
  });
  return { ...base, ...Object.fromEntries(merged) };
}

describe("objects of the platform against the official charts, as the installer would call them", function () {
  this.timeout(300_000);
  let rendered: AnyObject[][] = [];

  before("render", function () {
    const renderings = Object.values(INSTALLATIONS).flatMap(({ charts, values }): Rendering[] =>
      charts.map((chart) => ({
        chart,
        release: "istio",
        namespace: NAMESPACE,
        values: over(INSTALLER, values),
      })),
    );
    const answer = renderCharts(renderings);
    if (typeof answer === "string") {
      console.log(`      skipped: ${answer}`);
      this.skip();
    }
    let taken = 0;
    rendered = Object.values(INSTALLATIONS).map(({ charts }) => {
      const objects = answer.slice(taken, taken + charts.length).flat() as unknown as AnyObject[];
      taken += charts.length;
      // Definitions are held against their own source.
      return objects.filter(({ kind }) => kind !== "CustomResourceDefinition");
    });
  });

  Object.entries(INSTALLATIONS).forEach(([name, { asked }], index) => {
    it(`${name}: every difference in meaning is explained, and every explanation still applies`, () => {
      assertExplained(name, differences(prepared(rendered[index] ?? []), prepared(built(asked))));
    });
  });
});
