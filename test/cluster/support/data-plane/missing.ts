import type { Container, Pod } from "../kinds";
import { matches } from "./selector";
import type { DataPlane, Webhook } from "./snapshot";

const ENROLLED = ["istio-injection", "istio.io/rev"];

/**
 * What the data plane needs and does not have: an injector that answers for every enrolled namespace, for every proxy the
 * control plane that it talks to, for every gateway an address and a pod, and everywhere the same certificate to trust.
 */
export function missing(plane: DataPlane): readonly string[] {
  return [...injectors(plane), ...controlPlanes(plane), ...gateways(plane), ...certificates(plane)].sort();
}

function enrolled({ namespaces }: DataPlane): DataPlane["namespaces"] {
  return namespaces.filter(({ metadata: { labels = {} } }) => ENROLLED.some((label) => label in labels));
}

function injectors(plane: DataPlane): readonly string[] {
  return enrolled(plane).flatMap(({ metadata: { name, labels = {} } }) => {
    const all = { ...labels, "kubernetes.io/metadata.name": name };
    const called = plane.webhooks.filter(
      ({ namespaceSelector = {}, objectSelector = {} }) =>
        matches(namespaceSelector, all) && matches(objectSelector, {}),
    );
    const [webhook] = called;
    if (webhook === undefined) return [`namespace ${name}: nobody injects its pods`];
    if (called.length > 1) return [`namespace ${name}: ${called.length} webhooks inject its pods`];
    const service = serviceOf(webhook);
    return [
      ...(webhook.clientConfig.caBundle ? [] : [`namespace ${name}: its injector has no caBundle`]),
      ...(plane.answering.has(service)
        ? []
        : [`namespace ${name}: nothing answers at its injector ${service}`]),
    ];
  });
}

function serviceOf({ clientConfig: { service } }: Webhook): string {
  return `${service?.namespace}/${service?.name}`;
}

function controlPlanes(plane: DataPlane): readonly string[] {
  return plane.pods.flatMap((pod) => {
    const { name, namespace, deletionTimestamp } = pod.metadata;
    const sidecar = proxy(pod);
    if (sidecar === undefined || deletionTimestamp !== undefined) return [];
    const service = controlPlaneOf(sidecar);
    return plane.answering.has(service)
      ? []
      : [`pod ${namespace}/${workloadOf(name)}: nothing answers at its control plane ${service}`];
  });
}

/** The proxy of a pod, as a sidecar or as a gateway. */
export function proxy({ spec }: Pod): Container | undefined {
  return [...(spec.initContainers ?? []), ...spec.containers].find(({ name }) => name === "istio-proxy");
}

/** `namespace/name` of the service from which a proxy gets its certificate and its configuration. */
function controlPlaneOf({ env = [] }: Container): string {
  const address = env.find(({ name }) => name === "CA_ADDR")?.value ?? "";
  const [name, namespace] = address.split(".");
  return `${namespace}/${name}`;
}

/** A pod's name without the parts that are drawn at random. */
function workloadOf(pod: string): string {
  return pod.split("-").slice(0, -2).join("-");
}

function gateways({ services, answering }: DataPlane): readonly string[] {
  return services
    .filter(({ spec }) => spec.type === "LoadBalancer")
    .flatMap(({ metadata, status }) => {
      const name = `${metadata.namespace}/${metadata.name}`;
      return [
        ...(status?.loadBalancer?.ingress?.length ? [] : [`gateway ${name} has no address`]),
        ...(answering.has(name) ? [] : [`gateway ${name} has no pod that is ready`]),
      ];
    });
}

function certificates(plane: DataPlane): readonly string[] {
  const without = enrolled(plane).filter(({ metadata }) => !plane.roots.get(metadata.name));
  const different = new Set(plane.roots.values());
  return [
    ...without.map(({ metadata }) => `namespace ${metadata.name}: it has no certificate to trust`),
    ...(different.size > 1 ? [`namespaces trust ${different.size} different certificates`] : []),
  ];
}
