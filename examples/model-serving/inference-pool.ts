import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import type * as pulumi from "@pulumi/pulumi";
import { HOST } from "./mesh";

const namespace = "models";

/**
 * EXPERIMENTAL. The same pods as an InferencePool of the Gateway API Inference Extension: a picker of endpoints chooses the
 * pod by what is in its queue and its caches, which a proxy cannot see. Istio serves it at gateways of the Gateway API.
 *
 * The cluster needs the extension's definitions and a picker called `llama-epp`, which its Helm chart installs:
 * https://gateway-api-inference-extension.sigs.k8s.io/guides/
 */
export function inferencePool(opts: pulumi.CustomResourceOptions): void {
  new CustomResource(
    "llama-pool",
    {
      apiVersion: "inference.networking.k8s.io/v1",
      kind: "InferencePool",
      metadata: { name: "llama", namespace },
      spec: {
        selector: { matchLabels: { app: "llama" } },
        targetPorts: [{ number: 8000 }],
        endpointPickerRef: { name: "llama-epp", port: { number: 9002 } },
      },
    },
    opts,
  );
  new CustomResource(
    "llama-pool-gateway",
    {
      apiVersion: "gateway.networking.k8s.io/v1",
      kind: "Gateway",
      metadata: { name: "inference", namespace },
      spec: {
        gatewayClassName: "istio",
        listeners: [
          {
            name: "https",
            port: 443,
            protocol: "HTTPS",
            hostname: `pool.${HOST}`,
            tls: { mode: "Terminate", certificateRefs: [{ name: "pool-cert" }] },
          },
        ],
      },
    },
    opts,
  );
  new CustomResource(
    "llama-pool-route",
    {
      apiVersion: "gateway.networking.k8s.io/v1",
      kind: "HTTPRoute",
      metadata: { name: "llama-pool", namespace },
      spec: {
        parentRefs: [{ name: "inference" }],
        hostnames: [`pool.${HOST}`],
        rules: [
          {
            backendRefs: [{ group: "inference.networking.k8s.io", kind: "InferencePool", name: "llama" }],
            timeouts: { request: "10m" },
          },
        ],
      },
    },
    opts,
  );
}
