import type { KubernetesObject } from "../../../analysis";
import { container, gatewayApi, networking, object, podSecurity, security } from "./objects";
import type { Plan } from "./plan";

/** The namespace in ambient mode. */
export const AMBIENT = "batch";
/** The namespace of machines outside Kubernetes. */
export const MACHINES = "machines";

/** A namespace in ambient mode with one service, behind a waypoint or not. */
export function ambientObjects({ ambient, trustDomain }: Plan): KubernetesObject[] {
  const labels = { app: "jobs", version: "v1" };
  const principals = [`${trustDomain}/ns/${AMBIENT}/sa/jobs`];
  return [
    object(
      "v1",
      "Namespace",
      "",
      AMBIENT,
      {},
      {
        labels: {
          "istio.io/dataplane-mode": "ambient",
          ...(ambient.waypoint ? { "istio.io/use-waypoint": "waypoint" } : {}),
        },
      },
    ),
    object("v1", "ServiceAccount", AMBIENT, "jobs", {}),
    object("v1", "Service", AMBIENT, "jobs", {
      spec: { selector: { app: "jobs" }, ports: [{ name: "http", port: 80, targetPort: 8000 }] },
    }),
    object("apps/v1", "Deployment", AMBIENT, "jobs", {
      spec: {
        replicas: 2,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            serviceAccountName: "jobs",
            securityContext: podSecurity,
            containers: [container("jobs", 8000)],
          },
        },
      },
    }),
    object("policy/v1", "PodDisruptionBudget", AMBIENT, "jobs", {
      spec: { maxUnavailable: 1, selector: { matchLabels: { app: "jobs" } } },
    }),
    security("AuthorizationPolicy", AMBIENT, "callers", {
      selector: { matchLabels: { app: "jobs" } },
      rules: [{ from: [{ source: { principals } }], to: [{ operation: { ports: ["8000"] } }] }],
    }),
    ...(ambient.waypoint
      ? [
          gatewayApi("Gateway", AMBIENT, "waypoint", {
            gatewayClassName: "istio-waypoint",
            listeners: [{ name: "mesh", port: 15008, protocol: "HBONE" }],
          }),
          security("AuthorizationPolicy", AMBIENT, "readers", {
            targetRefs: [{ group: "", kind: "Service", name: "jobs" }],
            rules: [{ from: [{ source: { principals } }], to: [{ operation: { methods: ["GET"] } }] }],
          }),
        ]
      : []),
  ];
}

/** A service whose pods are machines. */
export function machineObjects({ machines }: Plan): KubernetesObject[] {
  if (!machines) return [];
  return [
    object("v1", "Namespace", "", MACHINES, {}, { labels: { "istio-injection": "enabled" } }),
    object("v1", "ServiceAccount", MACHINES, "till", {}),
    networking("WorkloadGroup", MACHINES, "till", {
      metadata: { labels: { app: "till", version: "v1" } },
      template: { serviceAccount: "till", ports: { http: 8000 } },
    }),
    networking("WorkloadEntry", MACHINES, "till-1", {
      address: "192.0.2.10",
      labels: { app: "till", version: "v1" },
      serviceAccount: "till",
    }),
    networking("ServiceEntry", MACHINES, "till", {
      hosts: ["till.machines.internal"],
      location: "MESH_INTERNAL",
      resolution: "STATIC",
      ports: [{ number: 80, name: "http", protocol: "HTTP", targetPort: 8000 }],
      workloadSelector: { labels: { app: "till" } },
    }),
  ];
}
