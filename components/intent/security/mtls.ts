import type { Service } from "../destination";
import type { PortMap } from "../port";

interface MtlsFields<M extends string, Ports extends PortMap> {
  /** A service, or a namespace of the catalogue by its name. */
  readonly for: Service<M, string, Ports> | { readonly namespace: string; readonly kind?: never };
  /** Ports of the service, by name. @default - all */
  readonly ports?: readonly (keyof NoInfer<Ports> & string)[];
}

/** Mutual TLS is demanded here, whatever holds around it. */
export interface StrictMtls<M extends string, Ports extends PortMap> extends MtlsFields<M, Ports> {
  readonly mode: "strict";
}

/** Plaintext is accepted here, for a reason and for a time. */
export interface MtlsException<M extends string, Ports extends PortMap> extends MtlsFields<M, Ports> {
  /** `permissive` accepts both, `disable` plaintext alone. */
  readonly mode: "permissive" | "disable";
  /** Why, for those who review it: at least ten characters. */
  readonly reason: string;
  /** The last day on which it holds, `YYYY-MM-DD`; afterwards the exception is a finding. */
  readonly until: `${number}-${number}-${number}`;
}

/** What a part of the mesh demands of its callers' connections. */
export type Mtls<M extends string, Ports extends PortMap> = StrictMtls<M, Ports> | MtlsException<M, Ports>;
