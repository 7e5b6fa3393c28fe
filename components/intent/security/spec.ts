/** What holds for the whole mesh unless a part says otherwise. */
export interface SecuritySpec {
  /** `permissive` also accepts plaintext, for the time of a migration. @default "strict" */
  readonly mtls?: "strict" | "permissive";
  /**
   * Where a call that no `allow` permits is refused: in the whole mesh, in the namespaces that the catalogue names
   * (and those of its gateways), or nowhere, for the time of a migration: no ALLOW policy is written then, and `deny`,
   * `audit` and `custom` stay in force.
   *
   * @default "mesh"
   */
  readonly defaultDeny?: "mesh" | "namespaces" | "off";
  /**
   * Mirrors the declared calls in NetworkPolicies, for a cluster whose network enforces them: what may come in, or also
   * what may go out. What the mesh needs always passes: DNS, istiod, HBONE, probes and scraping.
   *
   * @default "off"
   */
  readonly networkPolicies?: "off" | "ingress" | "ingress-and-egress";
  /**
   * Tries authorization without enforcing it: every ALLOW and DENY policy is marked for dry run, proxies let every call
   * pass and report in logs and metrics what they would have refused.
   *
   * @default false: what is written is in force
   * @see https://istio.io/latest/docs/tasks/security/authorization/authz-dry-run/
   */
  readonly dryRun?: boolean;
}
