import * as pulumi from "@pulumi/pulumi";
import {
  type GatewayArgs,
  Platform,
  Profile,
  ServiceMesh,
  VirtualMachineBootstrap,
} from "../../../../components/platform";
import { joining, machines } from "./machines";

const config = new pulumi.Config();
const profile = config.require<Profile>("profile", { allowedValues: Object.values(Profile) });
const platform = config.get("platform");
const named = Object.values(Platform).find((one) => one === platform);
const ambient = profile === Profile.Ambient;

const NETWORK = "network-1";
const APART = {
  topologySpreadConstraints: [
    { maxSkew: 1, topologyKey: "topology.kubernetes.io/zone", whenUnsatisfiable: "ScheduleAnyway" },
  ],
  affinity: {
    podAntiAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [
        {
          weight: 100,
          podAffinityTerm: {
            topologyKey: "kubernetes.io/hostname",
            labelSelector: { matchLabels: { "mesh.example.com/apart": "yes" } },
          },
        },
      ],
    },
  },
  tolerations: [{ key: "dedicated", operator: "Equal", value: "mesh", effect: "NoSchedule" }],
  nodeSelector: { "kubernetes.io/arch": "amd64" },
};
/** Many, and closed but for what they are for. */
const AVAILABLE = {
  ...APART,
  priorityClassName: "system-cluster-critical",
  autoscale: { min: 2, max: 4, targetCpuPercent: 70 },
  networkPolicy: true,
};
const EDGE: Omit<GatewayArgs, "gatewayName"> = { ...AVAILABLE, namespace: "edge" };

const mesh = new ServiceMesh("mesh", {
  profile,
  // Machines have proxies of their own, which ambient has not.
  ...(ambient ? {} : { mesh: machines }),
  ...(named === undefined ? {} : { platform: named }),
  // A demonstration has one control plane, and it has no name.
  ...(ambient ? { revision: "blue", revisionTags: ["prod", "default"] } : { revisionTags: ["prod"] }),
  namespaces: {
    edge: { injection: "on-request", podSecurity: "restricted" },
    shop: { ...(ambient ? { injection: "enabled", revision: "prod" } : {}), podSecurity: "restricted" },
    ...(ambient ? { plain: { dataplaneMode: "ambient", waypoint: "none" } } : {}),
    "not-meshed": { injection: "disabled" },
  },
  controlPlane: {
    ...AVAILABLE,
    network: NETWORK,
    clusterName: "one",
    imagePullSecrets: ["registry"],
    traceSampling: 10,
    logAsJson: true,
    env: { PILOT_ENABLE_IP_AUTOALLOCATE: "true" },
    unknownEnv: { GOMEMLIMIT: "1900MiB" },
    meshConfig: {
      outboundTrafficPolicy: { mode: "REGISTRY_ONLY" },
      pathNormalization: { normalization: "DECODE_AND_MERGE_SLASHES" },
      trustDomainAliases: ["old.example.com"],
      defaultConfig: { holdApplicationUntilProxyStarts: true },
    },
  },
  cni: { networkPolicy: true, repair: "label", maxUnavailable: "10%", appArmor: "field" },
  ...(ambient ? { ztunnel: { networkPolicy: true, terminationGracePeriodSeconds: 60 } } : {}),
  gateways: {
    "istio-ingressgateway": { ...EDGE, serviceAnnotations: { "example.com/scheme": "internet-facing" } },
    "internal-ingressgateway": {
      ...EDGE,
      serviceType: "NodePort",
      externalTrafficPolicy: "Local",
      privilegedPorts: true,
      ports: [
        { name: "status-port", port: 15021 },
        { name: "http2", port: 80, targetPort: 80, nodePort: 30080 },
        { name: "tcp-mqtt", port: 1883 },
      ],
    },
    "istio-egressgateway": { ...EDGE, direction: "egress" },
    "istio-eastwestgateway": { ...EDGE, direction: "eastwest", exposeControlPlane: true },
  },
});

if (!ambient) {
  new VirtualMachineBootstrap("machines", {
    workloadGroup: joining(),
    meshConfig: mesh.controlPlane.meshConfig,
    rootCertificatePem: mesh.rootCertificatePem,
    ingressAddress: "203.0.113.7",
    clusterName: "one",
    createServiceAccount: true,
  });
}
