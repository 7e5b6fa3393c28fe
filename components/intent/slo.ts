import { formatDuration, parseDuration, type Duration } from "./duration";

/** Where the proxies' latency histograms have a boundary, in milliseconds, unless a workload says otherwise. */
export const DEFAULT_BUCKETS: readonly number[] = [
  0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000, 600_000,
  1_800_000, 3_600_000,
];

/** The annotation of a pod that gives its proxy other boundaries. */
export const BUCKETS_ANNOTATION = "sidecar.istio.io/statsHistogramBuckets";

/** How fast a service answers: this share of its requests in less than this time. */
export interface LatencyObjective {
  /** Between 0 and 1: 0.99 for ninety-nine of a hundred requests. */
  readonly p: number;
  /**
   * A boundary of the proxies' histogram: 1ms, 5ms, 10ms, 25ms, 50ms, 100ms, 250ms, 500ms, 1s, 2500ms, 5s, 10s and more.
   * What lies between two of them is not measured; see `buckets` for others.
   */
  readonly under: Duration;
  /**
   * `"annotated"`: the pods of the service's callers and its own carry the annotations that `slo` returns, so that `under`
   * may be any time.
   *
   * @default "default": the boundaries that proxies have by themselves
   */
  readonly buckets?: "default" | "annotated";
}

/**
 * What a service promises. At least one of `availability` and `latency`.
 *
 * @example { availability: 0.999, latency: { p: 0.99, under: "250ms" } }
 */
export interface SloSpec {
  /** The share of requests that are answered without a server error, between 0 and 1. */
  readonly availability?: number;
  readonly latency?: LatencyObjective;
  /** The time over which the promise holds, in days. @default 30 */
  readonly days?: number;
  /**
   * Whose proxies count: the callers', who also see a service that does not answer, the service's own, who see callers
   * without a proxy too, or waypoints, in ambient.
   *
   * @default "source"
   */
  readonly reporter?: "source" | "destination" | "waypoint";
}

/** What a promise asks of the workloads that it is measured at. */
export interface Slo {
  /** For the pod template of the service's callers and its own; empty where the proxies' own boundaries do. */
  readonly podAnnotations: Readonly<Record<string, string>>;
}

/** One promise, checked. */
export interface SloIntent {
  /** `reviews-availability`, `reviews-latency` */
  readonly name: string;
  /** The key of the service. */
  readonly service: string;
  readonly kind: "availability" | "latency";
  /** Between 0 and 1. */
  readonly objective: number;
  /** Milliseconds, for latency. */
  readonly under?: number;
  readonly days: number;
  readonly reporter: "source" | "destination" | "waypoint";
}

/** The annotations for a threshold: the usual boundaries and this one, so that nothing that was measured is lost. */
export function bucketAnnotations(spec: unknown): Readonly<Record<string, string>> {
  const latency = field(spec, "latency");
  const under = field(latency, "under");
  if (field(latency, "buckets") !== "annotated" || typeof under !== "string") return {};
  const threshold = parseDuration(under);
  if (threshold === undefined) return {};
  const buckets = [...new Set([...DEFAULT_BUCKETS, threshold])].sort((a, b) => a - b);
  return { [BUCKETS_ANNOTATION]: JSON.stringify({ istiocustom: buckets }) };
}

/** The boundaries on both sides of a time, for whoever must choose one. */
export function nearestBuckets(milliseconds: number): readonly Duration[] {
  const whole = DEFAULT_BUCKETS.filter((bucket) => Number.isInteger(bucket));
  const below = whole.filter((bucket) => bucket < milliseconds).at(-1);
  const above = whole.find((bucket) => bucket > milliseconds);
  return [below, above].filter((bucket) => bucket !== undefined).map(formatDuration);
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}
