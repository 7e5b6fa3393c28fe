import type { FieldsOf } from "../arguments/shape";
import { RESOURCES_SHAPE, SCHEDULING_SHAPE } from "../arguments/shared";
import type {
  DashboardsArgs,
  GrafanaArgs,
  JaegerArgs,
  KialiArgs,
  LokiArgs,
  PrometheusArgs,
  PrometheusRuleArgs,
  PrometheusRuleGroupArgs,
  TelemetryIngressArgs,
  TelemetryPartArgs,
  TelemetryStackArgs,
  TelemetryStoreArgs,
} from "./args";

export const TELEMETRY_PART_SHAPE = {
  ...SCHEDULING_SHAPE,
  enabled: "boolean",
  address: "string",
  image: "Input<string>",
  imagePullSecrets: { list: "string" },
  replicas: "number",
  resources: { fields: RESOURCES_SHAPE },
  host: "string",
} satisfies FieldsOf<TelemetryPartArgs>;

export const TELEMETRY_STORE_SHAPE = {
  ...TELEMETRY_PART_SHAPE,
  storage: "string",
  storageClassName: "string",
} satisfies FieldsOf<TelemetryStoreArgs>;

export const PROMETHEUS_SHAPE = {
  ...TELEMETRY_STORE_SHAPE,
  retention: "string",
  scrapeInterval: "string",
  operator: "boolean",
  operatorLabels: { each: "string" },
  alertmanager: "string",
  alerts: "boolean",
} satisfies FieldsOf<PrometheusArgs>;

export const DASHBOARDS_SHAPE = {
  from: { required: "string" },
} satisfies FieldsOf<DashboardsArgs>;

export const GRAFANA_SHAPE = {
  ...TELEMETRY_STORE_SHAPE,
  adminSecret: "string",
  dashboards: { fields: DASHBOARDS_SHAPE },
} satisfies FieldsOf<GrafanaArgs>;

export const JAEGER_SHAPE = {
  ...TELEMETRY_STORE_SHAPE,
  retention: "string",
  maxTraces: "number",
} satisfies FieldsOf<JaegerArgs>;

export const LOKI_SHAPE = {
  ...TELEMETRY_STORE_SHAPE,
  retention: "string",
} satisfies FieldsOf<LokiArgs>;

export const KIALI_SHAPE = {
  ...TELEMETRY_PART_SHAPE,
  auth: "string",
} satisfies FieldsOf<KialiArgs>;

export const TELEMETRY_INGRESS_SHAPE = {
  namespace: { required: "string" },
  selector: { each: "string" },
  credentialName: { required: "string" },
  issuer: "string",
  jwksUri: "string",
  audiences: { list: "string" },
} satisfies FieldsOf<TelemetryIngressArgs>;

export const PROMETHEUS_RULE_SHAPE = {
  record: "string",
  alert: "string",
  expr: { required: "string" },
  for: "string",
  labels: { each: "string" },
  annotations: { each: "string" },
} satisfies FieldsOf<PrometheusRuleArgs>;

export const PROMETHEUS_RULE_GROUP_SHAPE = {
  name: { required: "string" },
  interval: "string",
  rules: { required: { list: { fields: PROMETHEUS_RULE_SHAPE } } },
} satisfies FieldsOf<PrometheusRuleGroupArgs>;

export const TELEMETRY_STACK_SHAPE = {
  namespace: "string",
  rootNamespace: "string",
  clusterDomain: "string",
  prometheus: { fields: PROMETHEUS_SHAPE },
  grafana: { fields: GRAFANA_SHAPE },
  jaeger: { fields: JAEGER_SHAPE },
  zipkin: { fields: TELEMETRY_PART_SHAPE },
  collector: { fields: TELEMETRY_PART_SHAPE },
  kiali: { fields: KIALI_SHAPE },
  loki: { fields: LOKI_SHAPE },
  ingress: { fields: TELEMETRY_INGRESS_SHAPE },
  ruleGroups: { list: { fields: PROMETHEUS_RULE_GROUP_SHAPE } },
} satisfies FieldsOf<TelemetryStackArgs>;
