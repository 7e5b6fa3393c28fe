import { defineMesh } from "meshwright/intent";

/** The host under which the world sees the service. */
export const HOST = "podinfo.example.com";

/**
 * One service in two versions. `step` says how far the second has come: 0 is not at all, 5 is everything.
 *
 * @param step how many steps are taken, a value of the stack's configuration
 */
export function canaryMesh(step: number) {
  const mesh = defineMesh("canary", {
    services: {
      podinfo: {
        namespace: "podinfo",
        ports: { http: { number: 80, protocol: "http", targetPort: 9898 } },
        subsets: { v1: { labels: { version: "v1" } }, v2: { labels: { version: "v2" } } },
      },
    },
  });
  const { podinfo } = mesh.services;

  const rollout = mesh.progression(podinfo, {
    from: "v1",
    to: "v2",
    steps: [1, 5, 25, 50, 100],
    step,
    pin: { header: "x-podinfo-version" }, // testers choose for themselves, at every step
    with: { timeout: "5s", retries: { attempts: 2, perTryTimeout: "1s", retryOn: ["5xx", "reset"] } },
  });
  mesh.route(podinfo, rollout.routes);

  // A pod that fails is left out for a while, and a new one gets its share bit by bit.
  mesh.trafficPolicy(podinfo, {
    outlierDetection: {
      consecutive5xxErrors: 5,
      interval: "5s",
      baseEjectionTime: "30s",
      maxEjectionPercent: 50,
    },
    loadBalancer: { simple: "LEAST_REQUEST", warmup: { duration: "30s" } },
  });

  const edge = mesh.gateway("edge", { hosts: [HOST], tls: { credentialName: "podinfo-cert" } });
  edge.expose(HOST, podinfo); // as the service routes itself, so the world takes part in the canary
  return { mesh, podinfo, rollout };
}
