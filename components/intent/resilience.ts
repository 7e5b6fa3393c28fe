import type { Duration } from "./duration";

/** What makes a request worth another attempt, in Envoy's own words, or an HTTP status code such as `"503"`. */
export type RetryOn =
  | "5xx"
  | "gateway-error"
  | "reset"
  | "reset-before-request"
  | "connect-failure"
  | "envoy-ratelimited"
  | "refused-stream"
  | "retriable-4xx"
  | "retriable-headers"
  | "retriable-status-codes"
  | "http3-post-connect-failure"
  | "cancelled"
  | "deadline-exceeded"
  | "internal"
  | "resource-exhausted"
  | "unavailable"
  | `${number}`;

export const RETRY_ON: readonly string[] = [
  "5xx",
  "gateway-error",
  "reset",
  "reset-before-request",
  "connect-failure",
  "envoy-ratelimited",
  "refused-stream",
  "retriable-4xx",
  "retriable-headers",
  "retriable-status-codes",
  "http3-post-connect-failure",
  "cancelled",
  "deadline-exceeded",
  "internal",
  "resource-exhausted",
  "unavailable",
];

/**
 * Further attempts at a failed request.
 *
 * `attempts` counts the retries, not the first try: a request is sent `attempts + 1` times at most, so
 * `(attempts + 1) × perTryTimeout` must fit into the route's `timeout`.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRetry
 */
export interface RetriesSpec {
  /** Retries after the first try; 0 switches off those that Istio makes by default (2). */
  readonly attempts: number;
  /** @default - the route's timeout */
  readonly perTryTimeout?: Duration;
  /** @default - what Istio retries: connect-failure, refused-stream, unavailable, cancelled */
  readonly retryOn?: readonly RetryOn[];
}

/** What holds for a route's requests beside their destination. */
export interface HttpRouteOptions {
  /** The longest that a request may take, retries included. @default - no limit */
  readonly timeout?: Duration;
  /** @default - the mesh's default policy */
  readonly retries?: RetriesSpec;
}
