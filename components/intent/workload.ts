import type { Locality } from "./locality";

/** What is known of a workload outside Kubernetes, wherever it is. */
interface WorkloadSettings {
  /** Labels beside those of its service and its subset. @default - those alone */
  readonly labels?: Readonly<Record<string, string>>;
  /** The ports that it listens on, by the names of the service's ports. @default - the service's `targetPort`s */
  readonly ports?: Readonly<Record<string, number>>;
  /** Where it runs, for locality load balancing. @default - nothing is known of it */
  readonly locality?: Locality;
  /** Its share of the service's traffic, relative to the others'. @default - all alike */
  readonly weight?: number;
}

/**
 * One machine outside Kubernetes with a proxy of its own: it becomes a WorkloadEntry. Its identity is the service's, so
 * that permissions for the service hold for it.
 *
 * A machine without a proxy is no workload of the mesh: declare it in `external`.
 *
 * @example { address: "10.20.0.7", locality: "eu-west/a", weight: 10 }
 * @see https://istio.io/latest/docs/reference/config/networking/workload-entry/
 */
export type WorkloadEntrySpec = WorkloadSettings &
  (
    | {
        /** An IP address: behind a Kubernetes Service Istio takes no host name. */
        readonly address: string;
        /** The network that the address is of, where pods reach it through a gateway only. @default - they reach it */
        readonly network?: string;
      }
    | {
        readonly address?: undefined;
        /** The network that it is in, whose gateway is the way to it. */
        readonly network: string;
      }
  );

/**
 * Machines that register by themselves as they start, and whose health their proxies report: a WorkloadGroup.
 *
 * @example { network: "vms", probe: { httpGet: { path: "/healthz", port: 9080 }, periodSeconds: 5 } }
 * @see https://istio.io/latest/docs/reference/config/networking/workload-group/
 */
export interface WorkloadGroupSpec extends WorkloadSettings {
  /** The network that the machines are in. @default - the cluster's own */
  readonly network?: string;
  /** Annotations of the WorkloadEntry of each machine; `proxy.istio.io/config` changes its proxy. @default - none */
  readonly annotations?: Readonly<Record<string, string>>;
  /** How the proxy of a machine finds out whether it can take requests. @default - it always can */
  readonly probe?: ReadinessProbeSpec;
  /**
   * IP addresses or CIDR ranges that the machines connect from, for `security.networkPolicies`, which know machines by
   * nothing else.
   *
   * @default - any address
   */
  readonly addresses?: readonly string[];
}

interface ProbeTimes {
  /** @default 0 */
  readonly initialDelaySeconds?: number;
  /** @default 1 */
  readonly timeoutSeconds?: number;
  /** @default 10 */
  readonly periodSeconds?: number;
  /** Answers in a row after which a machine counts as healthy. @default 1 */
  readonly successThreshold?: number;
  /** Failures in a row after which a machine counts as unhealthy. @default 3 */
  readonly failureThreshold?: number;
}

/** A request whose answer must have a status from 200 to 399. */
export interface HttpProbeSpec {
  /** @default "/" */
  readonly path?: string;
  readonly port: number;
  /** @default - the machine's own address */
  readonly host?: string;
  /** @default "HTTP" */
  readonly scheme?: "HTTP" | "HTTPS";
  readonly httpHeaders?: Readonly<Record<string, string>>;
}

/**
 * How the health of a machine is found out: one of a request, a connection and a command. Of gRPC probes the schema of a
 * WorkloadGroup knows, but the webhook of istiod refuses them up to 1.31; a command such as `grpc_health_probe` asks the
 * same.
 */
export type ReadinessProbeSpec = ProbeTimes &
  (
    | {
        readonly httpGet: HttpProbeSpec;
        readonly tcpSocket?: undefined;
        readonly exec?: undefined;
        readonly grpc?: undefined;
      }
    | {
        readonly tcpSocket: { readonly port: number; readonly host?: string };
        readonly httpGet?: undefined;
        readonly exec?: undefined;
        readonly grpc?: undefined;
      }
    | {
        /** A command that ends with 0 while the machine is healthy. */
        readonly exec: { readonly command: readonly [string, ...string[]] };
        readonly httpGet?: undefined;
        readonly tcpSocket?: undefined;
        readonly grpc?: undefined;
      }
  );

/** Workloads of a service that Kubernetes does not run. Names are those of the objects. */
export interface WorkloadsOutside {
  /** Machines that register by themselves. @default - none */
  readonly workloadGroups?: Readonly<Record<string, WorkloadGroupSpec>>;
  /** Machines whose addresses are known. @default - none */
  readonly workloadEntries?: Readonly<Record<string, WorkloadEntrySpec>>;
}
