import * as pulumi from "@pulumi/pulumi";

import type { InputProblem } from "../../intent/problem";
import { Children, componentOptions, componentToken, refuse, type MeshComponentOptions } from "../component";
import { controlPlaneNames } from "../control-plane/names";
import type { SecretObject } from "../kubernetes-objects";
import { commonLabels } from "../labels";
import { labelProblems, printed } from "../problems";
import { DEFAULT_ROOT_NAMESPACE } from "../versions";
import { kubeconfig } from "./kubeconfig";
import { REMOTE_CLUSTER_ACCESS_SHAPE } from "./shape";

/** How the control planes of other clusters get at this one. */
export interface RemoteClusterAccessArgs {
  /** Name of this cluster in the mesh, as other clusters will know it. */
  clusterName: string;
  /** Address of this cluster's API server as those control planes reach it: `"https://203.0.113.7:6443"`. */
  server: pulumi.Input<string>;
  /** Root namespace of the mesh. @default "istio-system" */
  namespace?: string;
  /**
   * Account of this cluster that they act as, which must exist. An external control plane takes that of istiod in its
   * config cluster: `"istiod"`.
   * @default "istio-reader-service-account", which `ControlPlane` registers
   */
  serviceAccount?: string;
}

/** Every problem of the arguments, none when they are fine. */
export function remoteClusterAccessProblems(args: RemoteClusterAccessArgs): InputProblem[] {
  const { server } = args;
  return [
    ...labelProblems("clusterName", args.clusterName),
    ...labelProblems("namespace", args.namespace),
    ...labelProblems("serviceAccount", args.serviceAccount),
    ...(typeof server !== "string" || /^https:\/\/[^\s@]+$/.test(server)
      ? []
      : [
          {
            id: "platform/bad-server",
            path: "server",
            message: "is not the address of an API server",
            got: printed(server),
            expected: "an address that begins with https://, without a user",
            fix: "Take that of the cluster's kubeconfig, if it can be reached from the other clusters",
          },
        ]),
  ];
}

/** The token by which others act as an account; the cluster fills it in. */
export function tokenSecret(args: RemoteClusterAccessArgs): SecretObject {
  const account = accountOf(args);
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name: `${account}-istio-remote-secret-token`,
      namespace: args.namespace ?? DEFAULT_ROOT_NAMESPACE,
      labels: commonLabels("istio-reader"),
      annotations: { "kubernetes.io/service-account.name": account },
    },
    type: "kubernetes.io/service-account-token",
  };
}

function accountOf({ namespace = DEFAULT_ROOT_NAMESPACE, serviceAccount }: RemoteClusterAccessArgs): string {
  return serviceAccount ?? controlPlaneNames({ namespace, revision: "" }).readerServiceAccount;
}

/**
 * Lets the control planes of other clusters read this one: a token of an account of it, and the kubeconfig with that
 * token, which `RemoteSecret` gives to them. It takes the place of `istioctl create-remote-secret`.
 *
 * It must depend on the `ControlPlane` of this cluster, which registers the account. The token lives as long as this
 * component does.
 *
 * @throws MeshError with every problem of the arguments, before anything is registered
 * @example
 * const access = new RemoteClusterAccess("west", { clusterName: "west", server }, { dependsOn: [controlPlane] });
 * export const { kubeconfig } = access; // for the stack of the primary; it is a secret of this stack
 * @see https://istio.io/latest/docs/setup/install/multicluster/primary-remote/
 */
export class RemoteClusterAccess extends pulumi.ComponentResource {
  /** Name of this cluster in the mesh. */
  readonly clusterName: pulumi.Output<string>;
  /** The way in, a secret. It is known once the cluster has made the token. */
  readonly kubeconfig: pulumi.Output<string>;

  constructor(name: string, args: RemoteClusterAccessArgs, opts?: MeshComponentOptions) {
    refuse("RemoteClusterAccess", name, args, opts, REMOTE_CLUSTER_ACCESS_SHAPE, () =>
      remoteClusterAccessProblems(args),
    );
    super(componentToken("RemoteClusterAccess"), name, { ...args }, componentOptions(opts));

    const children = new Children(this, name, opts);
    const secret = children.add("token", tokenSecret(args), { additionalSecretOutputs: ["data"] });

    this.clusterName = pulumi.output(args.clusterName);
    this.kubeconfig = pulumi.secret(
      pulumi.all([secret.data, args.server]).apply(([data, server]) =>
        kubeconfig({
          clusterName: args.clusterName,
          server,
          // Whoever makes no tokens, such as an offline engine, leaves these empty.
          certificateAuthorityData: data?.["ca.crt"] ?? "",
          token: Buffer.from(data?.["token"] ?? "", "base64").toString("utf8"),
        }),
      ),
    );
    this.registerOutputs({ clusterName: this.clusterName, kubeconfig: this.kubeconfig });
  }
}
