import * as pulumi from "@pulumi/pulumi";

import { Children, componentOptions, componentToken, refuse, type MeshComponentOptions } from "../component";
import { commonLabels } from "../labels";
import { type VirtualMachineBootstrapArgs, virtualMachineBootstrapProblems } from "./args";
import { accountOf, virtualMachineFiles } from "./files";
import { VIRTUAL_MACHINE_BOOTSTRAP_SHAPE } from "./shape";

/**
 * What a machine outside Kubernetes needs to join the mesh as one of a WorkloadGroup: the files that
 * `istioctl x workload entry configure` writes, as outputs. It takes a running cluster only for the values that come from
 * one.
 *
 * The first token of a machine is asked of the cluster shortly before the machine starts, by `tokenCommand` or by whatever
 * provisions machines, because it holds for an hour; from then on the proxy renews its own certificate.
 *
 * @throws MeshError with every problem of the arguments, before anything is registered
 * @example
 * const group = compileMesh(shop).find(({ kind, metadata }) => kind === "WorkloadGroup" && metadata.name === "ledger-vms");
 * const ledger = new VirtualMachineBootstrap("ledger-vms", {
 *   workloadGroup: group as WorkloadGroupManifest,
 *   meshConfig: mesh.controlPlane.meshConfig,
 *   rootCertificatePem: mesh.rootCertificatePem,
 *   ingressAddress: mesh.gateways["istio-eastwestgateway"].address,
 * });
 * export const { files } = ledger;
 * @see https://istio.io/latest/docs/setup/install/virtual-machine/
 */
export class VirtualMachineBootstrap extends pulumi.ComponentResource {
  /** Goes to `/var/lib/istio/envoy/cluster.env`: the environment in which the proxy starts. */
  readonly clusterEnv: pulumi.Output<string>;
  /** Goes to `/etc/istio/config/mesh`: the proxy's settings. */
  readonly meshYaml: pulumi.Output<string>;
  /** Goes to `/etc/certs/root-cert.pem`. */
  readonly rootCertificatePem: pulumi.Output<string>;
  /** Is appended to `/etc/hosts`, so that the machine finds istiod; empty where DNS says it. */
  readonly hosts: pulumi.Output<string>;
  /** All of these by their names, and `istio-token`, for `/var/run/secrets/tokens/istio-token`, where a token was given; a secret then. */
  readonly files: pulumi.Output<Record<string, string>>;
  /** Prints a first token for a machine of the group. */
  readonly tokenCommand: pulumi.Output<string>;

  constructor(name: string, args: VirtualMachineBootstrapArgs, opts?: MeshComponentOptions) {
    refuse("VirtualMachineBootstrap", name, args, opts, VIRTUAL_MACHINE_BOOTSTRAP_SHAPE, () =>
      virtualMachineBootstrapProblems(args),
    );
    const token = args.token === undefined ? undefined : pulumi.secret(args.token);
    super(
      componentToken("VirtualMachineBootstrap"),
      name,
      { ...args, ...(token === undefined ? {} : { token }) },
      componentOptions(opts),
    );

    const { metadata } = args.workloadGroup;
    const account = accountOf(args);
    if (args.createServiceAccount === true) {
      new Children(this, name, opts).add("service-account", {
        apiVersion: "v1",
        kind: "ServiceAccount",
        metadata: {
          name: account,
          ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
          labels: commonLabels(metadata.name),
        },
      });
    }

    const made = pulumi
      .all([args.meshConfig ?? "", args.ingressAddress ?? ""])
      .apply(([meshConfig, ingressAddress]) => virtualMachineFiles({ ...args, meshConfig, ingressAddress }));
    this.clusterEnv = made.apply((files) => files["cluster.env"]);
    this.meshYaml = made.apply((files) => files["mesh.yaml"]);
    this.hosts = made.apply((files) => files.hosts);
    this.rootCertificatePem = pulumi.output(args.rootCertificatePem);
    this.files = pulumi
      .all([made, this.rootCertificatePem, token])
      .apply(([files, rootCertificatePem, first]): Record<string, string> => ({
        ...files,
        "root-cert.pem": rootCertificatePem,
        ...(first === undefined ? {} : { "istio-token": first }),
      }));
    this.tokenCommand = pulumi.output(
      `kubectl create token ${account} --namespace ${metadata.namespace ?? "default"} --audience istio-ca --duration ${args.tokenSeconds ?? 3600}s`,
    );
    this.registerOutputs({
      clusterEnv: this.clusterEnv,
      meshYaml: this.meshYaml,
      rootCertificatePem: this.rootCertificatePem,
      hosts: this.hosts,
      files: this.files,
      tokenCommand: this.tokenCommand,
    });
  }
}
