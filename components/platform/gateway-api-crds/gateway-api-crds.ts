import { CustomResourceDefinition } from "@pulumi/kubernetes/apiextensions/v1";
import * as pulumi from "@pulumi/pulumi";

import { gatewayApiCustomResourceDefinitions } from "../../resources/crds";
import { adoptingProvider } from "../adopting-provider";
import { Children, componentOptions, componentToken, refuse, type MeshComponentOptions } from "../component";
import { refuseProblems } from "../refuse-problems";
import { type GatewayApiCrdsArgs, GatewayApiOwnership } from "./args";
import {
  definitionProblems,
  gatewayApiCrdsProblems,
  requiredDefinitions,
  type RequiredDefinition,
} from "./required";
import { GATEWAY_API_CRDS_SHAPE } from "./shape";

/**
 * Installs the custom resource definitions of the Gateway API (standard channel, release v1.6.0), or makes sure that those
 * which the cluster has are recent enough for Istio. GatewayClass objects are not among them: istiod makes its own.
 *
 * Installed definitions stay when the stack goes, as those of `Crds` do. Adopted ones are read in every preview and
 * update; one that is missing or too old ends it, because istiod would look past every object of that kind in silence.
 *
 * @throws MeshError with every problem of the arguments, before anything is registered
 * @example
 * const crds = new GatewayApiCrds("gateway-api", { ownership: "adopt", bundleVersion: "v1.6.0" });
 * new ControlPlane("control-plane", {}, { dependsOn: [crds] });
 * @see https://gateway-api.sigs.k8s.io/guides/#install-standard-channel
 */
export class GatewayApiCrds extends pulumi.ComponentResource {
  /** Names of the definitions, known once they are there and recent enough. */
  readonly names: pulumi.Output<string[]>;

  constructor(name: string, args: GatewayApiCrdsArgs = {}, opts?: MeshComponentOptions) {
    refuse("GatewayApiCrds", name, args, opts, GATEWAY_API_CRDS_SHAPE, () => gatewayApiCrdsProblems(args));
    super(componentToken("GatewayApiCrds"), name, { ...args }, componentOptions(opts));

    const children = new Children(this, name, opts);
    this.names = pulumi.all(
      args.ownership === GatewayApiOwnership.Adopt
        ? requiredDefinitions(args).map((definition) => adopted(children, name, definition))
        : this.install(children, args),
    );
    this.registerOutputs({ names: this.names });
  }

  private install(children: Children, args: GatewayApiCrdsArgs): pulumi.Output<string>[] {
    const provider = adoptingProvider(this, children, args.kubeconfig);
    return gatewayApiCustomResourceDefinitions().map(
      (definition) =>
        new CustomResourceDefinition(
          children.name(definition.metadata.name),
          // The definitions are read-only data; the resource's own types are not written so.
          definition as unknown as ConstructorParameters<typeof CustomResourceDefinition>[1],
          children.options({ retainOnDelete: true, ...(provider === undefined ? {} : { provider }) }),
        ).metadata.name,
    );
  }
}

/** Reads a definition of the cluster. Nobody gets at its name before it was found good. */
function adopted(children: Children, owner: string, definition: RequiredDefinition): pulumi.Output<string> {
  const found = CustomResourceDefinition.get(
    children.name(definition.name),
    definition.name,
    children.options(),
  );
  return pulumi.all([found.metadata, found.spec]).apply(async ([metadata, spec]) => {
    // Without a cluster, as in the offline engine, there is nothing to judge.
    const looked = (metadata as { readonly name?: string } | undefined)?.name !== undefined;
    const versions = (
      spec as { readonly versions?: readonly { name: string; served: boolean }[] } | undefined
    )?.versions;
    const problems = looked
      ? definitionProblems(definition, {
          annotations: metadata.annotations,
          served: versions?.filter(({ served }) => served).map((version) => version.name),
        })
      : [];
    await refuseProblems(`GatewayApiCrds "${owner}"`, problems);
    return definition.name;
  });
}
