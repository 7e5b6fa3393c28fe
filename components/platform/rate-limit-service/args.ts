import type * as pulumi from "@pulumi/pulumi";

import type { AnyMesh } from "../../intent/mesh";
import type { Resources } from "../control-plane/args";
import type { SchedulingArgs } from "../scheduling";

/** How a Redis that runs elsewhere is laid out. */
export const RedisType = {
  Single: "SINGLE",
  Sentinel: "SENTINEL",
  Cluster: "CLUSTER",
} as const;
export type RedisType = (typeof RedisType)[keyof typeof RedisType];

/** A Redis that runs elsewhere. Where proxies only reach what they know, the mesh must declare it as an external. */
export interface OutsideRedisArgs {
  /** As `host:port`; with `type: "SENTINEL"` the name of the master before the sentinels, all with commas. */
  readonly address: string;
  /** @default "SINGLE" */
  readonly type?: RedisType;
  /** The password, or `user:password`. @default it asks for none */
  readonly password?: pulumi.Input<string>;
  /** The service begins TLS and verifies the certificate. @default false */
  readonly tls?: boolean;
}

/** A Redis that runs beside the service. Its counters are kept in memory alone, and a new pod counts from zero. */
export interface OwnRedisArgs extends SchedulingArgs {
  /** Runs here where it is absent. */
  readonly address?: never;
  /** Image with tag or digest. @default that of `RATE_LIMIT_IMAGES` */
  readonly image?: pulumi.Input<string>;
  /** Memory for counters, in MiB; the ones that end first go when it is full. @default 192 */
  readonly maxMemoryMiB?: number;
  /** Requests and limits. @default 64Mi of memory, and at most that for counters and a third more */
  readonly resources?: Resources;
}

/**
 * The rate-limit service of a mesh. The mesh intent is not plain data, so this component is for TypeScript programs only.
 */
export interface RateLimitServiceArgs extends SchedulingArgs {
  /** The mesh whose limits it counts: its `rateLimitService` says name, namespace and port. */
  readonly mesh: AnyMesh;
  /** Where counters are kept. @default a Redis of its own, with a random password */
  readonly redis?: OutsideRedisArgs | OwnRedisArgs;
  /** Number of pods; from 2 on a PodDisruptionBudget keeps one through node drains. @default 2 */
  readonly replicas?: number;
  /** Image with tag or digest. @default that of `RATE_LIMIT_IMAGES` */
  readonly image?: pulumi.Input<string>;
  /** Names of secrets with credentials for the registry. @default none */
  readonly imagePullSecrets?: string[];
  /** Requests and limits. @default 100m of CPU and 64Mi of memory, 256Mi at most */
  readonly resources?: Resources;
  /** What the service logs. @default "warn" */
  readonly logLevel?: "debug" | "info" | "warn" | "error";
  /** DNS domain of the cluster. @default "cluster.local" */
  readonly clusterDomain?: string;
  /** Trust domain in the identities of callers. @default "cluster.local", which Istio takes for the mesh's own */
  readonly trustDomain?: string;
}
