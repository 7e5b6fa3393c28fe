/** A value that Pulumi marked secret. Printing it in any way gives `[secret]`. */
export class Secret {
  readonly #value: PropertyValue;
  constructor(value: PropertyValue) {
    this.#value = value;
  }
  /** The plain value; only for what is written to a file that its owner alone can read. */
  reveal(): PropertyValue {
    return this.#value;
  }
  toJSON(): string {
    return "[secret]";
  }
  toString(): string {
    return "[secret]";
  }
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return "[secret]";
  }
}

/** A value that is known only after deployment. The same symbol as `analysis` uses. */
export const UNKNOWN: unique symbol = Symbol.for("meshwright.unknown");

/** A reference to another resource that was passed as a value. */
export type ResourceReference = {
  readonly resourceReference: { readonly urn: string; readonly id?: string };
};

/** A file, a text or an archive that was passed as a value; offline it is kept as it was described, not read. */
export type AssetValue = {
  readonly pulumiAsset: { readonly kind: "asset" | "archive"; readonly [key: string]: PropertyValue };
};

/** What a property can hold once the wire format is taken away. {@link ResourceReference} and {@link AssetValue} are objects of it. */
export type PropertyValue =
  | null
  | boolean
  | number
  | string
  | Secret
  | typeof UNKNOWN
  | readonly PropertyValue[]
  | { readonly [key: string]: PropertyValue };

/** A value with named members: an object of the program, a resource reference or an asset. Not a list, not a secret. */
export function isPropertyObject(
  value: PropertyValue | undefined,
): value is { readonly [key: string]: PropertyValue } {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Secret);
}

/** Whether the value is secret or has a secret anywhere inside. */
export function containsSecret(value: PropertyValue): boolean {
  if (value instanceof Secret) return true;
  if (Array.isArray(value)) return value.some(containsSecret);
  return isPropertyObject(value) && Object.values(value).some(containsSecret);
}
