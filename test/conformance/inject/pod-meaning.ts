/**
 * An injected pod reduced to what it means: lists by the key that Kubernetes merges them by, and without the few things
 * that istiod's own code adds after the template.
 */
import type { Container, InjectedTemplate, Named } from "./evaluator";

type Fields = Readonly<Record<string, unknown>>;

/** Annotations that istiod sets after the template: what it injected, and where Prometheus finds the merged metrics. */
const AFTER_TEMPLATE = /^(sidecar\.istio\.io\/status|prometheus\.io\/(scrape|port|path))$/;

/** The same for environment: the probes and the scrape settings of the application that the agent takes over. */
const AGENT_TAKES_OVER = new Set(["ISTIO_KUBE_APP_PROBERS", "ISTIO_PROMETHEUS_ANNOTATIONS"]);

const PROBES = ["livenessProbe", "readinessProbe", "startupProbe"];

function byName(
  list: readonly Named[] | undefined,
  key: (item: Named) => string = ({ name }) => name,
): Fields {
  const entries = (list ?? []).map((item) => [key(item), item] as const);
  if (new Set(entries.map(([name]) => name)).size !== entries.length)
    throw new Error("two entries have the same key");
  return Object.fromEntries(entries);
}

function without(fields: Fields, drop: (key: string) => boolean): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([key]) => !drop(key)));
}

function containerMeaning(container: Container): Fields {
  const { env, volumeMounts, ports, ...rest } = container;
  const isProxy = container.name === "istio-proxy";
  return {
    // istiod rewrites the probes of the application, never those of the proxy.
    ...without(rest, (key) => !isProxy && PROBES.includes(key)),
    env: without(byName(env), (name) => AGENT_TAKES_OVER.has(name)),
    volumeMounts: byName(volumeMounts, (mount) => String(mount["mountPath"])),
    ports: byName(ports as Named[] | undefined, (port) => `${String(port["containerPort"])} ${port.name}`),
  };
}

function containers(list: readonly Container[] | undefined): Fields {
  return byName((list ?? []).map((container) => ({ ...containerMeaning(container), name: container.name })));
}

/** A pod template's meaning; two that differ nowhere inject the same. */
export function podMeaning({ metadata, spec }: InjectedTemplate): Fields {
  return {
    labels: metadata.labels ?? {},
    annotations: without(metadata.annotations ?? {}, (name) => AFTER_TEMPLATE.test(name)),
    spec: {
      ...spec,
      containers: containers(spec.containers),
      initContainers: containers(spec.initContainers),
      volumes: byName(spec.volumes),
      imagePullSecrets: byName(spec.imagePullSecrets),
    },
  };
}
