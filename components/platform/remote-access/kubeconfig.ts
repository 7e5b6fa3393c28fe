import { dump } from "js-yaml";

/** How a cluster is reached by an account of it. */
export interface ClusterCredentials {
  readonly clusterName: string;
  /** Address of its API server. */
  readonly server: string;
  /** Certificate of the authority behind that address, in base64. */
  readonly certificateAuthorityData: string;
  /** Token of the account. */
  readonly token: string;
}

/** A kubeconfig with one cluster and one account, all called by the name of the cluster, as `istioctl` writes it. */
export function kubeconfig({
  certificateAuthorityData,
  clusterName: name,
  server,
  token,
}: ClusterCredentials): string {
  return dump(
    {
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name, cluster: { "certificate-authority-data": certificateAuthorityData, server } }],
      contexts: [{ name, context: { cluster: name, user: name } }],
      "current-context": name,
      preferences: {},
      users: [{ name, user: { token } }],
    },
    { lineWidth: -1 },
  );
}
