import * as pulumi from "@pulumi/pulumi";
import { getVersion } from "@pulumi/kubernetes/utilities";
import type { ObjectMeta } from "../compile/manifest";

/** What a class of one kind says of itself. */
interface KindClass {
  readonly __pulumiType: string;
  readonly apiVersion: string;
  readonly kind: string;
}

/**
 * One object of Istio or of the Gateway API, managed by Pulumi's Kubernetes provider.
 *
 * Its type token is that of `CustomResource` of `@pulumi/kubernetes` for the same kind, so a program can move from one
 * to the other without replacing anything. It has a class of its own because a policy can only be written for a class
 * with a token: one for `CustomResource` never fires.
 */
export abstract class MeshResource<Spec, Status> extends pulumi.CustomResource {
  declare readonly apiVersion: pulumi.Output<string>;
  declare readonly kind: pulumi.Output<string>;
  declare readonly metadata: pulumi.Output<ObjectMeta>;
  declare readonly spec: pulumi.Output<Spec>;
  /** What controllers say of the object; absent until one has looked at it. */
  declare readonly status: pulumi.Output<Status | undefined>;

  /**
   * @param type the class of the kind
   * @param name the resource's name in the program
   * @param args the manifest; undefined when an existing object is read by `opts.id`
   * @param formerTypes tokens of other versions of the kind, under which a stack may know the object
   */
  protected constructor(
    type: KindClass,
    name: string,
    args: { readonly metadata: unknown; readonly spec: unknown } | undefined,
    formerTypes: readonly string[],
    opts: pulumi.CustomResourceOptions = {},
  ) {
    if (args === undefined && opts.id === undefined && opts.urn === undefined) {
      throw new pulumi.RunError(
        `${type.kind} "${name}": pass its metadata and spec, or the id of one that exists`,
      );
    }
    const inputs =
      opts.id === undefined
        ? { apiVersion: type.apiVersion, kind: type.kind, metadata: args?.metadata, spec: args?.spec }
        : { apiVersion: undefined, kind: undefined, metadata: undefined, spec: undefined };
    const defaults: pulumi.CustomResourceOptions = {
      // The plugin that the program's own @pulumi/kubernetes asks for, so that one plugin serves both.
      version: getVersion(),
      aliases: formerTypes.map((former) => ({ type: former })),
    };
    super(type.__pulumiType, name, { ...inputs, status: undefined }, pulumi.mergeOptions(defaults, opts));
  }
}

/** Whether a value is a resource with this token, whichever copy of the SDK made it. */
export function hasToken(value: unknown, token: string): boolean {
  return (
    typeof value === "object" && value !== null && "__pulumiType" in value && value.__pulumiType === token
  );
}
