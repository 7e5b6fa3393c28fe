import { dump } from "js-yaml";

import type { ConfigMapObject } from "../kubernetes-objects";
import { PROMETHEUS_UID } from "./dashboards/build";
import { partMeta, type PartSpec } from "./part";
import { jaegerEndpoint, type TelemetryStackSettings } from "./settings";

/** The secret with Grafana's first user, where none is named. */
export const GRAFANA_SECRET = { name: "grafana-admin", user: "admin-user", password: "admin-password" };

const DASHBOARDS = "/etc/grafana/dashboards";

const yaml = (value: unknown): string => dump(value, { lineWidth: -1 });

/** Where Grafana finds metrics, traces and logs. */
function datasources(settings: TelemetryStackSettings): string {
  const { endpoints } = settings;
  const prometheus = endpoints.get("prometheus");
  const jaeger = jaegerEndpoint(settings);
  const zipkin = endpoints.get("zipkin");
  const loki = endpoints.get("loki");
  const source = (name: string, uid: string, url: string, isDefault = false) => ({
    name,
    uid,
    type: uid,
    access: "proxy",
    url,
    isDefault,
    editable: false,
  });
  return yaml({
    apiVersion: 1,
    datasources: [
      ...(prometheus === undefined ? [] : [source("Prometheus", PROMETHEUS_UID, prometheus.url, true)]),
      ...(jaeger?.url === undefined ? [] : [source("Jaeger", "jaeger", jaeger.url)]),
      ...(zipkin === undefined ? [] : [source("Zipkin", "zipkin", zipkin.url)]),
      ...(loki === undefined ? [] : [source("Loki", "loki", loki.url)]),
    ],
  });
}

/** The ConfigMaps that Grafana reads: its sources, where dashboards are, and each dashboard. */
export function grafanaConfigMaps(
  settings: TelemetryStackSettings,
  dashboards: Readonly<Record<string, string>>,
): ReadonlyMap<string, ConfigMapObject> {
  const configMap = (name: string, data: Record<string, string>): [string, ConfigMapObject] => [
    name,
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { ...partMeta("grafana", settings.namespace), name },
      data,
    },
  ];
  const provider = yaml({
    apiVersion: 1,
    providers: [
      {
        name: "meshwright",
        folder: "Mesh",
        type: "file",
        allowUiUpdates: false,
        options: { path: DASHBOARDS },
      },
    ],
  });
  return new Map([
    configMap("grafana-datasources", { "datasources.yaml": datasources(settings) }),
    configMap("grafana-dashboard-provider", { "provider.yaml": provider }),
    // One each: a ConfigMap holds a megabyte at most.
    ...Object.entries(dashboards).map(([name, json]) =>
      configMap(`grafana-dashboard-${name}`, { [`${name}.json`]: json }),
    ),
  ]);
}

/** Grafana. */
export function grafanaSpec(
  settings: TelemetryStackSettings,
  configMaps: ReadonlyMap<string, ConfigMapObject>,
): PartSpec {
  const secret = settings.grafana.adminSecret ?? GRAFANA_SECRET.name;
  const fromSecret = (name: string, key: string) => ({
    name,
    valueFrom: { secretKeyRef: { name: secret, key } },
  });
  const { host } = settings.grafana;
  return {
    env: [
      fromSecret("GF_SECURITY_ADMIN_USER", GRAFANA_SECRET.user),
      fromSecret("GF_SECURITY_ADMIN_PASSWORD", GRAFANA_SECRET.password),
      { name: "GF_PATHS_PROVISIONING", value: "/etc/grafana/provisioning" },
      { name: "GF_ANALYTICS_REPORTING_ENABLED", value: "false" },
      { name: "GF_ANALYTICS_CHECK_FOR_UPDATES", value: "false" },
      { name: "GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES", value: "false" },
      { name: "GF_USERS_ALLOW_SIGN_UP", value: "false" },
      ...(host === undefined ? [] : [{ name: "GF_SERVER_ROOT_URL", value: `https://${host}/` }]),
    ],
    dataPath: "/var/lib/grafana",
    scratch: ["/tmp", "/var/log/grafana"],
    mounts: {
      "/etc/grafana/provisioning/datasources": "grafana-datasources",
      "/etc/grafana/provisioning/dashboards": "grafana-dashboard-provider",
      ...Object.fromEntries(
        [...configMaps.keys()]
          .filter((name) => name.startsWith("grafana-dashboard-") && name !== "grafana-dashboard-provider")
          .map((name) => [`${DASHBOARDS}/${name.slice("grafana-dashboard-".length)}`, name]),
      ),
    },
    // Dashboards are read again while it runs; its sources are not.
    revision: datasources(settings),
    probe: { path: "/api/health", port: 3000 },
    metrics: { port: 3000, path: "/metrics" },
  };
}
