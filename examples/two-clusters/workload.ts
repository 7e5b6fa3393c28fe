import { Deployment } from "@pulumi/kubernetes/apps/v1/deployment";
import { Service } from "@pulumi/kubernetes/core/v1/service";
import { ServiceAccount } from "@pulumi/kubernetes/core/v1/serviceAccount";
import type { CustomResourceOptions } from "@pulumi/pulumi";

const namespace = "shop";

/** A service of the shop: podinfo in its place, under an account of its own. */
export function runWorkload(name: string, opts: CustomResourceOptions): void {
  const labels = { app: name };
  const account = new ServiceAccount(
    name,
    { metadata: { name, namespace }, automountServiceAccountToken: false },
    opts,
  );
  new Service(
    name,
    {
      metadata: { name, namespace, labels },
      spec: { selector: labels, ports: [{ name: "http", port: 80, targetPort: 9898, appProtocol: "http" }] },
    },
    opts,
  );
  new Deployment(
    name,
    {
      metadata: { name, namespace, labels },
      spec: {
        replicas: 2,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels: { ...labels, version: "v6" } },
          spec: {
            serviceAccountName: account.metadata.name,
            automountServiceAccountToken: false,
            securityContext: {
              runAsNonRoot: true,
              runAsUser: 65_532,
              seccompProfile: { type: "RuntimeDefault" },
            },
            containers: [
              {
                name: "podinfo",
                image: "ghcr.io/stefanprodan/podinfo:6.7.1",
                ports: [{ name: "http", containerPort: 9898 }],
                readinessProbe: { httpGet: { path: "/readyz", port: "http" } },
                livenessProbe: { httpGet: { path: "/healthz", port: "http" } },
                resources: { requests: { cpu: "50m", memory: "64Mi" }, limits: { memory: "256Mi" } },
                securityContext: {
                  allowPrivilegeEscalation: false,
                  capabilities: { drop: ["ALL"] },
                  readOnlyRootFilesystem: true,
                },
              },
            ],
          },
        },
      },
    },
    opts,
  );
}
