/** The metadata that we write; a cluster adds the rest. */
export interface ObjectMeta {
  readonly name: string;
  /** Absent on cluster-scoped objects. */
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A Kubernetes object as it is written to a file or sent to an API server: plain data, no Pulumi in it. */
export interface Manifest<ApiVersion extends string = string, Kind extends string = string, Spec = unknown> {
  readonly apiVersion: ApiVersion;
  readonly kind: Kind;
  readonly metadata: ObjectMeta;
  readonly spec: Spec;
}
