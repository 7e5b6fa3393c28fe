import { type EffectiveRoutes, effectiveRoutes } from "../intent/effective-routes";
import type { ExternalIntent, GatewayIntent, MeshIntent, PortIntent, ServiceIntent } from "../intent/intent";
import type { ObjectMeta } from "./manifest";
import type { Installation } from "./options";

/** A mesh and the installation that it is compiled for, indexed. */
export interface Context extends Installation {
  readonly intent: MeshIntent;
  readonly routes: EffectiveRoutes;
  service(key: string): ServiceIntent;
  external(key: string): ExternalIntent;
  gateway(name: string): GatewayIntent;
  /** The metadata of every object: its identity, and by whom and for what it was made. */
  metadata(name: string, namespace: string): ObjectMeta;
  /** The same for policies that decide on calls, which may all be tried before they are enforced. */
  permissionMetadata(name: string, namespace: string, dryRun?: boolean): ObjectMeta;
}

/** Proxies report what a policy so marked would do, and do it not. */
const DRY_RUN = { "istio.io/dry-run": "true" };

export function makeContext(intent: MeshIntent, installation: Installation): Context {
  const services = new Map(intent.services.map((service) => [service.key, service]));
  const externals = new Map(intent.externals.map((external) => [external.key, external]));
  const gateways = new Map(intent.gateways.map((gateway) => [gateway.name, gateway]));
  const labels = { "app.kubernetes.io/managed-by": "meshwright", "app.kubernetes.io/part-of": intent.name };
  return {
    ...installation,
    intent,
    routes: effectiveRoutes(intent),
    service: (key) => known(services.get(key), `service ${key}`),
    external: (key) => known(externals.get(key), `external ${key}`),
    gateway: (name) => known(gateways.get(name), `gateway ${name}`),
    metadata: (name, namespace) => ({ name, namespace, labels }),
    permissionMetadata: (name, namespace, dryRun = intent.dryRun) => ({
      name,
      namespace,
      labels,
      ...(dryRun && { annotations: DRY_RUN }),
    }),
  };
}

/** A port by its name. */
export function portOf<P extends PortIntent>(owner: { readonly ports: readonly P[] }, name: string): P {
  return known(
    owner.ports.find((port) => port.name === name),
    `port ${name}`,
  );
}

/**
 * Where the workloads of a service listen for what comes to one of its ports: pods at the `targetPort`, machines at a port
 * of their own where they say so. Policies are checked there.
 */
export function listeningPorts(service: ServiceIntent, name: string): readonly number[] {
  const outside = [...(service.workloadEntries ?? []), ...(service.workloadGroups ?? [])].flatMap(
    ({ ports }) => ports?.[name] ?? [],
  );
  return [...new Set([portOf(service, name).targetPort, ...outside])].sort((a, b) => a - b);
}

/** A checked intent refers to nothing that it does not hold; one that was put together by hand may. */
function known<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new RangeError(`the mesh refers to ${what}, which it does not declare`);
  return value;
}
