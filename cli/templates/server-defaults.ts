import { isFields, type Fields } from "../../analysis/schema/value";

/** What an API server writes into an object that does not say otherwise; on both sides of a comparison it says nothing. */

const ALWAYS: Fields = {
  allocateLoadBalancerNodePorts: true,
  dnsPolicy: "ClusterFirst",
  externalTrafficPolicy: "Cluster",
  imagePullPolicy: "IfNotPresent",
  progressDeadlineSeconds: 600,
  replicas: 1,
  restartPolicy: "Always",
  revisionHistoryLimit: 10,
  schedulerName: "default-scheduler",
  strategy: { rollingUpdate: { maxSurge: "25%", maxUnavailable: "25%" }, type: "RollingUpdate" },
  terminationGracePeriodSeconds: 30,
  terminationMessagePath: "/dev/termination-log",
  terminationMessagePolicy: "File",
};

/** Fields with a default below one parent only. */
const BELOW: Readonly<Record<string, Fields>> = {
  fieldRef: { apiVersion: "v1" },
  configMap: { defaultMode: 420 },
  projected: { defaultMode: 420 },
  downwardAPI: { defaultMode: 420 },
};

/** Maps that mean the same whether they are empty or absent. */
const EMPTY = new Set(["annotations", "securityContext", "strategy"]);

function equal(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function says(key: string, value: unknown, parent: string, siblings: Fields): boolean {
  // Go prints an empty status; nobody applies one.
  if (key === "status") return false;
  if (key in ALWAYS && equal(ALWAYS[key], value)) return false;
  const below = BELOW[parent];
  if (below !== undefined && key in below && equal(below[key], value)) return false;
  if (EMPTY.has(key) && isFields(value) && Object.keys(value).length === 0) return false;
  // The service's target is its own port, and the account's old name repeats the new one.
  if (key === "targetPort" && (value === siblings["port"] || value === 0)) return false;
  if (key === "serviceAccount" && value === siblings["serviceAccountName"]) return false;
  // Probes that say nothing start at once, and write 0 or nothing for it.
  return !(key === "initialDelaySeconds" && value === 0);
}

/** The value without the server's defaults. */
export function withoutServerDefaults(value: unknown, parent = ""): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutServerDefaults(item, parent));
  if (!isFields(value)) return value;
  // A volume that names no source is an empty directory.
  const fields = parent === "volumes" && Object.keys(value).length === 1 ? { ...value, emptyDir: {} } : value;
  return Object.fromEntries(
    Object.entries(fields)
      .map(([key, inner]) => [key, withoutServerDefaults(inner, key)] as const)
      .filter(([key, inner]) => says(key, inner, parent, fields)),
  );
}
