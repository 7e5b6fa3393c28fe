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
}

/** What a query parameter must be. */
export interface QueryCondition {
  readonly on: "query";
  readonly name: string;
  readonly match: "exact" | "prefix" | "regex" | "present";
  readonly value?: string;
}

/** The methods that a request may have. */
export interface MethodCondition {
  readonly on: "method";
  readonly methods: readonly HttpMethod[];
}

/** One thing that must hold of a request. */
export type HttpCondition = PathCondition | HeaderCondition | QueryCondition | MethodCondition;

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

/** The conditions that can be put on one header. */
export interface HeaderMatcher {
  exact(value: string): HeaderCondition;
  prefix(value: string): HeaderCondition;
  /** The whole value matches this RE2 expression. */
  regex(value: string): HeaderCondition;
  present(): HeaderCondition;
  absent(): HeaderCondition;
}

/**
 * Conditions on a header of a request.
 *
 * @param name in lower case, as Istio requires
 * @example shop.when(header("end-user").exact("jason")).to(reviews.subsets.v2)
 */
export function header(name: Lowercase<string>): HeaderMatcher {
  return Object.freeze({
    exact: (value: string): HeaderCondition => ({ on: "header", name, match: "exact", value }),
    prefix: (value: string): HeaderCondition => ({ on: "header", name, match: "prefix", value }),
    regex: (value: string): HeaderCondition => ({ on: "header", name, match: "regex", value }),
    present: (): HeaderCondition => ({ on: "header", name, match: "present" }),
    absent: (): HeaderCondition => ({ on: "header", name, match: "absent" }),
  });
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

/**
 * The request has one of these methods.
 *
 * @example shop.when(method("GET", "HEAD"), path.prefix("/")).to(reviews.subsets.v1)
 */
export function method(...methods: readonly [HttpMethod, ...HttpMethod[]]): MethodCondition {
  return { on: "method", methods };
}
