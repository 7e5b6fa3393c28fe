import * as pulumi from "@pulumi/pulumi";

import type { InputProblem } from "../../intent/problem";
import { secretBase64 } from "../base64";
import { Children, componentOptions, componentToken, refuse, type MeshComponentOptions } from "../component";
import type { SecretObject } from "../kubernetes-objects";
import { commonLabels } from "../labels";
import { choiceProblems, labelProblems } from "../problems";
import { DEFAULT_ROOT_NAMESPACE } from "../versions";
import { REMOTE_SECRET_SHAPE } from "./shape";

/** What istiod takes from another cluster. */
export const RemoteSecretType = {
  /** Its services and their endpoints, and where it has no istiod of its own, its pods to serve. */
  Remote: "remote",
  /** The mesh objects themselves, for an external control plane. */
  Config: "config",
} as const;
export type RemoteSecretType = (typeof RemoteSecretType)[keyof typeof RemoteSecretType];

/** A cluster that a control plane is told of. */
export interface RemoteSecretArgs {
  /** Name of that cluster in the mesh. */
  clusterName: string;
  /** How istiod reaches it, a secret: what its `RemoteClusterAccess` says. */
  kubeconfig: pulumi.Input<string>;
  /** Root namespace of the control plane. @default "istio-system" */
  namespace?: string;
  /** @default "remote" */
  type?: RemoteSecretType;
}

/** Every problem of the arguments, none when they are fine. */
export function remoteSecretProblems(args: RemoteSecretArgs): InputProblem[] {
  return [
    ...labelProblems("clusterName", args.clusterName),
    ...labelProblems("namespace", args.namespace),
    ...choiceProblems("type", args.type, Object.values(RemoteSecretType)),
  ];
}

/** The secret by which istiod knows another cluster. */
export function remoteSecret(args: RemoteSecretArgs): SecretObject {
  const { clusterName, kubeconfig, namespace = DEFAULT_ROOT_NAMESPACE } = args;
  const config = args.type === RemoteSecretType.Config;
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name: config ? "istio-kubeconfig" : `istio-remote-secret-${clusterName}`,
      namespace,
      labels: { "istio/multiCluster": "true", ...commonLabels("istiod") },
      annotations: { "networking.istio.io/cluster": clusterName },
    },
    type: "Opaque",
    data: { [config ? "config" : clusterName]: secretBase64(kubeconfig) },
  };
}

/**
 * Tells a control plane of another cluster, which it then reads: as part of a mesh of several clusters, as a cluster that
 * it serves, or as the one that it takes mesh objects from.
 *
 * istiod follows such secrets while it runs. Only the one of type `"config"` must be there before it, so that the control
 * plane must depend on it.
 *
 * @throws MeshError with every problem of the arguments, before anything is registered
 * @example
 * const west = new pulumi.StackReference("acme/mesh/west");
 * new RemoteSecret("west", { clusterName: "west", kubeconfig: west.requireOutput("kubeconfig") });
 * @see https://istio.io/latest/docs/reference/commands/istioctl/#istioctl-create-remote-secret
 */
export class RemoteSecret extends pulumi.ComponentResource {
  /** Name of the secret, once it exists. */
  readonly secretName: pulumi.Output<string>;

  constructor(name: string, args: RemoteSecretArgs, opts?: MeshComponentOptions) {
    refuse("RemoteSecret", name, args, opts, REMOTE_SECRET_SHAPE, () => remoteSecretProblems(args));
    // A way in that was handed over in the clear is a secret from here on, in the component's own inputs too.
    const kubeconfig = pulumi.secret(args.kubeconfig);
    super(componentToken("RemoteSecret"), name, { ...args, kubeconfig }, componentOptions(opts));

    const secret = new Children(this, name, opts).add("secret", remoteSecret({ ...args, kubeconfig }));
    this.secretName = secret.metadata.name;
    this.registerOutputs({ secretName: this.secretName });
  }
}
