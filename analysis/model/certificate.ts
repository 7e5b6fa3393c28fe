import type { X509Certificate } from "node:crypto";
import { UNKNOWN, type Unknown } from "../kubernetes-object";
import type { MeshObject } from "./mesh-object";
import { readX509 } from "./x509";

/** What a gateway's Secret holds, as far as rules ask for it. No key material leaves this file. */
export interface CredentialFacts {
  /** What keeps the gateway from using it; empty for a sound one. */
  readonly faults: readonly string[];
  /** Some entry is known only after deployment, or was taken out of a state. */
  readonly waits: boolean;
  /** The certificate that servers show; undefined where it cannot be read. */
  readonly certificate?: X509Certificate;
}

/** The spellings of certificate, key and authority that Istio reads from a Secret. */
const certificateKeys = ["tls.crt", "cert"];
const privateKeys = ["tls.key", "key"];
export const authorityKeys = ["ca.crt", "cacert"];

/**
 * Judges a Secret as a server's credential.
 *
 * @param today `YYYY-MM-DD`
 */
export function readCredential(secret: MeshObject, today: string): CredentialFacts {
  const certificate = entry(secret, certificateKeys);
  const key = entry(secret, privateKeys);
  if (certificate === UNKNOWN || key === UNKNOWN) return { faults: [], waits: true };
  const faults: string[] = [];
  if (certificate === undefined) faults.push("it has no certificate (tls.crt)");
  if (key === undefined) faults.push("it has no private key (tls.key)");
  if (certificate === undefined) return { faults, waits: false };
  const parsed = parse(certificate);
  if (parsed === undefined) return { faults: [...faults, "its certificate does not parse"], waits: false };
  const end = new Date(parsed.validTo).toISOString().slice(0, "YYYY-MM-DD".length);
  const start = new Date(parsed.validFrom).toISOString().slice(0, "YYYY-MM-DD".length);
  if (end < today) faults.push(`its certificate ended on ${end}`);
  if (start > today) faults.push(`its certificate begins on ${start}`);
  return { faults, waits: false, certificate: parsed };
}

/** The Secret also has, or is, an authority for the certificates of clients. */
export function hasAuthority(secret: MeshObject): boolean {
  return entry(secret, authorityKeys) !== undefined;
}

/** A Secret that a gateway could serve with, unlike the control plane's own: `cacerts`, remote clusters, tokens. */
export function isCredential(secret: MeshObject): boolean {
  if (secret.root.get("type").text() === "kubernetes.io/tls") return true;
  return ["stringData", "data"].some((field) => {
    const map = secret.root.get(field);
    return !map.isUnknown && certificateKeys.some((name) => map.get(name).text() !== undefined);
  });
}

/** Every name that the certificate is for covers the host; for a wildcard host the certificate must have the wildcard. */
export function isFor(certificate: X509Certificate, host: string): boolean {
  if (!host.startsWith("*")) return certificate.checkHost(host) !== undefined;
  const names = (certificate.subjectAltName ?? "")
    .split(/,\s*/)
    .map((name) => name.replace(/^DNS:/, "").toLowerCase());
  return names.includes(host.toLowerCase());
}

function entry(secret: MeshObject, names: readonly string[]): string | Unknown | undefined {
  for (const field of ["stringData", "data"]) {
    const map = secret.root.get(field);
    if (map.isUnknown) return UNKNOWN;
    for (const name of names) {
      const text = map.get(name).text();
      if (text === UNKNOWN || text === "[secret]") return UNKNOWN;
      if (typeof text === "string" && text !== "")
        return field === "data" ? Buffer.from(text, "base64").toString("latin1") : text;
    }
  }
  return undefined;
}

function parse(pem: string): X509Certificate | undefined {
  try {
    return readX509(pem);
  } catch {
    return undefined;
  }
}
