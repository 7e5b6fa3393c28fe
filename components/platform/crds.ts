import { CustomResourceDefinition } from "@pulumi/kubernetes/apiextensions/v1";
import * as pulumi from "@pulumi/pulumi";

import { istioCustomResourceDefinitions } from "../resources/crds";
import { adoptingProvider } from "./adopting-provider";
import { Children, componentOptions, componentToken, refuse, type MeshComponentOptions } from "./component";
import { versionProblems } from "./versions";
import { CRDS_SHAPE } from "./arguments/shared";

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
    refuse("Crds", name, args, opts, CRDS_SHAPE, () => versionProblems("istioVersion", args.istioVersion));
    super(componentToken("Crds"), name, { ...args }, componentOptions(opts));

    const children = new Children(this, name, opts);
    const provider = adoptingProvider(this, children, args.kubeconfig);
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
}
