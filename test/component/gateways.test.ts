import assert from "node:assert/strict";

import type { ControlPlaneArgs, GatewayArgs } from "../../components/platform";
import { controlPlaneObjects } from "../../components/platform/control-plane/objects";
import { controlPlaneSettings } from "../../components/platform/control-plane/settings";
import { controlPlaneRoutes, crossNetworkGateway } from "../../components/platform/gateway/east-west";
import { gatewayObjects } from "../../components/platform/gateway/objects";
import { gatewayProblems, gatewaySettings } from "../../components/platform/gateway/settings";
import { dependencyNames, named, registered, run } from "./support";

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
