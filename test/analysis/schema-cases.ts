import type { KubernetesObject } from "../../analysis/kubernetes-object";

/** One rule of the Istio definitions, an object that breaks it and its twin that keeps it. */
export interface RuleCase {
  readonly rule: string;
  /** Where the broken object breaks it. */
  readonly path: string;
  readonly message: string;
  readonly broken: KubernetesObject;
  readonly kept: KubernetesObject;
}

const apiVersions: Readonly<Record<string, string>> = {
  AuthorizationPolicy: "security.istio.io/v1",
  DestinationRule: "networking.istio.io/v1",
  EnvoyFilter: "networking.istio.io/v1alpha3",
  Gateway: "networking.istio.io/v1",
  PeerAuthentication: "security.istio.io/v1",
  RequestAuthentication: "security.istio.io/v1",
  ServiceEntry: "networking.istio.io/v1",
  Telemetry: "telemetry.istio.io/v1",
  TrafficExtension: "extensions.istio.io/v1alpha1",
  VirtualService: "networking.istio.io/v1",
  WasmPlugin: "extensions.istio.io/v1alpha1",
  WorkloadEntry: "networking.istio.io/v1",
  WorkloadGroup: "networking.istio.io/v1",
};

/** An object of an Istio kind around a spec. */
export function istioObject(kind: string, spec: unknown): KubernetesObject {
  return {
    apiVersion: apiVersions[kind] ?? kind,
    kind,
    metadata: { name: "example", namespace: "shop" },
    spec,
  };
}

function ruleCase(
  kind: string,
  path: string,
  message: string,
  rule: string,
  specs: { readonly broken: unknown; readonly kept: unknown },
): RuleCase {
  return {
    rule,
    path,
    message,
    broken: istioObject(kind, specs.broken),
    kept: istioObject(kind, specs.kept),
  };
}

const selector = { matchLabels: { app: "web" } };
const targetRefs = [{ kind: "Gateway", group: "gateway.networking.k8s.io", name: "public" }];
const port = { number: 80, name: "http", protocol: "HTTP" };
const server = { hosts: ["a.example"], port: { number: 443, name: "https", protocol: "HTTPS" } };
const tls = (settings: unknown): unknown => ({
  servers: [{ ...server, tls: { mode: "SIMPLE", ...(settings as object) } }],
});
const entry = (fields: object): unknown => ({ hosts: ["api.example"], ports: [port], ...fields });
const override = (tag: unknown): unknown => ({
  metrics: [{ overrides: [{ match: { metric: "ALL_METRICS" }, tagOverrides: { host: tag } }] }],
});
const listenerPatch = (match: unknown): unknown => ({
  configPatches: [{ applyTo: "HTTP_FILTER", match, patch: { operation: "REMOVE" } }],
});

export const ruleCases: readonly RuleCase[] = [
  ruleCase(
    "AuthorizationPolicy",
    "spec",
    "only one of targetRefs or selector can be set",
    "(has(self.selector) ? 1 : 0) + (has(self.targetRef) ? 1 : 0) + (has(self.targetRefs) ? 1 : 0) <= 1",
    { broken: { selector, targetRefs }, kept: { targetRefs } },
  ),
  ruleCase(
    "AuthorizationPolicy",
    "spec.rules[0].from[0].source",
    "Cannot set serviceAccounts with namespaces or principals",
    "(has(self.serviceAccounts) || has(self.notServiceAccounts)) ? (!has(self.principals) &&\n" +
      "!has(self.notPrincipals) && !has(self.namespaces) && !has(self.notNamespaces)) : true",
    {
      broken: { rules: [{ from: [{ source: { serviceAccounts: ["web"], namespaces: ["shop"] } }] }] },
      kept: { rules: [{ from: [{ source: { serviceAccounts: ["web"] } }] }] },
    },
  ),
  ruleCase(
    "AuthorizationPolicy",
    "spec.selector.matchLabels",
    "wildcard not allowed in label key match",
    'self.all(key, !key.contains("*"))',
    { broken: { selector: { matchLabels: { "a*": "web" } } }, kept: { selector } },
  ),
  ruleCase(
    "AuthorizationPolicy",
    "spec.selector.matchLabels",
    "key must not be empty",
    "self.all(key, key.size() != 0)",
    { broken: { selector: { matchLabels: { "": "web" } } }, kept: { selector } },
  ),
  ruleCase(
    "AuthorizationPolicy",
    "spec.selector.matchLabels.app",
    "wildcard not allowed in label value match",
    '!self.contains("*")',
    { broken: { selector: { matchLabels: { app: "web*" } } }, kept: { selector } },
  ),
  ruleCase(
    "AuthorizationPolicy",
    "spec.targetRefs[0].namespace",
    "cross namespace referencing is not currently supported",
    "self.size() == 0",
    {
      broken: { targetRefs: [{ ...targetRefs[0], namespace: "other" }] },
      kept: { targetRefs: [{ ...targetRefs[0], namespace: "" }] },
    },
  ),
  ruleCase(
    "DestinationRule",
    "spec.trafficPolicy.connectionPool.tcp.connectTimeout",
    "must be a valid duration greater than 1ms",
    "duration(self) >= duration('1ms')",
    {
      broken: { host: "a", trafficPolicy: { connectionPool: { tcp: { connectTimeout: "999us" } } } },
      kept: { host: "a", trafficPolicy: { connectionPool: { tcp: { connectTimeout: "1ms" } } } },
    },
  ),
  ruleCase(
    "EnvoyFilter",
    "spec",
    "only one of targetRefs or workloadSelector can be set",
    "(has(self.workloadSelector) ? 1 : 0) + (has(self.targetRefs) ? 1 : 0) <= 1",
    {
      broken: { targetRefs, workloadSelector: { labels: { app: "web" } } },
      kept: { workloadSelector: { labels: { app: "web" } } },
    },
  ),
  ruleCase(
    "EnvoyFilter",
    "spec.configPatches[0].match",
    "only support waypointMatch when context is WAYPOINT",
    'has(self.context) ? ((self.context == "WAYPOINT") ? has(self.waypoint) : !has(self.waypoint)) : !has(self.waypoint)',
    {
      broken: listenerPatch({ context: "GATEWAY", waypoint: { portNumber: 80 } }),
      kept: listenerPatch({ context: "WAYPOINT", waypoint: { portNumber: 80 } }),
    },
  ),
  ruleCase(
    "ServiceEntry",
    "spec.ports[0].number",
    "port must be between 1-65535",
    "0 < self && self <= 65535",
    {
      broken: entry({ ports: [{ ...port, number: 65_536 }] }),
      kept: entry({ ports: [{ ...port, number: 65_535 }] }),
    },
  ),
  ruleCase(
    "Gateway",
    "spec.servers[0].tls",
    "only one of credentialNames or tlsCertificates can be set",
    "(has(self.tlsCertificates) ? 1 : 0) + (has(self.credentialNames) ? 1 : 0) <= 1",
    {
      broken: tls({ tlsCertificates: [{ serverCertificate: "a" }], credentialNames: ["b"] }),
      kept: tls({ tlsCertificates: [{ serverCertificate: "a" }] }),
    },
  ),
  ruleCase(
    "Gateway",
    "spec.servers[0].tls",
    "only one of credentialName or credentialNames can be set",
    "(has(self.credentialName) ? 1 : 0) + (has(self.credentialNames) ? 1 : 0) <= 1",
    { broken: tls({ credentialName: "a", credentialNames: ["b"] }), kept: tls({ credentialName: "a" }) },
  ),
  ruleCase(
    "Gateway",
    "spec.servers[0].tls",
    "only one of credentialName or tlsCertificates can be set",
    "(has(self.credentialNames) ? 1 : 0) + (has(self.tlsCertificates) ? 1 : 0) <= 1",
    {
      broken: tls({ tlsCertificates: [{ serverCertificate: "a" }], credentialNames: ["b"] }),
      kept: tls({ credentialNames: ["b"] }),
    },
  ),
  ruleCase(
    "PeerAuthentication",
    "spec",
    "portLevelMtls requires selector",
    "has(self.portLevelMtls) ? (((has(self.selector) && has(self.selector.matchLabels)) ? " +
      "self.selector.matchLabels : {}).size() > 0) : true",
    {
      broken: { portLevelMtls: { "80": { mode: "DISABLE" } } },
      kept: { selector, portLevelMtls: { "80": { mode: "DISABLE" } } },
    },
  ),
  ruleCase(
    "PeerAuthentication",
    "spec.portLevelMtls",
    "port must be between 1-65535",
    "self.all(key, 0 < int(key) && int(key) <= 65535)",
    {
      broken: { selector, portLevelMtls: { "0": { mode: "DISABLE" } } },
      kept: { selector, portLevelMtls: { "65535": { mode: "DISABLE" } } },
    },
  ),
  ruleCase(
    "RequestAuthentication",
    "spec.jwtRules[0]",
    "only one of jwks or jwksUri can be set",
    "(has(self.jwksUri) ? 1 : 0) + (has(self.jwks_uri) ? 1 : 0) + (has(self.jwks) ? 1 : 0) <= 1",
    {
      broken: { jwtRules: [{ issuer: "i", jwks: "{}", jwksUri: "https://keys.example/" }] },
      kept: { jwtRules: [{ issuer: "i", jwksUri: "https://keys.example/" }] },
    },
  ),
  ruleCase(
    "RequestAuthentication",
    "spec.jwtRules[0].jwksUri",
    "url must have scheme http:// or https://",
    'url(self).getScheme() in ["http", "https"]',
    {
      broken: { jwtRules: [{ issuer: "i", jwksUri: "ftp://keys.example/" }] },
      kept: { jwtRules: [{ issuer: "i", jwksUri: "HTTP://keys.example/" }] },
    },
  ),
  ruleCase(
    "ServiceEntry",
    "spec",
    "only one of WorkloadSelector or Endpoints can be set",
    "(has(self.workloadSelector) ? 1 : 0) + (has(self.endpoints) ? 1 : 0) <= 1",
    {
      broken: entry({
        resolution: "STATIC",
        workloadSelector: { labels: { a: "b" } },
        endpoints: [{ address: "10.0.0.1" }],
      }),
      kept: entry({ resolution: "STATIC", endpoints: [{ address: "10.0.0.1" }] }),
    },
  ),
  ruleCase(
    "ServiceEntry",
    "spec",
    "CIDR addresses are allowed only for NONE/STATIC resolution types",
    '!((has(self.addresses) ? self.addresses : []).exists(k, k.contains("/")) && ' +
      '!((has(self.resolution) ? self.resolution : "NONE") in ["STATIC", "NONE"]))',
    {
      broken: entry({ resolution: "DNS", addresses: ["10.0.0.0/8"] }),
      kept: entry({ resolution: "STATIC", addresses: ["10.0.0.0/8"] }),
    },
  ),
  ruleCase(
    "ServiceEntry",
    "spec",
    "NONE mode cannot set endpoints",
    '((has(self.resolution) ? self.resolution : "NONE") == "NONE") ? !has(self.endpoints) : true',
    { broken: entry({ endpoints: [{ address: "10.0.0.1" }] }), kept: entry({}) },
  ),
  ruleCase(
    "ServiceEntry",
    "spec",
    "DNS_ROUND_ROBIN mode cannot have multiple endpoints",
    '((has(self.resolution) ? self.resolution : "") == "DNS_ROUND_ROBIN") ? ' +
      "((has(self.endpoints) ? self.endpoints : []).size() <= 1) : true",
    {
      broken: entry({
        resolution: "DNS_ROUND_ROBIN",
        endpoints: [{ address: "a.example" }, { address: "b.example" }],
      }),
      kept: entry({ resolution: "DNS_ROUND_ROBIN", endpoints: [{ address: "a.example" }] }),
    },
  ),
  ruleCase("WorkloadEntry", "spec", "Address is required", "has(self.address) || has(self.network)", {
    broken: { labels: { app: "web" } },
    kept: { network: "west" },
  }),
  ruleCase(
    "WorkloadEntry",
    "spec",
    "UDS may not include ports",
    '(has(self.address) ? self.address : "").startsWith("unix://") ? !has(self.ports) : true',
    { broken: { address: "unix:///run/a", ports: { http: 80 } }, kept: { address: "unix:///run/a" } },
  ),
  ruleCase(
    "WorkloadEntry",
    "spec.address",
    "UDS must be an absolute path or abstract socket",
    'self.startsWith("unix://") ? (self.substring(7, 8) == "/" || self.substring(7, 8) == "@") : true',
    { broken: { address: "unix://run/a" }, kept: { address: "unix://@run" } },
  ),
  ruleCase(
    "WorkloadEntry",
    "spec.address",
    "UDS may not be a dir",
    'self.startsWith("unix://") ? !self.endsWith("/") : true',
    { broken: { address: "unix:///run/" }, kept: { address: "unix:///run" } },
  ),
  ruleCase(
    "WorkloadEntry",
    "spec.ports",
    "port name must be valid",
    'self.all(key, size(key) < 63 && key.matches("^[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?$"))',
    {
      broken: { address: "10.0.0.1", ports: { "-http": 80 } },
      kept: { address: "10.0.0.1", ports: { "http-1": 80 } },
    },
  ),
  ruleCase("ServiceEntry", "spec.hosts[0]", "hostname cannot be wildcard", 'self != "*"', {
    broken: entry({ hosts: ["*"] }),
    kept: entry({ hosts: ["*.example"] }),
  }),
  ruleCase(
    "ServiceEntry",
    "spec.ports",
    "port number cannot be duplicated",
    "self.all(l1, self.exists_one(l2, l1.number == l2.number))",
    {
      broken: entry({ ports: [port, { ...port, name: "other" }] }),
      kept: entry({ ports: [port, { ...port, name: "other", number: 81 }] }),
    },
  ),
  ruleCase(
    "Telemetry",
    "spec.metrics[0].overrides[0].tagOverrides.host",
    "value must be set when operation is UPSERT",
    '((has(self.operation) ? self.operation : "") == "UPSERT") ? (self.value != "") : true',
    {
      broken: override({ operation: "UPSERT", value: "" }),
      kept: override({ operation: "UPSERT", value: "request.host" }),
    },
  ),
  ruleCase(
    "Telemetry",
    "spec.metrics[0].overrides[0].tagOverrides.host",
    "value must not be set when operation is REMOVE",
    '((has(self.operation) ? self.operation : "") == "REMOVE") ? !has(self.value) : true',
    {
      broken: override({ operation: "REMOVE", value: "request.host" }),
      kept: override({ operation: "REMOVE" }),
    },
  ),
  ruleCase(
    "TrafficExtension",
    "spec",
    "only one of targetRefs or selector can be set",
    "(has(self.selector) ? 1 : 0) + (has(self.targetRefs) ? 1 : 0) <= 1",
    {
      broken: { lua: { inlineCode: "x" }, selector, targetRefs },
      kept: { lua: { inlineCode: "x" }, selector },
    },
  ),
  ruleCase(
    "TrafficExtension",
    "spec",
    "exactly one of wasm or lua must be set",
    "has(self.wasm) != has(self.lua)",
    {
      broken: { selector },
      kept: { selector, lua: { inlineCode: "x" } },
    },
  ),
  ruleCase(
    "TrafficExtension",
    "spec.wasm.url",
    "url must have schema one of [http, https, file, oci]",
    'isURL(self) ? (url(self).getScheme() in ["", "http", "https", "file", "oci"]) : (isURL("http://" + self) &&\n' +
      'url("http://" + self).getScheme() in ["", "http", "https", "file", "oci"])',
    { broken: { wasm: { url: "ftp://a.example/b" } }, kept: { wasm: { url: "ghcr.io/a/b:v1" } } },
  ),
  ruleCase(
    "WasmPlugin",
    "spec.vmConfig.env[0]",
    "value may only be set when valueFrom is INLINE",
    '(has(self.valueFrom) ? self.valueFrom : "") != "HOST" || !has(self.value)',
    {
      broken: { url: "oci://a/b", vmConfig: { env: [{ name: "A", valueFrom: "HOST", value: "b" }] } },
      kept: { url: "oci://a/b", vmConfig: { env: [{ name: "A", valueFrom: "HOST" }] } },
    },
  ),
  ruleCase(
    "WasmPlugin",
    "spec.url",
    "url must have schema one of [http, https, file, oci]",
    'isURL(self) ? (url(self).getScheme() in ["", "http", "https", "oci", "file"]) : (isURL("http://" + self) &&\n' +
      'url("http://" + self).getScheme() in ["", "http", "https", "oci", "file"])',
    { broken: { url: "s3://bucket/a.wasm" }, kept: { url: "file:///opt/filters/a.wasm" } },
  ),
  ruleCase(
    "WorkloadGroup",
    "spec.probe.httpGet.scheme",
    "scheme must be one of [HTTP, HTTPS]",
    'self in ["", "HTTP", "HTTPS"]',
    {
      broken: { template: {}, probe: { httpGet: { port: 80, scheme: "http" } } },
      kept: { template: {}, probe: { httpGet: { port: 80, scheme: "HTTP" } } },
    },
  ),
];
