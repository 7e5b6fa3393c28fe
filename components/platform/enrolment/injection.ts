import { NamespacePatch } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";

import { Children, componentOptions, componentToken, refuse, type MeshComponentOptions } from "../component";
import { NamespaceOwnership, type InjectionArgs } from "./args";
import { injectionProblems, namespaceObject } from "./objects";
import { INJECTION_SHAPE } from "./shape";

/**
 * Enrols namespaces in the mesh: makes them, or lays labels over those that exist, so that their pods get sidecars
 * or are ambient.
 *
 * A label alone gives no running pod a sidecar: pods are injected when they are created. Ambient takes running pods in.
 *
 * @throws MeshError with every problem of the arguments, before anything is registered
 * @example
 * new Injection("namespaces", {
 *   namespaces: {
 *     shop: { injection: "enabled" },
 *     billing: { dataplaneMode: "ambient", waypoint: "waypoint" },
 *     legacy: { ownership: "adopt", injection: "on-request" },
 *   },
 * });
 * @see https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/
 */
export class Injection extends pulumi.ComponentResource {
  /** Names of the namespaces, by name, each known once the namespace is there. */
  readonly namespaces: pulumi.Output<Record<string, string>>;

  constructor(name: string, args: InjectionArgs, opts?: MeshComponentOptions) {
    refuse("Injection", name, args, opts, INJECTION_SHAPE, () => injectionProblems(args));
    super(componentToken("Injection"), name, { ...args }, componentOptions(opts));

    const children = new Children(this, name, opts);
    const names = Object.entries(args.namespaces).map(([namespace, spec]) => {
      const object = namespaceObject(namespace, spec);
      const resource =
        spec.ownership === NamespaceOwnership.Adopt
          ? new NamespacePatch(children.name(namespace), children.transformed(object), children.options())
          : children.add(namespace, object);
      return [namespace, resource.metadata.apply((metadata) => metadata?.name ?? namespace)] as const;
    });

    this.namespaces = pulumi.output(Object.fromEntries(names));
    this.registerOutputs({ namespaces: this.namespaces });
  }
}
