import type * as inputs from "@pulumi/kubernetes/types/input";
import type * as pulumi from "@pulumi/pulumi";

import type { ExternalAuthorityArgs, KubernetesSignerArgs } from "./args";
import { SPIRE_TEMPLATE, spireTemplate } from "./spire-template";

/** Where istio-csr's own chart puts it. */
export const ISTIO_CSR_ADDRESS = "cert-manager-istio-csr.cert-manager.svc:443";
/** The name that SPIRE's charts give the socket. Istio's agent uses another one for its own, and so cannot fall back on it. */
export const SPIRE_SOCKET = "spire-agent.sock";
const SPIFFE_CSI_DRIVER = "csi.spiffe.io";

/** Where istiod looks for the certificate of a signer. */
const SIGNER_ROOT_PATH = "/etc/external-ca-cert";
const SIGNER_ROOT_VOLUME = "external-ca-cert";

/** A volume of istiod's pod and where istiod sees it. */
export interface MountedFiles {
  readonly volume: inputs.core.v1.Volume;
  readonly mount: inputs.core.v1.VolumeMount;
}

/** What an authority outside of istiod sets in a control plane. */
export interface ExternalAuthoritySettings {
  /** Environment of istiod. */
  readonly env: Readonly<Record<string, pulumi.Input<string>>>;
  /** Address that proxies ask for their certificates; istiod where there is none. */
  readonly caAddress?: pulumi.Input<string>;
  /** Signer whose requests istiod may approve. */
  readonly signer?: string;
  /** Certificate of that signer. */
  readonly signerRootPem?: pulumi.Input<string>;
  /** Configuration of every proxy. */
  readonly proxyMetadata: Readonly<Record<string, string>>;
  /** Entries of `meshConfig.caCertificates`. */
  readonly caCertificates: readonly { pem: pulumi.Input<string>; certSigners: string[] }[];
  /** Injection template that every proxy gets beside its own. */
  readonly template?: { readonly name: string; readonly text: string };
  /** istiod's own certificate is made elsewhere: without it, istiod must not start. */
  readonly servesForeignCertificate: boolean;
}

const NONE: ExternalAuthoritySettings = {
  env: {},
  proxyMetadata: {},
  caCertificates: [],
  servesForeignCertificate: false,
};

/** What follows from the arguments. They must be free of problems. */
export function externalAuthoritySettings(
  args: ExternalAuthorityArgs | undefined,
): ExternalAuthoritySettings {
  if (args?.istioCsr !== undefined) {
    return {
      ...NONE,
      env: { ENABLE_CA_SERVER: "false" },
      caAddress: args.istioCsr.address ?? ISTIO_CSR_ADDRESS,
      servesForeignCertificate: true,
    };
  }
  if (args?.kubernetesSigner !== undefined) return bySigner(args.kubernetesSigner);
  if (args?.spire !== undefined) {
    const { csiDriver = SPIFFE_CSI_DRIVER, socketFile = SPIRE_SOCKET } = args.spire;
    return {
      ...NONE,
      proxyMetadata: { WORKLOAD_IDENTITY_SOCKET_FILE: socketFile },
      template: { name: SPIRE_TEMPLATE, text: spireTemplate(csiDriver) },
    };
  }
  return NONE;
}

function bySigner({ signer, rootCertificatePem }: KubernetesSignerArgs): ExternalAuthoritySettings {
  return {
    ...NONE,
    env: {
      EXTERNAL_CA: "ISTIOD_RA_KUBERNETES_API",
      K8S_SIGNER: signer,
      // istiod's own certificate too. Proxies are not told: they trust what istiod publishes either way.
      PILOT_CERT_PROVIDER: `k8s.io/${signer}`,
    },
    signer,
    signerRootPem: rootCertificatePem,
    caCertificates: [{ pem: rootCertificatePem, certSigners: [signer] }],
  };
}

/** Environment that an external authority decides about, with the argument that does. */
export const EXTERNAL_AUTHORITY_ENV: Readonly<Record<string, string>> = {
  ENABLE_CA_SERVER: "externalAuthority.istioCsr",
  EXTERNAL_CA: "externalAuthority.kubernetesSigner",
  K8S_SIGNER: "externalAuthority.kubernetesSigner",
  PILOT_CERT_PROVIDER: "externalAuthority.kubernetesSigner",
};

/** The signer's certificate as istiod sees it. */
export function signerRootFiles(configMap: string): MountedFiles {
  return {
    volume: { name: SIGNER_ROOT_VOLUME, configMap: { name: configMap } },
    mount: { name: SIGNER_ROOT_VOLUME, mountPath: SIGNER_ROOT_PATH, readOnly: true },
  };
}
