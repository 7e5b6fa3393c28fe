import type { KubernetesObject } from "../../../analysis";
import { compileMesh } from "../../../components/compile";
import { defineMesh, header, method, path, query } from "../../../components/intent";
import type { DrawnApp } from "./app-objects";
import type { Wiring } from "./build";

const CONDITIONS = {
  uri: path.prefix("/wines"),
  header: header("x-user").exact("jason"),
  query: query("beta").exact("1"),
  method: method("DELETE"),
  regex: path.regex("/v[0-9]+/.+"),
} as const;

/** The same services, routed and guarded by what the intents of a plan compile to. */
export const compiled: Wiring = (apps, plan) => {
  const mesh = meshOf(apps);
  const find = (app: DrawnApp) => {
    const service = mesh.services[app.name];
    if (service === undefined) throw new Error(`no service ${app.name}`);
    return service;
  };
  const subset = (app: DrawnApp, version: string | undefined) => {
    const found = version === undefined ? undefined : find(app).subsets[version];
    if (found === undefined) throw new Error(`${app.name} has no subset ${String(version)}`);
    return found;
  };
  for (const app of apps) {
    const [first, second] = app.versions;
    const settings = {
      timeout: "10s" as const,
      ...(app.plan.retries === null
        ? {}
        : { retries: { attempts: app.plan.retries, perTryTimeout: "2s" as const } }),
    };
    if (app.protocol === "http") {
      const last = mesh.otherwise().with(settings);
      mesh.route(find(app), [
        ...app.plan.matches.map((each) =>
          mesh
            .when(CONDITIONS[each as keyof typeof CONDITIONS])
            .with(settings)
            .to(subset(app, first)),
        ),
        second === undefined
          ? last.to(subset(app, first))
          : last.canary(subset(app, first), mesh.share(subset(app, second), app.plan.firstShare)),
      ]);
    }
    if (app.plan.policy.length > 0)
      mesh.trafficPolicy(find(app), {
        loadBalancer: app.plan.policy.includes("hash")
          ? {
              consistentHash:
                app.plan.protocol === "tcp" ? { useSourceIp: true } : { httpHeaderName: "x-user" },
            }
          : { simple: "LEAST_REQUEST" },
        ...(app.plan.policy.includes("outlier")
          ? { outlierDetection: { consecutive5xxErrors: 5, interval: "10s", baseEjectionTime: "30s" } }
          : {}),
      });
    for (const caller of apps)
      if (caller !== app && caller.namespace === app.namespace)
        mesh.allow({ from: find(caller), to: find(app) });
  }
  // Objects as they reach a cluster: what is not set is not there.
  return JSON.parse(
    JSON.stringify(compileMesh(mesh, { trustDomain: plan.trustDomain })),
  ) as readonly KubernetesObject[];
};

function meshOf(apps: readonly DrawnApp[]) {
  return defineMesh("random", {
    services: Object.fromEntries(
      apps.map((app) => [
        app.name,
        {
          namespace: app.namespace,
          ports: { main: { number: app.port, protocol: app.protocol } },
          subsets: Object.fromEntries(app.versions.map((version) => [version, { labels: { version } }])),
        },
      ]),
    ),
  });
}
