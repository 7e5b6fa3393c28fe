/** Any Kubernetes object, whoever wrote it. Nothing but the identity can be relied upon. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly [field: string]: unknown;
  };
  readonly [field: string]: unknown;
}

/**
 * The least that an object says of itself, whatever its type has beside: what `compileMesh` makes fits here, though the
 * fields of its kinds are spelled out.
 */
export interface ObjectLike {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Pick<KubernetesObject["metadata"], "name" | "namespace" | "labels" | "annotations">;
}

/** An object and where it came from. */
export interface Located {
  readonly object: KubernetesObject;
  /** The YAML or JSON file it was read from. */
  readonly file?: string;
  /**
   * The 1-based line of a path inside the object (`spec.http[0].route`), or of the object itself where the path has
   * none. Asked only for what a finding names, because positions are dear to compute.
   */
  readonly lineOf?: (path: string) => number | undefined;
  /** The text of a line of its file, for whoever shows a finding to people. */
  readonly textOf?: (line: number) => string | undefined;
  /** The Pulumi URN that registered it. */
  readonly urn?: string;
  /** The URNs of everything that must exist before it, directly or not, where whoever gave the object knows. */
  readonly dependencies?: ReadonlySet<string>;
  /** Only a part of an object, which is merged into one that exists. */
  readonly isPatch?: boolean;
}

/** A value that is not known before deployment. A rule that meets it must wait, not guess. */
export const UNKNOWN: unique symbol = Symbol.for("meshwright.unknown");
export type Unknown = typeof UNKNOWN;
