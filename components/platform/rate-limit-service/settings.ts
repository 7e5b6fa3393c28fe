import type * as pulumi from "@pulumi/pulumi";

import { type RateLimitConfiguration, rateLimitConfiguration } from "../../compile";
import { type RateLimitCaller, rateLimitCallers } from "../../compile/rate-limit/global";
import type { RateLimitServiceIntent } from "../../intent";
import type { InputProblem } from "../../intent/problem";
import { RATE_LIMIT_IMAGES } from "../pinned-images";
import { choiceProblems, countProblems, labelProblems, printed } from "../problems";
import { type OutsideRedisArgs, type OwnRedisArgs, type RateLimitServiceArgs, RedisType } from "./args";

/** Arguments with every default filled in. */
export interface RateLimitServiceSettings {
  readonly given: RateLimitServiceArgs;
  readonly service: RateLimitServiceIntent;
  readonly configuration: RateLimitConfiguration;
  /** Who may ask: the proxies of what is limited. */
  readonly callers: readonly RateLimitCaller[];
  readonly replicas: number;
  readonly image: pulumi.Input<string>;
  readonly trustDomain: string;
  readonly clusterDomain: string;
  readonly redis: RunningRedis | OutsideRedis;
}

/** A Redis of our own. */
export interface RunningRedis {
  readonly kind: "own";
  readonly name: string;
  readonly given: OwnRedisArgs;
  readonly image: pulumi.Input<string>;
  readonly maxMemoryMiB: number;
}

export interface OutsideRedis extends OutsideRedisArgs {
  readonly kind: "outside";
}

export const REDIS_PORT = 6379;

/** Every problem of the arguments, those of the mesh included; none when they are fine. */
export function rateLimitServiceProblems(args: RateLimitServiceArgs): InputProblem[] {
  const { redis } = args;
  return [
    ...meshProblems(args),
    ...countProblems("replicas", args.replicas, 1),
    ...choiceProblems("logLevel", args.logLevel, ["debug", "info", "warn", "error"]),
    ...(args.imagePullSecrets ?? []).flatMap((secret, index) =>
      labelProblems(`imagePullSecrets[${index}]`, secret),
    ),
    ...(isOutside(redis)
      ? outsideProblems(redis)
      : // What Redis itself needs, before a counter is kept.
        countProblems("redis.maxMemoryMiB", redis?.maxMemoryMiB, 16)),
  ];
}

function meshProblems({ mesh }: RateLimitServiceArgs): InputProblem[] {
  const wrong = mesh.validate();
  if (wrong.length > 0) return wrong.map((problem) => ({ ...problem, path: `mesh.${problem.path}` }));
  if (mesh.intent().globalRateLimits.length > 0) return [];
  return [
    {
      id: "platform/nothing-to-count",
      path: "mesh",
      message: "has no limit that the rate-limit service counts, so nobody would ask it",
      got: "no such limit",
      expected: "at least one `mesh.rateLimit(target, { global: { … } })`",
      fix: "Declare a limit, or remove the service",
    },
  ];
}

const HOST_AND_PORT = /^[^\s:,/]+:\d{1,5}$/;

function outsideProblems({ address, type = RedisType.Single }: OutsideRedisArgs): InputProblem[] {
  const problems = choiceProblems("redis.type", type, Object.values(RedisType));
  const parts = address.split(",");
  const addresses = type === RedisType.Sentinel ? parts.slice(1) : parts;
  const tooMany = type === RedisType.Single && parts.length > 1;
  if (addresses.length > 0 && !tooMany && addresses.every((each) => HOST_AND_PORT.test(each)))
    return problems;
  const expected = {
    SINGLE: "redis.data.svc.cluster.local:6379",
    SENTINEL: "mymaster,sentinel-0.data:26379,sentinel-1.data:26379",
    CLUSTER: "redis-0.data:6379,redis-1.data:6379",
  }[type];
  return [
    ...problems,
    {
      id: "platform/bad-address",
      path: "redis.address",
      message: "is no address of a Redis of this type",
      got: printed(address),
      expected: `such as ${printed(expected)}`,
      fix: "Write where it answers, with its port",
    },
  ];
}

function isOutside(redis: OutsideRedisArgs | OwnRedisArgs | undefined): redis is OutsideRedisArgs {
  return redis?.address !== undefined;
}

/** The arguments with every default filled in. They must be free of problems: see {@link rateLimitServiceProblems}. */
export function rateLimitServiceSettings(args: RateLimitServiceArgs): RateLimitServiceSettings {
  const intent = args.mesh.intent();
  const { rateLimitService: service } = intent;
  const { redis } = args;
  const callers = rateLimitCallers(
    intent,
    intent.globalRateLimits.map(({ target }) => target),
  );
  return {
    given: args,
    service,
    configuration: rateLimitConfiguration(args.mesh),
    callers: [
      ...new Map(callers.map((each) => [JSON.stringify([each.namespace, each.labels]), each])).values(),
    ],
    replicas: args.replicas ?? 2,
    image: args.image ?? RATE_LIMIT_IMAGES.ratelimit,
    trustDomain: args.trustDomain ?? "cluster.local",
    clusterDomain: args.clusterDomain ?? "cluster.local",
    redis: isOutside(redis)
      ? { kind: "outside", ...redis }
      : {
          kind: "own",
          name: `${service.service}-redis`,
          given: redis ?? {},
          image: redis?.image ?? RATE_LIMIT_IMAGES.redis,
          maxMemoryMiB: redis?.maxMemoryMiB ?? 192,
        },
  };
}
