import { toInteger } from "./names";

/** What Envoy retries on by a word, for HTTP and for gRPC. */
const words: ReadonlySet<string> = new Set(
  [
    "5xx gateway-error reset reset-before-request connect-failure retriable-4xx refused-stream",
    "retriable-status-codes retriable-headers envoy-ratelimited http3-post-connect-failure",
    "cancelled deadline-exceeded internal resource-exhausted unavailable",
  ].flatMap((line) => line.split(" ")),
);

/** Node's list of statuses has one more than the one that istiod asks. */
const NOT_REGISTERED = 509;

/**
 * A word or a status on which a request is tried again.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRetry
 */
export function isRetryCondition(word: string): boolean {
  if (words.has(word)) return true;
  const status = toInteger(word) ?? 0;
  // Loading the module takes longer than all else that most objects are asked here.
  const { STATUS_CODES } = process.getBuiltinModule("node:http");
  return status in STATUS_CODES && status !== NOT_REGISTERED;
}
