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
  if (typeof properties === "string" && unknowns.has(properties)) return UNKNOWN;
  if (typeof properties !== "object" || properties === null) return properties;
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(properties)) {
    const value = guarded(() => (properties as Record<string, unknown>)[key]);
    // A key of the document, never the prototype of the copy.
    Object.defineProperty(copy, key, { value, enumerable: true, configurable: true, writable: true });
  }
  return copy;
}

/**
 * What the SDK writes where a value is not known. Its proxy keeps them from us, but it is gone from properties that an
 * earlier remediation has changed.
 */
const unknowns: ReadonlySet<string> = new Set([
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

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

/**
 * What stands behind the proxy of a policy's properties. A remediation hands most of it back as it came, and a copy made
 * through the proxy would fail at the first value that is not known.
 */
export function unproxied(properties: Record<string, unknown>): Record<string, unknown> {
  const target: unknown = properties[SPECIAL_PROXY_TARGET];
  return typeof target === "object" && target !== null ? (target as Record<string, unknown>) : properties;
}

/** The SDK's own name for it, which it uses where it hands remediated properties on. */
const SPECIAL_PROXY_TARGET = "__getSpecialProxyTarget";
