import type * as inputs from "@pulumi/kubernetes/types/input";

import { imageReference } from "../images";
import type { DaemonSetObject } from "../kubernetes-objects";
import { commonLabels } from "../labels";
import { ANY_NODE, LINUX_NODES, NODE_CRITICAL } from "../node-agents";
import { AppArmorRequest, CniRepair } from "./args";
import { CNI, CONFIG, DAEMON_SET, SELECTOR } from "./names";
import type { CniSettings } from "./settings";

type EnvVar = inputs.core.v1.EnvVar;

const CONTAINER = "install-cni";

/** Port of the agent's metrics. */
export const METRICS_PORT = 15_014;
/** Port at which it says that its plugin is installed. */
export const READINESS_PORT = 8000;

/** A folder of the node: where it is there, and where the agent finds it; no `mountPath` where it only must exist. */
interface HostFolder {
  readonly name: string;
  readonly path: string;
  readonly type?: "Directory" | "DirectoryOrCreate";
  readonly mount?: Omit<inputs.core.v1.VolumeMount, "name">;
}

function hostFolders({ ambient, repair, binDir, confDir, netnsDir }: CniSettings): HostFolder[] {
  const entersPods = ambient || repair === CniRepair.Repair;
  return [
    { name: "cni-bin-dir", path: binDir, mount: { mountPath: "/host/opt/cni/bin" } },
    // To find the network namespaces of running pods.
    ...(entersPods
      ? ([
          {
            name: "cni-host-procfs",
            path: "/proc",
            type: "Directory",
            mount: { mountPath: "/host/proc", readOnly: true },
          },
        ] as const)
      : []),
    // Where ztunnel is told about the pods of its node.
    ...(ambient
      ? ([
          {
            name: "cni-ztunnel-sock-dir",
            path: "/var/run/ztunnel",
            type: "DirectoryOrCreate",
            mount: { mountPath: "/var/run/ztunnel" },
          },
        ] as const)
      : []),
    { name: "cni-net-dir", path: confDir, mount: { mountPath: "/host/etc/cni/net.d" } },
    // Where the plugin, which runs outside of any pod, talks to the agent.
    { name: "cni-socket-dir", path: "/var/run/istio-cni", mount: { mountPath: "/var/run/istio-cni" } },
    {
      name: "cni-netns-dir",
      path: netnsDir,
      // The first pod that has a network of its own makes it, and the agent may be there earlier.
      type: "DirectoryOrCreate",
      ...(ambient
        ? { mount: { mountPath: "/host/var/run/netns", mountPropagation: "HostToContainer" } }
        : {}),
    },
  ];
}

function fromField(name: string, fieldPath: string): EnvVar {
  return { name, valueFrom: { fieldRef: { fieldPath } } };
}

function fromLimit(name: string, resource: string): EnvVar {
  return { name, valueFrom: { resourceFieldRef: { resource, divisor: "1" } } };
}

/** What differs from pod to pod; all else is in the ConfigMap. */
const ENVIRONMENT: readonly EnvVar[] = [
  fromField("REPAIR_NODE_NAME", "spec.nodeName"),
  { name: "REPAIR_RUN_AS_DAEMON", value: "true" },
  { name: "REPAIR_SIDECAR_ANNOTATION", value: "sidecar.istio.io/status" },
  { name: "ALLOW_SWITCH_TO_HOST_NS", value: "true" },
  { name: "NODE_NAME", valueFrom: { fieldRef: { apiVersion: "v1", fieldPath: "spec.nodeName" } } },
  fromLimit("GOMEMLIMIT", "limits.memory"),
  fromLimit("GOMAXPROCS", "limits.cpu"),
  fromField("POD_NAME", "metadata.name"),
  fromField("POD_NAMESPACE", "metadata.namespace"),
];

function securityContext({ appArmor, seLinuxType }: CniSettings): inputs.core.v1.SecurityContext {
  return {
    ...(appArmor === AppArmorRequest.Field ? { appArmorProfile: { type: "Unconfined" } } : {}),
    ...(seLinuxType === undefined ? {} : { seLinuxOptions: { type: seLinuxType } }),
    // Root, but with no more rights than the work takes: to set up capture in the network namespaces of pods
    // (NET_ADMIN, NET_RAW), to find and enter these (SYS_PTRACE, SYS_ADMIN), to write into others' folders (DAC_OVERRIDE).
    privileged: false,
    runAsUser: 0,
    runAsGroup: 0,
    runAsNonRoot: false,
    capabilities: {
      drop: ["ALL"],
      add: ["NET_ADMIN", "NET_RAW", "SYS_PTRACE", "SYS_ADMIN", "DAC_OVERRIDE"],
    },
  };
}

/** The DaemonSet of the agent. */
export function cniDaemonSet(settings: CniSettings): DaemonSetObject {
  const { affinity, appArmor, maxUnavailable } = settings;
  const folders = hostFolders(settings);
  return {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: {
      name: DAEMON_SET,
      namespace: settings.namespace,
      labels: { ...SELECTOR, "istio.io/rev": settings.rev, ...commonLabels(CNI) },
    },
    spec: {
      selector: { matchLabels: { ...SELECTOR } },
      updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable } },
      template: {
        metadata: {
          annotations: {
            ...(appArmor === AppArmorRequest.Annotation
              ? { [`container.apparmor.security.beta.kubernetes.io/${CONTAINER}`]: "unconfined" }
              : {}),
            "prometheus.io/path": "/metrics",
            "prometheus.io/port": String(METRICS_PORT),
            "prometheus.io/scrape": "true",
            "sidecar.istio.io/inject": "false",
          },
          labels: {
            ...SELECTOR,
            // The agent makes the data planes and is part of neither.
            "istio.io/dataplane-mode": "none",
            "sidecar.istio.io/inject": "false",
            ...commonLabels(CNI),
          },
        },
        spec: {
          serviceAccountName: CNI,
          priorityClassName: NODE_CRITICAL,
          nodeSelector: { ...LINUX_NODES },
          ...(affinity === undefined ? {} : { affinity }),
          tolerations: [...ANY_NODE],
          terminationGracePeriodSeconds: 30,
          containers: [
            {
              name: CONTAINER,
              image: imageReference("install-cni", settings),
              command: ["install-cni"],
              args: [
                `--log_output_level=${settings.logLevel}`,
                ...(settings.logAsJson ? ["--log_as_json"] : []),
              ],
              env: [...ENVIRONMENT],
              envFrom: [{ configMapRef: { name: CONFIG } }],
              ports: [{ name: "metrics", containerPort: METRICS_PORT, protocol: "TCP" }],
              readinessProbe: { httpGet: { path: "/readyz", port: READINESS_PORT } },
              resources: settings.resources,
              securityContext: securityContext(settings),
              volumeMounts: folders.flatMap(({ name, mount }) =>
                mount === undefined ? [] : [{ name, ...mount }],
              ),
            },
          ],
          volumes: folders.map(({ name, path, type }) => ({
            name,
            hostPath: { path, ...(type === undefined ? {} : { type }) },
          })),
        },
      },
    },
  };
}
