import type { PortMap } from "../port";
import type { Guarded, PathPattern } from "./rule";
import type { Jwt } from "./token";

/** Where tokens are read, and demanded. */
export interface Authentication<M extends string, Ports extends PortMap> {
  readonly at: Guarded<M, Ports>;
  /** The issuers whose tokens are accepted. A token of anyone else is refused. */
  readonly with: Jwt | readonly Jwt[];
  /**
   * What may be asked for without a token; `"anything"` reads tokens without demanding one, where every `allow` says by
   * itself whose it wants.
   *
   * @default - nothing: a request without a valid token is refused
   */
  readonly except?: { readonly paths: readonly PathPattern[] } | "anything";
}
