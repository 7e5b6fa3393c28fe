import assert from "node:assert/strict";

import type { ControlPlaneArgs, GatewayArgs } from "../../components/platform";
import { controlPlaneObjects } from "../../components/platform/control-plane/objects";
import { controlPlaneSettings } from "../../components/platform/control-plane/settings";
import { controlPlaneRoutes, crossNetworkGateway } from "../../components/platform/gateway/east-west";
import { gatewayObjects, listGatewayObjects } from "../../components/platform/gateway/objects";
import { gatewayProblems, gatewaySettings } from "../../components/platform/gateway/settings";
import { dependencyNames, named, registered, run } from "./support";
import { complete } from "../support/complete-problem";

const gateway = (args: GatewayArgs) => gatewayObjects(gatewaySettings(args));
const controlPlane = (args: ControlPlaneArgs) => controlPlaneObjects(controlPlaneSettings(args));

function plain<T>(object: unknown): T {
  return JSON.parse(JSON.stringify(object)) as T;
}

interface Pod {
  readonly containers: readonly { readonly env?: readonly { name: string; value: string }[] }[];
  readonly securityContext: Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}

function podOf(deployment: unknown): Pod {
  return plain<{ spec: { template: { spec: Pod } } }>(deployment).spec.template.spec;
}

function environment(deployment: unknown): Record<string, string> {
  return Object.fromEntries(
    (podOf(deployment).containers[0]?.env ?? []).map(({ name, value }) => [name, value]),
  );
}

function ports(policy: unknown): string[][] {
  const { spec } = plain<{ spec: { ingress: { ports: { port: number; protocol: string }[] }[] } }>(policy);
  return spec.ingress.map((rule) => rule.ports.map(({ port, protocol }) => `${port}/${protocol}`));
}

describe("an eastwest gateway", () => {
  const args: GatewayArgs = { direction: "eastwest", network: "net-west" };

  it("says which network it stands for, where others look for that", () => {
    const { deployment, service } = gateway(args);
    const selector = {
      app: "istio-eastwestgateway",
      istio: "eastwestgateway",
      "topology.istio.io/network": "net-west",
    };
    assert.equal(service.metadata.name, "istio-eastwestgateway");
    assert.equal(service.metadata.labels?.["topology.istio.io/network"], "net-west");
    const { spec } = plain<{ spec: { selector: unknown; ports: { name: string; port: number }[] } }>(service);
    assert.deepEqual(spec.selector, selector);
    assert.deepEqual(
      spec.ports.map(({ name, port }) => [name, port]),
      [
        ["status-port", 15_021],
        ["tls", 15_443],
        ["tls-istiod", 15_012],
        ["tls-webhook", 15_017],
      ],
    );
    assert.equal(environment(deployment)["ISTIO_META_REQUESTED_NETWORK_VIEW"], "net-west");
  });

  it("passes connections between workloads through as they are, and leads to the control plane of its revision", () => {
    const { spec } = plain<{ spec: { selector: unknown; servers: unknown[] } }>(
      crossNetworkGateway(gatewaySettings(args)),
    );
    assert.deepEqual(spec, {
      selector: { istio: "eastwestgateway" },
      servers: [
        {
          port: { name: "tls", number: 15_443, protocol: "TLS" },
          tls: { mode: "AUTO_PASSTHROUGH" },
          hosts: ["*.local"],
        },
      ],
    });
    const routes = plain<{ spec: { tls: { route: { destination: unknown }[] }[] } }>(
      controlPlaneRoutes(gatewaySettings({ ...args, revision: "canary", clusterDomain: "west.example" })),
    );
    assert.deepEqual(
      routes.spec.tls.map(({ route }) => route[0]?.destination),
      [
        { host: "istiod-canary.istio-system.svc.west.example", port: { number: 15_012 } },
        { host: "istiod-canary.istio-system.svc.west.example", port: { number: 443 } },
      ],
    );
  });

  it("is registered with the mesh: its network is the control plane's, its routes come after its pods", async function () {
    this.timeout(60_000);
    const deployment = await run(`
      new platform.ServiceMesh("mesh", {
        crds: false,
        controlPlane: { network: "net-west" },
        gateways: {
          "istio-ingressgateway": {},
          "internal": { serviceAnnotations: { "cloud.example/kind": "internal" } },
          "istio-eastwestgateway": { direction: "eastwest", exposeControlPlane: true },
        },
      });
    `);
    const mine = registered(deployment).filter(({ name }) => name.startsWith("mesh-istio-eastwestgateway-"));
    assert.deepEqual(
      mine
        .filter(({ type }) => type.includes("istio.io"))
        .map(({ type, name }) => `${type.split(":")[2]} ${name}`)
        .sort(),
      [
        "Gateway mesh-istio-eastwestgateway-control-plane-gateway",
        "Gateway mesh-istio-eastwestgateway-cross-network",
        "VirtualService mesh-istio-eastwestgateway-control-plane-routes",
      ],
    );
    assert.deepEqual(dependencyNames(named(deployment, "mesh-istio-eastwestgateway-cross-network")), [
      "mesh-istio-eastwestgateway-deployment",
      "mesh-istio-eastwestgateway-service",
    ]);
    assert.match(
      JSON.stringify(named(deployment, "mesh-istio-eastwestgateway-service").inputs),
      /"topology.istio.io\/network":"net-west"/,
    );
    assert.doesNotMatch(JSON.stringify(named(deployment, "mesh-internal-service").inputs), /net-west/);
  });

  it("keeps its settings to itself: other gateways refuse them", () => {
    const problems = gatewayProblems({ network: "net-west", exposeControlPlane: true });
    assert.deepEqual(
      problems.map(({ path, id }) => `${path} [${id}]`),
      ["network [platform/eastwest-only]", "exposeControlPlane [platform/eastwest-only]"],
    );
  });
});

describe("a gateway", () => {
  it("binds privileged ports without root, by a setting of its pod that Pod Security `restricted` admits", () => {
    const args: GatewayArgs = { privilegedPorts: true, ports: [{ name: "https", port: 443 }] };
    assert.deepEqual(gatewayProblems(args), []);
    const { securityContext } = podOf(gateway(args).deployment);
    assert.deepEqual(securityContext, {
      runAsGroup: 1337,
      runAsUser: 1337,
      runAsNonRoot: true,
      seccompProfile: { type: "RuntimeDefault" },
      sysctls: [{ name: "net.ipv4.ip_unprivileged_port_start", value: "0" }],
    });
    assert.ok(!("sysctls" in podOf(gateway({}).deployment).securityContext));
    // istiod must know, or it leaves out what listens below 1024.
    assert.ok(!("ISTIO_META_UNPRIVILEGED_POD" in environment(gateway(args).deployment)));
    assert.equal(environment(gateway({ env: { A: "b" } }).deployment)["ISTIO_META_UNPRIVILEGED_POD"], "true");
    assert.equal(environment(gateway({ env: { A: "b" } }).deployment)["A"], "b");
  });

  it("leaves its user to OpenShift, which gives each namespace its own", () => {
    assert.deepEqual(podOf(gateway({ platform: "openshift" }).deployment).securityContext, {
      runAsNonRoot: true,
      seccompProfile: { type: "RuntimeDefault" },
    });
  });

  it("has static addresses, families of addresses and a class of load balancers on its Service", () => {
    const { spec } = plain<{ spec: Record<string, unknown> }>(
      gateway({
        loadBalancerIP: "192.0.2.1",
        loadBalancerClass: "cloud.example/fast",
        externalIPs: ["198.51.100.7"],
        ipFamilyPolicy: "RequireDualStack",
        ipFamilies: ["IPv6", "IPv4"],
      }).service,
    );
    const { type: _type, ports: _ports, selector: _selector, ...rest } = spec;
    assert.deepEqual(rest, {
      loadBalancerIP: "192.0.2.1",
      loadBalancerClass: "cloud.example/fast",
      externalIPs: ["198.51.100.7"],
      ipFamilyPolicy: "RequireDualStack",
      ipFamilies: ["IPv6", "IPv4"],
    });
  });

  it("is offered by the type of Service that is asked for, with what the API server takes for that type", () => {
    const ports = [{ name: "https", port: 443, targetPort: 8443, nodePort: 30_443 }];
    const nodePort = gateway({ serviceType: "NodePort", externalTrafficPolicy: "Local", ports }).service;
    const { selector: _, ...spec } = plain<{ spec: Record<string, unknown> }>(nodePort).spec;
    assert.deepEqual(spec, {
      type: "NodePort",
      ports: [{ name: "https", port: 443, targetPort: 8443, nodePort: 30_443, protocol: "TCP" }],
      externalTrafficPolicy: "Local",
    });
    const typeOf = (args: GatewayArgs): unknown =>
      plain<{ spec: { type: unknown } }>(gateway(args).service).spec.type;
    assert.deepEqual(
      [{}, { direction: "egress" as const }, { serviceType: "ClusterIP" as const }].map(typeOf),
      ["LoadBalancer", "ClusterIP", "ClusterIP"],
    );

    const inside: GatewayArgs = { serviceType: "ClusterIP", externalTrafficPolicy: "Local", ports };
    assert.deepEqual(
      complete(gatewayProblems(inside)).map(({ path, id }) => `${path} [${id}]`),
      ["externalTrafficPolicy [platform/outside-only]", "ports[0].nodePort [platform/outside-only]"],
    );
    // Addresses of nodes are a way in from outside.
    assert.deepEqual(
      gatewayProblems({
        serviceType: "ClusterIP",
        externalTrafficPolicy: "Local",
        externalIPs: ["192.0.2.1"],
      }),
      [],
    );
  });

  it("is scaled by load or to a number, and keeps a pod through node drains from two pods on", () => {
    const objects = gateway({ autoscale: { min: 2, max: 7, targetCpuPercent: 60 } });
    const { spec } = plain<{ spec: { minReplicas: number; maxReplicas: number; metrics: unknown } }>(
      objects.horizontalPodAutoscaler,
    );
    assert.deepEqual([spec.minReplicas, spec.maxReplicas], [2, 7]);
    assert.match(JSON.stringify(spec.metrics), /"averageUtilization":60/);
    const budget = {
      minAvailable: 1,
      selector: { matchLabels: { app: "istio-ingressgateway", istio: "ingressgateway" } },
    };
    assert.deepEqual(plain<{ spec: unknown }>(objects.podDisruptionBudget).spec, budget);

    const fixed = gateway({ replicas: 3 });
    assert.equal(plain<{ spec: { replicas: number } }>(fixed.deployment).spec.replicas, 3);
    assert.ok(!("horizontalPodAutoscaler" in fixed));
    assert.deepEqual(plain<{ spec: unknown }>(fixed.podDisruptionBudget).spec, budget);
    for (const single of [gateway({ replicas: 1 }), gateway({ autoscale: { min: 1 } })])
      assert.ok(!("podDisruptionBudget" in single), "a budget of the only pod would block every drain");
  });

  it("stands beside others of its direction, each with pods, account and permissions of its own", () => {
    for (const direction of ["ingress", "egress", "eastwest"] as const) {
      const pair = ["first", "second"].map((gatewayName) => gateway({ direction, gatewayName }));
      const names = pair.flatMap((objects) =>
        listGatewayObjects(objects).map(({ kind, metadata }) => `${kind} ${metadata.name}`),
      );
      assert.deepEqual([...new Set(names)], names, direction);
      assert.deepEqual(
        pair.map(({ service }) => plain<{ spec: { selector: unknown } }>(service).spec.selector),
        [
          { app: "first", istio: "first" },
          { app: "second", istio: "second" },
        ],
      );
    }
  });

  it("opens its own ports, where a network policy is asked for", () => {
    const policy = gateway({ networkPolicy: true, ports: [{ name: "https", port: 443, targetPort: 8443 }] });
    assert.deepEqual(ports(policy.networkPolicy), [["15021/TCP"], ["15020/TCP", "15090/TCP"], ["8443/TCP"]]);
    assert.ok(!("networkPolicy" in gateway({})));
  });
});

describe("where pods run", () => {
  const args = {
    affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } } },
    tolerations: [{ key: "dedicated", operator: "Exists" }],
    topologySpreadConstraints: [
      { maxSkew: 1, topologyKey: "topology.kubernetes.io/zone", whenUnsatisfiable: "ScheduleAnyway" },
    ],
    nodeSelector: { pool: "mesh" },
    priorityClassName: "system-cluster-critical",
  };

  it("is said alike for istiod and for gateways; a spread without a selector is over the pods themselves", () => {
    for (const [deployment, matchLabels, always] of [
      [
        controlPlane(args).deployment,
        { app: "istiod", istio: "pilot" },
        [{ key: "cni.istio.io/not-ready", operator: "Exists" }],
      ],
      [gateway(args).deployment, { app: "istio-ingressgateway", istio: "ingressgateway" }, []],
    ] as const) {
      const pod = podOf(deployment);
      assert.deepEqual(pod["affinity"], args.affinity);
      assert.deepEqual(pod["tolerations"], [...always, ...args.tolerations]);
      assert.deepEqual(pod["nodeSelector"], args.nodeSelector);
      assert.equal(pod["priorityClassName"], args.priorityClassName);
      assert.deepEqual(pod["topologySpreadConstraints"], [
        { labelSelector: { matchLabels }, ...args.topologySpreadConstraints[0] },
      ]);
    }
  });

  it("is kept from calls to other ports than istiod's own, where a network policy is asked for", () => {
    const { networkPolicy } = controlPlane({ networkPolicy: true, revision: "canary" });
    assert.deepEqual(ports(networkPolicy), [
      ["15017/TCP"],
      ["15010/TCP", "15011/TCP", "15012/TCP", "8080/TCP", "15014/TCP"],
    ]);
    assert.deepEqual(plain<{ spec: { podSelector: unknown } }>(networkPolicy).spec.podSelector, {
      matchLabels: { app: "istiod", "istio.io/rev": "canary" },
    });
    assert.ok(!("networkPolicy" in controlPlane({})));
  });
});
