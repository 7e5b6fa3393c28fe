import "reflect-metadata";

import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
  type Extension,
  type Name,
} from "@peculiar/x509";
import { createHash, randomBytes } from "node:crypto";
import { z } from "zod";

import type { Generated } from "../builtin";
import type { Properties } from "../../provider";
import { ALLOWED_USES, usageExtensions } from "./allowed-uses";
import { encodePem } from "./pem";
import type { Signer } from "./signer";

const HOUR = 3_600_000;

/** The inputs that self-signed and locally signed certificates share. */
export const certificateSchema = {
  allowedUses: z.array(z.enum(ALLOWED_USES)),
  earlyRenewalHours: z.int().min(0).default(0),
  isCaCertificate: z.boolean().default(false),
  maxPathLength: z.int().min(0).optional(),
  setSubjectKeyId: z.boolean().default(false),
  validityPeriodHours: z.int().min(0),
};

/** The outputs that self-signed and locally signed certificates share. */
export const CERTIFICATE_OUTPUTS = [
  "certPem",
  "readyForRenewal",
  "validityEndTime",
  "validityStartTime",
] as const;

/** What a certificate says, but for its validity and number. */
export interface CertificateContent {
  readonly subject: Name;
  readonly issuer: Name;
  /** SubjectPublicKeyInfo of the one that the certificate is for. */
  readonly publicKeyDer: Buffer;
  readonly allowedUses: readonly string[];
  readonly isCaCertificate: boolean;
  /** Counts only for an authority. */
  readonly maxPathLength?: number | undefined;
  readonly subjectKeyId: boolean;
  /** In hexadecimal; absent where the certificate is to carry none. */
  readonly authorityKeyId?: string | undefined;
  readonly alternativeNames: readonly Extension[];
  readonly validityPeriodHours: number;
}

/**
 * Issues a certificate from now on. Its id is its serial number, in decimal.
 *
 * `maxPathLength: 0` is written into the certificate, as the provider's documentation promises; the real provider leaves
 * the constraint out in that one case.
 */
export async function issueCertificate(
  content: CertificateContent,
  signer: Signer,
  now: Date,
): Promise<Generated> {
  const notAfter = new Date(now.getTime() + content.validityPeriodHours * HOUR);
  const serialNumber = randomBytes(16).toString("hex");
  const certificate = await X509CertificateGenerator.create(
    {
      serialNumber,
      subject: content.subject,
      issuer: content.issuer,
      notBefore: now,
      notAfter,
      publicKey: content.publicKeyDer,
      signingKey: signer.privateKey,
      extensions: extensionsOf(content),
    },
    signer.crypto,
  );
  return {
    id: BigInt(`0x${serialNumber}`).toString(),
    values: {
      certPem: encodePem("CERTIFICATE", new Uint8Array(certificate.rawData)),
      readyForRenewal: false,
      validityEndTime: notAfter.toISOString(),
      validityStartTime: now.toISOString(),
    },
  };
}

/** The identifier of a public key, in hexadecimal: the SHA-1 of its bits (RFC 5280 section 4.2.1.2, method 1). */
export function keyIdentifier(publicKeyDer: Buffer): string {
  return createHash("sha1").update(publicKeyBits(publicKeyDer)).digest("hex");
}

/** Whether a certificate has come within its hours of early renewal, or past its end. */
export function isReadyForRenewal(outputs: Properties, earlyRenewalHours: number, now: Date): boolean {
  const end = Date.parse(String(outputs.validityEndTime));
  // A time that cannot be read is none to rely on.
  return !(end - earlyRenewalHours * HOUR > now.getTime());
}

function extensionsOf(content: CertificateContent): Extension[] {
  const { isCaCertificate, authorityKeyId } = content;
  return [
    ...usageExtensions(content.allowedUses),
    new BasicConstraintsExtension(isCaCertificate, isCaCertificate ? content.maxPathLength : undefined, true),
    // An authority always carries its identifier: others refer to it.
    ...(isCaCertificate || content.subjectKeyId
      ? [new SubjectKeyIdentifierExtension(keyIdentifier(content.publicKeyDer))]
      : []),
    ...(authorityKeyId === undefined ? [] : [new AuthorityKeyIdentifierExtension(authorityKeyId)]),
    ...content.alternativeNames,
  ];
}

/** The content of the BIT STRING of a SubjectPublicKeyInfo: `SEQUENCE { SEQUENCE algorithm, BIT STRING }`. */
function publicKeyBits(der: Buffer): Buffer {
  const algorithm = element(der, element(der, 0).start);
  const bits = element(der, algorithm.end);
  // The first octet says how many bits of the last are unused: none, for whole octets.
  return der.subarray(bits.start + 1, bits.end);
}

/** Where the content of the DER element at an offset starts and ends. */
function element(der: Buffer, offset: number): { start: number; end: number } {
  const first = der.readUInt8(offset + 1);
  if (first < 0x80) return { start: offset + 2, end: offset + 2 + first };
  const size = first & 0x7f;
  const start = offset + 2 + size;
  return { start, end: start + der.readUIntBE(offset + 2, size) };
}
