import { isPropertyObject, Secret, UNKNOWN, type PropertyValue } from "../value";

/** A property value with the secret marks taken away, at every depth. Only for computing; never for printing. */
export type PlainValue =
  | null
  | boolean
  | number
  | string
  | typeof UNKNOWN
  | readonly PlainValue[]
  | { readonly [key: string]: PlainValue };

/** Takes the secret marks off, at every depth. */
export function reveal(value: PropertyValue): PlainValue {
  if (value instanceof Secret) return reveal(value.reveal());
  if (isList(value)) return value.map(reveal);
  if (isPropertyObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, reveal(item)]));
  }
  return value;
}

/** Whether any part of the value is known only after deployment, inside secrets too. */
export function containsUnknown(value: PropertyValue): boolean {
  if (value === UNKNOWN) return true;
  if (value instanceof Secret) return containsUnknown(value.reveal());
  if (isList(value)) return value.some(containsUnknown);
  return isPropertyObject(value) && Object.values(value).some(containsUnknown);
}

/** Whether two values say the same, secret or not. The order of map keys does not count, that of lists does. */
export function sameValue(left: PropertyValue | undefined, right: PropertyValue | undefined): boolean {
  if (left instanceof Secret) return sameValue(left.reveal(), right);
  if (right instanceof Secret) return sameValue(left, right.reveal());
  if (left === undefined || right === undefined) return left === right;
  if (isList(left)) {
    return (
      isList(right) && left.length === right.length && left.every((item, i) => sameValue(item, right[i]))
    );
  }
  if (isPropertyObject(left)) {
    if (!isPropertyObject(right)) return false;
    const keys = Object.keys(left);
    return (
      keys.length === Object.keys(right).length &&
      keys.every((key) => Object.hasOwn(right, key) && sameValue(left[key], right[key]))
    );
  }
  return left === right;
}

/** `Array.isArray` does not narrow a readonly array out of a union. */
export function isList(value: PropertyValue): value is readonly PropertyValue[] {
  return Array.isArray(value);
}
