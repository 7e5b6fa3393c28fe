import * as pulumi from "@pulumi/pulumi";

/** A value as secret as it came, and not before a check has found everything right. */
export function afterCheck<T>(check: pulumi.Output<unknown>, value: pulumi.Input<T>): pulumi.Output<T> {
  return pulumi.all([value, pulumi.unsecret(check)]).apply(([plain]) => plain as T);
}
