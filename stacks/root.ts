import * as pulumi from "@pulumi/pulumi";
import { IntermediateCertificateAuthority, RotatingRoot, type RotationState } from "../components/platform";
import { readRootConfig } from "./config";

/** What a cluster takes from the root's stack: its own authority and what its workloads trust, never a root's key. */
export interface IssuedAuthority {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
  readonly rootCertificatePem: string;
  readonly trustBundlePem: string;
}

/**
 * The stack that holds the offline root. It puts out the intermediates, by the stack that each is for, and where the
 * rotation of the root stands, which its next deployment reads back: a step that does not follow is refused.
 */
export function rootStack(): {
  readonly intermediates: pulumi.Output<Record<string, IssuedAuthority>>;
  readonly rotation: pulumi.Output<RotationState>;
} {
  const { clusters, rotation } = readRootConfig();
  const root = new RotatingRoot("root", { rotation, previous: lastRotation() }, { protect: true });
  const issued = clusters.map((cluster) => {
    const { certificatePem, privateKeyPem, rootCertificatePem, trustBundlePem } =
      new IntermediateCertificateAuthority(`intermediate-${cluster}`, {
        root: root.signing,
        locality: cluster,
      });
    return [cluster, { certificatePem, privateKeyPem, rootCertificatePem, trustBundlePem }] as const;
  });
  return { intermediates: pulumi.secret(Object.fromEntries(issued)), rotation: root.rotation };
}

/** Where the rotation stood when this stack was deployed last; nothing on its first deployment. */
function lastRotation(): pulumi.Output<RotationState | undefined> {
  const own = new pulumi.StackReference(
    `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`,
  );
  return own.getOutput("rotation") as pulumi.Output<RotationState | undefined>;
}
