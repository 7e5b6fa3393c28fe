import type { X509Certificate } from "node:crypto";
import { UNKNOWN, type Unknown } from "../kubernetes-object";
import { kinds } from "./kinds";
import { parseMeshYaml } from "./mesh-config";
import type { MeshObject } from "./mesh-object";
import { readX509 } from "./x509";

/** What a certificate is for: the longer a replacement takes, the earlier one wants to know. */
export type CertificateRole = "server" | "authority" | "root";

/** A certificate as far as its lifetime is concerned; no key material and no PEM leaves this file. */
export interface DatedCertificate {
  readonly role: CertificateRole;
  /** Its common name, or the whole subject where it has none. */
  readonly name: string;
  /** Its last day, `YYYY-MM-DD`. */
  readonly end: string;
}

/** The certificates of one entry of an object. */
export interface CertificateEntry {
  readonly path: string;
  readonly certificates: readonly DatedCertificate[] | Unknown;
}

/** The entries of Secrets and ConfigMaps in which Istio, gateways and their tools look for certificates. */
const ENTRIES = [
  ...["ca-cert.pem", "cert-chain.pem", "root-cert.pem"],
  ...["tls.crt", "cert", "ca.crt", "cacert"],
];
const MESH_ENTRY = "mesh";
const FORMS = ["stringData", "data"] as const;
const DAY = 24 * 60 * 60 * 1000;

/** The certificates that an object holds, entry by entry; text that is none is left to other rules. */
export function* certificateEntries(object: MeshObject): Iterable<CertificateEntry> {
  const seen = new Set<string>();
  for (const form of FORMS) {
    const map = object.root.get(form);
    for (const [entry, value] of map.entries()) {
      const isMesh = entry === MESH_ENTRY && object.groupKind === kinds.configMap;
      if (!isMesh && !ENTRIES.includes(entry)) continue;
      const text = value.text();
      if (text === UNKNOWN) yield { path: value.path, certificates: UNKNOWN };
      if (typeof text !== "string") continue;
      const plain =
        form === "data" && object.groupKind === kinds.secret
          ? Buffer.from(text, "base64").toString("latin1")
          : text;
      // The same root stands in several entries, and is one thing to do.
      const certificates = (isMesh ? ofMesh(plain) : datedCertificates(plain)).filter(
        ({ role, name, end }) => {
          const key = [role, name, end].join("\n");
          return !seen.has(key) && seen.add(key);
        },
      );
      if (certificates.length > 0) yield { path: value.path, certificates };
    }
  }
}

/** The certificates of a PEM text. */
export function datedCertificates(pem: string): DatedCertificate[] {
  return splitPem(pem).flatMap((text) => {
    try {
      return [dated(readX509(text))];
    } catch {
      return [];
    }
  });
}

/** The certificates of a PEM text, first to last, each as a text of its own. */
export function splitPem(pem: string): string[] {
  return pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
}

function dated(certificate: X509Certificate): DatedCertificate {
  const { ca, subject, issuer, validTo } = certificate;
  const role = !ca ? "server" : subject === issuer ? "root" : "authority";
  const commonName = /^CN=(.*)$/m.exec(subject)?.[1];
  return {
    role,
    name: commonName ?? subject.replaceAll("\n", ", "),
    end: new Date(validTo).toISOString().slice(0, "YYYY-MM-DD".length),
  };
}

/** What the mesh configuration has every proxy trust. */
function ofMesh(text: string): DatedCertificate[] {
  const { caCertificates } = (parseMeshYaml(text) ?? {}) as { readonly caCertificates?: unknown };
  if (!Array.isArray(caCertificates)) return [];
  return caCertificates.flatMap((one: { readonly pem?: unknown } | null) =>
    typeof one?.pem === "string" ? datedCertificates(one.pem) : [],
  );
}

/** Whole days from one day to another, both `YYYY-MM-DD`; negative where the second is the earlier. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY);
}
