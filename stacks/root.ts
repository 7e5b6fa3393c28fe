import * as pulumi from "@pulumi/pulumi";
import { IntermediateCertificateAuthority, RootCertificateAuthority } from "../components/platform";
import { readRootConfig } from "./config";

/** What a cluster takes from the root's stack: its own authority and the root's certificate, never the root's key. */
export interface IssuedAuthority {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
  readonly rootCertificatePem: string;
}

/** The stack that holds the offline root. Its only outputs are the intermediates, by the stack that each is for. */
export function rootStack(): { readonly intermediates: pulumi.Output<Record<string, IssuedAuthority>> } {
  const { clusters } = readRootConfig();
  const root = new RootCertificateAuthority("root", {}, { protect: true });
  const issued = clusters.map((cluster) => {
    const intermediate = new IntermediateCertificateAuthority(`intermediate-${cluster}`, {
      root: { certificatePem: root.certificatePem, privateKeyPem: root.privateKeyPem },
      locality: cluster,
    });
    const { certificatePem, privateKeyPem } = intermediate;
    return [cluster, { certificatePem, privateKeyPem, rootCertificatePem: root.certificatePem }] as const;
  });
  return { intermediates: pulumi.secret(Object.fromEntries(issued)) };
}
