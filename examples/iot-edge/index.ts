import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap";
import { ServiceMesh, ServiceWorkload, VirtualMachineBootstrap } from "meshwright";
import { compileMesh, type WorkloadGroupManifest } from "meshwright/compile";
import { BROKER, iot, NETWORKS } from "./mesh";

const mesh = new ServiceMesh("mesh", {
  mesh: iot,
  namespaces: { iot: {}, factory: {} },
  controlPlane: {
    clusterName: "cloud",
    network: NETWORKS.cloud,
    // The first connection of a machine makes its WorkloadEntry, and its proxy's probe says whether it is well.
    env: {
      PILOT_ENABLE_WORKLOAD_ENTRY_AUTOREGISTRATION: "true",
      PILOT_ENABLE_WORKLOAD_ENTRY_HEALTHCHECKS: "true",
    },
    meshConfig: { outboundTrafficPolicy: { mode: "REGISTRY_ONLY" } },
  },
  gateways: {
    "istio-ingressgateway": { autoscale: { min: 2, max: 10 } }, // devices
    "istio-eastwestgateway": {
      direction: "eastwest",
      exposeControlPlane: true,
      autoscale: { min: 2, max: 5 },
    }, // machines
  },
  credentials: {
    "iot-cert": { from: "authority" },
    // No gateway answers with it: the broker does. Devices trust the mesh's root, and show certificates below it.
    "broker-cert": { from: "authority", hosts: [BROKER], namespace: "iot" },
  },
});
const ready = { dependsOn: mesh.injectionReady };
const { broker, processor } = iot.services;

const settings = new ConfigMap(
  "broker",
  {
    metadata: { name: "broker", namespace: broker.namespace },
    data: {
      "devices.pem": mesh.rootCertificatePem,
      "mosquitto.conf": [
        "per_listener_settings true",
        "listener 1883",
        "allow_anonymous true", // the proxy lets in those that the mesh allows
        "listener 8883",
        "certfile /mosquitto/certs/tls.crt",
        "keyfile /mosquitto/certs/tls.key",
        "cafile /mosquitto/config/devices.pem",
        "require_certificate true",
        "use_identity_as_username true",
        "",
      ].join("\n"),
    },
  },
  ready,
);
new ServiceWorkload(
  "broker",
  {
    service: broker,
    image: "docker.io/library/eclipse-mosquitto:2.0.20",
    runAsUser: 1883,
    replicas: 1, // a broker keeps sessions in memory
    writable: ["/tmp", "/mosquitto/data", "/mosquitto/log"],
    volumes: [
      { name: "config", mountPath: "/mosquitto/config", configMap: { name: settings.metadata.name } },
      { name: "certs", mountPath: "/mosquitto/certs", secret: { secretName: "broker-cert" } },
    ],
  },
  ready,
);
new ServiceWorkload(
  "processor",
  {
    service: processor,
    image: "ghcr.io/stefanprodan/podinfo:6.7.1",
    readinessProbe: { httpGet: { path: "/readyz", port: 9898 } },
  },
  ready,
);

// What a machine of the factory needs to join: the files of `istioctl x workload entry configure`, as outputs.
const group = compileMesh(iot).find(
  (object): object is WorkloadGroupManifest => object.kind === "WorkloadGroup",
);
if (group === undefined) throw new Error("the mesh has no WorkloadGroup");
const machines = new VirtualMachineBootstrap(
  "historian",
  {
    workloadGroup: group,
    clusterName: "cloud",
    meshConfig: mesh.controlPlane.meshConfig,
    rootCertificatePem: mesh.rootCertificatePem,
    createServiceAccount: true,
  },
  ready,
);

export const address = mesh.gatewayAddresses;
/** Files for the machines, by path; how their first token is asked for. */
export const machineFiles = machines.files;
export const tokenCommand = machines.tokenCommand;
