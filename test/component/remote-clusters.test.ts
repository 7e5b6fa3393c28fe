import assert from "node:assert/strict";

import { load } from "js-yaml";

import { type ControlPlaneArgs, ServiceMesh } from "../../components/platform";
import { controlPlaneObjects, listObjects } from "../../components/platform/control-plane/objects";
import { controlPlaneProblems, controlPlaneSettings } from "../../components/platform/control-plane/settings";
import { injectionPath } from "../../components/platform/control-plane/remote/settings";
import { remoteClusterAccessProblems } from "../../components/platform/remote-access/remote-cluster-access";
import type { Deployment } from "../../engine";
import { dependencyNames, named, run } from "./support";
import { complete } from "../support/complete-problem";

const objectsOf = (args: ControlPlaneArgs): ReturnType<typeof controlPlaneObjects> => {
  assert.deepEqual(controlPlaneProblems(args), []);
  return controlPlaneObjects(controlPlaneSettings(args));
};

const problemsOf = (args: ControlPlaneArgs): string[] =>
  complete(controlPlaneProblems(args)).map(({ id, path }) => `${path} [${id}]`);

const listed = (args: ControlPlaneArgs): string[] =>
  listObjects(objectsOf(args)).map(({ kind, metadata }) => `${kind} ${metadata.name}`);

describe("a cluster whose istiod runs in another one", () => {
  const west = { clusterName: "west", network: "net-west" };

  it("gets what leads there and what istiod reads it by, and nothing that runs", () => {
    assert.deepEqual(listed({ ...west, remote: { address: "203.0.113.7" } }), [
      "ServiceAccount istio-reader-service-account",
      "ClusterRole istio-reader-clusterrole-istio-system",
      "ClusterRoleBinding istio-reader-clusterrole-istio-system",
      "ConfigMap values",
      "Service istiod",
      "EndpointSlice istiod",
      "MutatingWebhookConfiguration istio-sidecar-injector",
    ]);
  });

  it("asks the injector in the name of its cluster and network, and does not wait for its certificate", () => {
    const { injectorWebhook } = objectsOf({ ...west, remote: { address: "203.0.113.7" } });
    assert.deepEqual(injectorWebhook?.metadata.annotations, {});
    const clients = new Set(injectorWebhook.webhooks.map(({ clientConfig }) => JSON.stringify(clientConfig)));
    assert.deepEqual(
      [...clients].map((client) => JSON.parse(client) as unknown),
      [
        {
          service: {
            name: "istiod",
            namespace: "istio-system",
            path: "/inject/cluster/west/net/net-west",
            port: 443,
          },
        },
      ],
    );
    assert.equal(injectionPath({ clusterName: "west" }), "/inject/cluster/west");
  });

  it("reaches an IP address by an EndpointSlice of its family, and a host by the Service alone", () => {
    const { endpointSlice } = objectsOf({ ...west, remote: { address: "2001:db8::7" } });
    assert.equal(endpointSlice?.addressType, "IPv6");
    assert.deepEqual(endpointSlice.endpoints, [{ addresses: ["2001:db8::7"] }]);
    assert.deepEqual(
      (endpointSlice.ports as { port: number }[]).map(({ port }) => port),
      [15_012, 15_017],
    );
    const byHost = objectsOf({ ...west, remote: { address: "istiod.example.com" } });
    assert.equal(byHost.endpointSlice, undefined);
    const { type, externalName } = byHost.service?.spec as { type: string; externalName: string };
    assert.deepEqual([type, externalName], ["ExternalName", "istiod.example.com"]);
  });

  it("lets istiod write root certificates and its webhooks, which a reader alone may not", () => {
    const may = (args: ControlPlaneArgs, verb: string, resource: string): boolean => {
      const role = objectsOf(args).rbac["reader-cluster-role"];
      const rules = role.rules as { resources: string[]; verbs: string[] }[];
      return rules.some(({ resources, verbs }) => resources.includes(resource) && verbs.includes(verb));
    };
    for (const [verb, resource] of [
      ["create", "configmaps"],
      ["patch", "mutatingwebhookconfigurations"],
      ["update", "validatingwebhookconfigurations"],
    ] as const) {
      assert.equal(may({ ...west, remote: {} }, verb, resource), true, resource);
      assert.equal(may({}, verb, resource), false, resource);
    }
  });

  it("as the cluster of the configuration, is checked by webhooks at an address, with its own authority", () => {
    const pem = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
    const { validatorWebhook, injectorWebhook, configMaps, deployment, rbac } = objectsOf({
      ...west,
      meshConfig: { accessLogFile: "/dev/stdout" },
      remote: {
        webhookUrl: "https://istiod.example.com:15017",
        webhookCertificateAuthorityPem: pem,
        configCluster: true,
      },
    });
    assert.equal(deployment, undefined);
    const caBundle = Buffer.from(pem).toString("base64");
    assert.deepEqual(validatorWebhook?.webhooks[0]?.clientConfig, {
      url: "https://istiod.example.com:15017/validate",
      caBundle,
    });
    assert.deepEqual(injectorWebhook?.webhooks[0]?.clientConfig, {
      url: "https://istiod.example.com:15017/inject/cluster/west/net/net-west",
      caBundle,
    });
    assert.ok(rbac["service-account"] !== undefined && rbac["cluster-role"] !== undefined);
    assert.equal(configMaps.injector, undefined);
    const mesh = load(String(configMaps["mesh-config"]?.data?.["mesh" as never])) as Record<string, unknown>;
    assert.equal(mesh["accessLogFile"], "/dev/stdout");
    assert.equal(mesh["defaultProviders"], undefined);
  });

  it("refuses what is set where istiod runs, with every problem", () => {
    assert.deepEqual(
      problemsOf({
        replicas: 2,
        env: { PILOT_PUSH_THROTTLE: "1" },
        meshConfig: { accessLogFile: "/dev/stdout" },
        networkPolicy: true,
        external: {},
        remote: { address: "https://istiod.example.com", webhookUrl: "http://istiod.example.com/inject" },
      }),
      [
        "meshConfig [platform/not-in-remote-cluster]",
        "external [platform/not-in-remote-cluster]",
        "replicas [platform/not-in-remote-cluster]",
        "env [platform/not-in-remote-cluster]",
        "networkPolicy [platform/not-in-remote-cluster]",
        "remote.address [platform/bad-address]",
        "remote.webhookUrl [platform/bad-webhook-url]",
        "clusterName [platform/unnamed-remote-cluster]",
      ],
    );
    assert.deepEqual(
      problemsOf({
        ...west,
        remote: { address: "203.0.113.7", addressType: "FQDN", injectionPath: "/inject/cluster" },
      }),
      [
        "remote.addressType [platform/wrong-address-type]",
        "remote.injectionPath [platform/bad-injection-path]",
        "clusterName [platform/two-places]",
        "network [platform/two-places]",
      ],
    );
    const later = Promise.resolve("203.0.113.7");
    assert.deepEqual(problemsOf({ ...west, remote: { address: later } }), [
      "remote.addressType [platform/unknown-address-type]",
    ]);
    assert.deepEqual(problemsOf({ ...west, remote: { address: later, addressType: "IPv4" } }), []);
  });
});

describe("an istiod that serves other clusters", () => {
  it("as a primary, is told so, and stays what it is", () => {
    const env = (args: ControlPlaneArgs): string[] => {
      const spec = objectsOf(args).deployment?.spec as {
        template: { spec: { containers: { env: { name: string; value?: string }[] }[] } };
      };
      return (spec.template.spec.containers[0]?.env ?? []).map(({ name, value }) => `${name}=${value ?? ""}`);
    };
    const added = env({ external: {} }).filter((variable) => !env({}).includes(variable));
    assert.deepEqual(added, ["EXTERNAL_ISTIOD=true"]);
    assert.deepEqual(listed({ external: {} }), listed({}));
  });

  const external: ControlPlaneArgs = {
    clusterName: "config",
    external: { configCluster: { discoveryAddress: "istiod.example.com:15012" } },
  };

  it("outside of them, has no webhooks here, and its configuration as files", () => {
    const { injectorWebhook, validatorWebhook, deployment, configMaps } = objectsOf(external);
    assert.deepEqual([injectorWebhook, validatorWebhook], [undefined, undefined]);
    const { volumes } = (
      deployment?.spec as { template: { spec: { volumes: { name: string; configMap?: object }[] } } }
    ).template.spec;
    assert.deepEqual(
      volumes.filter(({ name }) => ["config-volume", "inject-volume"].includes(name)),
      [
        { name: "config-volume", configMap: { name: "istio" } },
        { name: "inject-volume", configMap: { name: "istio-sidecar-injector" } },
      ],
    );
    const mesh = load(String(configMaps["mesh-config"]?.data?.["mesh" as never])) as {
      defaultConfig: { discoveryAddress: string };
    };
    assert.equal(mesh.defaultConfig.discoveryAddress, "istiod.example.com:15012");
  });

  it("refuses what would contradict it, with every problem", () => {
    assert.deepEqual(
      problemsOf({
        isDefault: true,
        env: { SHARED_MESH_CONFIG: "other" },
        meshConfig: { defaultConfig: { discoveryAddress: "elsewhere:15012" } },
        external: {
          configCluster: { discoveryAddress: "istiod.example.com", rootCertificates: "roots.pem" },
        },
      }),
      [
        "external.configCluster.rootCertificates [platform/bad-path]",
        "external.configCluster.discoveryAddress [platform/bad-address]",
        "clusterName [platform/unnamed-config-cluster]",
        "isDefault [platform/no-webhooks]",
        "meshConfig.defaultConfig.discoveryAddress [platform/derived-field]",
        "env.SHARED_MESH_CONFIG [platform/derived-field]",
      ],
    );
  });
});

describe("programs for a primary and its remote cluster", function () {
  this.timeout(120_000);
  let deployment: Deployment;

  before(async () => {
    deployment = await run(`
      const remote = new Provider("remote", { kubeconfig: "{}" });
      const mesh = new platform.ServiceMesh("west", {
        controlPlane: { clusterName: "west", network: "net-west", remote: { address: "203.0.113.7" } },
        rootNamespace: { controlPlaneClusters: ["east"] },
        cni: {},
        gateways: {},
      }, { providers: [remote] });
      const access = new platform.RemoteClusterAccess(
        "access",
        { clusterName: "west", server: "https://west.example.com:6443" },
        { dependsOn: [mesh.controlPlane], providers: [remote] },
      );
      new platform.RemoteSecret("west-secret", { clusterName: "west", kubeconfig: access.kubeconfig });
      export const { kubeconfig } = access;
    `);
  });

  it("register no authority and no istiod, and name the cluster that looks after this one", () => {
    assert.deepEqual(
      deployment.resources.filter(({ type }) => /CertificateAuthority|apps\/v1:Deployment/.test(type)),
      [],
    );
    const { metadata } = named(deployment, "west-namespaces-istio-system").inputs as {
      metadata: { annotations: object; labels: object };
    };
    assert.deepEqual(metadata.annotations, { "topology.istio.io/controlPlaneClusters": "east" });
    assert.deepEqual(metadata.labels, { "topology.istio.io/network": "net-west" });
  });

  it("hand the way in over as a secret, from the token of the reader's account", () => {
    const token = named(deployment, "access-token");
    assert.equal(token.inputs["type"], "kubernetes.io/service-account-token");
    const { metadata } = token.inputs as { metadata: { annotations: Record<string, string> } };
    assert.equal(metadata.annotations["kubernetes.io/service-account.name"], "istio-reader-service-account");
    const secret = named(deployment, "west-secret-secret");
    const { name, labels } = secret.inputs["metadata"] as { name: string; labels: Record<string, string> };
    assert.equal(name, "istio-remote-secret-west");
    assert.equal(labels["istio/multiCluster"], "true");
    assert.ok(dependencyNames(secret).includes("access-token"));
  });

  it("are refused where nobody would look after the cluster, or in vain", () => {
    const refused = (): unknown =>
      new ServiceMesh("west", {
        controlPlane: { clusterName: "west", remote: {} },
        certificateAuthority: {},
        revisionTags: ["prod"],
      });
    assert.throws(
      refused,
      /rootNamespace\.controlPlaneClusters[\s\S]*certificateAuthority[\s\S]*revisionTags\.prod/,
    );
    assert.deepEqual(
      remoteClusterAccessProblems({ clusterName: "West", server: "west.example.com" }).map(
        ({ path }) => path,
      ),
      ["clusterName", "server"],
    );
  });
});
