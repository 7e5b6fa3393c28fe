import * as pulumi from "@pulumi/pulumi";
import { IntermediateCertificateAuthority, RootCertificateAuthority } from "meshwright";
import { CLUSTERS } from "./clusters";

/** What a cluster takes from this stack: an authority of its own, and the root's certificate. */
export interface Issued {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
  readonly rootCertificatePem: string;
}

/** One root for all clusters: what one signs, the others believe. Its key stays in this stack. */
export function rootStack() {
  const root = new RootCertificateAuthority("root", {}, { protect: true });
  const issued = CLUSTERS.map((cluster) => {
    const { certificatePem, privateKeyPem } = new IntermediateCertificateAuthority(cluster, {
      root: { certificatePem: root.certificatePem, privateKeyPem: root.privateKeyPem },
      locality: cluster,
    });
    return [cluster, { certificatePem, privateKeyPem, rootCertificatePem: root.certificatePem }] as const;
  });
  return { intermediates: pulumi.secret(Object.fromEntries(issued)) };
}
