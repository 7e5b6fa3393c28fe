/**
 * What editors show for the fields that installations set most, in our own words; the rest is in Istio's reference, to
 * which every type links. By the path of the message within its package, then by field.
 */
export const FIELD_DOCS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  MeshConfig: {
    accessLogEncoding: 'Form of the access log. @default "TEXT"',
    accessLogFile:
      'File to which proxies log requests; `"/dev/stdout"` for the container\'s log, `""` for none. @default the profile\'s',
    accessLogFormat: "Format of a log line, in Envoy's command operators. @default Istio's",
    ca: "A certificate authority outside istiod that signs for workloads. @default istiod signs",
    caCertificates: "Further roots that the mesh trusts. @default none",
    connectTimeout: "Longest time to open a connection to another workload. @default 10 seconds",
    defaultConfig: "Settings of every proxy, which a ProxyConfig object or an annotation may change.",
    defaultDestinationRuleExportTo:
      'Namespaces that see a DestinationRule without `exportTo`. @default ["*"]',
    defaultHttpRetryPolicy: "Retries of routes that say nothing about them. @default two attempts",
    defaultProviders: "Providers that are used where no Telemetry object names one.",
    defaultServiceExportTo: 'Namespaces that see a service without the annotation for it. @default ["*"]',
    defaultVirtualServiceExportTo: 'Namespaces that see a VirtualService without `exportTo`. @default ["*"]',
    discoverySelectors:
      "Namespaces that istiod watches: those that one of these selectors matches. @default all",
    dnsRefreshRate: "How often proxies resolve hosts again whose answer had no lifetime. @default 60 seconds",
    enableAutoMtls: "Lets clients use mutual TLS wherever the server takes it. @default true",
    enablePrometheusMerge:
      "Merges the application's own metrics with the proxy's on port 15020. @default true",
    enableTracing: "Traces requests with the default tracing provider. @default false",
    extensionProviders:
      "Systems for tracing, logging, metrics and authorisation that Telemetry and AuthorizationPolicy objects may name. @default the profile's",
    h2UpgradePolicy: 'Whether connections are upgraded to HTTP/2 in the mesh. @default "DO_NOT_UPGRADE"',
    inboundTrafficPolicy: "What proxies do with traffic to ports that no service names.",
    ingressClass: 'Class of the Ingress objects that gateways serve. @default "istio"',
    ingressControllerMode: 'Which Ingress objects gateways serve. @default "STRICT"',
    ingressSelector:
      'Value of the label `istio` on the pods that serve Ingress objects. @default "ingressgateway"',
    ingressService: 'Service whose address Ingress objects report. @default "istio-ingressgateway"',
    localityLbSetting: "Preference for endpoints nearby, where outlier detection is on.",
    meshMTLS: "TLS between workloads: lowest version and curves.",
    outboundTrafficPolicy: "What proxies do with traffic to hosts that the mesh does not know.",
    pathNormalization: "How paths are normalised before policies and routes look at them.",
    protocolDetectionTimeout:
      "Longest wait for the bytes that tell a protocol; `0s` for no limit. @default 0s",
    serviceScopeConfigs: "Which services all clusters of an ambient mesh share.",
    serviceSettings: "Settings for some hosts, for example that they stay within their cluster.",
    tcpKeepalive: "Keep-alive of TCP connections between workloads. @default the operating system's",
    tlsDefaults:
      "TLS of gateways and to the outside, where an object does not say: versions, curves, ciphers.",
    trustDomain:
      'Trust domain of the mesh: the first part of every workload\'s identity. A name, no Output: rules are compiled with it. @default "cluster.local"',
    trustDomainAliases: "Former trust domains whose identities are still accepted. @default none",
  },
  "MeshConfig.DefaultProviders": {
    accessLogging: "@default none",
    metrics: '@default ["prometheus"]',
    tracing: "@default none",
  },
  "MeshConfig.ExtensionProvider": {
    name: "The name by which other objects refer to it; once in a mesh.",
  },
  "MeshConfig.OutboundTrafficPolicy": { mode: '@default "ALLOW_ANY"' },
  "MeshConfig.ProxyPathNormalization": { normalization: '@default "BASE"' },
  "MeshConfig.TLSConfig": { minProtocolVersion: '@default "TLSV1_2"' },
  MeshNetworks: { networks: "The networks of the mesh, by name." },
  ProxyConfig: {
    concurrency: "Worker threads of Envoy; 0 means one per CPU. @default from the CPU limit",
    discoveryAddress: "Where proxies find istiod, `host:port`. @default this control plane",
    drainDuration:
      "Time over which Envoy closes connections when its configuration changes. @default 45 seconds",
    gatewayTopology:
      "What stands before the gateways: trusted proxies, client certificates, the PROXY protocol.",
    holdApplicationUntilProxyStarts: "Holds the application back until its proxy is ready. @default false",
    image: "Kind of the proxy image. @default the control plane's",
    interceptionMode: 'How traffic reaches the proxy. @default "REDIRECT"',
    proxyHeaders: "Headers that proxies add to requests and responses.",
    proxyMetadata: "Environment of the proxy, by name. @default none",
    proxyStatsMatcher: "Statistics that Envoy keeps beside the usual ones. @default none",
    runtimeValues: "Envoy's runtime settings, by name. @default none",
    statusPort: "Port of the agent's probes and metrics. @default 15020",
    terminationDrainDuration: "Time that connections get to end when a pod stops. @default 5 seconds",
    tracing: "Sampling and tags of traces.",
  },
};
