import { PrivateKey } from "@pulumi/tls/privateKey";
import { SelfSignedCert } from "@pulumi/tls/selfSignedCert";
import { Secret } from "@pulumi/kubernetes/core/v1/secret";
import type * as pulumi from "@pulumi/pulumi";

const HOURS_OF_90_DAYS = 2160;
const HOURS_OF_30_DAYS = 720;

/** A certificate for the edge of a cluster that no browser has to trust, as the secret that the gateway reads. */
export function selfSignedCertificate(
  name: string,
  host: string,
  namespace: string,
  opts: pulumi.CustomResourceOptions,
): Secret {
  const key = new PrivateKey(name, { algorithm: "ECDSA", ecdsaCurve: "P256" });
  const certificate = new SelfSignedCert(name, {
    privateKeyPem: key.privateKeyPem,
    subject: { commonName: host },
    dnsNames: [host],
    validityPeriodHours: HOURS_OF_90_DAYS,
    earlyRenewalHours: HOURS_OF_30_DAYS,
    allowedUses: ["digital_signature", "key_encipherment", "server_auth"],
  });
  return new Secret(
    name,
    {
      metadata: { name, namespace },
      type: "kubernetes.io/tls",
      stringData: { "tls.crt": certificate.certPem, "tls.key": key.privateKeyPem },
    },
    opts,
  );
}
