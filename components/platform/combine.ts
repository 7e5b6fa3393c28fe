import * as pulumi from "@pulumi/pulumi";

/** Whether a value holds an Output or a promise anywhere, so that it cannot be read now. */
function isDeferred(value: unknown): boolean {
  if (pulumi.Output.isInstance(value) || value instanceof Promise) return true;
  if (Array.isArray(value)) return value.some(isDeferred);
  if (typeof value === "object" && value !== null) return Object.values(value).some(isDeferred);
  return false;
}

/**
 * Computes a leaf from other leaves: at once where all of them are plain, inside an Output otherwise.
 *
 * Plain inputs give plain objects, so that they can be built, tested and compared without a Pulumi program, and a
 * preview or a policy sees every value that does not truly depend on another resource.
 *
 * @example
 * combine({ hub, tag }, ({ hub, tag }) => `${hub}/pilot:${tag}`);
 */
export function combine<T extends object, U>(
  inputs: T,
  compute: (values: pulumi.Unwrap<T>) => U,
): pulumi.Input<U> {
  // Nothing in it is deferred, so the value is its own unwrapped form; the type system cannot see that.
  if (!isDeferred(inputs)) return compute(inputs as unknown as pulumi.Unwrap<T>);
  return pulumi.output(inputs).apply((values) => compute(values)) as pulumi.Output<U>;
}
