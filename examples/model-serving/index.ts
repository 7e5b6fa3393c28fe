import * as pulumi from "@pulumi/pulumi";
import { ServiceMesh, ServiceWorkload } from "meshwright";
import { inferencePool } from "./inference-pool";
import { servingMesh } from "./mesh";

const config = new pulumi.Config();
const gpus = config.requireNumber("gpusPerPod");
const { serving, rollout } = servingMesh(config.requireNumber("modelStep"));

const mesh = new ServiceMesh("mesh", {
  mesh: serving,
  namespaces: { models: {}, training: {}, apps: {} },
  controlPlane: {
    meshConfig: { outboundTrafficPolicy: { mode: "REGISTRY_ONLY" } },
    env: {
      BLOCKED_CIDRS_IN_JWKS_URIS: "10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,169.254.0.0/16",
      ...(config.getBoolean("inferencePool") ? { ENABLE_GATEWAY_API_INFERENCE_EXTENSION: "true" } : {}),
    },
  },
  gateways: { "istio-ingressgateway": { autoscale: { min: 2, max: 10 } } },
  credentials: { "models-cert": { from: "authority" } },
});
const ready = { dependsOn: mesh.injectionReady };
const { llama, embedder, trainer, batches, chat } = serving.services;

/** One version of the model: on GPUs by vLLM; without any by a simulator that answers like it, for a laptop. */
const model = (name: string) =>
  gpus > 0
    ? {
        image: "docker.io/vllm/vllm-openai:v0.11.0",
        args: [`--model=${name}`, "--port=8000"],
        env: { HF_HOME: "/models", HOME: "/tmp" },
        writable: ["/tmp", "/models", "/dev/shm"],
        resources: {
          requests: { cpu: "4", memory: "32Gi" },
          limits: { memory: "64Gi", "nvidia.com/gpu": String(gpus) },
        },
        pod: {
          nodeSelector: { "nvidia.com/gpu.present": "true" },
          tolerations: [{ key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" }],
          // A stream that is under way is brought to its end before the pod goes.
          terminationGracePeriodSeconds: 600,
        },
        podAnnotations: {
          "proxy.istio.io/config": JSON.stringify({ terminationDrainDuration: "590s" }),
        },
      }
    : {
        image: "ghcr.io/llm-d/llm-d-inference-sim:v0.3.0",
        args: [`--model=${name}`, "--port=8000", "--time-to-first-token=200", "--inter-token-latency=20"],
      };

new ServiceWorkload(
  "llama",
  {
    service: llama,
    readinessProbe: { httpGet: { path: "/v1/models", port: 8000 }, periodSeconds: 5 },
    subsets: {
      "v3-1": model("meta-llama/Llama-3.1-8B-Instruct"),
      "v3-3": model("meta-llama/Llama-3.3-70B-Instruct"),
    },
  },
  ready,
);
const podinfo = { image: "ghcr.io/stefanprodan/podinfo:6.7.1" };
new ServiceWorkload(
  "embedder",
  {
    service: embedder,
    ...podinfo,
    command: ["./podinfo", "--grpc-port=9999"],
    readinessProbe: { grpc: { port: 9999 } },
  },
  ready,
);
new ServiceWorkload(
  "batches",
  {
    service: batches,
    ...podinfo,
    command: ["./podinfo", "--grpc-port=9999"],
    readinessProbe: { grpc: { port: 9999 } },
    // A stream that is under way is brought to its end before the pod goes.
    pod: { terminationGracePeriodSeconds: gpus > 0 ? 3600 : 30 },
    podAnnotations: {
      "proxy.istio.io/config": JSON.stringify({ terminationDrainDuration: gpus > 0 ? "3590s" : "25s" }),
    },
  },
  ready,
);
// Its GPUs are in one pod: what they tell each other stays inside it, and needs no ports between proxies.
new ServiceWorkload(
  "trainer",
  {
    service: trainer,
    replicas: 1,
    readinessProbe: { httpGet: { path: gpus > 0 ? "/" : "/readyz", port: 6006 } },
    ...(gpus > 0
      ? {
          // Your own, with torchrun and what it runs.
          image: config.require("trainerImage"),
          args: ["--batches=batches.training:9999", "--checkpoints=s3://checkpoints", "--progress-port=6006"],
          env: { HOME: "/tmp" },
          writable: ["/tmp", "/dev/shm"],
          resources: {
            requests: { cpu: "8", memory: "64Gi" },
            limits: { memory: "128Gi", "nvidia.com/gpu": String(gpus) },
          },
          pod: {
            nodeSelector: { "nvidia.com/gpu.present": "true" },
            tolerations: [{ key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" }],
          },
        }
      : { ...podinfo, command: ["./podinfo", "--port=6006"] }),
  },
  ready,
);
new ServiceWorkload(
  "chat",
  { service: chat, ...podinfo, readinessProbe: { httpGet: { path: "/readyz", port: 9898 } } },
  ready,
);

if (config.getBoolean("inferencePool")) inferencePool({ dependsOn: mesh });

export const address = mesh.gatewayAddresses;
/** What the next version gets now, in percent. */
export const { weight } = rollout;
