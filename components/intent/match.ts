import type { Owned } from "./destination";

/** A path as HTTP sends it: it starts with a slash. */
export type Path = `/${string}`;

export type HttpMethod =
  "GET" | "HEAD" | "POST" | "PUT" | "DELETE" | "CONNECT" | "OPTIONS" | "TRACE" | "PATCH";

export const HTTP_METHODS: readonly HttpMethod[] = [
  "GET",
  "HEAD",
  "POST",
  "PUT",
  "DELETE",
  "CONNECT",
  "OPTIONS",
  "TRACE",
  "PATCH",
];

/** What a request's path must be. */
export interface PathCondition {
  readonly on: "path";
  readonly match: "exact" | "prefix" | "regex";
  readonly value: string;
  readonly ignoreCase?: boolean;
}

/** What a request's header must be. */
export interface HeaderCondition {
  readonly on: "header";
  readonly name: string;
  readonly match: "exact" | "prefix" | "regex" | "present" | "absent";
  /** Without meaning for `present` and `absent`. */
  readonly value?: string;
  /** The header must not be so; a request without it meets this. */
  readonly negated?: boolean;
}

/** What a claim of the caller's JSON web token must be. */
export interface ClaimCondition {
  readonly on: "claim";
  readonly name: string;
  readonly match: "exact" | "prefix" | "regex";
  readonly value: string;
  readonly negated?: boolean;
}

/** What the host that was asked for, or the scheme, must be. */
export interface AuthorityCondition {
  readonly on: "authority" | "scheme";
  readonly match: "exact" | "prefix" | "regex";
  readonly value: string;
}

/** Who sends: workloads with these labels, in this namespace, or those of a service. */
export interface SourceCondition {
  readonly on: "source";
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** One of the mesh's own services. */
  readonly service?: object;
}

/** Through which gateways the traffic came in; `"mesh"` for callers in the mesh. */
export interface GatewayCondition {
  readonly on: "gateway";
  readonly gateways: readonly (Owned<string> | "mesh")[];
}

/** The port that the traffic was sent to. */
export interface PortCondition {
  readonly on: "port";
  readonly number: number;
}

/** What the requests that match are called in logs and statistics. It excludes none. */
export interface NameCondition {
  readonly on: "name";
  readonly name: string;
  readonly statPrefix?: string;
}

/** Which method of which service a gRPC request calls. */
export interface GrpcMethodCondition {
  readonly on: "grpc-method";
  readonly service: string;
  readonly method?: string;
}

/** The addresses that a connection was made to, or comes from. */
export interface SubnetCondition {
  readonly on: "destination-subnets" | "source-subnet";
  readonly subnets: readonly string[];
}

/** The server names that a TLS connection may ask for. */
export interface SniCondition {
  readonly on: "sni";
  readonly hosts: readonly string[];
}

/** What a query parameter must be. */
export interface QueryCondition {
  readonly on: "query";
  readonly name: string;
  readonly match: "exact" | "prefix" | "regex" | "present";
  readonly value?: string;
}

/** The methods that a request may have: some by name, or what its name must be. */
export type MethodCondition =
  | { readonly on: "method"; readonly methods: readonly HttpMethod[]; readonly match?: never }
  | {
      readonly on: "method";
      readonly match: "prefix" | "regex";
      readonly value: string;
      readonly methods?: never;
    };

/** What can be said of any traffic. */
type AnyCondition = SourceCondition | GatewayCondition | PortCondition;

/** One thing that must hold of a request. */
export type HttpCondition =
  | AnyCondition
  | PathCondition
  | HeaderCondition
  | QueryCondition
  | MethodCondition
  | ClaimCondition
  | AuthorityCondition
  | NameCondition;

/** One thing that must hold of a gRPC request. */
export type GrpcCondition =
  AnyCondition | GrpcMethodCondition | HeaderCondition | ClaimCondition | AuthorityCondition | NameCondition;

/** One thing that must hold of a TCP connection. */
export type TcpCondition = AnyCondition | SubnetCondition;

/** One thing that must hold of a TLS connection that is passed on unopened. */
export type TlsCondition =
  AnyCondition | SniCondition | (SubnetCondition & { readonly on: "destination-subnets" });

/** How a path is compared, beyond its text. */
export interface PathOptions {
  /** Treat `/Wines` as `/wines`. @default false */
  readonly ignoreCase?: boolean;
}

/**
 * Conditions on the path of a request.
 *
 * A prefix is compared letter by letter, as Istio does: `path.prefix("/wines")` also matches `/winesale`.
 *
 * @example shop.when(path.prefix("/wines")).to(reviews.subsets.v1)
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPMatchRequest
 */
export const path = Object.freeze({
  exact: (value: Path, options: PathOptions = {}): PathCondition => ({
    on: "path",
    match: "exact",
    value,
    ...options,
  }),
  prefix: (value: Path, options: PathOptions = {}): PathCondition => ({
    on: "path",
    match: "prefix",
    value,
    ...options,
  }),
  /** The whole path matches this RE2 expression. */
  regex: (value: string): PathCondition => ({ on: "path", match: "regex", value }),
});

/** The conditions that a text can meet. */
export interface TextMatcher<C> {
  exact(value: string): C;
  prefix(value: string): C;
  /** The whole text matches this RE2 expression. */
  regex(value: string): C;
}

/** The conditions that can be put on one header. */
export interface HeaderMatcher extends TextMatcher<HeaderCondition> {
  present(): HeaderCondition;
  absent(): HeaderCondition;
  /** The header is not so, or is not there at all. */
  readonly not: TextMatcher<HeaderCondition>;
}

/**
 * Conditions on a header of a request.
 *
 * @param name in lower case, as Istio requires
 * @example shop.when(header("end-user").exact("jason")).to(reviews.subsets.v2)
 */
export function header(name: Lowercase<string>): HeaderMatcher {
  return Object.freeze({
    ...texts<HeaderCondition>({ on: "header", name }),
    present: (): HeaderCondition => ({ on: "header", name, match: "present" }),
    absent: (): HeaderCondition => ({ on: "header", name, match: "absent" }),
    not: texts<HeaderCondition>({ on: "header", name, negated: true }),
  });
}

/** The conditions that can be put on one claim. */
export interface ClaimMatcher extends TextMatcher<ClaimCondition> {
  readonly not: TextMatcher<ClaimCondition>;
}

/**
 * Conditions on a claim of the caller's JSON web token, for routes of a gateway that checks tokens: Istio reads claims
 * nowhere else, so a host that is exposed `alsoAt: ["mesh"]` needs `shop.via(gateway)` beside each. For a claim that is a list, one of its elements must match.
 *
 * @param name a claim, or the path to a nested one: `"realm.roles"`
 * @example shop.when(claim("groups").exact("testers")).to(reviews.subsets.v2)
 * @see https://istio.io/latest/docs/tasks/security/authentication/jwt-route/
 */
export function claim(name: string): ClaimMatcher {
  return Object.freeze({
    ...texts<ClaimCondition>({ on: "claim", name }),
    not: texts<ClaimCondition>({ on: "claim", name, negated: true }),
  });
}

/**
 * The request carries a cookie of this value.
 *
 * @example shop.when(cookie("preview").exact("on")).to(reviews.subsets.v2)
 */
export function cookie(name: string): Pick<TextMatcher<HeaderCondition>, "exact"> {
  const quoted = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return Object.freeze({
    exact: (value: string): HeaderCondition => ({
      on: "header",
      name: "cookie",
      match: "regex",
      value: `(.*;\\s*)?${quoted(name)}=${quoted(value)}(;.*)?`,
    }),
  });
}

/**
 * Conditions on the host that the request asks for.
 *
 * @example shop.when(authority.prefix("beta.")).to(reviews.subsets.v2)
 */
export const authority: TextMatcher<AuthorityCondition> = texts<AuthorityCondition>({ on: "authority" });

/** Conditions on the scheme of the request, `http` or `https`. */
export const scheme: TextMatcher<AuthorityCondition> = texts<AuthorityCondition>({ on: "scheme" });

/**
 * The sender's namespace and labels, for senders that the catalogue does not have; `shop.from(service)` for one that it
 * has.
 */
export function source(sender: {
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
}): SourceCondition {
  return { on: "source", ...sender };
}

/** The port of the service or gateway that the traffic was sent to. */
export function port(number: number): PortCondition {
  return { on: "port", number };
}

/**
 * Not a condition, but what requests that meet the others are called: in access logs by `name`, and in Envoy's
 * statistics by `statPrefix`.
 */
export function named(name: string, { statPrefix }: { readonly statPrefix?: string } = {}): NameCondition {
  return { on: "name", name, ...(statPrefix !== undefined && { statPrefix }) };
}

/** Conditions on gRPC requests, in gRPC's own words. */
export const grpc = Object.freeze({
  /** Any method of this service: `grpc.service("shop.Orders")`. */
  service: (service: string): GrpcMethodCondition => ({ on: "grpc-method", service }),
  /** This method alone: `grpc.method("shop.Orders", "Place")`. */
  method: (service: string, name: string): GrpcMethodCondition => ({
    on: "grpc-method",
    service,
    method: name,
  }),
});

/** Conditions on TCP connections. */
export const tcp = Object.freeze({
  /** The connection was made to an address in one of these ranges. */
  destination: (
    ...subnets: readonly [string, ...string[]]
  ): SubnetCondition & { readonly on: "destination-subnets" } => ({ on: "destination-subnets", subnets }),
  /** The connection comes from an address in this range. */
  source: (subnet: string): SubnetCondition => ({ on: "source-subnet", subnets: [subnet] }),
});

/**
 * The server name that a TLS connection asks for: one of these, each a name or `*.example.com`.
 *
 * @example shop.whenTls(sni("db.example.com")).to(database)
 */
export function sni(...hosts: readonly [string, ...string[]]): SniCondition {
  return { on: "sni", hosts };
}

/** The ways to compare a text; what it belongs to is given. */
function texts<C>(base: object): TextMatcher<C> {
  const of = (match: "exact" | "prefix" | "regex") => (value: string) => ({ ...base, match, value }) as C;
  return Object.freeze({ exact: of("exact"), prefix: of("prefix"), regex: of("regex") });
}

/** The conditions that can be put on one query parameter. */
export interface QueryMatcher {
  exact(value: string): QueryCondition;
  prefix(value: string): QueryCondition;
  /** The whole value matches this RE2 expression. */
  regex(value: string): QueryCondition;
  present(): QueryCondition;
}

/**
 * Conditions on a query parameter of a request.
 *
 * @example shop.when(query("debug").present()).to(reviews.subsets.v2)
 */
export function query(name: string): QueryMatcher {
  return Object.freeze({
    exact: (value: string): QueryCondition => ({ on: "query", name, match: "exact", value }),
    prefix: (value: string): QueryCondition => ({ on: "query", name, match: "prefix", value }),
    regex: (value: string): QueryCondition => ({ on: "query", name, match: "regex", value }),
    present: (): QueryCondition => ({ on: "query", name, match: "present" }),
  });
}

/** What methods can be compared with. */
export interface MethodMatcher extends Pick<TextMatcher<MethodCondition>, "prefix" | "regex"> {
  (...methods: readonly [HttpMethod, ...HttpMethod[]]): MethodCondition;
}

/**
 * The request has one of these methods; or, for methods beyond those of HTTP itself, one that matches.
 *
 * @example shop.when(method("GET", "HEAD"), path.prefix("/")).to(reviews.subsets.v1)
 * @example shop.when(method.regex("PROP(FIND|PATCH)")).to(files.subsets.webdav)
 */
export const method: MethodMatcher = Object.freeze(
  Object.assign(
    (...methods: readonly [HttpMethod, ...HttpMethod[]]): MethodCondition => ({ on: "method", methods }),
    {
      prefix: (value: string): MethodCondition => ({ on: "method", match: "prefix", value }),
      regex: (value: string): MethodCondition => ({ on: "method", match: "regex", value }),
    },
  ),
);
