import type * as inputs from "@pulumi/kubernetes/types/input";
import * as pulumi from "@pulumi/pulumi";

import type { ServiceIntent } from "../../intent/intent";
import type {
  DeploymentObject,
  PodDisruptionBudgetObject,
  ServiceAccountObject,
  ServiceObject,
} from "../kubernetes-objects";
import type { WorkloadSettings } from "./args";
import type { PlannedWorkload } from "./problems";

const DEFAULT_REPLICAS = 2;
const DEFAULT_USER = 65532;
const DEFAULT_RESOURCES = { requests: { cpu: "50m", memory: "64Mi" }, limits: { memory: "256Mi" } };

/** A Deployment, and what keeps one of its pods through a drain where it has several. */
export interface DeploymentObjects {
  readonly subset?: string;
  readonly deployment: DeploymentObject;
  readonly budget?: PodDisruptionBudgetObject;
}

/** Every object of a workload. */
export interface WorkloadObjects {
  readonly serviceAccount: ServiceAccountObject;
  /** Absent where the mesh writes it. */
  readonly service?: ServiceObject;
  readonly deployments: readonly DeploymentObjects[];
}

/** Builds the objects. Pure: plain settings give plain objects. */
export function workloadObjects({ service, deployments }: PlannedWorkload): WorkloadObjects {
  const { namespace, labels } = service;
  return {
    serviceAccount: {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { name: service.serviceAccount, namespace, labels },
      // A proxy gets a token of its own; the workload needs none unless it talks to the API server.
      automountServiceAccountToken: false,
    },
    ...(service.createService === true ? {} : { service: serviceObject(service) }),
    deployments: deployments.map(({ subset, settings }) => deploymentObjects(service, subset, settings)),
  };
}

function serviceObject({ name: serviceName, namespace, labels, ports }: ServiceIntent): ServiceObject {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: serviceName, namespace, labels },
    spec: {
      selector: { ...labels },
      ports: ports.map(({ name, number, targetPort, protocol }) => ({
        name,
        port: number,
        targetPort,
        protocol: "TCP",
        appProtocol: protocol,
      })),
    },
  };
}

function deploymentObjects(
  service: ServiceIntent,
  subset: string | undefined,
  settings: PlannedWorkload["deployments"][number]["settings"],
): DeploymentObjects {
  const own = service.subsets.find(({ name }) => name === subset)?.labels;
  // A selector cannot be changed: further labels are the pods' alone.
  const selector = { ...service.labels, ...own };
  const replicas = settings.replicas ?? DEFAULT_REPLICAS;
  const metadata = {
    name: subset === undefined ? service.name : `${service.name}-${subset}`,
    namespace: service.namespace,
    labels: selector,
  };
  const deployment: DeploymentObject = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata,
    spec: {
      replicas,
      selector: { matchLabels: selector },
      template: {
        metadata: {
          labels: { ...versionLabel(selector, settings), ...settings.labels, ...selector },
          ...(settings.podAnnotations === undefined ? {} : { annotations: { ...settings.podAnnotations } }),
        },
        spec: podSpec(service, settings),
      },
    },
  };
  const budget: PodDisruptionBudgetObject = {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata,
    spec: { maxUnavailable: 1, selector: { matchLabels: selector } },
  };
  return { ...(subset === undefined ? {} : { subset }), deployment, ...(replicas > 1 ? { budget } : {}) };
}

const VERSION_LABELS = ["version", "app.kubernetes.io/version", "service.istio.io/canonical-revision"];
/** What Kubernetes takes as the value of a label. */
const LABEL_VALUE = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;

/** The version that metrics show, out of the image's tag, where nothing names one. */
function versionLabel(
  selector: Readonly<Record<string, string>>,
  { image, labels }: WorkloadSettings,
): Record<string, string> {
  if (VERSION_LABELS.some((label) => label in selector || label in (labels ?? {}))) return {};
  if (typeof image !== "string") return {};
  const tag = /:([^:/]+)$/.exec(image.replace(/@.*$/, ""))?.[1];
  return tag !== undefined && LABEL_VALUE.test(tag) ? { "app.kubernetes.io/version": tag } : {};
}

function podSpec(
  { name, serviceAccount, ports }: ServiceIntent,
  settings: PlannedWorkload["deployments"][number]["settings"],
): inputs.core.v1.PodSpec {
  const { image, command, args, writable = ["/tmp"], resources = DEFAULT_RESOURCES } = settings;
  const scratch = writable.map((mountPath, index) => ({ name: `writable-${index}`, mountPath }));
  const mounted = settings.volumes ?? [];
  const listened = [...new Set(ports.map(({ targetPort }) => targetPort))];
  const volumes = [
    ...scratch.map((folder) => ({ name: folder.name, emptyDir: {} })),
    ...mounted.map(({ mountPath: _, readOnly: __, ...volume }) => volume),
  ];
  const volumeMounts = [
    ...scratch,
    ...mounted.map((each) => ({
      name: each.name,
      mountPath: each.mountPath,
      readOnly: each.readOnly ?? true,
    })),
  ];
  return {
    securityContext: {
      runAsNonRoot: true,
      runAsUser: settings.runAsUser ?? DEFAULT_USER,
      seccompProfile: { type: "RuntimeDefault" },
    },
    ...settings.pod,
    serviceAccountName: serviceAccount,
    containers: [
      {
        name,
        image,
        ...(command === undefined ? {} : { command: [...command] }),
        ...(args === undefined ? {} : { args: [...args] }),
        ...(settings.env === undefined ? {} : { env: environment(settings.env) }),
        ports: listened.map((containerPort) => ({ containerPort })),
        readinessProbe: settings.readinessProbe ?? { tcpSocket: { port: listened[0] ?? 0 } },
        resources,
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ["ALL"] },
        },
        ...(volumeMounts.length === 0 ? {} : { volumeMounts }),
      },
    ],
    ...(volumes.length === 0 ? {} : { volumes }),
  };
}

function environment(env: NonNullable<WorkloadSettings["env"]>): inputs.core.v1.EnvVar[] {
  return Object.entries(env).map(([name, value]) =>
    isText(value) ? { name, value } : { name, valueFrom: value },
  );
}

function isText(value: pulumi.Input<string> | inputs.core.v1.EnvVarSource): value is pulumi.Input<string> {
  return typeof value === "string" || pulumi.Output.isInstance(value) || value instanceof Promise;
}
