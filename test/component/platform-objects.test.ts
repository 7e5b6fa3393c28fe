import assert from "node:assert/strict";

import * as pulumi from "@pulumi/pulumi";
import { load } from "js-yaml";

import { controlPlaneObjects, listObjects } from "../../components/platform/control-plane/objects";
import { controlPlaneSettings } from "../../components/platform/control-plane/settings";
import type { ControlPlaneArgs } from "../../components/platform/control-plane";
import type { GatewayArgs } from "../../components/platform/gateway";
import { gatewayObjects } from "../../components/platform/gateway/objects";
import { gatewaySettings } from "../../components/platform/gateway/settings";
import type { DeploymentObject } from "../../components/platform/kubernetes-objects";
import { namespaceObject } from "../../components/platform/enrolment/objects";

const controlPlane = (args: ControlPlaneArgs = {}) => controlPlaneObjects(controlPlaneSettings(args));
const gateway = (args: GatewayArgs = {}) => gatewayObjects(gatewaySettings(args));

interface SecurityContext {
  readonly allowPrivilegeEscalation?: boolean;
  readonly capabilities?: { readonly drop?: readonly string[]; readonly add?: readonly string[] };
  readonly privileged?: boolean;
  readonly runAsNonRoot?: boolean;
  readonly runAsUser?: number;
  readonly seccompProfile?: { readonly type?: string };
}

interface Container {
  readonly image: string;
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly args?: readonly string[];
  readonly ports?: readonly { readonly hostPort?: number }[];
  readonly securityContext?: SecurityContext;
}

interface PodSpec {
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly securityContext?: SecurityContext;
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
  readonly hostIPC?: boolean;
  readonly volumes?: readonly Record<string, unknown>[];
}

/** The plain form of an object whose leaves may be Outputs but here are none. */
function plain<T>(object: unknown): T {
  return JSON.parse(JSON.stringify(object)) as T;
}

function podOf(deployment: DeploymentObject): PodSpec {
  return plain<{ spec: { template: { spec: PodSpec } } }>(deployment).spec.template.spec;
}

/**
 * What the Pod Security Standard `restricted` refuses in a pod.
 *
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/
 */
function refusals(pod: PodSpec): string[] {
  const found: string[] = [];
  if (pod.hostNetwork || pod.hostPID || pod.hostIPC) found.push("host namespaces");
  const volumeKinds = ["configMap", "downwardAPI", "emptyDir", "projected", "secret", "csi", "ephemeral"];
  for (const { name, ...kind } of pod.volumes ?? []) {
    if (!Object.keys(kind).every((key) => volumeKinds.includes(key))) found.push(`volume ${String(name)}`);
  }
  for (const { securityContext: own = {}, ports = [] } of [
    ...pod.containers,
    ...(pod.initContainers ?? []),
  ]) {
    const effective = { ...pod.securityContext, ...own };
    if (effective.runAsNonRoot !== true || effective.runAsUser === 0) found.push("runAsNonRoot");
    if (!["RuntimeDefault", "Localhost"].includes(effective.seccompProfile?.type ?? ""))
      found.push("seccompProfile");
    if (own.allowPrivilegeEscalation !== false) found.push("allowPrivilegeEscalation");
    if (own.privileged === true) found.push("privileged");
    if (!own.capabilities?.drop?.includes("ALL")) found.push("capabilities.drop");
    if ((own.capabilities?.add ?? []).some((added) => added !== "NET_BIND_SERVICE"))
      found.push("capabilities.add");
    if (ports.some(({ hostPort }) => hostPort !== undefined)) found.push("hostPort");
  }
  return found;
}

describe("pods of the platform", () => {
  it("pass the Pod Security Standard `restricted`: istiod, ingress and egress gateways, in every profile", () => {
    for (const profile of ["minimal", "default", "demo"] as const) {
      assert.deepEqual(refusals(podOf(controlPlane({ profile }).deployment!)), [], `istiod, ${profile}`);
      for (const direction of ["ingress", "egress"] as const) {
        assert.deepEqual(
          refusals(podOf(gateway({ profile, direction }).deployment)),
          [],
          `${direction}, ${profile}`,
        );
      }
    }
  });

  it("would be refused without their security context: the check can fail", () => {
    const pod = podOf(controlPlane().deployment!);
    const bare = pod.containers.map(({ securityContext: _, ...container }) => container);
    assert.deepEqual(refusals({ ...pod, containers: bare, hostNetwork: true }), [
      "host namespaces",
      "runAsNonRoot",
      "seccompProfile",
      "allowPrivilegeEscalation",
      "capabilities.drop",
    ]);
  });
});

describe("a control plane with a revision", () => {
  const objects = controlPlane({ revision: "canary" });

  it("shares no object with the unnamed one but the account of remote readers, which it can leave to that", () => {
    const names = (args: ControlPlaneArgs): string[] =>
      listObjects(controlPlane(args)).map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    const shared = (canary: ControlPlaneArgs): string[] =>
      names(canary).filter((name) => names({}).includes(name));
    assert.deepEqual(shared({ revision: "canary" }), ["ServiceAccount istio-reader-service-account"]);
    assert.deepEqual(shared({ revision: "canary", readerServiceAccount: false }), []);
  });

  it("selects its own pods, and injects only who names it", () => {
    const selector = { app: "istiod", "istio.io/rev": "canary" };
    const deployment = plain<{
      spec: { selector: unknown; template: { metadata: { labels: Record<string, string> } } };
    }>(objects.deployment);
    assert.deepEqual(deployment.spec.selector, { matchLabels: selector });
    assert.deepEqual(plain<{ spec: { selector: unknown } }>(objects.service).spec.selector, selector);
    const { labels } = deployment.spec.template.metadata;
    assert.deepEqual({ app: labels["app"], "istio.io/rev": labels["istio.io/rev"] }, selector);
    assert.deepEqual(
      plain<{ webhooks: { name: string }[] }>(objects.injectorWebhook).webhooks.map(({ name }) => name),
      ["rev.namespace.sidecar-injector.istio.io", "rev.object.sidecar-injector.istio.io"],
    );
  });

  it("hands proxies its own address, and webhooks its own Service", () => {
    const mesh = load(String(plain<{ data: { mesh: string } }>(objects.configMaps["mesh-config"]).data.mesh));
    assert.deepEqual((mesh as Record<string, unknown>)["defaultConfig"], {
      discoveryAddress: "istiod-canary.istio-system.svc:15012",
    });
    const service = plain<{ webhooks: { clientConfig: { service: { name: string } } }[] }>(
      objects.validatorWebhook,
    );
    assert.equal(service.webhooks[0]?.clientConfig.service.name, "istiod-canary");
  });

  it("is the unnamed one when it is called `default`", () => {
    assert.deepEqual(
      plain(listObjects(controlPlane({ revision: "default" })).map(({ metadata }) => metadata.name)),
      plain(listObjects(controlPlane()).map(({ metadata }) => metadata.name)),
    );
  });
});

describe("the arguments of a control plane", () => {
  it("reach the mesh configuration in Istio's words, over what the profile sets", () => {
    const { data } = plain<{ data: { mesh: string } }>(
      controlPlane({
        profile: "demo",
        meshConfig: {
          trustDomain: "example.org",
          outboundTrafficPolicy: { mode: "REGISTRY_ONLY" },
          meshMTLS: { minProtocolVersion: "TLSV1_3" },
          pathNormalization: { normalization: "DECODE_AND_MERGE_SLASHES" },
          accessLogFile: "",
          extensionProviders: [],
          defaultConfig: { holdApplicationUntilProxyStarts: true, drainDuration: "10s" },
          localityLbSetting: { enabled: true },
        },
      }).configMaps["mesh-config"],
    );
    assert.deepEqual(load(data.mesh), {
      accessLogFile: "",
      defaultConfig: {
        discoveryAddress: "istiod.istio-system.svc:15012",
        drainDuration: "10s",
        holdApplicationUntilProxyStarts: true,
      },
      defaultProviders: { metrics: ["prometheus"] },
      enablePrometheusMerge: true,
      extensionProviders: [],
      localityLbSetting: { enabled: true },
      meshMTLS: { minProtocolVersion: "TLSV1_3" },
      outboundTrafficPolicy: { mode: "REGISTRY_ONLY" },
      pathNormalization: { normalization: "DECODE_AND_MERGE_SLASHES" },
      rootNamespace: "istio-system",
      trustDomain: "example.org",
    });
  });

  it("reach istiod: environment, logging, sizes, a fixed number of replicas in place of an autoscaler", () => {
    const { deployment, scaling } = controlPlane({
      env: { PILOT_ENABLE_ANALYSIS: "true" },
      unknownEnv: { GOMEMLIMIT_RATIO: "0.9" },
      logLevel: "ads:debug",
      logAsJson: true,
      replicas: 2,
      resources: { requests: { cpu: "1" } },
      priorityClassName: "system-cluster-critical",
    });
    const { replicas, template } = plain<{
      spec: { replicas: number; template: { spec: PodSpec & { priorityClassName: string } } };
    }>(deployment).spec;
    const container = template.spec.containers[0]!;
    assert.equal(replicas, 2);
    assert.equal(template.spec.priorityClassName, "system-cluster-critical");
    assert.equal(container.env?.find(({ name }) => name === "PILOT_ENABLE_ANALYSIS")?.value, "true");
    assert.equal(container.env.find(({ name }) => name === "GOMEMLIMIT_RATIO")?.value, "0.9");
    assert.ok(
      container.args?.includes("--log_output_level=ads:debug") && container.args.includes("--log_as_json"),
    );
    assert.deepEqual(Object.keys(scaling), ["pod-disruption-budget"]);
  });

  it("may be Outputs at their leaves: image and values follow, everything else stays plain", async () => {
    const objects = controlPlane({ tag: pulumi.output("1.31.1-custom") });
    const { image } = (
      objects.deployment!.spec as { template: { spec: { containers: { image: unknown }[] } } }
    ).template.spec.containers[0]!;
    assert.ok(pulumi.Output.isInstance(image));
    const values = (objects.configMaps.injector!.data as Record<string, unknown>)["values"];
    assert.ok(pulumi.Output.isInstance(values));
    const resolved = await new Promise<[string, string]>((resolve) => {
      pulumi.all([image, values]).apply(([text, json]) => resolve([String(text), String(json)]));
    });
    assert.equal(resolved[0], "registry.istio.io/release/pilot:1.31.1-custom");
    assert.equal((JSON.parse(resolved[1]) as { global: { tag: string } }).global.tag, "1.31.1-custom");
    assert.equal(
      typeof (objects.configMaps["mesh-config"]!.data as Record<string, unknown>)["mesh"],
      "string",
    );
  });
});

describe("the arguments of a gateway", () => {
  it("reach its Service and its pods", () => {
    const objects = gateway({
      gatewayName: "edge",
      namespace: "edge",
      revision: "canary",
      labels: { tier: "edge" },
      ports: [{ name: "tcp-mqtt", port: 1883 }],
      loadBalancerIP: "192.0.2.1",
      loadBalancerSourceRanges: ["198.51.100.0/24"],
      externalTrafficPolicy: "Local",
      serviceAnnotations: { "cloud.example/kind": "internal" },
    });
    assert.deepEqual(plain<{ spec: unknown }>(objects.service).spec, {
      type: "LoadBalancer",
      ports: [{ name: "tcp-mqtt", port: 1883, targetPort: 1883, protocol: "TCP" }],
      selector: { app: "edge", istio: "edge" },
      loadBalancerIP: "192.0.2.1",
      loadBalancerSourceRanges: ["198.51.100.0/24"],
      externalTrafficPolicy: "Local",
    });
    assert.deepEqual(objects.service.metadata.annotations, { "cloud.example/kind": "internal" });
    const { metadata } = plain<{ spec: { template: { metadata: { labels: Record<string, string> } } } }>(
      objects.deployment,
    ).spec.template;
    assert.equal(metadata.labels["tier"], "edge");
    assert.equal(metadata.labels["istio.io/rev"], "canary");
    assert.equal(metadata.labels["sidecar.istio.io/inject"], "true");
  });
});

describe("a namespace", () => {
  it("asks for sidecars by one label only: of the unnamed control plane or of a revision", () => {
    assert.deepEqual(namespaceObject("shop", {}).metadata.labels, { "istio-injection": "enabled" });
    assert.deepEqual(namespaceObject("shop", { revision: "canary" }).metadata.labels, {
      "istio.io/rev": "canary",
    });
    assert.deepEqual(namespaceObject("shop", { injection: "disabled" }).metadata.labels, {
      "istio-injection": "disabled",
    });
    assert.deepEqual(
      namespaceObject("shop", { injection: "on-request", podSecurity: "restricted" }).metadata.labels,
      {
        "pod-security.kubernetes.io/enforce": "restricted",
      },
    );
  });
});
