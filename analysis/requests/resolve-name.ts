import { qualify } from "../model/hosts";
import type { MeshModel } from "../model";

/**
 * The complete name behind what a caller writes, as the resolver of its pod finds it: with each of the endings that
 * Kubernetes gives it to search, and then as it stands. A name that ends with a dot is complete.
 *
 * A host of a *route* is read otherwise: there, any name with a dot is complete.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#namespaces-of-services
 */
export function resolveName(model: MeshModel, host: string, namespace: string): string {
  const { clusterDomain } = model.config;
  const name = host.toLowerCase();
  if (name.endsWith(".")) return name.slice(0, -1);
  const endings = [`svc.${clusterDomain}`, clusterDomain];
  const search = namespace === "" ? endings : [`${namespace}.${endings[0]}`, ...endings];
  const found = search
    .map((ending) => `${name}.${ending}`)
    // A wildcard is no name that a resolver knows.
    .find(
      (each) =>
        model.registry.lookup(each).some((entry) => entry.host === each) ||
        model.registry.declaredPorts(each) !== undefined,
    );
  return found ?? qualify(name, namespace, clusterDomain);
}
