import * as pulumi from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random/randomPassword";

import { secretBase64 } from "../base64";
import { Children, componentOptions, componentToken, type MeshComponentOptions, refuse } from "../component";
import type { ConfigMapObject } from "../kubernetes-objects";
import { MeshResources } from "../mesh-resources";
import type { TelemetryStackArgs } from "./args";
import { collectorSpec, jaegerSpec, lokiSpec, prometheusSpec, zipkinSpec } from "./backends";
import { dashboardsFrom, ourDashboards } from "./dashboards/catalogue";
import { GRAFANA_SECRET, grafanaConfigMaps, grafanaSpec } from "./grafana";
import type { TelemetryPartName } from "./images";
import { ingressManifests } from "./ingress";
import { KIALI_SECRET, kialiSpec } from "./kiali";
import { operatorObjects } from "./monitors";
import { partMeta, partObjects, type PartSpec } from "./part";
import { telemetryStackProblems } from "./problems";
import { prometheusFiles } from "./prometheus-config";
import { partRbac, type ReadingPart } from "./rbac";
import { ruleGroups } from "./rules";
import { telemetryStackSettings, type TelemetryStackSettings } from "./settings";
import { TELEMETRY_STACK_SHAPE } from "./shape";

/**
 * What watches the mesh: Prometheus with rules, Grafana with dashboards, Jaeger or Zipkin for traces, and, where they are
 * asked for, the OpenTelemetry Collector, Loki and Kiali. Each is run here, or brought along by its address.
 *
 * Every pod meets the Pod Security Standard `restricted`; who may call it is said by NetworkPolicies.
 *
 * @throws MeshError with every problem of the arguments, before anything is registered
 * @example
 * new TelemetryStack("telemetry", {
 *   prometheus: { storage: "50Gi", retention: "15d" },
 *   grafana: { host: "grafana.example.com" },
 *   kiali: {},
 *   ingress: { namespace: "istio-ingress", credentialName: "tools-cert" },
 * });
 */
export class TelemetryStack extends pulumi.ComponentResource {
  /** Where each part answers inside the cluster, or where it was brought from, by part. */
  readonly urls: pulumi.Output<Record<string, string>>;
  /** The password of Grafana's first user; empty where a secret of your own holds it, or Grafana runs elsewhere. */
  readonly grafanaAdminPassword: pulumi.Output<string>;

  constructor(name: string, args: TelemetryStackArgs = {}, opts?: MeshComponentOptions) {
    refuse("TelemetryStack", name, args, opts, TELEMETRY_STACK_SHAPE, () => telemetryStackProblems(args));
    const settings = telemetryStackSettings(args);
    const texts = dashboardTexts(settings);
    super(componentToken("TelemetryStack"), name, args, componentOptions(opts));

    const children = new Children(this, name, opts);
    const groups = ruleGroups(args);
    const configMaps = settings.run.has("grafana")
      ? grafanaConfigMaps(settings, texts)
      : new Map<string, ConfigMapObject>();
    const before = new Map<TelemetryPartName, pulumi.Resource[]>([
      ["prometheus", registerRbac(children, settings, "prometheus")],
      ["kiali", [...registerRbac(children, settings, "kiali"), ...registerKialiKey(children, settings)]],
    ]);
    const password = registerGrafanaSecret(children, settings);
    before.set("grafana", [
      ...password.resources,
      ...[...configMaps].map(([suffix, configMap]) => children.add(suffix, configMap)),
    ]);

    const specs: Readonly<Record<TelemetryPartName, () => PartSpec>> = {
      prometheus: () => prometheusSpec(settings, prometheusFiles(settings, groups)),
      grafana: () => grafanaSpec(settings, configMaps),
      jaeger: () => jaegerSpec(settings),
      zipkin: zipkinSpec,
      collector: () => collectorSpec(settings),
      kiali: () => kialiSpec(settings),
      loki: () => lokiSpec(settings),
    };
    for (const [part, partSettings] of settings.run) {
      const objects = partObjects(partSettings, specs[part](), settings.ingress?.namespace);
      const account = children.add(`${part}-service-account`, objects.serviceAccount);
      const configMap = objects.configMap && children.add(`${part}-config`, objects.configMap);
      const dependsOn = [account, configMap, ...(before.get(part) ?? [])].filter(
        (each) => each !== undefined,
      );
      children.add(`${part}-network-policy`, objects.networkPolicy);
      // Beside the workload, not before it: a Service counts as ready only when pods answer behind it.
      children.add(`${part}-service`, objects.service);
      children.add(part, objects.workload, { dependsOn });
    }

    if (settings.prometheus.operator === true) {
      const { istiod, pods, rules } = operatorObjects(settings, groups);
      children.add("monitor-istiod", istiod);
      children.add("monitor-pods", pods);
      children.add("rules", rules);
    }
    const manifests = ingressManifests(settings);
    if (manifests.length > 0) {
      new MeshResources(
        children.name("ingress"),
        { manifests, rootNamespace: settings.rootNamespace },
        { parent: this },
      );
    }

    this.urls = pulumi.output(
      Object.fromEntries([...settings.endpoints].map(([part, { url }]) => [part, url])),
    );
    this.grafanaAdminPassword = password.value;
    this.registerOutputs({ urls: this.urls, grafanaAdminPassword: this.grafanaAdminPassword });
  }
}

function dashboardTexts({ run, grafana }: TelemetryStackSettings): Readonly<Record<string, string>> {
  if (!run.has("grafana")) return {};
  return grafana.dashboards === undefined ? ourDashboards() : dashboardsFrom(grafana.dashboards.from);
}

function registerRbac(
  children: Children,
  { run, namespace }: TelemetryStackSettings,
  part: ReadingPart,
): pulumi.Resource[] {
  const settings = run.get(part);
  if (settings === undefined) return [];
  const [role, binding] = partRbac(part, settings.name, namespace);
  const registered = children.add(`${part}-role`, role);
  return [children.add(`${part}-role-binding`, binding, { dependsOn: [registered] })];
}

function registerGrafanaSecret(
  children: Children,
  { run, namespace, grafana }: TelemetryStackSettings,
): { readonly value: pulumi.Output<string>; readonly resources: pulumi.Resource[] } {
  if (!run.has("grafana") || grafana.adminSecret !== undefined) {
    return { value: pulumi.output(""), resources: [] };
  }
  const { result } = new RandomPassword(
    children.name("grafana-password"),
    { length: 32, special: false },
    children.options(),
  );
  const secret = children.add("grafana-admin", {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { ...partMeta("grafana", namespace), name: GRAFANA_SECRET.name },
    type: "Opaque",
    data: {
      [GRAFANA_SECRET.user]: Buffer.from("admin").toString("base64"),
      [GRAFANA_SECRET.password]: secretBase64(result),
    },
  });
  return { value: result, resources: [secret] };
}

function registerKialiKey(children: Children, { run, namespace }: TelemetryStackSettings): pulumi.Resource[] {
  if (!run.has("kiali")) return [];
  const { result } = new RandomPassword(
    children.name("kiali-key"),
    // Kiali takes keys of 16, 24 or 32 bytes.
    { length: 32, special: false },
    children.options(),
  );
  return [
    children.add("kiali-signing-key", {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { ...partMeta("kiali", namespace), name: KIALI_SECRET.name },
      type: "Opaque",
      data: { [KIALI_SECRET.file]: secretBase64(result) },
    }),
  ];
}
