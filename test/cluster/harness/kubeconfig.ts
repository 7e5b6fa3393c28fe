/** How a cluster is reached by whoever has a token for it. */
export interface Access {
  readonly server: string;
  /** PEM of the authority that signed the server's certificate; absent where the system's authorities do. */
  readonly ca?: string;
  readonly token: string;
}

/** The text of a kubeconfig with one cluster and one user. JSON is YAML, too. */
export function kubeconfig({ server, ca, token }: Access): string {
  const authority =
    ca === undefined ? {} : { "certificate-authority-data": Buffer.from(ca).toString("base64") };
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "test",
    clusters: [{ name: "test", cluster: { server, ...authority } }],
    users: [{ name: "test", user: { token } }],
    contexts: [{ name: "test", context: { cluster: "test", user: "test" } }],
  });
}
