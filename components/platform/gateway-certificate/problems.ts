import { isDnsSubdomain } from "../../intent/dns";
import type { InputProblem } from "../../intent/problem";
import { KeyAlgorithm } from "../certificate-authority";
import { keyProblems } from "../certificate-authority/problems";
import { countProblems, labelProblems, printed } from "../problems";
import type { GatewayCertificateArgs } from "./args";
import { lifetimeOf } from "./defaults";
import { canBeCertified } from "./hosts";

/** What cert-manager makes. */
const CERT_MANAGER_RSA_BITS = [2048, 4096, 8192];

/** Every problem of the arguments, none when they are fine. */
export function gatewayCertificateProblems(args: GatewayCertificateArgs): InputProblem[] {
  return [
    ...nameProblems("credentialName", args.credentialName),
    ...labelProblems("namespace", args.namespace),
    ...hostProblems(args.hosts),
    ...sourceProblems(args),
    ...revocationProblems(args),
    ...keyProblems("key", args.key),
    ...lifetimeProblems(args),
  ];
}

/** Names of objects are longer than labels, and have dots. */
function nameProblems(path: string, name: string): InputProblem[] {
  if (isDnsSubdomain(name)) return [];
  return [
    {
      id: "platform/bad-name",
      path,
      message: "is not a name that Kubernetes accepts",
      got: printed(name),
      expected: "lower case letters, digits, hyphens and dots, at most 253, a letter or digit first and last",
      fix: "Rename it",
    },
  ];
}

function hostProblems(hosts: readonly string[]): InputProblem[] {
  if (hosts.length === 0) {
    return [
      {
        id: "platform/no-hosts",
        path: "hosts",
        message: "is empty: no caller would accept the certificate",
        got: "no hosts",
        expected: "at least one host",
        fix: "Name the hosts that the gateway serves",
      },
    ];
  }
  return hosts.flatMap((host, index) => {
    const path = `hosts[${index}]`;
    if (!canBeCertified(host)) {
      return [
        {
          id: "platform/bad-host",
          path,
          message: "is not a name that a certificate can be for",
          got: printed(host),
          expected: 'a host such as "shop.example.com", or "*.example.com"',
          fix: "Name each host, or the domain that they are in",
        },
      ];
    }
    if (hosts.indexOf(host) < index) {
      return [
        {
          id: "platform/duplicate-host",
          path,
          message: "is the same as an earlier one",
          got: printed(host),
          expected: "each host once",
          fix: "Remove it",
        },
      ];
    }
    return [];
  });
}

function sourceProblems(args: GatewayCertificateArgs): InputProblem[] {
  const { authority, issuer, key, clientCertificateAuthorityPem } = args;
  const problems: InputProblem[] = [];
  if ((authority === undefined) === (issuer === undefined)) {
    problems.push({
      id: "platform/one-signer",
      path: authority === undefined ? "authority" : "issuer",
      message:
        authority === undefined
          ? "is missing, and so is `issuer`: nobody would sign the certificate"
          : "is set beside `authority`, and a certificate has one signer",
      got: authority === undefined ? "neither" : "both",
      expected: "`authority`, or `issuer`",
      fix:
        authority === undefined
          ? "Hand over a `CertificateAuthority` as `authority`, or name cert-manager's `issuer`"
          : "Remove one of the two",
    });
  }
  if (issuer === undefined) return problems;
  if (issuer.name === "") {
    problems.push({
      id: "platform/bad-name",
      path: "issuer.name",
      message: "is empty",
      got: printed(issuer.name),
      expected: "the name of an issuer that the cluster has",
      fix: "Name it",
    });
  }
  if (clientCertificateAuthorityPem !== undefined) {
    problems.push({
      id: "platform/issuer-writes-secret",
      path: "clientCertificateAuthorityPem",
      message: "cannot be added to a secret that cert-manager writes, which holds the issuer's own",
      // Never the value: it may come from a secret.
      got: "a value, with `issuer`",
      expected: "no value here",
      fix: `Remove it, and make a secret \`${args.credentialName}-cacert\` with the entry \`ca.crt\``,
    });
  }
  if (
    key?.algorithm === KeyAlgorithm.Rsa &&
    key.rsaBits !== undefined &&
    !CERT_MANAGER_RSA_BITS.includes(key.rsaBits)
  ) {
    problems.push({
      id: "platform/bad-count",
      path: "key.rsaBits",
      message: "is not a size that cert-manager makes",
      got: printed(key.rsaBits),
      expected: CERT_MANAGER_RSA_BITS.join(", "),
      fix: "Choose one of these",
    });
  }
  return problems;
}

/** Istio reads the list from the secret with the authority that it is of; the Gateway object may not name one beside. */
function revocationProblems(args: GatewayCertificateArgs): InputProblem[] {
  const { clientCertificateAuthorityPem, clientRevocationListPem } = args;
  if (clientRevocationListPem === undefined) return [];
  const problems: InputProblem[] = [];
  if (clientCertificateAuthorityPem === undefined) {
    problems.push({
      id: "platform/revocation-of-nothing",
      path: "clientRevocationListPem",
      message: "revokes certificates of callers, who are asked for none",
      got: "a value, without `clientCertificateAuthorityPem`",
      expected: "the authority of those certificates beside it",
      fix: "Set `clientCertificateAuthorityPem`, or remove it",
    });
  }
  if (
    typeof clientRevocationListPem === "string" &&
    !clientRevocationListPem.includes("-----BEGIN X509 CRL-----")
  ) {
    problems.push({
      id: "platform/bad-pem",
      path: "clientRevocationListPem",
      message: "holds no list of revoked certificates",
      got: "another text",
      expected: "one or more lists as PEM (X509 CRL)",
      fix: "Hand over the text as the authority wrote it; OpenSSL turns the binary form into it",
    });
  }
  return problems;
}

function lifetimeProblems(args: GatewayCertificateArgs): InputProblem[] {
  const { validityDays, renewBeforeDays } = lifetimeOf(args);
  const problems = [
    ...countProblems("validityDays", args.validityDays, 1),
    // cert-manager takes no renewal at the very end.
    ...countProblems("renewBeforeDays", args.renewBeforeDays, args.issuer === undefined ? 0 : 1),
  ];
  if (renewBeforeDays >= validityDays) {
    problems.push({
      id: "platform/renewal-window",
      path: "renewBeforeDays",
      message: "is not shorter than the certificate's whole life: it would be renewed all the time",
      got: printed(renewBeforeDays),
      expected: `less than ${validityDays}`,
      fix: "Lower `renewBeforeDays` or raise `validityDays`",
    });
  }
  return problems;
}
