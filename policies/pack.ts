import { PolicyPack } from "@pulumi/policy";
import { meshwrightPolicies, type MeshwrightPolicyOptions } from "./policies";

/** Options of {@link MeshwrightPack}. */
export interface MeshwrightPackOptions extends MeshwrightPolicyOptions {
  /** The pack's name; `meshwright-` and the name of `pack` by default. */
  readonly name?: string;
}

/**
 * A policy pack of our rules alone. Creating one serves it: a process can hold one pack, so to add rules of your own
 * use {@link meshwrightPolicies} in a `PolicyPack` of yours.
 *
 * Pulumi takes the version from the `package.json` of the working folder.
 *
 * @example
 * new MeshwrightPack({ pack: "strict", rules: { "traffic-route-reachable": "advisory" } });
 */
export class MeshwrightPack extends PolicyPack {
  constructor(options: MeshwrightPackOptions = {}) {
    const { name = `meshwright-${options.pack ?? "baseline"}`, ...rest } = options;
    super(name, {
      displayName: "Meshwright",
      description:
        "Checks an Istio service mesh: mutual TLS, authorization, traffic, gateways, and the schema of every object.",
      provider: "kubernetes",
      tags: ["istio", "service-mesh", "kubernetes"],
      policies: meshwrightPolicies(rest),
    });
  }
}
