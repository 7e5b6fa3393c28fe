import type * as pulumi from "@pulumi/pulumi";

import type { Resources } from "../control-plane/args";
import type { SchedulingArgs } from "../scheduling";

/** What holds for each part that this stack runs. None of it goes together with `address`. */
export interface TelemetryPartArgs extends SchedulingArgs {
  /** `false` leaves the part out. @default the part's own */
  enabled?: boolean;
  /**
   * Where the part already runs: nothing is installed, and the others are told this address.
   *
   * A URL, such as `"https://prometheus.example.com"`; for `zipkin` and `collector` a host, by default at the part's usual
   * port. For `jaeger` a URL, or a host by itself, is where it is asked, and spans go to port 4317 of its host; a host with
   * a port is where it takes spans over OTLP, as what only stands for a Jaeger does, and then Grafana and Kiali are told of
   * no traces.
   * @default the part is run by this stack
   */
  address?: string;
  /** Image with tag or digest, instead of the pinned one. @default that of `TELEMETRY_IMAGES` */
  image?: pulumi.Input<string>;
  /** Names of secrets with credentials for the registry. @default none */
  imagePullSecrets?: string[];
  /** Number of pods. Parts that keep data on their own disk take one. @default 1 */
  replicas?: number;
  /** Requests and limits. @default the part's own */
  resources?: Resources;
  /** Host under which the gateway of `ingress` serves the part. @default it cannot be reached from outside */
  host?: string;
}

/** What holds for each part that keeps data. */
export interface TelemetryStoreArgs extends TelemetryPartArgs {
  /** Size of its disk, for example `"50Gi"`. @default its data ends with the pod */
  storage?: string;
  /** @default the cluster's default class */
  storageClassName?: string;
}

/** Prometheus: fetches and keeps metrics, and evaluates rules. */
export interface PrometheusArgs extends TelemetryStoreArgs {
  /** How long metrics are kept, for example `"15d"`. @default "7d", or "6h" without `storage` */
  retention?: string;
  /** How often metrics are fetched and rules evaluated. @default "15s" */
  scrapeInterval?: string;
  /**
   * The Prometheus Operator runs in the cluster: instead of a Prometheus this makes ServiceMonitors, PodMonitors and
   * PrometheusRules for it. `address` then says where its Prometheus answers.
   * @default false
   */
  operator?: boolean;
  /** Labels by which the operator's Prometheus selects monitors and rules. @default none */
  operatorLabels?: Record<string, string>;
  /** Alertmanager, as `host:port`. @default alerts are shown by Prometheus and sent nowhere */
  alertmanager?: string;
  /** `false` leaves our alert rules out; recording rules stay, because dashboards read them. @default true */
  alerts?: boolean;
}

/** Grafana: dashboards. */
export interface GrafanaArgs extends TelemetryStoreArgs {
  /** Name of a secret with the keys `admin-user` and `admin-password`. @default one is made, its password at random */
  adminSecret?: string;
  /** Dashboards of your own, such as Istio's official ones. @default ours */
  dashboards?: DashboardsArgs;
}

/** Which dashboards Grafana shows. */
export interface DashboardsArgs {
  /** Folder with dashboards in JSON, each in a file that ends in `.json`. It is read when the program runs. */
  from: string;
}

/** Jaeger: receives traces over OTLP and Zipkin's protocol, keeps and shows them. */
export interface JaegerArgs extends TelemetryStoreArgs {
  /** How long traces are kept on disk, for example `"72h"`. @default "72h" */
  retention?: string;
  /** Most traces that are kept in memory, without `storage`. @default 50000 */
  maxTraces?: number;
}

/** Loki: keeps access logs that the collector sends. */
export interface LokiArgs extends TelemetryStoreArgs {
  /** How long logs are kept, for example `"168h"`. @default "168h" */
  retention?: string;
}

/** Kiali: the mesh as a graph, with its traffic. */
export interface KialiArgs extends TelemetryPartArgs {
  /** `"token"` asks for a Kubernetes token; `"anonymous"` asks for nothing. @default "token" */
  auth?: KialiAuth;
}

/** How Kiali knows its users. */
export const KialiAuth = { Token: "token", Anonymous: "anonymous" } as const;
export type KialiAuth = (typeof KialiAuth)[keyof typeof KialiAuth];

/**
 * How parts with a `host` are reached from outside: over TLS, through a gateway of the mesh. Parts without a login of their
 * own are served only to callers with a token that the issuer signed.
 */
export interface TelemetryIngressArgs {
  /** Namespace of the gateway's pods. */
  namespace: string;
  /** Labels of the gateway's pods. @default { istio: "ingressgateway" } */
  selector?: Record<string, string>;
  /** Secret with certificate and key for the hosts, in that namespace. */
  credentialName: string;
  /** Issuer of the tokens. Needed where a part without a login of its own has a `host`. @default none */
  issuer?: string;
  /** Where the issuer publishes its keys. @default found through the issuer's OpenID configuration */
  jwksUri?: string;
  /** Audiences of which a token must name one. @default any */
  audiences?: string[];
}

/** What watches the mesh. */
export interface TelemetryStackArgs {
  /** Namespace of every part; it must exist. @default "observability" */
  namespace?: string;
  /** Root namespace of the mesh. @default "istio-system" */
  rootNamespace?: string;
  /** DNS domain of the cluster's services. @default "cluster.local" */
  clusterDomain?: string;
  /** @default run here */
  prometheus?: PrometheusArgs;
  /** @default run here */
  grafana?: GrafanaArgs;
  /** @default run here, unless `zipkin` is */
  jaeger?: JaegerArgs;
  /** @default left out */
  zipkin?: TelemetryPartArgs;
  /** The OpenTelemetry Collector, between the proxies and what keeps traces and logs. @default left out, run with `loki` */
  collector?: TelemetryPartArgs;
  /** @default left out */
  kiali?: KialiArgs;
  /** @default left out */
  loki?: LokiArgs;
  /** @default parts are reached from inside the cluster alone, for example by `kubectl port-forward` */
  ingress?: TelemetryIngressArgs;
  /** Further rule groups, for example those that objectives compile to. @default none */
  ruleGroups?: PrometheusRuleGroupArgs[];
}

/** Rules that Prometheus evaluates together. */
export interface PrometheusRuleGroupArgs {
  /** Once in a Prometheus. */
  name: string;
  /** @default the scrape interval */
  interval?: string;
  rules: PrometheusRuleArgs[];
}

/** A recorded series (`record`) or an alert (`alert`). */
export interface PrometheusRuleArgs {
  record?: string;
  alert?: string;
  /** PromQL. */
  expr: string;
  /** How long it must hold before it is an alert. @default at once */
  for?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}
