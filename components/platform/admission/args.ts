/** What the API server holds objects to, whoever sends them. */
export const AdmissionPolicy = {
  /** No PeerAuthentication accepts plaintext. */
  Mtls: "mtls",
  /** No AuthorizationPolicy allows everyone everything. */
  Authorization: "authorization",
  /** No pod of an enrolled namespace goes without its proxy, or past it. */
  Capture: "capture",
  /** No namespace is taken out of the mesh. */
  Enrolment: "enrolment",
} as const;
export type AdmissionPolicy = (typeof AdmissionPolicy)[keyof typeof AdmissionPolicy];

/** What becomes of an object that breaks a policy. */
export const AdmissionMode = {
  /** It is refused. */
  Deny: "deny",
  /** It is accepted, with a warning to whoever sends it and a note in the audit log: to try the policies first. */
  Warn: "warn",
} as const;
export type AdmissionMode = (typeof AdmissionMode)[keyof typeof AdmissionMode];

/** A namespace that policies do not hold for, for a reason and for a time. */
export interface AdmissionExceptionArgs {
  namespace: string;
  /** @default all of them */
  policies?: AdmissionPolicy[];
  /** Why, for those who review it: at least ten characters. */
  reason: string;
  /** The last day on which it holds, `YYYY-MM-DD`; a deployment after it is refused. */
  until: string;
}

/**
 * Keeps what the mesh promises on the cluster too, where objects come from elsewhere than the program: by
 * ValidatingAdmissionPolicies, which Kubernetes has from 1.30 on.
 */
export interface AdmissionPoliciesArgs {
  /** Root namespace of the mesh. @default "istio-system" */
  namespace?: string;
  /** @default "deny" */
  mode?: AdmissionMode;
  /** Namespaces that policies do not hold for. @default none; the root namespace and `kube-system` run no workloads of the mesh */
  exceptions?: AdmissionExceptionArgs[];
  /**
   * PeerAuthentications and AuthorizationPolicies that may be what others may not, `namespace/name`; `ServiceMesh` names
   * those that its mesh declares.
   * @default none
   */
  agreed?: string[];
  /**
   * Users that no policy holds for, by the name that the API server knows them by. Whoever deploys the mesh belongs here
   * where it changes exceptions: the API server takes a moment to know of a changed policy.
   * @default none beside the controllers of Kubernetes and istiod, whose pods come from templates that were judged
   */
  exemptUsers?: string[];
}
