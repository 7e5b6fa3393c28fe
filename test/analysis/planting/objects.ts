import type { KubernetesObject } from "../../../analysis";

type More = Readonly<Record<string, unknown>>;

/** An object with a spec; `metadata` beside name and namespace goes into `meta`. */
export function object(
  apiVersion: string,
  kind: string,
  namespace: string,
  name: string,
  more: More,
  meta: More = {},
): KubernetesObject {
  return {
    apiVersion,
    kind,
    metadata: { name, ...(namespace === "" ? {} : { namespace }), ...meta },
    ...more,
  };
}

export const networking = (kind: string, namespace: string, name: string, spec: More): KubernetesObject =>
  object("networking.istio.io/v1", kind, namespace, name, { spec });

export const security = (kind: string, namespace: string, name: string, spec: More): KubernetesObject =>
  object("security.istio.io/v1", kind, namespace, name, { spec });

export const telemetry = (namespace: string, name: string, spec: More): KubernetesObject =>
  object("telemetry.istio.io/v1", "Telemetry", namespace, name, { spec });

export const gatewayApi = (kind: string, namespace: string, name: string, spec: More): KubernetesObject =>
  object("gateway.networking.k8s.io/v1", kind, namespace, name, { spec });

/** A container that meets the restricted standard, with all that a workload should say of itself. */
export function container(name: string, port: number, portName?: string): More {
  return {
    name,
    image: `registry.example.com/${name}@sha256:${"0".repeat(64)}`,
    ports: [{ containerPort: port, ...(portName === undefined ? {} : { name: portName }) }],
    resources: { requests: { cpu: "100m", memory: "64Mi" }, limits: { memory: "64Mi" } },
    readinessProbe: { tcpSocket: { port } },
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
  };
}

export const podSecurity = { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } };
