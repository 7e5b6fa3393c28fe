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

export const TELEMETRY_PART_SHAPE: FieldsOf<TelemetryPartArgs> = {
  ...SCHEDULING_SHAPE,
  enabled: "boolean",
  address: "string",
  image: "Input<string>",
  imagePullSecrets: { list: "string" },
  replicas: "number",
  resources: { fields: RESOURCES_SHAPE },
  host: "string",
};

export const TELEMETRY_STORE_SHAPE: FieldsOf<TelemetryStoreArgs> = {
  ...TELEMETRY_PART_SHAPE,
  storage: "string",
  storageClassName: "string",
};

export const PROMETHEUS_SHAPE: FieldsOf<PrometheusArgs> = {
  ...TELEMETRY_STORE_SHAPE,
  retention: "string",
  scrapeInterval: "string",
  operator: "boolean",
  operatorLabels: { each: "string" },
  alertmanager: "string",
  alerts: "boolean",
};

export const DASHBOARDS_SHAPE: FieldsOf<DashboardsArgs> = {
  from: { required: "string" },
};

export const GRAFANA_SHAPE: FieldsOf<GrafanaArgs> = {
  ...TELEMETRY_STORE_SHAPE,
  adminSecret: "string",
  dashboards: { fields: DASHBOARDS_SHAPE },
};

export const JAEGER_SHAPE: FieldsOf<JaegerArgs> = {
  ...TELEMETRY_STORE_SHAPE,
  retention: "string",
  maxTraces: "number",
};

export const LOKI_SHAPE: FieldsOf<LokiArgs> = {
  ...TELEMETRY_STORE_SHAPE,
  retention: "string",
};

export const KIALI_SHAPE: FieldsOf<KialiArgs> = {
  ...TELEMETRY_PART_SHAPE,
  auth: "string",
};

export const TELEMETRY_INGRESS_SHAPE: FieldsOf<TelemetryIngressArgs> = {
  namespace: { required: "string" },
  selector: { each: "string" },
  credentialName: { required: "string" },
  issuer: "string",
  jwksUri: "string",
  audiences: { list: "string" },
};

export const PROMETHEUS_RULE_SHAPE: FieldsOf<PrometheusRuleArgs> = {
  record: "string",
  alert: "string",
  expr: { required: "string" },
  for: "string",
  labels: { each: "string" },
  annotations: { each: "string" },
};

export const PROMETHEUS_RULE_GROUP_SHAPE: FieldsOf<PrometheusRuleGroupArgs> = {
  name: { required: "string" },
  interval: "string",
  rules: { required: { list: { fields: PROMETHEUS_RULE_SHAPE } } },
};

export const TELEMETRY_STACK_SHAPE: FieldsOf<TelemetryStackArgs> = {
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
};
