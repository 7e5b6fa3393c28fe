import assert from "node:assert/strict";
import { load } from "js-yaml";
import { rateLimitConfiguration } from "../../components/compile";
import { defineMesh } from "../../components/intent";
import { RATE_LIMIT_IMAGES } from "../../components/platform";
import { rateLimitServiceProblems } from "../../components/platform/rate-limit-service/settings";
import { type Deployment, Secret } from "../../engine";
import { limitedMesh } from "../support/limited-mesh";
import { dependencyNames, named, registered, run } from "./support";
import { complete } from "../support/complete-problem";

type Fields = Readonly<Record<string, unknown>>;

/** A value inside an object, by the names on the way. */
function at(value: unknown, ...names: (string | number)[]): unknown {
  return names.reduce<unknown>((inner, name) => (inner as Fields | undefined)?.[name], value);
}

const MESH = `
  const shop = intent.defineMesh("shop", {
    services: { web: { namespace: "shop", ports: { http: { number: 80, protocol: "http" } } } },
  });
  const edge = shop.gateway("edge", { hosts: ["www.example.com"] });
  edge.expose("www.example.com", shop.services.web);
  shop.rateLimit(edge, { global: { all: { requests: 5, per: "second" } } });
  shop.rateLimit(shop.services.web, { global: { each: { requests: 1, per: "minute", descriptors: [{ header: "x-user" }] } } });
`;

describe("RateLimitService", function () {
  this.timeout(180_000);
  let own: Deployment;
  let outside: Deployment;

  before(async () => {
    own = await run(`${MESH} new platform.ServiceMesh("mesh", { mesh: shop, namespaces: { shop: {} } });`);
    outside = await run(
      `${MESH} new platform.RateLimitService("limits", {
        mesh: shop, replicas: 1,
        redis: { address: "redis.data.svc.cluster.local:6379", password: pulumi.secret("hunter2"), tls: true },
      });`,
    );
  });

  const inputs = (deployment: Deployment, name: string): Fields =>
    named(deployment, name).inputs as unknown as Fields;

  it("comes with a mesh that has such limits, after the injector and before the objects that ask it", () => {
    const component = named(own, "mesh-rate-limit");
    assert.equal(component.type, "meshwright:index:RateLimitService");
    assert.ok(dependencyNames(named(own, "mesh-rate-limit")).includes("mesh-control-plane-injector-webhook"));
    assert.ok(dependencyNames(named(own, "mesh-resources")).includes("mesh-rate-limit-deployment"));
    assert.equal(
      at(inputs(own, "mesh-namespaces-rate-limit"), "metadata", "labels", "istio-injection"),
      "enabled",
    );
  });

  it("counts by the file that the limits compile to, and starts anew when it changes", () => {
    const text = String(at(inputs(own, "mesh-rate-limit-config"), "data", "config.yaml"));
    assert.deepEqual(load(text), {
      domain: "shop",
      descriptors: [
        {
          key: "limit",
          value: "gateway/edge/all",
          rate_limit: { unit: "second", requests_per_unit: 5 },
        },
        {
          key: "limit",
          value: "service/web/each",
          descriptors: [{ key: "x-user", rate_limit: { unit: "minute", requests_per_unit: 1 } }],
        },
      ],
    });
    const template = at(inputs(own, "mesh-rate-limit-deployment"), "spec", "template");
    assert.match(
      String(at(template, "metadata", "annotations", "meshwright.dev/configuration")),
      /^[0-9a-f]{32}$/,
    );
  });

  it("has a Redis whose random password is in one secret alone, and its pinned images", () => {
    const secret = inputs(own, "mesh-rate-limit-redis-secret");
    const data = at(secret, "data");
    assert.ok(
      data instanceof Secret || Object.values(data as Fields).every((value) => value instanceof Secret),
    );
    const images = ["mesh-rate-limit-deployment", "mesh-rate-limit-redis-deployment"].map((name) =>
      at(inputs(own, name), "spec", "template", "spec", "containers", 0, "image"),
    );
    assert.deepEqual(images, [RATE_LIMIT_IMAGES.ratelimit, RATE_LIMIT_IMAGES.redis]);
    const password = named(own, "mesh-rate-limit-redis-password");
    assert.equal(password.type, "random:index/randomPassword:RandomPassword");
    const env = at(
      inputs(own, "mesh-rate-limit-deployment"),
      "spec",
      "template",
      "spec",
      "containers",
      0,
      "env",
    ) as Fields[];
    assert.deepEqual(
      env.find(({ name }) => name === "REDIS_AUTH"),
      { name: "REDIS_AUTH", valueFrom: { secretKeyRef: { name: "ratelimit-redis", key: "password" } } },
    );
    assert.deepEqual(
      dependencyNames(named(own, "mesh-rate-limit-deployment")).filter((name) => name.includes("redis")),
      ["mesh-rate-limit-redis-deployment", "mesh-rate-limit-redis-secret", "mesh-rate-limit-redis-service"],
    );
  });

  it("is reached by the proxies of what is limited, and Redis by the service, in strict mutual TLS", () => {
    for (const name of ["mesh-rate-limit-mtls", "mesh-rate-limit-redis-mtls"]) {
      assert.deepEqual(at(inputs(own, name), "spec", "mtls"), { mode: "STRICT" });
    }
    assert.deepEqual(at(inputs(own, "mesh-rate-limit-redis-permission"), "spec", "rules"), [
      {
        from: [{ source: { principals: ["cluster.local/ns/rate-limit/sa/ratelimit"] } }],
        to: [{ operation: { ports: ["6379"] } }],
      },
    ]);
    const ingress = at(inputs(own, "mesh-rate-limit-network-policy"), "spec", "ingress", 0);
    assert.deepEqual(at(ingress, "ports"), [{ protocol: "TCP", port: 8081 }]);
    assert.deepEqual(
      (at(ingress, "from") as unknown[]).map((peer) => [
        at(peer, "namespaceSelector", "matchLabels", "kubernetes.io/metadata.name"),
        at(peer, "podSelector", "matchLabels"),
      ]),
      [
        ["istio-system", { istio: "ingressgateway" }],
        ["shop", { app: "web" }],
      ],
    );
    assert.deepEqual(at(inputs(own, "mesh-rate-limit-redis-network-policy"), "spec", "ingress", 0, "from"), [
      { podSelector: { matchLabels: { app: "ratelimit" } } },
    ]);
  });

  it("asks a Redis that runs elsewhere, by its address and its password", () => {
    const names = registered(outside).map(({ name }) => name);
    assert.deepEqual(
      names.filter((name) => name.includes("redis")),
      ["limits-redis-secret"],
    );
    assert.ok(!names.includes("limits-pod-disruption-budget"), "one pod may go");
    const env = at(
      inputs(outside, "limits-deployment"),
      "spec",
      "template",
      "spec",
      "containers",
      0,
      "env",
    ) as Fields[];
    const value = (name: string): unknown => env.find((each) => each["name"] === name)?.["value"];
    assert.deepEqual(
      [value("REDIS_URL"), value("REDIS_TYPE"), value("REDIS_TLS")],
      ["redis.data.svc.cluster.local:6379", "SINGLE", "true"],
    );
    assert.equal(JSON.stringify(inputs(outside, "limits-deployment")).includes("hunter2"), false);
  });

  it("refuses a mesh without such limits, one that is wrong, and an address that is none, all at once", () => {
    const none = defineMesh("none", { services: {} });
    const say = (args: Parameters<typeof rateLimitServiceProblems>[0]): string[] =>
      complete(rateLimitServiceProblems(args)).map(({ id, path }) => `${path} [${id}]`);
    assert.deepEqual(say({ mesh: none, replicas: 0, redis: { address: "redis" } }), [
      "mesh [platform/nothing-to-count]",
      "replicas [platform/bad-count]",
      "redis.address [platform/bad-address]",
    ]);
    const wrong = defineMesh("Wrong", { services: {} });
    assert.deepEqual(say({ mesh: wrong, redis: { maxMemoryMiB: 1 } }), [
      "mesh.name [intent/mesh-name]",
      "redis.maxMemoryMiB [platform/bad-count]",
    ]);
    const mesh = limitedMesh();
    assert.deepEqual(say({ mesh, redis: { address: "master,a:26379,b:26379", type: "SENTINEL" } }), []);
    assert.deepEqual(say({ mesh, redis: { address: "a:6379,b:6379", type: "CLUSTER" } }), []);
    assert.deepEqual(say({ mesh, redis: { address: "a:6379,b:6379" } }), [
      "redis.address [platform/bad-address]",
    ]);
    assert.equal(rateLimitConfiguration(mesh).domain, "shop");
  });
});
