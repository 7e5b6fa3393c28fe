import { createHash, createPrivateKey, createPublicKey, X509Certificate } from "node:crypto";

import { deterministicSignature, SIGNATURE_ALGORITHMS } from "./deterministic-signature";
import type { ConstrainedNamesArgs, NameConstraintsArgs } from "./name-constraints";

/** What an authority's certificate says beyond what the provider `tls` writes. */
export interface AuthorityExtensions {
  /** How many authorities may stand below it. */
  readonly pathLength: number;
  readonly nameConstraints?: NameConstraintsArgs;
}

/** RFC 5280, section 4.1.2.2: a positive number of at most 20 octets. */
const SERIAL_OCTETS = 20;

/**
 * Completes the certificate of an authority with what the provider does not write: it knows no name constraints, and leaves
 * a path length of 0 out. Everything else (names, key, validity, key usage) stays as the provider has issued it.
 *
 * The result follows from the arguments alone, to the byte, for it is worked out again by each deployment: the signature is
 * deterministic, and the serial number is a hash of the one that it replaces and of what is added.
 *
 * @param pem the certificate as the provider has issued it, below `issuerKeyPem`
 * @returns the same text where nothing is missing, and where it is no certificate, as from the mocks of a unit test
 */
export async function completedCertificate(
  pem: string,
  issuerKeyPem: string,
  wanted: AuthorityExtensions,
): Promise<string> {
  const raw = octetsOf(pem);
  if (raw === undefined) return pem;
  // Loaded where a certificate is completed: most programs make none.
  const [{ AsnConvert, OctetString }, x509] = await Promise.all([
    import("@peculiar/asn1-schema"),
    import("@peculiar/asn1-x509"),
  ]);
  const extension = (extnID: string, value: object): InstanceType<typeof x509.Extension> =>
    new x509.Extension({ extnID, critical: true, extnValue: new OctetString(AsnConvert.serialize(value)) });
  const subtrees = (
    names: ConstrainedNamesArgs = {},
  ): InstanceType<typeof x509.GeneralSubtrees> | undefined => {
    const bases = [
      ...(names.trustDomains ?? []).map((uniformResourceIdentifier) => ({ uniformResourceIdentifier })),
      ...(names.dnsDomains ?? []).map((dNSName) => ({ dNSName })),
    ];
    return bases.length === 0
      ? undefined
      : new x509.GeneralSubtrees(
          bases.map((base) => new x509.GeneralSubtree({ base: new x509.GeneralName(base) })),
        );
  };

  const issued = AsnConvert.parse(raw, x509.Certificate);
  const { tbsCertificate } = issued;
  const wantedExtensions = [
    extension(
      x509.id_ce_basicConstraints,
      new x509.BasicConstraints({ cA: true, pathLenConstraint: wanted.pathLength }),
    ),
  ];
  if (wanted.nameConstraints !== undefined) {
    const { permitted, excluded } = wanted.nameConstraints;
    const [permittedSubtrees, excludedSubtrees] = [subtrees(permitted), subtrees(excluded)];
    wantedExtensions.push(
      extension(
        x509.id_ce_nameConstraints,
        new x509.NameConstraints({
          ...(permittedSubtrees && { permittedSubtrees }),
          ...(excludedSubtrees && { excludedSubtrees }),
        }),
      ),
    );
  }
  const encoded = (one: object): string => Buffer.from(AsnConvert.serialize(one)).toString("base64");
  const present = [...(tbsCertificate.extensions ?? [])];
  const had = new Set(present.map(encoded));
  if (wantedExtensions.every((one) => had.has(encoded(one)))) return pem;

  const replaced = new Set(wantedExtensions.map(({ extnID }) => extnID));
  const extensions = [...present.filter(({ extnID }) => !replaced.has(extnID)), ...wantedExtensions];
  tbsCertificate.extensions = new x509.Extensions(extensions);
  tbsCertificate.serialNumber = serialNumber(tbsCertificate.serialNumber, extensions.map(encoded));
  const algorithm = SIGNATURE_ALGORITHMS[issued.signatureAlgorithm.algorithm];
  if (algorithm === undefined)
    throw new RangeError(`no signature of algorithm ${issued.signatureAlgorithm.algorithm}`);
  const key = createPrivateKey(issuerKeyPem);
  const signature = await deterministicSignature(
    algorithm,
    key,
    new Uint8Array(AsnConvert.serialize(tbsCertificate)),
  );
  const completed = new X509Certificate(
    Buffer.from(
      AsnConvert.serialize(
        new x509.Certificate({
          tbsCertificate,
          signatureAlgorithm: issued.signatureAlgorithm,
          signatureValue: new Uint8Array(signature).buffer,
        }),
      ),
    ),
  );
  // Whoever gets it could only refuse it: better here, where nothing is written yet.
  if (!completed.verify(createPublicKey(key))) throw new Error("a certificate was not signed as it reads");
  return completed.toString();
}

/**
 * What certificates say about names below them, each by itself; nothing for those that say nothing. Constraints on other
 * forms, such as addresses of mail, are left out.
 *
 * @param pems certificates that can be read
 */
export async function writtenConstraints(pems: readonly string[]): Promise<NameConstraintsArgs[]> {
  const [{ AsnConvert }, x509] = await Promise.all([
    import("@peculiar/asn1-schema"),
    import("@peculiar/asn1-x509"),
  ]);
  const names = (
    subtrees: InstanceType<typeof x509.GeneralSubtrees> | undefined,
  ): ConstrainedNamesArgs | undefined => {
    if (subtrees === undefined) return undefined;
    const trustDomains = [...subtrees].flatMap(({ base }) => base.uniformResourceIdentifier ?? []);
    const dnsDomains = [...subtrees].flatMap(({ base }) => base.dNSName ?? []);
    return {
      ...(trustDomains.length > 0 && { trustDomains }),
      ...(dnsDomains.length > 0 && { dnsDomains }),
    };
  };
  return pems.flatMap((pem) => {
    const { tbsCertificate } = AsnConvert.parse(new X509Certificate(pem).raw, x509.Certificate);
    return [...(tbsCertificate.extensions ?? [])]
      .filter(({ extnID }) => extnID === x509.id_ce_nameConstraints)
      .map(({ extnValue }) => {
        const written = AsnConvert.parse(extnValue.buffer, x509.NameConstraints);
        const [permitted, excluded] = [names(written.permittedSubtrees), names(written.excludedSubtrees)];
        return { ...(permitted && { permitted }), ...(excluded && { excluded }) };
      });
  });
}

function octetsOf(pem: string): Uint8Array | undefined {
  try {
    return new X509Certificate(pem).raw;
  } catch {
    return undefined;
  }
}

/** A number for a certificate that is another than the one whose number is given, but follows from it. */
function serialNumber(given: ArrayBuffer, extensions: readonly string[]): ArrayBuffer {
  const hash = createHash("sha256").update(new Uint8Array(given));
  for (const one of extensions) hash.update(`\n${one}`);
  const octets = new Uint8Array(hash.digest().subarray(0, SERIAL_OCTETS));
  // Positive, and with no zeros before it that an encoding would leave out.
  octets[0] = (octets[0]! & 0x3f) | 0x40;
  return octets.buffer;
}
