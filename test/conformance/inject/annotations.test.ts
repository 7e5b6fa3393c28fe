import assert from "node:assert/strict";

import { container, flag, injected, proxy, variable } from "./cases";
import { type InjectedTemplate, requireEvaluator } from "./evaluator";

/** One annotation, or a few that belong together, and what each changes in the pod. */
interface Effect {
  readonly annotations: Readonly<Record<string, string>>;
  /** Reads the place that must change. */
  readonly at: (pod: InjectedTemplate) => unknown;
  readonly expected: unknown;
}

const TRAFFIC = "traffic.sidecar.istio.io";

const init =
  (name: string) =>
  (pod: InjectedTemplate): unknown =>
    flag(container(pod, "istio-init"), name);

const EFFECTS: Readonly<Record<string, Effect>> = {
  "the proxy's requests, without the mesh's limits": {
    annotations: { "sidecar.istio.io/proxyCPU": "250m", "sidecar.istio.io/proxyMemory": "64Mi" },
    at: (pod) => proxy(pod)["resources"],
    expected: { requests: { cpu: "250m", memory: "64Mi" } },
  },
  "the proxy's limits, without the mesh's requests": {
    annotations: { "sidecar.istio.io/proxyCPULimit": "1", "sidecar.istio.io/proxyMemoryLimit": "512Mi" },
    at: (pod) => container(pod, "istio-init")["resources"],
    expected: { limits: { cpu: "1", memory: "512Mi" } },
  },
  "the image as a whole reference, of the init container too": {
    annotations: { "sidecar.istio.io/proxyImage": "registry.example.com/envoy:7" },
    at: (pod) => [proxy(pod).image, container(pod, "istio-init").image],
    expected: ["registry.example.com/envoy:7", "registry.example.com/envoy:7"],
  },
  "the image's type, of the init container too": {
    annotations: { "sidecar.istio.io/proxyImageType": "distroless" },
    at: (pod) => [proxy(pod).image, container(pod, "istio-init").image],
    expected: Array(2).fill("registry.istio.io/release/proxyv2:1.31.1-distroless"),
  },
  "log levels of Envoy, its components and the agent": {
    annotations: {
      "sidecar.istio.io/logLevel": "debug",
      "sidecar.istio.io/componentLogLevel": "router:trace",
      "sidecar.istio.io/agentLogLevel": "dns:debug",
    },
    at: (pod) => proxy(pod).args?.filter((argument) => /log/i.test(argument)),
    expected: [
      "--proxyLogLevel=debug",
      "--proxyComponentLogLevel=router:trace",
      "--log_output_level=dns:debug",
    ],
  },
  "the agent's log level, of the init container too": {
    annotations: { "sidecar.istio.io/agentLogLevel": "dns:debug" },
    at: (pod) => container(pod, "istio-init").args?.includes("--log_output_level=dns:debug"),
    expected: true,
  },
  "outbound addresses that are captured": {
    annotations: { [`${TRAFFIC}/includeOutboundIPRanges`]: "10.0.0.0/8" },
    at: init("-i"),
    expected: "10.0.0.0/8",
  },
  "no outbound address at all, which an empty annotation says": {
    annotations: { [`${TRAFFIC}/includeOutboundIPRanges`]: "" },
    at: init("-i"),
    expected: "",
  },
  "outbound addresses that are left alone": {
    annotations: { [`${TRAFFIC}/excludeOutboundIPRanges`]: "10.1.0.0/16" },
    at: init("-x"),
    expected: "10.1.0.0/16",
  },
  "inbound ports that are captured": {
    annotations: { [`${TRAFFIC}/includeInboundPorts`]: "80,443" },
    at: init("-b"),
    expected: "80,443",
  },
  "no inbound port at all": {
    annotations: { [`${TRAFFIC}/includeInboundPorts`]: "" },
    at: init("-b"),
    expected: "",
  },
  "inbound ports that are left alone, with the proxy's own": {
    annotations: { [`${TRAFFIC}/excludeInboundPorts`]: "9102, 9103" },
    at: init("-d"),
    expected: "15090,15021,9102,9103,15020",
  },
  "outbound ports that are captured whatever the address": {
    annotations: { [`${TRAFFIC}/includeOutboundPorts`]: "6379" },
    at: init("-q"),
    expected: "6379",
  },
  "outbound ports that are left alone": {
    annotations: { [`${TRAFFIC}/excludeOutboundPorts`]: "5432" },
    at: init("-o"),
    expected: "5432",
  },
  "interfaces of virtual machines": {
    annotations: { [`${TRAFFIC}/kubevirtInterfaces`]: "net1" },
    at: init("-k"),
    expected: "net1",
  },
  "interfaces by both names, of which the new one holds": {
    annotations: {
      [`${TRAFFIC}/kubevirtInterfaces`]: "net1",
      "istio.io/reroute-virtual-interfaces": "docker0",
    },
    at: (pod) =>
      container(pod, "istio-init").args?.filter(
        (argument, at, all) => argument === "-k" || all[at - 1] === "-k",
      ),
    expected: ["-k", "docker0"],
  },
  "interfaces that are rerouted, by the new name": {
    annotations: { "istio.io/reroute-virtual-interfaces": "docker0" },
    at: init("-k"),
    expected: "docker0",
  },
  "interfaces that are left alone": {
    annotations: { [`${TRAFFIC}/excludeInterfaces`]: "eth1" },
    at: init("-c"),
    expected: "eth1",
  },
  "another status port: it is left alone, and probes stay on the proxy's": {
    annotations: { "status.sidecar.istio.io/port": "16000" },
    at: init("-d"),
    expected: "15090,15021,16000",
  },
  "no status port, hence no probe and no port to leave alone": {
    annotations: { "status.sidecar.istio.io/port": "0" },
    at: (pod) => [proxy(pod)["readinessProbe"], proxy(pod)["startupProbe"], init("-d")(pod)],
    expected: [undefined, undefined, "15090,15021"],
  },
  "readiness of the proxy": {
    annotations: {
      "readiness.status.sidecar.istio.io/initialDelaySeconds": "2",
      "readiness.status.sidecar.istio.io/periodSeconds": "3",
      "readiness.status.sidecar.istio.io/failureThreshold": "5",
    },
    at: (pod) => proxy(pod)["readinessProbe"],
    expected: {
      failureThreshold: 5,
      httpGet: { path: "/healthz/ready", port: 15021 },
      initialDelaySeconds: 2,
      periodSeconds: 3,
      timeoutSeconds: 3,
    },
  },
  "nothing captured": {
    annotations: { "sidecar.istio.io/interceptionMode": "NONE" },
    at: (pod) => [pod.spec.initContainers, variable(pod, "ISTIO_META_INTERCEPTION_MODE")?.value],
    expected: [undefined, "NONE"],
  },
  "transparent capture, for which the proxy is root with one capability": {
    annotations: { "sidecar.istio.io/interceptionMode": "TPROXY" },
    at: (pod) => [
      init("-m")(pod),
      variable(pod, "ISTIO_META_INTERCEPTION_MODE")?.value,
      proxy(pod)["securityContext"],
    ],
    expected: [
      "TPROXY",
      "TPROXY",
      {
        allowPrivilegeEscalation: false,
        capabilities: { add: ["NET_ADMIN"], drop: ["ALL"] },
        privileged: false,
        readOnlyRootFilesystem: true,
        runAsGroup: 1337,
        runAsNonRoot: false,
        runAsUser: 0,
      },
    ],
  },
  "a proxy that may bind ports below 1024, for which it is root with one capability": {
    annotations: { "sidecar.istio.io/capNetBindService": "true" },
    at: (pod) => {
      const { capabilities, runAsUser, runAsNonRoot } = proxy(pod)["securityContext"] as Record<
        string,
        unknown
      >;
      return [capabilities, runAsUser, runAsNonRoot];
    },
    expected: [{ add: ["NET_BIND_SERVICE"], drop: ["ALL"] }, 0, false],
  },
  "a bootstrap of the pod's own": {
    annotations: { "sidecar.istio.io/bootstrapOverride": "my-bootstrap" },
    at: (pod) => [
      variable(pod, "ISTIO_BOOTSTRAP_OVERRIDE")?.value,
      pod.spec.volumes?.find(({ name }) => name === "custom-bootstrap-volume"),
      proxy(pod).volumeMounts?.find(({ name }) => name === "custom-bootstrap-volume")?.["mountPath"],
    ],
    expected: [
      "/etc/istio/custom-bootstrap/custom_bootstrap.json",
      { name: "custom-bootstrap-volume", configMap: { name: "my-bootstrap" } },
      "/etc/istio/custom-bootstrap",
    ],
  },
  "volumes and mounts of the user, as an object by name": {
    annotations: {
      "sidecar.istio.io/userVolume": '{"certs":{"secret":{"secretName":"partner"}}}',
      "sidecar.istio.io/userVolumeMount": '{"certs":{"mountPath":"/etc/partner","readOnly":true}}',
    },
    at: (pod) => [pod.spec.volumes?.at(-1), proxy(pod).volumeMounts?.at(-1)],
    expected: [
      { name: "certs", secret: { secretName: "partner" } },
      { name: "certs", mountPath: "/etc/partner", readOnly: true },
    ],
  },
  "volumes and mounts of the user, as a list": {
    annotations: {
      "sidecar.istio.io/userVolume": '[{"name":"certs","secret":{"secretName":"partner"}}]',
      "sidecar.istio.io/userVolumeMount": '[{"name":"certs","mountPath":"/etc/partner"}]',
    },
    at: (pod) => [pod.spec.volumes?.at(-1), proxy(pod).volumeMounts?.at(-1)],
    expected: [
      { name: "certs", secret: { secretName: "partner" } },
      { name: "certs", mountPath: "/etc/partner" },
    ],
  },
  "a native sidecar: an init container that keeps running and drains when the pod stops": {
    annotations: { "sidecar.istio.io/nativeSidecar": "true" },
    at: (pod) => {
      const sidecar = pod.spec.initContainers?.find(({ name }) => name === "istio-proxy");
      return [
        pod.spec.containers.map(({ name }) => name),
        sidecar?.["restartPolicy"],
        sidecar?.["lifecycle"],
      ];
    },
    expected: [
      ["app"],
      "Always",
      { preStop: { exec: { command: ["pilot-agent", "request", "--debug-port=15020", "POST", "drain"] } } },
    ],
  },
  "a native sidecar without capture": {
    annotations: { "sidecar.istio.io/nativeSidecar": "true", "sidecar.istio.io/interceptionMode": "NONE" },
    at: (pod) => pod.spec.initContainers?.map(({ name }) => name),
    expected: ["istio-proxy"],
  },
  "the proxy's configuration: what differs from the defaults, with its metadata as environment": {
    annotations: {
      "proxy.istio.io/config":
        "concurrency: 0\ndrainDuration: 45s\nproxyMetadata:\n  ISTIO_META_DNS_CAPTURE: 'true'\n",
    },
    at: (pod) => [
      JSON.parse(variable(pod, "PROXY_CONFIG")?.value ?? ""),
      variable(pod, "ISTIO_META_DNS_CAPTURE")?.value,
      container(pod, "istio-init").env,
    ],
    expected: [
      { concurrency: 0, proxyMetadata: { ISTIO_META_DNS_CAPTURE: "true" } },
      "true",
      [{ name: "ISTIO_META_DNS_CAPTURE", value: "true" }],
    ],
  },
  "interception by the proxy's configuration": {
    annotations: { "proxy.istio.io/config": "interceptionMode: TPROXY" },
    at: init("-m"),
    expected: "TPROXY",
  },
  "the application waits for the proxy": {
    annotations: { "proxy.istio.io/config": "holdApplicationUntilProxyStarts: true" },
    at: (pod) => proxy(pod)["lifecycle"],
    expected: { postStart: { exec: { command: ["pilot-agent", "wait"] } } },
  },
  "the image's type by the proxy's configuration": {
    annotations: { "proxy.istio.io/config": "image:\n  imageType: debug" },
    at: (pod) => proxy(pod).image,
    expected: "registry.istio.io/release/proxyv2:1.31.1-debug",
  },
  "iptables' trace, which takes a privileged proxy": {
    annotations: { "proxy.istio.io/config": "proxyMetadata:\n  IPTABLES_TRACE_LOGGING: 'true'" },
    at: (pod) => proxy(pod)["securityContext"],
    expected: {
      allowPrivilegeEscalation: true,
      capabilities: { add: ["NET_ADMIN"], drop: ["ALL"] },
      privileged: true,
      readOnlyRootFilesystem: true,
      runAsGroup: 1337,
      runAsNonRoot: false,
      runAsUser: 0,
    },
  },
  "tunnels, which a label announces": {
    annotations: { "proxy.istio.io/config": "proxyMetadata:\n  ISTIO_META_ENABLE_HBONE: 'true'" },
    at: (pod) => pod.metadata.labels?.["networking.istio.io/tunnel"],
    expected: "http",
  },
  "kubectl's default container as the user wants it": {
    annotations: { "kubectl.kubernetes.io/default-container": "other" },
    at: (pod) => [
      pod.metadata.annotations?.["kubectl.kubernetes.io/default-container"],
      pod.metadata.annotations?.["kubectl.kubernetes.io/default-logs-container"],
    ],
    expected: ["other", "app"],
  },
};

describe("annotations of a pod", () => {
  let plain: InjectedTemplate;

  before(function () {
    requireEvaluator(this);
    plain = injected({});
  });

  for (const [name, { annotations, at, expected }] of Object.entries(EFFECTS)) {
    it(`${Object.keys(annotations).join(", ")}: ${name}`, () => {
      assert.notDeepEqual(at(plain), expected, "a pod without the annotation must differ");
      assert.deepEqual(at(injected({ annotations })), expected);
    });
  }
});
