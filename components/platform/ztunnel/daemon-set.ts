import type * as inputs from "@pulumi/kubernetes/types/input";
import type * as pulumi from "@pulumi/pulumi";

import { imageReference } from "../images";
import type { DaemonSetObject } from "../kubernetes-objects";
import { commonLabels } from "../labels";
import { ANY_NODE, LINUX_NODES, NODE_CRITICAL } from "../node-agents";
import type { ZtunnelSettings } from "./settings";

type EnvVar = inputs.core.v1.EnvVar;

/** Name of its DaemonSet, its account and, where it has any, its role. */
export const ZTUNNEL = "ztunnel";

/** What selects its pods. */
export const SELECTOR = { app: ZTUNNEL };

/** Port of its metrics. */
export const STATS_PORT = 15_020;
/** Port at which it says that it is ready. */
export const READINESS_PORT = 15_021;
/** Port for looking around in it. */
export const ADMIN_PORT = 15_000;

function fromField(name: string, fieldPath: string): EnvVar {
  return { name, valueFrom: { fieldRef: { fieldPath } } };
}

function fromResource(name: string, resource: string): EnvVar {
  return { name, valueFrom: { resourceFieldRef: { resource, divisor: "1" } } };
}

function environment(settings: ZtunnelSettings): EnvVar[] {
  const { network, logAsJson, resources } = settings;
  const set: Readonly<Record<string, pulumi.Input<string>>> = {
    CA_ADDRESS: settings.caAddress,
    XDS_ADDRESS: settings.xdsAddress,
    ...(logAsJson ? { LOG_FORMAT: "json" } : {}),
    ...(network === undefined ? {} : { NETWORK: network }),
    RUST_LOG: settings.logLevel,
    RUST_BACKTRACE: "1",
    ISTIO_META_CLUSTER_ID: settings.clusterName,
    INPOD_ENABLED: "true",
    TERMINATION_GRACE_PERIOD_SECONDS: String(settings.terminationGracePeriodSeconds),
    ISTIO_META_ENABLE_HBONE: "true",
    ...settings.env,
  };
  return [
    fromField("POD_NAME", "metadata.name"),
    fromField("POD_NAMESPACE", "metadata.namespace"),
    fromField("NODE_NAME", "spec.nodeName"),
    fromField("INSTANCE_IP", "status.podIP"),
    fromField("SERVICE_ACCOUNT", "spec.serviceAccountName"),
    // From these it finds the number of its threads; without a limit, the first one is the node's size.
    fromResource("ZTUNNEL_CPU_LIMIT", "limits.cpu"),
    ...(resources.limits?.["cpu"] === undefined
      ? []
      : [fromResource("ZTUNNEL_RESOURCE_CPU_LIMIT", "limits.cpu")]),
    ...(resources.requests?.["cpu"] === undefined
      ? []
      : [fromResource("ZTUNNEL_RESOURCE_CPU_REQUEST", "requests.cpu")]),
    ...Object.entries(set)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => ({ name, value })),
  ];
}

const MOUNTED: readonly {
  readonly volume: inputs.core.v1.Volume;
  readonly mount: inputs.core.v1.VolumeMount;
}[] = [
  {
    volume: {
      name: "istio-token",
      projected: {
        sources: [
          { serviceAccountToken: { audience: "istio-ca", expirationSeconds: 43_200, path: "istio-token" } },
        ],
      },
    },
    mount: { name: "istio-token", mountPath: "/var/run/secrets/tokens" },
  },
  {
    volume: { name: "istiod-ca-cert", configMap: { name: "istio-ca-root-cert" } },
    mount: { name: "istiod-ca-cert", mountPath: "/var/run/secrets/istio" },
  },
  {
    // Where the CNI agent tells it about the pods of its node. Either of the two may be there first.
    volume: {
      name: "cni-ztunnel-sock-dir",
      hostPath: { path: "/var/run/ztunnel", type: "DirectoryOrCreate" },
    },
    mount: { name: "cni-ztunnel-sock-dir", mountPath: "/var/run/ztunnel" },
  },
  // Its file system is read-only, and profiles are written somewhere.
  { volume: { name: "tmp", emptyDir: {} }, mount: { name: "tmp", mountPath: "/tmp" } },
];

/** The DaemonSet of ztunnel. */
export function ztunnelDaemonSet(settings: ZtunnelSettings): DaemonSetObject {
  const { affinity, revision, seLinuxType, terminationGracePeriodSeconds } = settings;
  const revisioned = revision === "" ? {} : { "istio.io/rev": revision };
  return {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: {
      name: ZTUNNEL,
      namespace: settings.namespace,
      labels: commonLabels(ZTUNNEL),
      ...(revision === "" ? {} : { annotations: revisioned }),
    },
    spec: {
      selector: { matchLabels: { ...SELECTOR } },
      // The new one is up before the old one goes: without any, the pods of the node would be cut off.
      updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      template: {
        metadata: {
          annotations: {
            ...revisioned,
            "prometheus.io/port": String(STATS_PORT),
            "prometheus.io/scrape": "true",
            "sidecar.istio.io/inject": "false",
          },
          labels: {
            ...SELECTOR,
            "istio.io/dataplane-mode": "none",
            "sidecar.istio.io/inject": "false",
            ...commonLabels(ZTUNNEL),
          },
        },
        spec: {
          serviceAccountName: ZTUNNEL,
          priorityClassName: NODE_CRITICAL,
          nodeSelector: { ...LINUX_NODES, ...settings.nodeSelector },
          ...(affinity === undefined ? {} : { affinity }),
          tolerations: [...ANY_NODE],
          terminationGracePeriodSeconds,
          containers: [
            {
              name: "istio-proxy",
              image: imageReference(ZTUNNEL, settings),
              args: ["proxy", ZTUNNEL],
              env: environment(settings),
              ports: [{ name: "ztunnel-stats", containerPort: STATS_PORT, protocol: "TCP" }],
              readinessProbe: { httpGet: { path: "/healthz/ready", port: READINESS_PORT } },
              resources: settings.resources,
              securityContext: {
                // SYS_ADMIN, which entering the network namespaces of pods takes, implies it; servers want it said.
                allowPrivilegeEscalation: true,
                privileged: false,
                capabilities: { drop: ["ALL"], add: ["NET_ADMIN", "SYS_ADMIN", "NET_RAW"] },
                readOnlyRootFilesystem: true,
                runAsUser: 0,
                runAsGroup: 1337,
                runAsNonRoot: false,
                ...(seLinuxType === undefined ? {} : { seLinuxOptions: { type: seLinuxType } }),
              },
              volumeMounts: MOUNTED.map(({ mount }) => mount),
            },
          ],
          volumes: MOUNTED.map(({ volume }) => volume),
        },
      },
    },
  };
}
