import { dump } from "js-yaml";

import type { PartSpec } from "./part";
import { KialiAuth } from "./args";
import { jaegerEndpoint, publicUrl, type TelemetryStackSettings } from "./settings";

/** The secret with the key by which Kiali signs its sessions, and the file inside that Kiali looks for. */
export const KIALI_SECRET = { name: "kiali-signing-key", file: "value.txt" };

/** Where links out of Kiali's pages lead: a browser does not know the names of the cluster. */
function linkTo(
  part: "grafana" | "jaeger",
  settings: TelemetryStackSettings,
): { readonly external_url?: string } {
  const url = publicUrl(part, settings);
  return url === undefined ? {} : { external_url: url };
}

/** Kiali reads, and changes nothing: objects of the mesh are made by whoever made them. */
export function kialiSpec(settings: TelemetryStackSettings): PartSpec {
  const { endpoints, kiali, namespace, rootNamespace } = settings;
  const prometheus = endpoints.get("prometheus");
  const grafana = endpoints.get("grafana");
  const jaeger = jaegerEndpoint(settings);
  const config = {
    auth: { strategy: kiali.auth ?? KialiAuth.Token },
    deployment: { namespace, instance_name: "kiali", cluster_wide_access: true, view_only_mode: true },
    external_services: {
      custom_dashboards: { enabled: false },
      istio: { root_namespace: rootNamespace },
      prometheus: { url: prometheus?.url },
      grafana:
        grafana === undefined
          ? { enabled: false }
          : { enabled: true, internal_url: grafana.url, ...linkTo("grafana", settings) },
      tracing:
        jaeger?.url === undefined
          ? { enabled: false }
          : {
              enabled: true,
              provider: "jaeger",
              use_grpc: false,
              internal_url: jaeger.url,
              ...linkTo("jaeger", settings),
            },
    },
    server: { port: 20_001, web_root: "/", observability: { metrics: { enabled: true, port: 9091 } } },
  };
  return {
    command: ["/opt/kiali/kiali"],
    args: ["-config", "/etc/kiali/config.yaml"],
    // Kiali 2 reads its secrets from files of this place alone.
    secrets: { "/kiali-override-secrets/login-token-signing-key": KIALI_SECRET.name },
    files: { mountPath: "/etc/kiali", texts: { "config.yaml": dump(config, { lineWidth: -1 }) } },
    scratch: ["/tmp"],
    probe: { path: "/healthz", port: 20_001 },
    metrics: { port: 9091, path: "/metrics" },
    privatePorts: [9091],
    usesApiServer: true,
  };
}
