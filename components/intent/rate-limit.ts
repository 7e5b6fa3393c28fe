import type { Duration } from "./duration";
import type { HttpPortsOf, PortMap } from "./port";

/**
 * How many requests one workload takes, counted by its own proxy.
 *
 * @see https://istio.io/latest/docs/tasks/policy-enforcement/rate-limit/#local-rate-limit
 */
export interface LocalRateLimitSpec<Ports extends PortMap = PortMap> {
  /** How many, on average, in each `per`. */
  readonly requests: number;
  /** At least 50ms, which is as often as Envoy counts. */
  readonly per: Duration;
  /** How many at once, after a time with fewer. @default - as many as `requests` */
  readonly burst?: number;
  /** Ports, by name. @default - every port whose requests a proxy reads */
  readonly ports?: readonly HttpPortsOf<Ports>[];
  /** What a request beyond the limit is answered with, 400 to 599. @default 429 */
  readonly status?: number;
  /** How many requests beyond the limit are really refused, in whole percent; 0 only counts them. @default 100 */
  readonly enforcedPercent?: number;
  /** Headers of the refusal. @default { "x-local-rate-limit": "true" } */
  readonly responseHeaders?: Readonly<Record<string, string>>;
}
