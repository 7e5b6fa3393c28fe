import type * as pulumi from "@pulumi/pulumi";
import { PrivateKey } from "@pulumi/tls/privateKey";

import { EcdsaCurve, KeyAlgorithm, type KeyArgs } from "./args";

/**
 * Makes a private key. istiod reads the PEM forms that the provider writes, `EC PRIVATE KEY` and `RSA PRIVATE KEY`. The
 * provider marks its outputs secret.
 */
export function privateKey(
  name: string,
  args: KeyArgs = {},
  opts?: pulumi.CustomResourceOptions,
): PrivateKey {
  return args.algorithm === KeyAlgorithm.Rsa
    ? new PrivateKey(name, { algorithm: "RSA", rsaBits: args.rsaBits ?? 4096 }, opts)
    : new PrivateKey(name, { algorithm: "ECDSA", ecdsaCurve: args.ecdsaCurve ?? EcdsaCurve.P256 }, opts);
}
