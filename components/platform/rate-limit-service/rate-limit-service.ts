import * as pulumi from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random/randomPassword";

import { secretBase64 } from "../base64";
import { Children, componentOptions, componentToken, type MeshComponentOptions, refuse } from "../component";
import { AuthorizationPolicy, PeerAuthentication } from "../../resources/generated";
import type { RateLimitServiceArgs } from "./args";
import {
  hasPassword,
  REDIS_SECRET,
  rateLimitObjects,
  type RateLimitObjects,
  redisConfiguration,
  redisObjects,
  redisSecretName,
} from "./objects";
import {
  rateLimitServiceProblems,
  rateLimitServiceSettings,
  type RateLimitServiceSettings,
} from "./settings";
import { RATE_LIMIT_SERVICE_SHAPE } from "./shape";

/**
 * Runs the rate-limit service, https://github.com/envoyproxy/ratelimit, with the configuration that the limits of a mesh
 * compile to, and a Redis that keeps its counters.
 *
 * Its namespace must exist and inject sidecars: calls to both are in strict mutual TLS, the service is for the proxies of
 * what is limited alone, and Redis for the service alone; NetworkPolicies say the same. Every pod meets the Pod Security
 * Standard `restricted`. `ServiceMesh` runs it by itself for a mesh that has such limits.
 *
 * @throws MeshError with every problem of the arguments and of the mesh, before anything is registered
 * @example
 * new RateLimitService("limits", { mesh: shop, redis: { address: "redis.data.svc.cluster.local:6379", password } });
 */
export class RateLimitService extends pulumi.ComponentResource {
  /** Where it answers gRPC inside the cluster, as `host:port`. */
  readonly address: pulumi.Output<string>;

  constructor(name: string, args: RateLimitServiceArgs, opts?: MeshComponentOptions) {
    refuse("RateLimitService", name, args, opts, RATE_LIMIT_SERVICE_SHAPE, () =>
      rateLimitServiceProblems(args),
    );
    const settings = rateLimitServiceSettings(args);
    const { service, namespace, port } = settings.service;
    // A projection: the intent holds functions, which vanish on their way to the engine.
    super(
      componentToken("RateLimitService"),
      name,
      { mesh: args.mesh.name, namespace, service, replicas: settings.replicas },
      componentOptions(opts),
    );

    const children = new Children(this, name, opts);
    const secret = registerSecret(children, settings);
    const before = secret === undefined ? [] : [secret];
    const { redis } = settings;
    const counters =
      redis.kind === "own" ? register(children, "redis-", redisObjects(settings, redis), before) : [];
    register(children, "", rateLimitObjects(settings), [...before, ...counters]);

    this.address = pulumi.output(`${service}.${namespace}.svc.${settings.clusterDomain}:${port}`);
    this.registerOutputs({ address: this.address });
  }
}

/** The password of Redis: at random for our own, else the one that was given; none where Redis asks for none. */
function registerSecret(children: Children, settings: RateLimitServiceSettings): pulumi.Resource | undefined {
  if (!hasPassword(settings)) return undefined;
  const { redis, service } = settings;
  const password =
    redis.kind === "outside"
      ? (redis.password ?? "")
      : new RandomPassword(
          children.name("redis-password"),
          { length: 32, special: false },
          children.options(),
        ).result;
  return children.add("redis-secret", {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name: redisSecretName(settings),
      namespace: service.namespace,
      labels: { ...service.labels },
    },
    type: "Opaque",
    data: {
      [REDIS_SECRET.password]: secretBase64(password),
      ...(redis.kind === "own"
        ? {
            [REDIS_SECRET.configuration]: secretBase64(
              pulumi.output(password).apply((plain) => redisConfiguration(redis, plain)),
            ),
          }
        : {}),
    },
  });
}

/** @returns what must be there before somebody asks */
function register(
  children: Children,
  prefix: string,
  objects: RateLimitObjects,
  before: readonly pulumi.Resource[],
): pulumi.Resource[] {
  const add = (suffix: string): string => `${prefix}${suffix}`;
  const account = children.add(add("service-account"), objects.serviceAccount);
  const configMap = objects.configMap && children.add(add("config"), objects.configMap);
  // Who may call is settled before anybody can.
  const guards = [
    children.add(add("network-policy"), objects.networkPolicy),
    new PeerAuthentication(children.name(add("mtls")), objects.peerAuthentication, children.options()),
    ...(objects.authorizationPolicy === undefined
      ? []
      : [
          new AuthorizationPolicy(
            children.name(add("permission")),
            objects.authorizationPolicy,
            children.options(),
          ),
        ]),
  ];
  const dependsOn = [account, configMap, ...guards, ...before].filter((each) => each !== undefined);
  const deployment = children.add(add("deployment"), objects.deployment, { dependsOn });
  // Beside the Deployment, not before it: a Service counts as ready only when pods answer behind it.
  const service = children.add(add("service"), objects.service);
  if (objects.podDisruptionBudget !== undefined) {
    children.add(add("pod-disruption-budget"), objects.podDisruptionBudget, { dependsOn: [deployment] });
  }
  return [deployment, service];
}
