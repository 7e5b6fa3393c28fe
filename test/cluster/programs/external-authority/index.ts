import * as pulumi from "@pulumi/pulumi";
import {
  type MeshAuthorityArgs,
  RootCertificateAuthority,
  ServiceMesh,
} from "../../../../components/platform";

const by = new pulumi.Config().require<"istio-csr" | "kubernetes-signer" | "spire">("by");

function authority(): MeshAuthorityArgs {
  switch (by) {
    case "istio-csr":
      return { istioCsr: {} };
    case "kubernetes-signer":
      return {
        kubernetesSigner: {
          signer: "clusterissuers.cert-manager.io/mesh",
          rootCertificatePem: new RootCertificateAuthority("signer").certificatePem,
        },
      };
    case "spire":
      return { spire: {} };
  }
}

new ServiceMesh("mesh", {
  // ztunnel asks for identities too, where SPIRE is not the one who is asked.
  profile: by === "spire" ? "minimal" : "ambient",
  certificateAuthority: authority(),
  // The annotation warns on servers that know the field.
  ...(by === "spire" ? {} : { cni: { appArmor: "field" as const } }),
  controlPlane: { meshConfig: { trustDomain: "example.org" } },
  namespaces: { edge: { podSecurity: "restricted" } },
  gateways: { edge: { namespace: "edge" } },
});
