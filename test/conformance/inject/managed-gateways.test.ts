import assert from "node:assert/strict";

import { dump } from "js-yaml";

import { injectorConfig, type InjectorOptions, injectorValues } from "../../../components/platform/injection";
import {
  type Container,
  gatewayObjects,
  type InjectedTemplate,
  type KubernetesObject,
  requireEvaluator,
} from "./evaluator";

interface Given {
  readonly className?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly options?: InjectorOptions;
  readonly mesh?: Readonly<Record<string, unknown>>;
}

function deployed({
  className = "istio",
  metadata,
  spec,
  options,
  mesh,
}: Given): readonly KubernetesObject[] {
  return gatewayObjects({
    config: injectorConfig(options),
    values: injectorValues(options),
    meshConfig: dump(mesh ?? {}),
    gateway: dump({
      apiVersion: "gateway.networking.k8s.io/v1",
      kind: "Gateway",
      metadata: { name: "edge", namespace: "shop", uid: "1", ...metadata },
      spec: {
        gatewayClassName: className,
        listeners: [{ name: "http", port: 80, protocol: "HTTP" }],
        ...spec,
      },
    }),
  });
}

function object(objects: readonly KubernetesObject[], kind: string): KubernetesObject {
  const found = objects.find((one) => one.kind === kind);
  if (found === undefined) throw new Error(`no ${kind}`);
  return found;
}

function pod(objects: readonly KubernetesObject[]): InjectedTemplate {
  return (object(objects, "Deployment") as unknown as { spec: { template: InjectedTemplate } }).spec.template;
}

function proxy(objects: readonly KubernetesObject[]): Container {
  const [only] = pod(objects).spec.containers;
  if (only === undefined) throw new Error("no container");
  return only;
}

function environment(objects: readonly KubernetesObject[], name: string): string | undefined {
  return proxy(objects).env?.find((one) => one.name === name)?.value;
}

describe("managed gateways", () => {
  before(function () {
    requireEvaluator(this);
  });

  for (const className of ["istio", "istio-waypoint", "istio-east-west"]) {
    it(`${className}: names and service account as annotations say, which stay on the Gateway`, () => {
      const objects = deployed({
        className,
        metadata: {
          annotations: {
            "gateway.istio.io/name-override": "front",
            "gateway.istio.io/service-account": "front-account",
            "kubectl.kubernetes.io/last-applied-configuration": "{}",
            "example.com/team": "edge",
          },
        },
      });
      assert.deepEqual(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`).sort(), [
        "Deployment front",
        "Service front",
        "ServiceAccount front-account",
      ]);
      assert.equal(pod(objects).spec["serviceAccountName"], "front-account");
      for (const { metadata } of [...objects, pod(objects)]) {
        const annotations = metadata["annotations"] as Record<string, string>;
        assert.equal(annotations["example.com/team"], "edge");
        assert.deepEqual(
          Object.keys(annotations).filter((name) => /gateway\.istio\.io|kubectl/.test(name)),
          [],
        );
      }
    });

    it(`${className}: labels of its infrastructure reach everything, but for those that select the pods`, () => {
      const labels = { team: "edge", "service.istio.io/canonical-name": "front" };
      const objects = deployed({ className, spec: { infrastructure: { labels } } });
      for (const { metadata } of [...objects, pod(objects)]) {
        const found = metadata["labels"] as Record<string, string>;
        assert.equal(found["team"], "edge");
        assert.equal(found["service.istio.io/canonical-name"], "front");
        assert.equal(found["gateway.networking.k8s.io/gateway-name"], "edge");
      }
    });

    it(`${className}: revision, logs, pull secrets and images as the mesh says`, () => {
      const objects = deployed({
        className,
        options: {
          revision: "canary",
          logAsJson: true,
          imagePullSecrets: ["mesh"],
          imagePullPolicy: "Always",
          hub: "registry.example.com/istio",
          tag: "1",
        },
        mesh: { defaultConfig: { proxyMetadata: { EXTRA: "1" } } },
      });
      assert.equal(environment(objects, "CA_ADDR"), "istiod-canary.istio-system.svc:15012");
      assert.equal(environment(objects, "EXTRA"), "1");
      assert.equal(proxy(objects).args?.at(-1), "--log_as_json");
      assert.deepEqual(
        [proxy(objects).image, proxy(objects)["imagePullPolicy"]],
        ["registry.example.com/istio/proxyv2:1", "Always"],
      );
      assert.deepEqual(pod(objects).spec.imagePullSecrets, [{ name: "mesh" }]);
    });
  }

  it("a gateway of one network sees that network", () => {
    const objects = deployed({
      metadata: { labels: { "topology.istio.io/network": "net-2" } },
      options: { network: "net-1" },
    });
    assert.equal(environment(objects, "ISTIO_META_NETWORK"), "net-2");
    assert.equal(environment(objects, "ISTIO_META_REQUESTED_NETWORK_VIEW"), "net-2");
  });

  it("a waypoint is on its cluster's network", () => {
    const objects = deployed({
      className: "istio-waypoint",
      options: { network: "net-1", clusterName: "west" },
    });
    assert.equal(environment(objects, "ISTIO_META_NETWORK"), "net-1");
    assert.equal(environment(objects, "ISTIO_META_CLUSTER_ID"), "west");
  });

  it("a gateway between networks sees its own, whether the Gateway or the mesh names it", () => {
    const className = "istio-east-west";
    const labels = { "topology.istio.io/network": "net-2" };
    assert.equal(
      environment(
        deployed({ className, options: { network: "net-1" } }),
        "ISTIO_META_REQUESTED_NETWORK_VIEW",
      ),
      "net-1",
    );
    assert.equal(
      environment(deployed({ className, metadata: { labels } }), "ISTIO_META_REQUESTED_NETWORK_VIEW"),
      "net-2",
    );
    assert.equal(
      environment(deployed({ className: "istio-waypoint" }), "ISTIO_META_REQUESTED_NETWORK_VIEW"),
      undefined,
    );
  });

  it("OpenShift chooses the user of a waypoint, and the values the profile of a gateway", () => {
    const security = (objects: readonly KubernetesObject[]): Record<string, unknown> =>
      proxy(objects)["securityContext"] as Record<string, unknown>;
    const className = "istio-waypoint";
    assert.equal(security(deployed({ className }))["runAsUser"], 1337);
    assert.equal(
      security(deployed({ className, options: { platform: "openshift" } }))["runAsUser"],
      undefined,
    );
    const options = { gateways: { seccompProfile: { type: "RuntimeDefault" } } } as const;
    assert.deepEqual(pod(deployed({ options })).spec["securityContext"], {
      sysctls: [{ name: "net.ipv4.ip_unprivileged_port_start", value: "0" }],
      seccompProfile: { type: "RuntimeDefault" },
    });
  });

  it("the address that a Gateway asks for is its load balancer's", () => {
    const addresses = [{ type: "IPAddress", value: "192.0.2.1" }];
    assert.equal(
      (object(deployed({ spec: { addresses } }), "Service")["spec"] as { loadBalancerIP: string })
        .loadBalancerIP,
      "192.0.2.1",
    );
    const clusterIP = { annotations: { "networking.istio.io/service-type": "ClusterIP" } };
    const service = object(deployed({ metadata: clusterIP, spec: { addresses } }), "Service")[
      "spec"
    ] as Record<string, unknown>;
    assert.deepEqual([service["type"], service["loadBalancerIP"]], ["ClusterIP", undefined]);
  });

  it("listeners on one port share a port of the service", () => {
    const listeners = [
      { name: "a", port: 80, protocol: "HTTP" },
      { name: "b", port: 80, protocol: "HTTP" },
      { name: "tls", port: 443, protocol: "HTTPS" },
    ];
    const { ports } = object(deployed({ spec: { listeners } }), "Service")["spec"] as {
      ports: { name: string; appProtocol: string }[];
    };
    assert.deepEqual(
      ports.map(({ name, appProtocol }) => `${name} ${appProtocol}`),
      ["status-port tcp", "a http", "tls https"],
    );
  });

  it("a user's traffic distribution wins over the waypoint's", () => {
    const name = "networking.istio.io/traffic-distribution";
    const objects = deployed({
      className: "istio-waypoint",
      metadata: { annotations: { [name]: "PreferSameNode" } },
    });
    assert.equal(
      (object(objects, "Service").metadata["annotations"] as Record<string, string>)[name],
      "PreferSameNode",
    );
  });

  it("waypoints are sized and placed by the mesh's values", () => {
    const objects = deployed({
      className: "istio-waypoint",
      options: {
        waypoint: {
          resources: { requests: { cpu: "5m" } },
          affinity: { podAntiAffinity: {} },
          nodeSelector: { zone: "a" },
          tolerations: [{ key: "edge", operator: "Exists" }],
          topologySpreadConstraints: [
            { maxSkew: 1, topologyKey: "zone", whenUnsatisfiable: "DoNotSchedule" },
          ],
        },
        gateways: { seccompProfile: { type: "RuntimeDefault" } },
      },
    });
    const { spec } = pod(objects);
    assert.deepEqual(proxy(objects)["resources"], { requests: { cpu: "5m" } });
    assert.deepEqual(spec["affinity"], { podAntiAffinity: {} });
    assert.deepEqual(spec["nodeSelector"], { zone: "a" });
    assert.deepEqual(spec["tolerations"], [{ key: "edge", operator: "Exists" }]);
    assert.deepEqual(spec["topologySpreadConstraints"], [
      { maxSkew: 1, topologyKey: "zone", whenUnsatisfiable: "DoNotSchedule" },
    ]);
    assert.deepEqual((proxy(objects)["securityContext"] as { seccompProfile: unknown }).seccompProfile, {
      type: "RuntimeDefault",
    });
  });
});
