/** One thing that is injected twice, with the templates that are compared and with ours. */
export interface TemplateCase {
  /** What it is, for the reader of the report. */
  readonly name: string;
  /** The templates that it uses. */
  readonly templates: readonly string[];
  /** A Pod, or an object with a pod template. */
  readonly workload?: object;
  /** A Gateway of the Kubernetes Gateway API, in the place of a workload. */
  readonly gateway?: object;
  /** Whether the cluster has native sidecars. Default: it has them, as every supported Kubernetes does. */
  readonly nativeSidecars?: boolean;
}
