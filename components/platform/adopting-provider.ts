import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";

import type { Children } from "./component";

/** Settings of the default provider that say which cluster it means. */
const CLUSTER_SETTINGS = ["kubeconfig", "context", "cluster"] as const;

/**
 * A component's own provider, which updates definitions that it would otherwise fail to create because they are there.
 *
 * @param component whose provider it is
 * @param kubeconfig of the cluster, needed where an explicit provider is given
 * @returns `undefined` where an explicit provider decides which cluster is meant
 */
export function adoptingProvider(
  component: pulumi.ComponentResource,
  children: Children,
  kubeconfig: pulumi.Input<string> | undefined,
): Provider | undefined {
  const inherited = component.getProvider("kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition");
  if (inherited !== undefined && kubeconfig === undefined) return undefined;
  // An explicit provider does not read the stack's configuration by itself, so it is handed on: both mean one cluster.
  const config = new pulumi.Config("kubernetes");
  const cluster = Object.fromEntries(
    CLUSTER_SETTINGS.map((setting) => [setting, config.get(setting)] as const).filter(
      ([, value]) => value !== undefined,
    ),
  );
  return new Provider(
    children.name("provider"),
    { ...(kubeconfig === undefined ? cluster : { kubeconfig }), upsertExistingObjects: true },
    children.options(),
  );
}
