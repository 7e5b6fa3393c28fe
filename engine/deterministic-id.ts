import { createHash } from "node:crypto";

/** Hex digits that depend on the seed alone: what a real provider draws at random must not differ between two runs. */
export function hexFrom(seed: string, digits: number): string {
  return createHash("sha256").update(seed).digest("hex").slice(0, digits);
}

/** An identifier in the form of a UUID that depends on the seed alone. */
export function uuidFrom(seed: string): string {
  const hex = hexFrom(seed, 32);
  // Version 8 is the one that RFC 9562 leaves to applications; the variant nibble is the RFC's own.
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}
