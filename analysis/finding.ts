/** `mandatory` fails a deployment, `advisory` is printed. */
export type Level = "mandatory" | "advisory";

/** The identity of the object that a finding is about. */
export interface ObjectRef {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

/** One thing that a rule found, with its place and its mend. The shape of `meshwright check --format json`. */
export interface Finding {
  /** The rule's id, for example `traffic-subset-exists`. */
  readonly rule: string;
  readonly level: Level;
  /** Codes of `istioctl analyze` (IST…) and Kiali (KIA…) that speak of the same thing. */
  readonly anchors: readonly string[];
  readonly object: ObjectRef;
  /** Where inside the object, for example `spec.http[0].route[1].destination.subset`. */
  readonly path: string;
  readonly file?: string;
  /** 1-based. */
  readonly line?: number;
  readonly message: string;
  readonly fix: string;
  /** A link to the documentation of the field or practice. */
  readonly docs: string;
}
