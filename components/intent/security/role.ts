import type { Owned, Service } from "../destination";
import type { PortMap } from "../port";
import type { AnyCaller } from "./caller";
import type { Calls, Identity, Origin } from "./rule";

/** One thing that a role may do. */
export interface Permission<M extends string, Ports extends PortMap> extends Calls<Ports> {
  readonly to: Service<M, string, Ports>;
}

/** A named set of permissions, which `shop.bind` gives to callers. */
export interface Role<M extends string> extends Owned<M> {
  readonly kind: "role";
  readonly name: string;
}

/** To whom a role is given: callers, bearers of tokens, or those who meet conditions. */
export interface Binding<M extends string> extends Origin, Identity<M> {
  /** `"anyone"` asks for no identity, for roles that a token or a claim gives. */
  readonly from: AnyCaller<M> | readonly AnyCaller<M>[] | "anyone";
  /** Write it without enforcing it: logs and metrics tell whom it would let in. @default false */
  readonly dryRun?: boolean;
}
