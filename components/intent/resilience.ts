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

/** The conditions that gRPC's own statuses and connections give. */
export type GrpcRetryOn = Extract<
  RetryOn,
  | "cancelled"
  | "deadline-exceeded"
  | "internal"
  | "resource-exhausted"
  | "unavailable"
  | "reset"
  | "reset-before-request"
  | "connect-failure"
  | "refused-stream"
>;

/**
 * Further attempts at a failed request.
 *
 * `attempts` counts the retries, not the first try: a request is sent `attempts + 1` times at most, so
 * `(attempts + 1) × perTryTimeout` must fit into the route's `timeout`.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRetry
 */
export interface RetriesSpec<On extends RetryOn = RetryOn> {
  /** Retries after the first try; 0 switches them off. @default 2, as Istio has it */
  readonly attempts?: number;
  /** @default - the route's timeout */
  readonly perTryTimeout?: Duration;
  /** @default - what Istio retries: connect-failure, refused-stream, unavailable, cancelled */
  readonly retryOn?: readonly On[];
  /** The least time between two tries; it grows from try to try. @default "25ms" */
  readonly backoff?: Duration;
  /** Try another host each time. @default true */
  readonly retryIgnorePreviousHosts?: boolean;
  /** Try hosts of other localities too. @default false */
  readonly retryRemoteLocalities?: boolean;
}

export type GrpcRetriesSpec = RetriesSpec<GrpcRetryOn>;

/** What Istio retries where nothing is said. */
export const DEFAULT_RETRIES = 2;
