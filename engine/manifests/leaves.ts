import { isPropertyObject, Secret, UNKNOWN, type PropertyValue } from "../value";

/** A value on its way into a manifest. */
export type Plain = null | boolean | number | string | readonly Plain[] | { readonly [key: string]: Plain };

/** A place in an object that cannot be written down, as a path such as `spec.hosts[0]`, and why. */
export interface Unwritable {
  readonly path: string;
  readonly why: "unknown" | "reference" | "asset";
}

/** Every place in a value that is known only after deployment, or is nothing that YAML can hold. */
export function unwritable(value: PropertyValue, path = ""): Unwritable[] {
  if (value === UNKNOWN) return [{ path, why: "unknown" }];
  if (value instanceof Secret) return unwritable(value.reveal(), path);
  if (Array.isArray(value)) {
    return value.flatMap((item: PropertyValue, index) => unwritable(item, `${path}[${index}]`));
  }
  if (!isPropertyObject(value)) return [];
  if ("resourceReference" in value) return [{ path, why: "reference" }];
  if ("pulumiAsset" in value) return [{ path, why: "asset" }];
  return Object.entries(value).flatMap(([key, item]) => unwritable(item, join(path, key)));
}

/** The value in the clear, with what `unwritable` finds left out. Only for files that their owner alone can read. */
export function plain(value: PropertyValue): Plain {
  if (value === UNKNOWN) return null;
  if (value instanceof Secret) return plain(value.reveal());
  if (Array.isArray(value)) return value.map(plain);
  if (!isPropertyObject(value)) return value as Plain;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}

/** The value with every secret leaf replaced, and so that nobody can tell its length or its likes. Shapes stay. */
export function masked<Mask>(value: PropertyValue, mask: Mask, secret = false): Masked<Mask> {
  if (value instanceof Secret) return masked(value.reveal(), mask, true);
  if (Array.isArray(value)) return value.map((item: PropertyValue) => masked(item, mask, secret));
  if (isPropertyObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, masked(item, mask, secret)]));
  }
  return secret && value !== null && value !== UNKNOWN ? mask : (value as Masked<Mask>);
}

/** What `masked` gives. */
export type Masked<Mask> =
  | null
  | boolean
  | number
  | string
  | typeof UNKNOWN
  | Mask
  | readonly Masked<Mask>[]
  | { readonly [key: string]: Masked<Mask> };

function join(path: string, key: string): string {
  if (!/^[A-Za-z_$][\w$-]*$/.test(key)) return `${path}["${key}"]`;
  return path === "" ? key : `${path}.${key}`;
}
