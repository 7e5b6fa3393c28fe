import { formatDuration, parseDuration, type Duration } from "./duration";
import { lookUp } from "./references";

/** Where the proxies' latency histograms have a boundary, in milliseconds, unless a workload says otherwise. */
export const DEFAULT_BUCKETS: readonly number[] = [
  0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000, 600_000,
  1_800_000, 3_600_000,
];

/** The annotation of a pod that gives its proxy other boundaries. */
export const BUCKETS_ANNOTATION = "sidecar.istio.io/statsHistogramBuckets";

/** The names of Istio's own metrics begin with it inside Envoy; boundaries are matched by prefix. */
const BUCKETS_PREFIX = "istiocustom";

/** Whose proxies count. */
type Reporter = "source" | "destination" | "waypoint";

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
   * `"annotated"`: pods carry an annotation that gives their proxies the boundary, so that `under` may be any time. The pods
   * of a `ServiceWorkload` and the gateways of a `ServiceMesh` get it by themselves; on others put what `slo` returns.
   *
   * @default "default": the boundaries that proxies have by themselves
   * @see https://istio.io/latest/docs/reference/config/annotations/#SidecarStatsHistogramBuckets
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
   * @default "source"; "destination" for a latency whose boundary is annotated, because the service's own pods are known
   */
  readonly reporter?: Reporter;
}

/** What a promise asks of the workloads that it is measured at. */
export interface Slo {
  /**
   * For the pods at which the latency is measured, where neither `ServiceWorkload` nor `ServiceMesh` makes them: the
   * service's own, or with `reporter: "source"` its callers'. Empty where the proxies' own boundaries do.
   */
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
  readonly reporter: Reporter;
  /** The pods of `reporter` must carry an annotation for `under`. */
  readonly annotated?: true;
}

/** Whose proxies count, where the promise does not say it. */
export function usualReporter(kind: SloIntent["kind"], isAnnotated: boolean): Reporter {
  return kind === "latency" && isAnnotated ? "destination" : "source";
}

/** The annotation for some thresholds: the usual boundaries and these, so that nothing that was measured is lost. */
export function bucketAnnotation(thresholds: readonly number[]): Readonly<Record<string, string>> {
  if (thresholds.length === 0) return {};
  const buckets = [...new Set([...DEFAULT_BUCKETS, ...thresholds])].sort((a, b) => a - b);
  return { [BUCKETS_ANNOTATION]: JSON.stringify({ [BUCKETS_PREFIX]: buckets }) };
}

/** The time, in milliseconds, for which a promise as it was written asks an annotation. */
export function annotatedThreshold(spec: unknown): number | undefined {
  const latency = field(spec, "latency");
  const under = field(latency, "under");
  if (field(latency, "buckets") !== "annotated" || typeof under !== "string") return undefined;
  return parseDuration(under);
}

/** The annotation for the pods of one of a mesh's services, by all that was promised so far; none for another value. */
export function measuringAnnotation(service: unknown): Readonly<Record<string, string>> {
  const found = lookUp(service);
  if (found?.reference.kind !== "service") return {};
  const { service: own } = found.reference;
  const thresholds = found.mesh.slos.flatMap(({ service: promising, spec }) => {
    const reference = lookUp(promising)?.reference;
    const reporter = field(spec, "reporter") ?? usualReporter("latency", true);
    const measured =
      reporter === "source" ||
      (reporter === "destination" && reference?.kind === "service" && reference.service === own);
    return (measured ? annotatedThreshold(spec) : undefined) ?? [];
  });
  return bucketAnnotation(thresholds);
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
