import * as pulumi from "@pulumi/pulumi";
import { Deployment } from "@pulumi/kubernetes/apps/v1/deployment";
import { Service } from "@pulumi/kubernetes/core/v1/service";
import { PodDisruptionBudget } from "@pulumi/kubernetes/policy/v1/podDisruptionBudget";
import { ServiceAccount } from "@pulumi/kubernetes/core/v1/serviceAccount";

/** Where the sample's images come from, and their version. */
const HUB = "docker.io/istio";
const TAG = "1.20.3";

/** One service of Bookinfo: which versions of it run, and what its image needs. */
interface Workload {
  readonly versions: readonly string[];
  /** Folders that the image writes to; its root file system is read-only. */
  readonly writable: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const WORKLOADS: Readonly<Record<string, Workload>> = {
  productpage: { versions: ["v1"], writable: ["/tmp"] },
  details: { versions: ["v1"], writable: ["/tmp"] },
  reviews: {
    versions: ["v1", "v2", "v3"],
    // Open Liberty keeps its work files beside the server and its logs where LOG_DIR says.
    writable: ["/tmp", "/opt/ibm/wlp/output"],
    env: { LOG_DIR: "/tmp/logs" },
  },
  ratings: { versions: ["v1"], writable: ["/tmp"] },
};

const PORT = 9080;

export interface BookinfoArgs {
  readonly namespace: string;
  /** Pods per version of each service. */
  readonly replicas: number;
}

/**
 * The pods and services of Istio's Bookinfo sample, one service account each, so that every caller has an identity
 * of its own. They pass the Pod Security level `restricted`.
 *
 * https://istio.io/latest/docs/examples/bookinfo/
 */
export class Bookinfo extends pulumi.ComponentResource {
  constructor(name: string, args: BookinfoArgs, opts?: pulumi.ComponentResourceOptions) {
    super("meshwright:stacks:Bookinfo", name, { ...args }, opts);
    for (const [service, workload] of Object.entries(WORKLOADS)) this.#add(name, service, workload, args);
    this.registerOutputs({});
  }

  #add(name: string, service: string, workload: Workload, { namespace, replicas }: BookinfoArgs): void {
    const account = new ServiceAccount(
      `${name}-${service}`,
      { metadata: { name: `bookinfo-${service}`, namespace }, automountServiceAccountToken: false },
      { parent: this },
    );
    new Service(
      `${name}-${service}`,
      {
        metadata: { name: service, namespace, labels: { app: service } },
        spec: {
          selector: { app: service },
          ports: [{ name: "http", port: PORT, targetPort: PORT, appProtocol: "http" }],
        },
      },
      // A service has no endpoints until its pods are ready, and those may wait for their sidecar.
      { parent: this },
    );
    for (const version of workload.versions) {
      const labels = { app: service, version };
      // One pod alone could never be moved to another node.
      if (replicas > 1)
        new PodDisruptionBudget(
          `${name}-${service}-${version}`,
          {
            metadata: { name: `${service}-${version}`, namespace, labels },
            spec: { maxUnavailable: 1, selector: { matchLabels: labels } },
          },
          { parent: this },
        );
      new Deployment(
        `${name}-${service}-${version}`,
        {
          metadata: { name: `${service}-${version}`, namespace, labels },
          spec: {
            replicas,
            selector: { matchLabels: labels },
            template: {
              metadata: { labels },
              spec: {
                serviceAccountName: account.metadata.name,
                securityContext: {
                  runAsNonRoot: true,
                  runAsUser: 1000,
                  seccompProfile: { type: "RuntimeDefault" },
                },
                containers: [
                  {
                    name: service,
                    image: `${HUB}/examples-bookinfo-${service}-${version}:${TAG}`,
                    imagePullPolicy: "IfNotPresent",
                    ports: [{ name: "http", containerPort: PORT }],
                    ...(workload.env === undefined
                      ? {}
                      : { env: Object.entries(workload.env).map(([key, value]) => ({ name: key, value })) }),
                    resources: { requests: { cpu: "50m", memory: "64Mi" }, limits: { memory: "512Mi" } },
                    readinessProbe: { tcpSocket: { port: PORT } },
                    securityContext: {
                      allowPrivilegeEscalation: false,
                      readOnlyRootFilesystem: true,
                      capabilities: { drop: ["ALL"] },
                    },
                    volumeMounts: workload.writable.map((mountPath, i) => ({
                      name: `writable-${i}`,
                      mountPath,
                    })),
                  },
                ],
                volumes: workload.writable.map((_, i) => ({ name: `writable-${i}`, emptyDir: {} })),
              },
            },
          },
        },
        { parent: this },
      );
    }
  }
}
