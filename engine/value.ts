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
export interface ResourceReference {
  readonly resourceReference: { readonly urn: string; readonly id?: string };
}

/** What a property can hold once the wire format is taken away. */
export type PropertyValue =
  | null
  | boolean
  | number
  | string
  | Secret
  | typeof UNKNOWN
  | readonly PropertyValue[]
  | { readonly [key: string]: PropertyValue };
