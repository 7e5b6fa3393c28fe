import type * as pulumi from "@pulumi/pulumi";

import { secretBase64 } from "../base64";
import { EcdsaCurve, KeyAlgorithm, type KeyArgs } from "../certificate-authority";
import { hours } from "../certificate-authority/defaults";
import type { CertificateObject, PlatformMeta, SecretObject } from "../kubernetes-objects";
import { commonLabels } from "../labels";
import { DEFAULT_ROOT_NAMESPACE } from "../versions";
import type { CertManagerIssuerArgs, GatewayCertificateArgs } from "./args";
import { lifetimeOf } from "./defaults";

function meta({ credentialName, namespace }: GatewayCertificateArgs): PlatformMeta {
  return {
    name: credentialName,
    namespace: namespace ?? DEFAULT_ROOT_NAMESPACE,
    labels: commonLabels("gateway-certificate"),
  };
}

/** The secret that gateways read; `ca.crt` is what the certificates of callers are checked against. */
export function credentialSecret(
  args: GatewayCertificateArgs,
  chainPem: pulumi.Input<string>,
  privateKeyPem: pulumi.Input<string>,
): SecretObject {
  const { clientCertificateAuthorityPem, clientRevocationListPem } = args;
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: meta(args),
    type: "kubernetes.io/tls",
    data: {
      "tls.crt": secretBase64(chainPem),
      "tls.key": secretBase64(privateKeyPem),
      ...(clientCertificateAuthorityPem === undefined
        ? {}
        : { "ca.crt": secretBase64(clientCertificateAuthorityPem) }),
      ...(clientRevocationListPem === undefined ? {} : { "ca.crl": secretBase64(clientRevocationListPem) }),
    },
  };
}

/** What cert-manager makes the same secret from. */
export function certManagerCertificate(
  args: GatewayCertificateArgs,
  issuer: CertManagerIssuerArgs,
): CertificateObject {
  const { validityDays, renewBeforeDays } = lifetimeOf(args);
  const { key = {} } = args;
  return {
    apiVersion: "cert-manager.io/v1",
    kind: "Certificate",
    metadata: meta(args),
    spec: {
      secretName: args.credentialName,
      dnsNames: [...args.hosts],
      issuerRef: {
        name: issuer.name,
        kind: issuer.kind ?? "ClusterIssuer",
        group: issuer.group ?? "cert-manager.io",
      },
      duration: duration(validityDays),
      renewBefore: duration(renewBeforeDays),
      privateKey: { ...keyOf(key), rotationPolicy: "Always" },
      // cert-manager asks for `server auth` only where it is told to, and some callers insist on it.
      usages: [
        "digital signature",
        ...(key.algorithm === KeyAlgorithm.Rsa ? ["key encipherment"] : []),
        "server auth",
      ],
    },
  };
}

function keyOf(key: KeyArgs): { readonly algorithm: KeyAlgorithm; readonly size: number } {
  return key.algorithm === KeyAlgorithm.Rsa
    ? { algorithm: KeyAlgorithm.Rsa, size: key.rsaBits ?? 4096 }
    : { algorithm: KeyAlgorithm.Ecdsa, size: key.ecdsaCurve === EcdsaCurve.P384 ? 384 : 256 };
}

/** As Go prints it, which is what the server gives back: another spelling would show as a change for ever. */
function duration(days: number): string {
  return `${hours(days)}h0m0s`;
}
