import { createHash } from "node:crypto";

import type * as inputs from "@pulumi/kubernetes/types/input";
import type {
  ConfigMapObject,
  DeploymentObject,
  NetworkPolicyObject,
  PlatformMeta,
  PlatformObject,
  ServiceAccountObject,
  ServiceObject,
  StatefulSetObject,
} from "../kubernetes-objects";
import { commonLabels } from "../labels";
import { UNPRIVILEGED_CONTAINER } from "../pod-security";
import { scheduling } from "../scheduling";
import type { PartSettings } from "./settings";

/** What a part is, beside what all parts have in common. */
export interface PartSpec {
  /** Instead of the image's own program. */
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly inputs.core.v1.EnvVar[];
  /** Files by name, mounted as one folder. A change of one starts new pods. */
  readonly files?: { readonly mountPath: string; readonly texts: Readonly<Record<string, string>> };
  /** Folder of the part's data: on its disk where it has one, else gone with the pod. */
  readonly dataPath?: string;
  /** Folders that it writes to beside that. */
  readonly scratch?: readonly string[];
  readonly probe: { readonly path: string; readonly port: number };
  /** Where it tells its own metrics; Prometheus finds it by annotation. */
  readonly metrics?: { readonly port: number; readonly path: string };
  /** Ports of the container that the Service does not offer. */
  readonly privatePorts?: readonly number[];
  /** It talks to the API server. */
  readonly usesApiServer?: boolean;
  /** Folders of further ConfigMaps: name of the ConfigMap by mount path. */
  readonly mounts?: Readonly<Record<string, string>>;
  /** Folders of secrets: name of the secret by mount path. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** A text that changes when pods must start anew, beside the files. */
  readonly revision?: string;
}

/** The objects of one part. */
export interface PartObjects {
  readonly serviceAccount: ServiceAccountObject;
  readonly configMap?: ConfigMapObject;
  readonly service: ServiceObject;
  readonly workload: DeploymentObject | StatefulSetObject;
  readonly networkPolicy: NetworkPolicyObject;
}

/** The labels by which a part's pods are selected. */
export function partSelector(name: string): Record<string, string> {
  return { app: name };
}

export function partMeta(name: string, namespace: string, part = name): PlatformMeta {
  return {
    name,
    namespace,
    labels: { ...commonLabels(part), ...partSelector(part), "app.kubernetes.io/part-of": "telemetry" },
  };
}

/** Builds the objects that every part has. Pure: plain settings give plain objects. */
export function partObjects(settings: PartSettings, spec: PartSpec, gatewayNamespace?: string): PartObjects {
  const { name, namespace } = settings;
  const meta = partMeta(name, namespace);
  const configMap: ConfigMapObject | undefined = spec.files && {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: meta,
    data: { ...spec.files.texts },
  };
  return {
    serviceAccount: {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: meta,
      automountServiceAccountToken: false,
    },
    ...(configMap === undefined ? {} : { configMap }),
    service: {
      apiVersion: "v1",
      kind: "Service",
      metadata: meta,
      spec: {
        selector: partSelector(name),
        ports: settings.ports.map(({ name: port, port: number, appProtocol }) => ({
          name: port,
          port: number,
          targetPort: number,
          protocol: "TCP",
          appProtocol,
        })),
      },
    },
    workload: workload(settings, spec, meta),
    networkPolicy: partNetworkPolicy(settings, meta, spec, gatewayNamespace),
  };
}

/** The same objects in one list, in the order in which they may be applied. */
export function listPartObjects(objects: PartObjects): PlatformObject[] {
  return Object.values(objects) as PlatformObject[];
}

function workload(
  settings: PartSettings,
  spec: PartSpec,
  metadata: PlatformMeta,
): DeploymentObject | StatefulSetObject {
  const { name, replicas, storage } = settings;
  const selector = { matchLabels: partSelector(name) };
  const template = podTemplate(settings, spec, metadata);
  if (storage === undefined) {
    return {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata,
      spec: { replicas, selector, template },
    };
  }
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata,
    spec: {
      replicas,
      serviceName: name,
      selector,
      template,
      volumeClaimTemplates: [
        {
          metadata: { name: "data" },
          spec: {
            accessModes: ["ReadWriteOnce"],
            resources: { requests: { storage: storage.size } },
            ...(storage.className === undefined ? {} : { storageClassName: storage.className }),
          },
        },
      ],
    },
  };
}

function podTemplate(
  settings: PartSettings,
  spec: PartSpec,
  metadata: PlatformMeta,
): inputs.core.v1.PodTemplateSpec {
  const { name, ports, storage, user, given } = settings;
  const scratch = spec.scratch ?? [];
  const onDisk = storage !== undefined && spec.dataPath !== undefined;
  const inMemory = storage === undefined && spec.dataPath !== undefined;
  const mounted = Object.entries(spec.mounts ?? {});
  const secrets = Object.entries(spec.secrets ?? {});
  const probe = { httpGet: { path: spec.probe.path, port: spec.probe.port } };
  return {
    metadata: {
      labels: { ...metadata.labels },
      annotations: {
        ...(spec.files === undefined && spec.revision === undefined
          ? {}
          : { "meshwright.dev/configuration": digest({ ...spec.files?.texts, "": spec.revision ?? "" }) }),
        ...(spec.metrics === undefined
          ? {}
          : {
              "prometheus.io/scrape": "true",
              "prometheus.io/port": String(spec.metrics.port),
              "prometheus.io/path": spec.metrics.path,
            }),
      },
    },
    spec: {
      serviceAccountName: name,
      // Only who talks to the API server carries a token for it.
      automountServiceAccountToken: spec.usesApiServer === true,
      ...(given.imagePullSecrets === undefined
        ? {}
        : { imagePullSecrets: given.imagePullSecrets.map((secret) => ({ name: secret })) }),
      ...scheduling(given, partSelector(name)),
      securityContext: {
        runAsNonRoot: true,
        runAsUser: user,
        runAsGroup: user,
        fsGroup: user,
        seccompProfile: { type: "RuntimeDefault" },
      },
      containers: [
        {
          name,
          image: settings.image,
          ...(spec.command === undefined ? {} : { command: [...spec.command] }),
          ...(spec.args === undefined ? {} : { args: [...spec.args] }),
          ...(spec.env === undefined ? {} : { env: [...spec.env] }),
          ports: [
            ...ports.map(({ name: port, port: number }) => ({
              name: port,
              containerPort: number,
              protocol: "TCP",
            })),
            ...(spec.privatePorts ?? []).map((number) => ({ containerPort: number, protocol: "TCP" })),
          ],
          readinessProbe: { ...probe, periodSeconds: 5, failureThreshold: 6 },
          livenessProbe: { ...probe, initialDelaySeconds: 30, periodSeconds: 15, failureThreshold: 5 },
          resources: settings.resources,
          securityContext: UNPRIVILEGED_CONTAINER,
          volumeMounts: [
            ...(spec.files === undefined
              ? []
              : [{ name: "configuration", mountPath: spec.files.mountPath, readOnly: true }]),
            ...(spec.dataPath === undefined ? [] : [{ name: "data", mountPath: spec.dataPath }]),
            ...scratch.map((mountPath, index) => ({ name: `scratch-${index}`, mountPath })),
            ...mounted.map(([mountPath, configMap]) => ({ name: configMap, mountPath, readOnly: true })),
            ...secrets.map(([mountPath, secret]) => ({ name: secret, mountPath, readOnly: true })),
          ],
        },
      ],
      volumes: [
        ...(spec.files === undefined ? [] : [{ name: "configuration", configMap: { name } }]),
        ...(inMemory && !onDisk ? [{ name: "data", emptyDir: {} }] : []),
        ...scratch.map((_, index) => ({ name: `scratch-${index}`, emptyDir: {} })),
        ...mounted.map(([, configMap]) => ({ name: configMap, configMap: { name: configMap } })),
        ...secrets.map(([, secretName]) => ({ name: secretName, secret: { secretName } })),
      ],
    },
  };
}

function digest(value: Readonly<Record<string, string>>): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 32);
}

/**
 * Who may call a part: the others of its namespace, the gateway that serves it, and proxies everywhere at the ports that
 * are for them.
 */
function partNetworkPolicy(
  { name, namespace, ports, given }: PartSettings,
  metadata: PlatformMeta,
  spec: PartSpec,
  gatewayNamespace: string | undefined,
): NetworkPolicyObject {
  const tcp = (numbers: readonly number[]) => numbers.map((port) => ({ protocol: "TCP", port }));
  const from = (label: string) => [
    { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": label } } },
  ];
  const own = [...new Set([...ports.map(({ port }) => port), ...(spec.privatePorts ?? [])])];
  const forProxies = ports.filter(({ fromProxies }) => fromProxies === true).map(({ port }) => port);
  const first = ports[0]?.port;
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata,
    spec: {
      podSelector: { matchLabels: partSelector(name) },
      policyTypes: ["Ingress"],
      ingress: [
        { from: from(namespace), ports: tcp(own) },
        ...(forProxies.length === 0 ? [] : [{ ports: tcp(forProxies) }]),
        ...(given.host !== undefined && gatewayNamespace !== undefined && first !== undefined
          ? [{ from: from(gatewayNamespace), ports: tcp([first]) }]
          : []),
      ],
    },
  };
}
