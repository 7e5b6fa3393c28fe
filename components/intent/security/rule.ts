import type { Service } from "../destination";
import type { Gateway } from "../gateway";
import type { HttpMethod } from "../match";
import type { HttpPortsOf, PortMap } from "../port";
import type { AttributeCondition } from "./attribute";
import type { AnyCaller } from "./caller";
import type { ExtAuthz } from "./ext-authz";
import type { Bearer } from "./token";

/**
 * A path of a request, in the notation of Istio's authorization policies: exact, `/api/*` for a prefix, `*.html` for a
 * suffix, or a template, in which `{*}` stands for one segment and `{**}`, at the end, for any number.
 */
export type PathPattern = `/${string}` | `*${string}`;

/** The proxies of a gateway have no ports of the catalogue: then there is nothing to refuse. */
export type OnlyWithHttp<Ports extends PortMap, T> = string extends keyof Ports
  ? T
  : [HttpPortsOf<Ports>] extends [never]
    ? { readonly "needs a port of protocol http, http2 or grpc, not": Ports[keyof Ports] }
    : T;

/** Which calls, whoever makes them. Everything that is said must hold; the elements of a list are alternatives. */
export interface Calls<Ports extends PortMap> {
  /** @default - every method */
  readonly methods?: OnlyWithHttp<NoInfer<Ports>, readonly HttpMethod[]>;
  /** Every method but these. */
  readonly notMethods?: OnlyWithHttp<NoInfer<Ports>, readonly HttpMethod[]>;
  /** @default - every path */
  readonly paths?: OnlyWithHttp<NoInfer<Ports>, readonly PathPattern[]>;
  /** Every path but these. */
  readonly notPaths?: OnlyWithHttp<NoInfer<Ports>, readonly PathPattern[]>;
  /** The names by which the service is called (`Host`, `:authority`), as `*.example.com` too. @default - every host */
  readonly hosts?: OnlyWithHttp<NoInfer<Ports>, readonly string[]>;
  /** Every host but these. */
  readonly notHosts?: OnlyWithHttp<NoInfer<Ports>, readonly string[]>;
  /** Ports of `to`, by name. @default - all that it declares, or those that speak HTTP where the rule reads requests */
  readonly ports?: readonly (keyof NoInfer<Ports> & string)[];
  /** Every port but these, by name. */
  readonly notPorts?: readonly (keyof NoInfer<Ports> & string)[];
}

/** Where a call must come from, beside who makes it. */
export interface Origin {
  /** Addresses or CIDR ranges of the connection's other end. @default - every address */
  readonly ipBlocks?: readonly string[];
  /** Every address but these. */
  readonly notIpBlocks?: readonly string[];
  /** Addresses or CIDR ranges of the original client, from `X-Forwarded-For` or the PROXY protocol. */
  readonly remoteIpBlocks?: readonly string[];
  /** Every client but these. */
  readonly notRemoteIpBlocks?: readonly string[];
  /** Conditions on further attributes; all must hold. @default - none */
  readonly when?: readonly AttributeCondition[];
}

/** Who a call must come from, as its certificate and its token prove. */
export interface Identity<M extends string> {
  /** Everyone but these callers. */
  readonly notFrom?: AnyCaller<M> | readonly AnyCaller<M>[];
  /** Bearers of such a token: of anyone whom the issuer vouches for, or of one subject. @default - with or without */
  readonly tokens?: Bearer | readonly Bearer[];
  /** Everyone but the bearers of these. */
  readonly notTokens?: Bearer | readonly Bearer[];
}

/** One permission: these callers may make these calls to this service. */
export interface Allow<M extends string, Ports extends PortMap> extends Calls<Ports>, Origin, Identity<M> {
  /** `"anyone"` asks for no identity. */
  readonly from: AnyCaller<M> | readonly AnyCaller<M>[] | "anyone";
  readonly to: Service<M, string, Ports>;
  /** Write it without enforcing it: logs and metrics tell whom it would let in. @default false */
  readonly dryRun?: boolean;
}

/** What may be guarded beside a permission: a service, or the proxies of a gateway. */
export type Guarded<M extends string, Ports extends PortMap> = Service<M, string, Ports> | Gateway<M>;

/** One refusal, which wins over every permission. */
export interface Deny<M extends string, Ports extends PortMap> extends Calls<Ports>, Origin, Identity<M> {
  /** @default - everyone */
  readonly from?: AnyCaller<M> | readonly AnyCaller<M>[] | "anyone";
  readonly to: Guarded<M, Ports>;
  /** Write it without enforcing it: logs and metrics tell whom it would refuse. @default false */
  readonly dryRun?: boolean;
}

/** Calls that are written to an audit log, whatever becomes of them. */
export type Audit<M extends string, Ports extends PortMap> = Omit<Deny<M, Ports>, "dryRun">;

/** Calls that an external authorizer decides on, before every other policy. Istio asks for no identity here. */
export interface Custom<M extends string, Ports extends PortMap> extends Calls<Ports>, Origin {
  readonly provider: ExtAuthz<M>;
  readonly to: Guarded<M, Ports>;
}
