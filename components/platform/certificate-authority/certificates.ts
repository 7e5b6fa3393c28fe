import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";

import { splitPem } from "../../../analysis/model/certificate-lifetime";
import type { InputProblem } from "../../intent/problem";
import { refuseProblems } from "../refuse-problems";
import { writtenConstraints } from "./completed-certificate";
import { type ConstrainedMesh, meshConstraintsProblems } from "./name-constraints";

/** Curves that proxies verify; anything else an authority's key must not be on. */
const CURVES = ["prime256v1", "secp384r1", "secp521r1"];
const LEAST_RSA_BITS = 2048;

/** An authority as PEM texts, their values known. */
export interface AuthorityPem {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
  readonly rootCertificatePem: string;
  /** Every root that workloads trust. */
  readonly trustBundlePem: string;
}

/** A root as PEM texts, their values known. */
export type RootPem = Pick<AuthorityPem, "certificatePem" | "privateKeyPem" | "trustBundlePem">;

/**
 * Everything that would keep workloads from getting, or proving, an identity by this authority. It never says more of a
 * key than its kind and size.
 *
 * @param now the moment at which certificates must be valid, in milliseconds
 */
export function authorityPemProblems(pem: AuthorityPem, path: string, now: number): InputProblem[] {
  const problems: InputProblem[] = [];
  const chain = certificatesOf(pem.certificatePem, `${path}.certificatePem`, problems);
  const roots = certificatesOf(pem.rootCertificatePem, `${path}.rootCertificatePem`, problems);
  const trusted = certificatesOf(pem.trustBundlePem, `${path}.trustBundlePem`, problems);
  const key = keyOf(pem.privateKeyPem, `${path}.privateKeyPem`, problems);
  const [intermediate] = chain;
  for (const [certificates, field] of [
    [chain, "certificatePem"],
    [roots, "rootCertificatePem"],
    [trusted, "trustBundlePem"],
  ] as const) {
    for (const certificate of certificates) {
      problems.push(...certificateProblems(certificate, `${path}.${field}`, now));
    }
  }
  problems.push(...mismatchProblems(intermediate, key, path), ...chainProblems(chain, roots, trusted, path));
  return once(problems);
}

/**
 * Everything that would make worthless what a root signs: it may come from elsewhere.
 *
 * @param now the moment at which certificates must be valid, in milliseconds
 */
export function rootPemProblems(pem: RootPem, path: string, now: number): InputProblem[] {
  const problems: InputProblem[] = [];
  const [root] = certificatesOf(pem.certificatePem, `${path}.certificatePem`, problems);
  const trusted = certificatesOf(pem.trustBundlePem, `${path}.trustBundlePem`, problems);
  const key = keyOf(pem.privateKeyPem, `${path}.privateKeyPem`, problems);
  if (root !== undefined) {
    problems.push(
      ...certificateProblems(root, `${path}.certificatePem`, now),
      ...mismatchProblems(root, key, path),
      ...untrustedProblems(root, trusted, path),
    );
  }
  return problems;
}

function mismatchProblems(
  certificate: X509Certificate | undefined,
  key: KeyObject | undefined,
  path: string,
): InputProblem[] {
  if (certificate === undefined || key === undefined || certificate.checkPrivateKey(key)) return [];
  return [
    {
      id: "platform/key-mismatch",
      path: `${path}.privateKeyPem`,
      message: "is not the key of the certificate: nothing that it signs would be believed",
      got: kindOf(key),
      expected: `the private key of ${nameOf(certificate)}`,
      fix: "Take key and certificate from the same authority",
    },
  ];
}

/**
 * Everything that would keep the workloads of a mesh from getting, or proving, an identity by this authority.
 *
 * @param now the moment at which certificates must be valid, in milliseconds
 */
export async function meshAuthorityProblems(
  pem: AuthorityPem,
  path: string,
  mesh: ConstrainedMesh,
  now: number,
): Promise<InputProblem[]> {
  const problems = authorityPemProblems(pem, path, now);
  // What cannot be read says nothing more.
  if (problems.some(({ id }) => id === "platform/bad-pem")) return problems;
  const chain = [...splitPem(pem.certificatePem), ...splitPem(pem.rootCertificatePem)];
  const constraints = await writtenConstraints(chain);
  return [
    ...problems,
    ...constraints.flatMap((each) => meshConstraintsProblems(`${path}.certificatePem`, each, mesh)),
  ];
}

/** @throws MeshError with everything that is wrong with the authority */
export async function checkedAuthority(
  subject: string,
  pem: AuthorityPem,
  mesh: ConstrainedMesh,
): Promise<AuthorityPem> {
  const problems = await meshAuthorityProblems(pem, "issued", mesh, Date.now());
  await refuseProblems(subject, problems);
  return pem;
}

/** @throws MeshError with everything that is wrong with the root */
export async function checkedRoot(subject: string, pem: RootPem): Promise<RootPem> {
  await refuseProblems(subject, rootPemProblems(pem, "root", Date.now()));
  return pem;
}

function certificatesOf(pem: string, path: string, problems: InputProblem[]): X509Certificate[] {
  const texts = splitPem(pem);
  if (texts.length === 0) {
    problems.push(unreadable(path, "holds no certificate", "one or more certificates as PEM"));
  }
  return texts.flatMap((text) => {
    try {
      return [new X509Certificate(text)];
    } catch {
      problems.push(unreadable(path, "holds a certificate that cannot be read", "certificates as PEM"));
      return [];
    }
  });
}

function keyOf(pem: string, path: string, problems: InputProblem[]): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    // Why it cannot be read might quote it.
    problems.push(unreadable(path, "holds no private key that can be read", "an unencrypted key as PEM"));
    return undefined;
  }
}

function unreadable(path: string, message: string, expected: string): InputProblem {
  return {
    id: "platform/bad-pem",
    path,
    message,
    // What the text is instead may be a key.
    got: "another text",
    expected,
    fix: "Hand over the text as the authority wrote it",
  };
}

function certificateProblems(certificate: X509Certificate, path: string, now: number): InputProblem[] {
  const problems: InputProblem[] = [];
  const name = nameOf(certificate);
  if (Date.parse(certificate.validTo) <= now) {
    problems.push({
      id: "platform/authority-expired",
      path,
      message: `ended: no workload would accept a certificate below ${name}`,
      got: new Date(certificate.validTo).toISOString(),
      expected: "an end in the future",
      fix: "Renew it where it was issued, and deploy that first",
    });
  }
  if (Date.parse(certificate.validFrom) > now) {
    problems.push({
      id: "platform/authority-not-yet-valid",
      path,
      message: `is not valid yet: ${name}`,
      got: new Date(certificate.validFrom).toISOString(),
      expected: "a beginning in the past",
      fix: "Wait, or correct the clock of whoever issued it",
    });
  }
  if (!certificate.ca) {
    problems.push({
      id: "platform/not-an-authority",
      path,
      message: `may not sign certificates: ${name} does not say that it is an authority`,
      got: "no such constraint, or CA:FALSE",
      expected: "basic constraints with CA:TRUE",
      fix: "Issue it anew as an authority",
    });
  }
  const weakness = weaknessOf(certificate.publicKey);
  if (weakness !== undefined) {
    problems.push({
      id: "platform/weak-key",
      path,
      message: `has a key that is too weak for an authority: ${name}`,
      got: weakness,
      expected: `RSA of at least ${LEAST_RSA_BITS} bits, or ECDSA on P-256, P-384 or P-521`,
      fix: "Issue it anew with a stronger key",
    });
  }
  return problems;
}

function weaknessOf(key: KeyObject): string | undefined {
  const { modulusLength, namedCurve } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === "rsa") {
    return (modulusLength ?? 0) < LEAST_RSA_BITS ? kindOf(key) : undefined;
  }
  if (key.asymmetricKeyType === "ec") return CURVES.includes(namedCurve ?? "") ? undefined : kindOf(key);
  return kindOf(key);
}

function kindOf(key: KeyObject): string {
  const { modulusLength, namedCurve } = key.asymmetricKeyDetails ?? {};
  return [key.asymmetricKeyType, modulusLength ?? namedCurve].filter((part) => part !== undefined).join(" ");
}

/** Whether the first certificate leads, one by one, to the root, and the root is among those that are trusted. */
function chainProblems(
  chain: readonly X509Certificate[],
  roots: readonly X509Certificate[],
  trusted: readonly X509Certificate[],
  path: string,
): InputProblem[] {
  const [root] = roots;
  if (root === undefined || chain.length === 0) return [];
  const problems: InputProblem[] = [];
  const links = [...chain.filter(({ fingerprint256 }) => fingerprint256 !== root.fingerprint256), root];
  links.slice(0, -1).forEach((certificate, index) => {
    const issuer = links[index + 1]!;
    if (certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey)) return;
    problems.push({
      id: "platform/broken-chain",
      path: `${path}.certificatePem`,
      message: "is not signed by the next one",
      got: nameOf(certificate),
      expected: `signed by ${nameOf(issuer)}`,
      fix: "Hand over the certificate, then the ones between it and the root, and the root that signed the last",
    });
  });
  return [...problems, ...untrustedProblems(root, trusted, path)];
}

function untrustedProblems(
  root: X509Certificate,
  trusted: readonly X509Certificate[],
  path: string,
): InputProblem[] {
  if (trusted.some(({ fingerprint256 }) => fingerprint256 === root.fingerprint256)) return [];
  return [
    {
      id: "platform/untrusted-root",
      path: `${path}.trustBundlePem`,
      message: "does not hold the root of the authority: no workload would believe its certificates",
      got: trusted.map(nameOf).join(", "),
      expected: nameOf(root),
      fix: "Add the root to the bundle, and deploy that before the authority",
    },
  ];
}

function nameOf({ subject, serialNumber }: X509Certificate): string {
  return `${subject.replaceAll("\n", ", ")} (serial ${serialNumber.slice(0, 16)})`;
}

function once(problems: readonly InputProblem[]): InputProblem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}
