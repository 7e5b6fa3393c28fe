/** One reason why an API server would not take an object as it is. */
export interface SchemaProblem {
  /**
   * - `schema`: the value does not have the shape that the schema asks for
   * - `unknown-field`: no such field; a server drops it, and refuses it under strict field validation
   * - `cel`: a rule of the schema says no
   * - `metadata`: a name, namespace, label or annotation that Kubernetes does not allow
   */
  readonly kind: "schema" | "unknown-field" | "cel" | "metadata";
  /** Inside the object: `spec.http[0].route[1].weight`, `metadata.labels["app.kubernetes.io/name"]`. */
  readonly path: string;
  /** A sentence without a full stop. */
  readonly message: string;
  /** What is there, when it can be shown in a line. */
  readonly got?: string;
  /** What would have been taken. */
  readonly expected?: string;
  /** The CEL rule that said no. */
  readonly rule?: string;
}

/** What is known of an object after its checks. */
export interface Validation {
  /** All of them at once: metadata first, then unknown fields, then the schema, then rules; each in document order. */
  readonly problems: readonly SchemaProblem[];
  /** How many values and rules could not be judged, because something in them is known only after deployment. */
  readonly waiting: number;
}
