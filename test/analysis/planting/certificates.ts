import "reflect-metadata";
import { webcrypto } from "node:crypto";
import { SubjectAlternativeNameExtension, X509CertificateGenerator } from "@peculiar/x509";

/** Credentials of the gateways of drawn meshes, in base64 as a Secret holds them. */
export interface Certificates {
  readonly sound: string;
  /** It ended yesterday. */
  readonly ended: string;
  readonly key: string;
}

const DAY = 24 * 60 * 60 * 1000;
const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

/** Made once: drawing keys takes longer than drawing meshes. */
export async function makeCertificates(now: Date): Promise<Certificates> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const make = async (days: number): Promise<string> => {
    const certificate = await X509CertificateGenerator.createSelfSigned({
      serialNumber: "01",
      name: "CN=*.example.com",
      notBefore: new Date(now.getTime() - 90 * DAY),
      notAfter: new Date(now.getTime() + days * DAY),
      keys,
      signingAlgorithm: ALGORITHM,
      extensions: [new SubjectAlternativeNameExtension([{ type: "dns", value: "*.example.com" }])],
    });
    return Buffer.from(certificate.toString("pem")).toString("base64");
  };
  return { sound: await make(365), ended: await make(-1), key: Buffer.from("a key").toString("base64") };
}
