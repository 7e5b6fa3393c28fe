import { CustomResourceDefinition } from "@pulumi/kubernetes/apiextensions/v1";
import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";

import { istioCustomResourceDefinitions } from "../resources/crds";
import { Children, componentOptions, componentToken, refuse, type MeshComponentOptions } from "./component";
import { versionProblems } from "./versions";

/** Custom resource definitions of Istio. */
export interface CrdsArgs {
  /** Istio release whose definitions are installed, of 1.31 or 1.30. @default "1.31.1" */
  istioVersion?: string;
  /**
   * Kubeconfig, text or path, of the cluster in which definitions that are already there are taken over. Only needed
   * where an explicit provider is given, because a provider does not tell its kubeconfig.
   * @default the stack's `kubernetes` configuration, or the environment's
   */
  kubeconfig?: pulumi.Input<string>;
}

/** Settings of the default provider that say which cluster it means. */
const CLUSTER_SETTINGS = ["kubeconfig", "context", "cluster"] as const;

/**
 * Installs the custom resource definitions of Istio, and takes over those that the cluster already has.
 *
 * They stay when the stack goes: deleting a definition deletes every object of its kind, in every namespace. Taking over
 * needs a provider that updates what it would otherwise fail to create, so this component has one of its own, for the
 * cluster that the stack's configuration names. With an explicit provider that one is used as it is; to take over
 * definitions there, pass `kubeconfig`, or give that provider `upsertExistingObjects`.
 *
 * @throws MeshError with every problem of the arguments, before anything is registered
 * @example
 * const crds = new Crds("crds", {});
 * new VirtualService("reviews", manifest, { dependsOn: [crds] });
 */
export class Crds extends pulumi.ComponentResource {
  /** Names of the definitions, known once they are there. */
  readonly names: pulumi.Output<string[]>;

  constructor(name: string, args: CrdsArgs = {}, opts?: MeshComponentOptions) {
    refuse("Crds", name, versionProblems("istioVersion", args.istioVersion));
    super(componentToken("Crds"), name, { ...args }, componentOptions(opts));

    const children = new Children(this, name, opts);
    const provider = this.adoptingProvider(children, args);
    const definitions = istioCustomResourceDefinitions(args.istioVersion).map(
      (definition) =>
        new CustomResourceDefinition(
          children.name(definition.metadata.name),
          // The definitions are read-only data; the resource's own types are not written so.
          definition as unknown as ConstructorParameters<typeof CustomResourceDefinition>[1],
          children.options({ retainOnDelete: true, ...(provider === undefined ? {} : { provider }) }),
        ),
    );

    this.names = pulumi.output(definitions.map((definition) => definition.metadata.name));
    this.registerOutputs({ names: this.names });
  }

  /** The component's own provider; none where an explicit one decides which cluster is meant. */
  private adoptingProvider(children: Children, args: CrdsArgs): Provider | undefined {
    const inherited = this.getProvider("kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition");
    if (inherited !== undefined && args.kubeconfig === undefined) return undefined;
    // An explicit provider does not read the stack's configuration by itself, so it is handed on: both mean one cluster.
    const config = new pulumi.Config("kubernetes");
    const cluster = Object.fromEntries(
      CLUSTER_SETTINGS.map((setting) => [setting, config.get(setting)] as const).filter(
        ([, value]) => value !== undefined,
      ),
    );
    return new Provider(
      children.name("provider"),
      {
        ...(args.kubeconfig === undefined ? cluster : { kubeconfig: args.kubeconfig }),
        upsertExistingObjects: true,
      },
      children.options(),
    );
  }
}
