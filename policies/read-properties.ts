import { UnknownValueError } from "@pulumi/policy";
import { UNKNOWN } from "../analysis";

/**
 * A plain copy of what a policy was given. The properties of a resource sit behind a proxy that throws at the first
 * value that is not known before deployment, which would end the whole policy; each read is guarded here, so that one
 * unknown value hides nothing but itself.
 */
export function readProperties(properties: unknown): unknown {
  if (Array.isArray(properties)) {
    return Array.from({ length: properties.length }, (_, index) =>
      guarded(() => (properties as unknown[])[index]),
    );
  }
  if (typeof properties !== "object" || properties === null) return properties;
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(properties)) {
    const value = guarded(() => (properties as Record<string, unknown>)[key]);
    // A key of the document, never the prototype of the copy.
    Object.defineProperty(copy, key, { value, enumerable: true, configurable: true, writable: true });
  }
  return copy;
}

function guarded(read: () => unknown): unknown {
  let value: unknown;
  try {
    value = read();
  } catch (error) {
    if (error instanceof UnknownValueError) return UNKNOWN;
    throw error;
  }
  return readProperties(value);
}
