import type { X509Certificate } from "node:crypto";

/**
 * Reads a certificate in PEM; only where there is one, because loading the module takes longer than checking a small mesh.
 *
 * @throws Error when it is none
 */
export function readX509(pem: string): X509Certificate {
  const { X509Certificate } = process.getBuiltinModule("node:crypto");
  return new X509Certificate(pem);
}
