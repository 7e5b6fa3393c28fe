import type * as inputs from "@pulumi/kubernetes/types/input";
import type * as pulumi from "@pulumi/pulumi";

import { type MountedFiles, signerRootFiles } from "../external-authority/settings";
import { imageReference } from "../images";
import type { DeploymentObject, NetworkPolicyObject, ServiceObject } from "../kubernetes-objects";
import { type IpFamilyArgs, ipFamiliesOf } from "../ip-families";
import { commonLabels } from "../labels";
import { openPorts } from "../network-policies";
import { platformDefaults } from "../platforms";
import { scheduling } from "../scheduling";
import { askedOfIstiod } from "./asked-of-istiod";
import { controlPlaneNames, istiodSelector } from "./names";
import type { ControlPlaneSettings } from "./settings";

type EnvVar = inputs.core.v1.EnvVar;

/** Labels of a control plane object that other tools look for: its revision, and which part of Istio it is. */
function pilotLabels(settings: Pick<ControlPlaneSettings, "namespace" | "revision">): Record<string, string> {
  return {
    app: "istiod",
    istio: "pilot",
    "istio.io/rev": controlPlaneNames(settings).rev,
    ...commonLabels("istiod"),
  };
}

/** Taint of nodes that the CNI agent is not ready on. */
const NOT_READY_TAINT = "cni.istio.io/not-ready";

function fromField(name: string, fieldPath: string): EnvVar {
  return { name, valueFrom: { fieldRef: { apiVersion: "v1", fieldPath } } };
}

function environment(settings: ControlPlaneSettings): EnvVar[] {
  const { fips, untaint } = askedOfIstiod(settings.env);
  const set: Readonly<Record<string, pulumi.Input<string>>> = {
    REVISION: controlPlaneNames(settings).rev,
    PILOT_CERT_PROVIDER: "istiod",
    // Where the kubeconfig of a cluster is that this istiod serves from outside; the secret behind it is optional.
    KUBECONFIG: "/var/run/secrets/remote/config",
    // Only this account may ask for certificates on behalf of other workloads.
    CA_TRUSTED_NODE_ACCOUNTS: `${settings.ztunnelNamespace}/ztunnel`,
    PILOT_TRACE_SAMPLING: String(settings.traceSampling),
    PILOT_ENABLE_ANALYSIS: "false",
    CLUSTER_ID: settings.clusterName ?? "Kubernetes",
    PLATFORM: platformDefaults(settings.platform).istioName ?? "",
    ...(fips ? { GODEBUG: "fips140=only" } : {}),
    ...(untaint ? { PILOT_NODE_UNTAINT_CONTROLLERS_TAINT_NAME: NOT_READY_TAINT } : {}),
    ...settings.env,
  };
  return [
    fromField("POD_NAME", "metadata.name"),
    fromField("POD_NAMESPACE", "metadata.namespace"),
    fromField("SERVICE_ACCOUNT", "spec.serviceAccountName"),
    // Without it Go would start a thread per CPU of the node, whatever the limit.
    { name: "GOMAXPROCS", valueFrom: { resourceFieldRef: { resource: "limits.cpu", divisor: "1" } } },
    ...Object.entries(set)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => ({ name, value })),
  ];
}

function secretFolder(name: string, secretName: string, mountPath: string, optional = true): MountedFiles {
  return {
    volume: { name, secret: { secretName, optional } },
    mount: { name, mountPath, readOnly: true },
  };
}

/** Volumes and their mounts that every istiod has. */
const MOUNTED: readonly MountedFiles[] = [
  {
    volume: {
      name: "istio-token",
      projected: {
        sources: [
          { serviceAccountToken: { audience: "istio-ca", expirationSeconds: 43_200, path: "istio-token" } },
        ],
      },
    },
    mount: { name: "istio-token", mountPath: "/var/run/secrets/tokens", readOnly: true },
  },
  {
    // Private keys stay off the node's disk.
    volume: { name: "local-certs", emptyDir: { medium: "Memory" } },
    mount: { name: "local-certs", mountPath: "/var/run/secrets/istio-dns" },
  },
];

/**
 * The secrets that istiod looks for. What is there decides how it gets its certificates, so it can do without each; but
 * where another signs for it, it waits until that one has.
 */
function secrets({ authority, authoritySecret }: ControlPlaneSettings): readonly MountedFiles[] {
  const own = !authority.servesForeignCertificate;
  return [
    secretFolder("cacerts", authoritySecret, "/etc/cacerts"),
    secretFolder("istio-kubeconfig", "istio-kubeconfig", "/var/run/secrets/remote"),
    secretFolder("istio-csr-dns-cert", "istiod-tls", "/var/run/secrets/istiod/tls", own),
  ];
}

const TRUSTED_ROOTS = "istio-csr-ca-configmap";

/** The mesh's root certificate, from where istiod publishes it. */
function trustedRoots({ authority, env }: ControlPlaneSettings): MountedFiles {
  const projected = {
    sources: [
      { clusterTrustBundle: { name: "istio.io:istiod-ca:root-cert", path: "root-cert.pem", optional: true } },
    ],
  };
  return {
    volume: {
      name: TRUSTED_ROOTS,
      ...(askedOfIstiod(env).clusterTrustBundles
        ? { projected }
        : {
            configMap: {
              name: "istio-ca-root-cert",
              defaultMode: 0o644,
              optional: !authority.servesForeignCertificate,
            },
          }),
    },
    mount: { name: TRUSTED_ROOTS, mountPath: "/var/run/secrets/istiod/ca", readOnly: true },
  };
}

function configMapFolder(name: string, configMap: string, mountPath: string): MountedFiles {
  return { volume: { name, configMap: { name: configMap } }, mount: { name, mountPath } };
}

/** istiod looks for its configuration where mesh objects are. Where that is another cluster, it is given its own as files. */
function configurationFiles(settings: ControlPlaneSettings): readonly MountedFiles[] {
  if (settings.configCluster === undefined) return [];
  const { injector, meshConfig } = controlPlaneNames(settings);
  return [
    configMapFolder("config-volume", meshConfig, "/etc/istio/config"),
    configMapFolder("inject-volume", injector, "/var/lib/istio/inject"),
  ];
}

/** Files that istiod gets beside the usual ones. */
export function furtherFiles(settings: ControlPlaneSettings): readonly MountedFiles[] {
  const signer =
    settings.authority.signer === undefined ? [] : [signerRootFiles(controlPlaneNames(settings).signerRoot)];
  return [...configurationFiles(settings), ...signer];
}

/** istiod's ports: container port, its name there, and the Service port where it differs. */
const PORTS = [
  { name: "http-debug", containerPort: 8080 },
  { name: "grpc-xds", containerPort: 15_010, service: { name: "grpc-xds", port: 15_010 } },
  { name: "tls-xds", containerPort: 15_012, service: { name: "https-dns", port: 15_012 } },
  // API servers call webhooks on 443 unless told otherwise.
  {
    name: "https-webhooks",
    containerPort: 15_017,
    service: { name: "https-webhook", port: 443, targetPort: 15_017 },
  },
  { name: "http-monitoring", containerPort: 15_014, service: { name: "http-monitoring", port: 15_014 } },
];

/** The Deployment of istiod. */
export function istiodDeployment(settings: ControlPlaneSettings): DeploymentObject {
  const { namespace, scaling } = settings;
  const { terminationMessagePolicy } = platformDefaults(settings.platform);
  const names = controlPlaneNames(settings);
  const named = settings.revision !== "";
  const volumes = [...MOUNTED, ...secrets(settings), trustedRoots(settings), ...furtherFiles(settings)];
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: names.istiod, namespace, labels: pilotLabels(settings) },
    spec: {
      ...(scaling.mode === "fixed" ? { replicas: scaling.replicas } : {}),
      // A selector cannot change later, and the unnamed control plane's has always been this one label.
      selector: { matchLabels: named ? istiodSelector(settings) : { istio: "pilot" } },
      strategy: { rollingUpdate: { maxSurge: "100%", maxUnavailable: "25%" } },
      template: {
        metadata: {
          annotations: {
            "prometheus.io/port": "15014",
            "prometheus.io/scrape": "true",
            "sidecar.istio.io/inject": "false",
          },
          labels: {
            ...pilotLabels(settings),
            ...(named ? { istio: "istiod" } : {}),
            // istiod is no part of either data plane: it must come up before there is one.
            "istio.io/dataplane-mode": "none",
            "sidecar.istio.io/inject": "false",
          },
        },
        spec: {
          serviceAccountName: names.istiod,
          // Nodes wait for the CNI agent, which may itself wait for istiod.
          ...scheduling(settings.given, istiodSelector(settings), [
            { key: NOT_READY_TAINT, operator: "Exists" },
          ]),
          containers: [
            {
              name: "discovery",
              image: imageReference("pilot", settings),
              ...(terminationMessagePolicy === undefined ? {} : { terminationMessagePolicy }),
              args: [
                "discovery",
                "--monitoringAddr=:15014",
                `--log_output_level=${settings.logLevel}`,
                ...(settings.logAsJson ? ["--log_as_json"] : []),
                "--domain",
                settings.clusterDomain,
                // Connections end from time to time, so that proxies spread again after istiod has scaled.
                "--keepaliveMaxServerConnectionAge",
                "30m",
              ],
              env: environment(settings),
              ports: PORTS.map(({ name, containerPort }) => ({ name, containerPort, protocol: "TCP" })),
              readinessProbe: {
                httpGet: { path: "/ready", port: 8080 },
                initialDelaySeconds: 1,
                periodSeconds: 3,
                timeoutSeconds: 5,
              },
              resources: settings.resources,
              securityContext: {
                allowPrivilegeEscalation: false,
                capabilities: { drop: ["ALL"] },
                readOnlyRootFilesystem: true,
                runAsNonRoot: true,
                // The Pod Security level `restricted` asks for it by name.
                seccompProfile: { type: "RuntimeDefault" },
              },
              volumeMounts: volumes.map(({ mount }) => mount),
            },
          ],
          volumes: volumes.map(({ volume }) => volume),
        },
      },
    },
  };
}

/** What keeps everything away from istiod but calls to its own ports. */
export function istiodNetworkPolicy(settings: ControlPlaneSettings): NetworkPolicyObject {
  const { istiod, rev } = controlPlaneNames(settings);
  return openPorts(
    { name: istiod, namespace: settings.namespace, labels: pilotLabels(settings) },
    { app: "istiod", "istio.io/rev": rev },
    // API servers, which call its webhooks.
    [{ port: 15_017 }],
    // Proxies, control planes of other clusters, and whoever scrapes or looks around.
    [{ port: 15_010 }, { port: 15_011 }, { port: 15_012 }, { port: 8080 }, { port: 15_014 }],
  );
}

/** The Service by which proxies, API servers and scrapers reach istiod, under its own name or another. */
export function istiodService(
  settings: Pick<ControlPlaneSettings, "namespace" | "revision"> & { readonly given?: IpFamilyArgs },
  name: string = controlPlaneNames(settings).istiod,
): ServiceObject {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace: settings.namespace, labels: pilotLabels(settings) },
    spec: {
      ports: PORTS.flatMap(({ service }) => (service === undefined ? [] : [{ ...service, protocol: "TCP" }])),
      selector: istiodSelector(settings),
      ...ipFamiliesOf(settings.given ?? {}),
    },
  };
}
