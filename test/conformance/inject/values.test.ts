import assert from "node:assert/strict";

import type { InjectorOptions } from "../../../components/platform/injection";
import { type Case, container, flag, injected, proxy, variable } from "./cases";
import { type InjectedTemplate, requireEvaluator } from "./evaluator";

interface Effect extends Case {
  readonly at: (pod: InjectedTemplate) => unknown;
  readonly expected: unknown;
}

const init = (pod: InjectedTemplate): unknown => container(pod, "istio-init").args;

const tail =
  (count: number) =>
  (pod: InjectedTemplate): unknown =>
    container(pod, "istio-init").args?.slice(-count);

const options = (given: InjectorOptions): Pick<Case, "options"> => ({ options: given });

const EFFECTS: Readonly<Record<string, Effect>> = {
  "hub, tag and variant name both images": {
    ...options({ hub: "registry.example.com/istio", tag: "1.31.1-distroless", variant: "debug" }),
    at: (pod) => [proxy(pod).image, container(pod, "istio-init").image],
    expected: Array(2).fill("registry.example.com/istio/proxyv2:1.31.1-debug"),
  },
  "whole references name images of their own": {
    ...options({
      proxy: { image: "registry.example.com/envoy:7" },
      proxyInit: { image: "registry.example.com/init:8" },
    }),
    at: (pod) => [proxy(pod).image, container(pod, "istio-init").image],
    expected: ["registry.example.com/envoy:7", "registry.example.com/init:8"],
  },
  "a revision is annotated, and its istiod is asked for certificates": {
    ...options({ revision: "canary" }),
    mesh: { defaultConfig: { discoveryAddress: "istiod-canary.istio-system.svc:15012" } },
    request: { revision: "canary" },
    at: (pod) => [
      pod.metadata.annotations?.["istio.io/rev"],
      variable(pod, "CA_ADDR")?.value,
      variable(pod, "PROXY_CONFIG")?.value,
    ],
    expected: [
      "canary",
      "istiod-canary.istio-system.svc:15012",
      '{"discoveryAddress":"istiod-canary.istio-system.svc:15012"}\n',
    ],
  },
  "another root namespace": {
    ...options({ istioNamespace: "mesh" }),
    at: (pod) => variable(pod, "CA_ADDR")?.value,
    expected: "istiod.mesh.svc:15012",
  },
  "an authority of the mesh's own": {
    ...options({ caAddress: "ca.example.com:443" }),
    at: (pod) => variable(pod, "CA_ADDR")?.value,
    expected: "ca.example.com:443",
  },
  "mesh, cluster and network": {
    ...options({ meshId: "mesh1", clusterName: "west", network: "net-west" }),
    at: (pod) =>
      ["MESH_ID", "CLUSTER_ID", "NETWORK"].map((name) => variable(pod, `ISTIO_META_${name}`)?.value),
    expected: ["mesh1", "west", "net-west"],
  },
  "a trust domain, which names the mesh too": {
    mesh: { trustDomain: "example.org" },
    at: (pod) => [variable(pod, "TRUST_DOMAIN")?.value, variable(pod, "ISTIO_META_MESH_ID")?.value],
    expected: ["example.org", "example.org"],
  },
  "the cluster's domain": {
    ...options({ proxy: { clusterDomain: "cluster.example" } }),
    at: (pod) => flag(proxy(pod), "--domain"),
    expected: "$(POD_NAMESPACE).svc.cluster.example",
  },
  "pull secrets and pull policy": {
    ...options({ imagePullSecrets: ["one", "two"], imagePullPolicy: "Always" }),
    at: (pod) => [
      pod.spec.imagePullSecrets,
      proxy(pod)["imagePullPolicy"],
      container(pod, "istio-init")["imagePullPolicy"],
    ],
    expected: [[{ name: "one" }, { name: "two" }], "Always", "Always"],
  },
  "resources that leave one amount out": {
    ...options({ proxy: { resources: { requests: { cpu: "5m" } } } }),
    at: (pod) => proxy(pod)["resources"],
    expected: { requests: { cpu: "5m" } },
  },
  "resources that a null takes out": {
    ...options({ values: { global: { proxy: { resources: { limits: { cpu: null } } } } } }),
    at: (pod) => proxy(pod)["resources"],
    expected: { limits: { memory: "1Gi" }, requests: { cpu: "100m", memory: "128Mi" } },
  },
  "a privileged proxy": {
    ...options({ proxy: { privileged: true } }),
    at: (pod) =>
      ["istio-proxy", "istio-init"].map(
        (name) => (container(pod, name)["securityContext"] as { privileged: boolean }).privileged,
      ),
    expected: [true, true],
  },
  "a seccomp profile, of the init container too": {
    ...options({ proxy: { seccompProfile: { type: "RuntimeDefault" } } }),
    at: (pod) =>
      ["istio-proxy", "istio-init"].map(
        (name) => (container(pod, name)["securityContext"] as { seccompProfile: unknown }).seccompProfile,
      ),
    expected: [{ type: "RuntimeDefault" }, { type: "RuntimeDefault" }],
  },
  "logs as JSON": {
    ...options({ logAsJson: true }),
    at: (pod) => [proxy(pod).args?.at(-1), container(pod, "istio-init").args?.at(-1)],
    expected: ["--log_as_json", "--log_as_json"],
  },
  "log levels": {
    ...options({ agentLogLevel: "all:debug", proxy: { logLevel: "info", componentLogLevel: "misc:info" } }),
    at: (pod) => proxy(pod).args?.slice(-3),
    expected: ["--proxyLogLevel=info", "--proxyComponentLogLevel=misc:info", "--log_output_level=all:debug"],
  },
  "a token service and a log of outliers": {
    ...options({ stsPort: 15463, proxy: { outlierLogPath: "/dev/stdout" } }),
    at: (pod) => proxy(pod).args?.slice(-2),
    expected: ["--stsPort=15463", "--outlierLogPath=/dev/stdout"],
  },
  "capture for every pod": {
    ...options({
      proxy: {
        includeIPRanges: "10.0.0.0/8",
        excludeIPRanges: "10.1.0.0/16",
        includeInboundPorts: "80",
        excludeInboundPorts: "81",
        includeOutboundPorts: "82",
        excludeOutboundPorts: "83",
      },
    }),
    at: (pod) => ["-i", "-x", "-b", "-d", "-q", "-o"].map((name) => flag(container(pod, "istio-init"), name)),
    expected: ["10.0.0.0/8", "10.1.0.0/16", "80", "15090,15021,81,15020", "82", "83"],
  },
  "iptables over existing rules": {
    ...options({ proxyInit: { forceApplyIptables: true } }),
    at: tail(1),
    expected: ["--force-apply"],
  },
  nftables: { ...options({ nativeNftables: true }), at: tail(1), expected: ["--native-nftables"] },
  "the proxy's own listeners": {
    mesh: { proxyListenPort: 16001, proxyInboundListenPort: 16006 },
    at: (pod) => [flag(container(pod, "istio-init"), "-p"), flag(container(pod, "istio-init"), "-z")],
    expected: ["16001", "16006"],
  },
  "no status port for the whole mesh": {
    ...options({ proxy: { statusPort: 0 } }),
    at: (pod) => [proxy(pod)["readinessProbe"], proxy(pod)["startupProbe"]],
    expected: [undefined, undefined],
  },
  "no startup probe": {
    ...options({ proxy: { startupProbe: { enabled: false } } }),
    at: (pod) => [proxy(pod)["startupProbe"], typeof proxy(pod)["readinessProbe"]],
    expected: [undefined, "object"],
  },
  "hooks of the mesh's own, before any of the template's": {
    ...options({ proxy: { lifecycle: { preStop: { exec: { command: ["sleep", "5"] } } } } }),
    request: { nativeSidecars: true },
    at: (pod) => proxy(pod)["lifecycle"],
    expected: { preStop: { exec: { command: ["sleep", "5"] } } },
  },
  "every application waits for its proxy": {
    mesh: { defaultConfig: { holdApplicationUntilProxyStarts: true } },
    at: (pod) => proxy(pod)["lifecycle"],
    expected: { postStart: { exec: { command: ["pilot-agent", "wait"] } } },
  },
  "a native sidecar needs no waiting, only draining": {
    mesh: { defaultConfig: { holdApplicationUntilProxyStarts: true } },
    request: { nativeSidecars: true },
    at: (pod) => Object.keys(proxy(pod)["lifecycle"] ?? {}),
    expected: ["preStop"],
  },
  "certificates of the user's own": {
    ...options({ mountMtlsCerts: true }),
    at: (pod) => [
      pod.spec.volumes?.find(({ name }) => name === "istio-certs"),
      proxy(pod).volumeMounts?.find(({ name }) => name === "istio-certs"),
    ],
    expected: [
      { name: "istio-certs", secret: { optional: true, secretName: "istio.shop" } },
      { name: "istio-certs", mountPath: "/etc/certs/", readOnly: true },
    ],
  },
  "istiod's certificate from another signer, so that there is no root certificate of istiod's to mount": {
    ...options({ pilotCertProvider: "k8s.io/example.com/signer" }),
    at: (pod) => [
      variable(pod, "PILOT_CERT_PROVIDER")?.value,
      pod.spec.volumes?.some(({ name }) => name === "istiod-ca-cert"),
      proxy(pod).volumeMounts?.some(({ name }) => /^istio.*-ca-/.test(name)),
    ],
    expected: ["k8s.io/example.com/signer", false, false],
  },
  "the root certificate from a bundle of the cluster's": {
    ...options({ pilotEnv: { ENABLE_CLUSTER_TRUST_BUNDLE_API: "true" } }),
    at: (pod) => pod.spec.volumes?.find(({ name }) => name === "istiod-ca-cert"),
    expected: {
      name: "istiod-ca-cert",
      projected: {
        sources: [{ clusterTrustBundle: { name: "istio.io:istiod-ca:root-cert", path: "root-cert.pem" } }],
      },
    },
  },
  "the root certificate under another name": {
    ...options({ trustBundleName: "mesh-root" }),
    at: (pod) => pod.spec.volumes?.find(({ name }) => name === "istiod-ca-cert"),
    expected: { name: "istiod-ca-cert", configMap: { name: "mesh-root" } },
  },
  "certificates of Google's platform": {
    ...options({ caName: "GkeWorkloadCertificate" }),
    at: (pod) => [
      pod.spec.volumes?.find(({ name }) => name === "gke-workload-certificate"),
      pod.spec.volumes?.some(({ name }) => name === "workload-certs"),
    ],
    expected: [
      { name: "gke-workload-certificate", csi: { driver: "workloadcertificates.security.cloud.google.com" } },
      false,
    ],
  },
  "another audience of the tokens": {
    ...options({ tokenAudience: "mesh" }),
    at: (pod) => pod.spec.volumes?.find(({ name }) => name === "istio-token")?.["projected"],
    expected: {
      sources: [{ serviceAccountToken: { audience: "mesh", expirationSeconds: 43200, path: "istio-token" } }],
    },
  },
  "user and group that OpenShift gives the namespace": {
    request: { proxyUID: 1000700000, proxyGID: 1000700001 },
    at: (pod) => {
      const { runAsUser, runAsGroup } = proxy(pod)["securityContext"] as Record<string, number>;
      return [runAsUser, runAsGroup, flag(container(pod, "istio-init"), "-u")];
    },
    expected: [1000700000, 1000700001, "1000700000"],
  },
  "transparent capture keeps its own user whatever OpenShift gives": {
    ...options({ cni: { enabled: true } }),
    annotations: { "sidecar.istio.io/interceptionMode": "TPROXY" },
    request: { proxyUID: 1000700000, proxyGID: 1000700000 },
    at: (pod) => [
      ...["istio-validation", "istio-proxy"].map((name) => {
        const { runAsUser, runAsGroup } = container(pod, name)["securityContext"] as Record<string, number>;
        return [runAsUser, runAsGroup];
      }),
      flag(container(pod, "istio-validation"), "-u"),
    ],
    expected: [[1337, 1337], [0, 1337], "1337"],
  },
  "a compliance policy": {
    request: { compliancePolicy: "fips-140-2" },
    at: (pod) => [variable(pod, "COMPLIANCE_POLICY")?.value, variable(pod, "GODEBUG")],
    expected: ["fips-140-2", undefined],
  },
  "a compliance policy for which Go has a mode": {
    request: { compliancePolicy: "fips-140-3" },
    at: (pod) => [variable(pod, "COMPLIANCE_POLICY")?.value, variable(pod, "GODEBUG")?.value],
    expected: ["fips-140-3", "fips140=only"],
  },
  "applications on the loopback address": {
    mesh: { inboundTrafficPolicy: { mode: "LOCALHOST" } },
    at: (pod) => variable(pod, "REWRITE_PROBE_LEGACY_LOCALHOST_DESTINATION")?.value,
    expected: "true",
  },
  "Datadog's environment": {
    ...options({ proxy: { tracer: "datadog" } }),
    annotations: { "apm.datadoghq.com/env": '{"DD_ENV":"prod"}' },
    at: (pod) => variable(pod, "DD_ENV")?.value,
    expected: "prod",
  },
  "spans with OpenTelemetry's names: from the image where nothing else says a version": {
    mesh: {
      extensionProviders: [
        {
          name: "otel",
          opentelemetry: {
            service: "otel",
            port: 4317,
            serviceAttributeEnrichment: "OTEL_SEMANTIC_CONVENTIONS",
          },
        },
      ],
    },
    at: (pod) => variable(pod, "OTEL_RESOURCE_ATTRIBUTES")?.value,
    expected: "service.namespace=shop,service.version=1.0.0,service.instance.id=shop.$(POD_NAME).app",
  },
  "spans with OpenTelemetry's names: several images say no version": {
    mesh: {
      extensionProviders: [
        {
          name: "otel",
          opentelemetry: {
            service: "otel",
            port: 4317,
            serviceAttributeEnrichment: "OTEL_SEMANTIC_CONVENTIONS",
          },
        },
      ],
    },
    spec: {
      containers: [
        { name: "a", image: "a:1" },
        { name: "b", image: "b:2" },
      ],
    },
    at: (pod) => variable(pod, "OTEL_RESOURCE_ATTRIBUTES")?.value,
    expected: "service.namespace=shop,service.instance.id=shop.$(POD_NAME).a",
  },
  "spans with OpenTelemetry's names: as annotations and labels say": {
    mesh: {
      extensionProviders: [
        {
          name: "otel",
          opentelemetry: {
            service: "otel",
            port: 4317,
            serviceAttributeEnrichment: "OTEL_SEMANTIC_CONVENTIONS",
          },
        },
      ],
    },
    annotations: {
      "resource.opentelemetry.io/service.namespace": "store",
      "resource.opentelemetry.io/service.instance.id": "7",
    },
    labels: { "app.kubernetes.io/version": "v9" },
    at: (pod) => variable(pod, "OTEL_RESOURCE_ATTRIBUTES")?.value,
    expected: "service.namespace=store,service.version=v9,service.instance.id=7",
  },
  "the CNI plugin: annotations say what is captured, and the pod only checks": {
    ...options({ cni: { enabled: true } }),
    annotations: {
      "traffic.sidecar.istio.io/excludeInterfaces": "eth1",
      "traffic.sidecar.istio.io/excludeOutboundPorts": "83",
    },
    at: (pod) => [
      Object.entries(pod.metadata.annotations ?? {}).filter(([name]) => /^(traffic\.)?sidecar/.test(name)),
      tailOfValidation(pod),
    ],
    expected: [
      [
        ["sidecar.istio.io/interceptionMode", "REDIRECT"],
        ["traffic.sidecar.istio.io/excludeInboundPorts", "15020"],
        ["traffic.sidecar.istio.io/excludeInterfaces", "eth1"],
        ["traffic.sidecar.istio.io/excludeOutboundPorts", "83"],
        ["traffic.sidecar.istio.io/includeInboundPorts", "*"],
        ["traffic.sidecar.istio.io/includeOutboundIPRanges", "*"],
      ],
      ["--run-validation", "--skip-rule-apply"],
    ],
  },
  "the CNI plugin, told that no inbound port is captured": {
    ...options({ cni: { enabled: true }, proxy: { includeInboundPorts: "" } }),
    at: (pod) => pod.metadata.annotations?.["traffic.sidecar.istio.io/includeInboundPorts"],
    expected: "",
  },
  "Multus, which runs only the networks that a pod names": {
    ...options({ cni: { enabled: true, provider: "multus" } }),
    annotations: { "k8s.v1.cni.cncf.io/networks": "macvlan" },
    at: (pod) => pod.metadata.annotations?.["k8s.v1.cni.cncf.io/networks"],
    expected: "macvlan, default/istio-cni",
  },
  "Multus, with networks as JSON": {
    ...options({ cni: { enabled: true, provider: "multus" } }),
    annotations: { "k8s.v1.cni.cncf.io/networks": '[{"name":"macvlan"}]' },
    at: (pod) => JSON.parse(pod.metadata.annotations?.["k8s.v1.cni.cncf.io/networks"] ?? ""),
    expected: [{ name: "macvlan" }, { name: "default/istio-cni" }],
  },
  "annotations for every pod": {
    ...options({ injection: { injectedAnnotations: { "example.com/injected": "yes" } } }),
    at: (pod) => pod.metadata.annotations?.["example.com/injected"],
    expected: "yes",
  },
};

function tailOfValidation(pod: InjectedTemplate): unknown {
  return container(pod, "istio-validation").args?.slice(-2);
}

/** A place that a plain pod does not have is a difference too. */
function whereThere(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return undefined;
  }
}

describe("options of the injector", () => {
  let plain: InjectedTemplate;

  before(function () {
    requireEvaluator(this);
    plain = injected({});
  });

  for (const [name, { at, expected, ...given }] of Object.entries(EFFECTS)) {
    it(name, () => {
      assert.deepEqual(at(injected(given)), expected);
      assert.notDeepEqual(
        whereThere(() => at(plain)),
        expected,
        "a pod without the option must differ",
      );
    });
  }

  it("without any, the arguments of the init container are Istio's defaults", () => {
    assert.deepEqual(init(plain), [
      ...["istio-iptables", "-p", "15001", "-z", "15006", "-u", "1337", "-m", "REDIRECT"],
      ...["-i", "*", "-x", "", "-b", "*", "-d", "15090,15021,15020", "--log_output_level=default:info"],
    ]);
  });
});
