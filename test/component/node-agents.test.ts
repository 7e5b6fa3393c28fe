import assert from "node:assert/strict";

import type { Deployment } from "../../engine";
import { type CniArgs, Platform, type ZtunnelArgs } from "../../components/platform";
import { cniObjects, listCniObjects } from "../../components/platform/cni/objects";
import { cniProblems, cniSettings } from "../../components/platform/cni/settings";
import { listObjects, controlPlaneObjects } from "../../components/platform/control-plane/objects";
import { controlPlaneSettings } from "../../components/platform/control-plane/settings";
import { injectionProblems, namespaceObject } from "../../components/platform/enrolment/objects";
import type { PlatformObject } from "../../components/platform/kubernetes-objects";
import { listZtunnelObjects, ztunnelObjects } from "../../components/platform/ztunnel/objects";
import { ztunnelProblems, ztunnelSettings } from "../../components/platform/ztunnel/settings";
import { dependencyNames, named, registered, run } from "./support";
import { complete } from "../support/complete-problem";

interface Pod {
  readonly containers: readonly {
    readonly image: string;
    readonly env: readonly { readonly name: string; readonly value?: string }[];
    readonly volumeMounts: readonly { readonly name: string }[];
    readonly securityContext: {
      readonly seLinuxOptions?: unknown;
      readonly appArmorProfile?: unknown;
      readonly privileged: boolean;
    };
  }[];
  readonly volumes: readonly { readonly name: string; readonly hostPath?: { readonly path: string } }[];
}

function plain<T>(object: unknown): T {
  return JSON.parse(JSON.stringify(object)) as T;
}

function podOf(object: PlatformObject): Pod {
  return plain<{ spec: { template: { spec: Pod } } }>(object).spec.template.spec;
}

const cni = (args: CniArgs = {}) => cniObjects(cniSettings(args));
const ztunnel = (args: ZtunnelArgs = {}) => ztunnelObjects(ztunnelSettings(args));

function names(objects: readonly PlatformObject[]): string[] {
  return objects
    .map(({ kind, metadata: { namespace, name } }) => `${kind} ${namespace ?? ""}/${name}`)
    .sort();
}

function added(objects: readonly PlatformObject[], usual: readonly PlatformObject[]): string[] {
  return names(objects).filter((name) => !names(usual).includes(name));
}

function hostPaths(object: PlatformObject): Record<string, string> {
  return Object.fromEntries(
    podOf(object).volumes.flatMap(({ name, hostPath }) =>
      hostPath === undefined ? [] : [[name, hostPath.path]],
    ),
  );
}

function settingsOf(args: CniArgs): Record<string, string> {
  return plain<{ data: Record<string, string> }>(cni(args).before.config).data;
}

describe("the CNI agent on a platform", () => {
  const FOLDERS = { bin: "/opt/cni/bin", conf: "/etc/cni/net.d", netns: "/var/run/netns" };
  const expected: Readonly<Record<Platform, typeof FOLDERS>> = {
    aks: FOLDERS,
    eks: FOLDERS,
    kind: FOLDERS,
    gke: { ...FOLDERS, bin: "/home/kubernetes/bin" },
    k3d: { ...FOLDERS, bin: "/bin", conf: "/var/lib/rancher/k3s/agent/etc/cni/net.d" },
    k3s: {
      ...FOLDERS,
      bin: "/var/lib/rancher/k3s/data/cni",
      conf: "/var/lib/rancher/k3s/agent/etc/cni/net.d",
    },
    microk8s: {
      ...FOLDERS,
      bin: "/var/snap/microk8s/current/opt/cni/bin",
      conf: "/var/snap/microk8s/current/args/cni-network",
    },
    minikube: { ...FOLDERS, netns: "/var/run/docker/netns" },
    openshift: { ...FOLDERS, bin: "/var/lib/cni/bin", conf: "/etc/cni/multus/net.d" },
  };

  for (const platform of Object.values(Platform)) {
    it(`${platform}: finds the folders of plugins, their configuration and network namespaces there`, () => {
      const paths = hostPaths(cni({ platform }).daemonSet);
      assert.deepEqual(
        { bin: paths["cni-bin-dir"], conf: paths["cni-net-dir"], netns: paths["cni-netns-dir"] },
        expected[platform],
      );
    });
  }

  it("gke: makes room for critical pods, of both agents", () => {
    const quotas = [
      added(listCniObjects(cni({ platform: "gke" })), listCniObjects(cni())),
      added(listZtunnelObjects(ztunnel({ platform: "gke" })), listZtunnelObjects(ztunnel())),
    ];
    assert.deepEqual(quotas, [
      ["ResourceQuota istio-system/istio-cni-resource-quota"],
      ["ResourceQuota istio-system/ztunnel"],
    ]);
    assert.deepEqual(plain<{ spec: unknown }>(cni({ platform: "gke" }).before["resource-quota"]).spec, {
      hard: { pods: "5000" },
      scopeSelector: {
        matchExpressions: [{ operator: "In", scopeName: "PriorityClass", values: ["system-node-critical"] }],
      },
    });
    assert.ok(!("resource-quota" in cni({ platform: "gke", criticalPodsQuota: 0 }).before));
  });

  it("openshift: goes through Multus, runs in kube-system, and may use what privileged pods need", () => {
    const objects = cni({ platform: "openshift" });
    assert.ok(names(listCniObjects(objects)).includes("NetworkAttachmentDefinition default/istio-cni"));
    assert.equal(objects.daemonSet.metadata.namespace, "kube-system");
    const { CHAINED_CNI_PLUGIN, CNI_CONF_NAME } = settingsOf({ platform: "openshift" });
    assert.deepEqual([CHAINED_CNI_PLUGIN, CNI_CONF_NAME], ["false", "istio-cni.conf"]);
    const tunnel = ztunnel({ platform: "openshift" });
    assert.equal(tunnel.daemonSet.metadata.namespace, "kube-system");
    for (const object of [objects.daemonSet, tunnel.daemonSet]) {
      assert.deepEqual(podOf(object).containers[0]?.securityContext.seLinuxOptions, { type: "spc_t" });
    }
    for (const role of [objects.before["cluster-role"], tunnel.before["cluster-role"]]) {
      assert.ok(
        plain<{ rules: { resourceNames?: string[] }[] }>(role).rules.some(
          ({ resourceNames }) => resourceNames?.[0] === "privileged",
        ),
      );
    }
  });

  it("openshift: has istiod trust ztunnel where it is, and pods name the network of the plugin", () => {
    const objects = listObjects(controlPlaneObjects(controlPlaneSettings({ platform: "openshift" })));
    const istiod = podOf(objects.find(({ kind }) => kind === "Deployment")!).containers[0]!;
    const value = (name: string): string | undefined => istiod.env.find((each) => each.name === name)?.value;
    assert.equal(value("CA_TRUSTED_NODE_ACCOUNTS"), "kube-system/ztunnel");
    assert.equal(value("PLATFORM"), "openshift");
    const injector = objects.find(({ metadata }) => metadata.name === "istio-sidecar-injector")!;
    const values = JSON.parse(plain<{ data: { values: string } }>(injector).data.values) as {
      pilot: { cni: unknown };
      global: { platform: string };
    };
    assert.deepEqual(values.pilot.cni, {
      chained: false,
      cniBinDir: "/var/lib/cni/bin",
      cniConfDir: "/etc/cni/multus/net.d",
      cniConfFileName: "istio-cni.conf",
      enabled: true,
      provider: "multus",
    });
    assert.equal(values.global.platform, "openshift");
  });
});

describe("the arguments of the agents", () => {
  it("reach the CNI agent: what it repairs decides what it may do, and what it can see of its node", () => {
    const rulesOf = (args: CniArgs): string[] =>
      plain<{ rules?: { resources: string[]; verbs: string[] }[] }>(
        cni(args).before["repair-cluster-role"] ?? {},
      ).rules?.flatMap(({ resources, verbs }) => `${resources.join()}: ${verbs.join()}`) ?? [];
    assert.deepEqual(rulesOf({}), ["events: create,patch", "pods: get,list,watch"]);
    assert.equal(rulesOf({ repair: "delete" })[2], "pods: delete");
    assert.equal(rulesOf({ repair: "label" })[2], "pods/status: patch,update");
    assert.deepEqual(rulesOf({ repair: "off" }), []);
    assert.equal(settingsOf({ repair: "off" })["REPAIR_ENABLED"], "false");
    assert.ok("cni-host-procfs" in hostPaths(cni().daemonSet));
    assert.ok(!("cni-host-procfs" in hostPaths(cni({ repair: "delete" }).daemonSet)));
    assert.ok("cni-host-procfs" in hostPaths(cni({ repair: "delete", ambient: true }).daemonSet));
  });

  it("ask for the unconfined AppArmor profile in one of two ways", () => {
    const annotation = "container.apparmor.security.beta.kubernetes.io/install-cni";
    const asked = (args: CniArgs): unknown[] => {
      const { template } = plain<{
        spec: { template: { metadata: { annotations: Record<string, string> } } };
      }>(cni(args).daemonSet).spec;
      const { appArmorProfile } = podOf(cni(args).daemonSet).containers[0]!.securityContext;
      return [template.metadata.annotations[annotation], appArmorProfile];
    };
    assert.deepEqual(asked({}), ["unconfined", undefined]);
    assert.deepEqual(asked({ appArmor: "field" }), [undefined, { type: "Unconfined" }]);
  });

  it("lay further settings over those that follow from arguments", () => {
    const settings = settingsOf({ env: { NATIVE_NFTABLES: "true", AMBIENT_IPV6: "false" } });
    assert.deepEqual([settings["NATIVE_NFTABLES"], settings["AMBIENT_IPV6"]], ["true", "false"]);
  });

  it("reach ztunnel: its control plane, cluster, network and log", () => {
    const { env } = podOf(
      ztunnel({
        revision: "canary",
        controlPlaneNamespace: "mesh",
        clusterName: "west",
        network: "net-west",
        logAsJson: true,
        resources: { limits: { cpu: "1" } },
      }).daemonSet,
    ).containers[0]!;
    const value = (name: string): string | undefined => env.find((each) => each.name === name)?.value;
    assert.deepEqual(
      ["XDS_ADDRESS", "CA_ADDRESS", "ISTIO_META_CLUSTER_ID", "NETWORK", "LOG_FORMAT"].map(value),
      ["istiod-canary.mesh.svc:15012", "istiod-canary.mesh.svc:15012", "west", "net-west", "json"],
    );
    const names = env.map(({ name }) => name);
    assert.ok(
      names.includes("ZTUNNEL_RESOURCE_CPU_LIMIT") && !names.includes("ZTUNNEL_RESOURCE_CPU_REQUEST"),
    );
  });

  it("open the ports of the agents, and no others, where a network policy is asked for", () => {
    const open = (policy: unknown): string[] =>
      plain<{ spec: { ingress: { ports: { port: number; protocol: string }[] }[] } }>(
        policy,
      ).spec.ingress.flatMap(({ ports }) => ports.map(({ port, protocol }) => `${port}/${protocol}`));
    assert.deepEqual(open(cni({ networkPolicy: true }).before["network-policy"]), ["15014/TCP", "8000/TCP"]);
    assert.deepEqual(open(ztunnel({ networkPolicy: true }).before["network-policy"]), [
      "15021/TCP",
      "15020/TCP",
      "15000/TCP",
      "15008/TCP",
      "15001/TCP",
      "15006/TCP",
      "15053/TCP",
      "15053/UDP",
    ]);
  });

  it("are refused all at once where they are wrong", () => {
    const untyped = {
      platform: "gce",
      repair: "maybe",
      cniBinDir: "opt/cni",
      maxUnavailable: "0",
      criticalPodsQuota: -1,
    };
    assert.deepEqual(
      complete(cniProblems(untyped as unknown as CniArgs)).map(({ path, id }) => `${path} [${id}]`),
      [
        "platform [platform/unknown-choice]",
        "repair [platform/unknown-choice]",
        "cniBinDir [platform/bad-path]",
        "maxUnavailable [platform/bad-share]",
        "criticalPodsQuota [platform/bad-count]",
      ],
    );
    assert.deepEqual(
      ztunnelProblems({ network: "Net", env: { XDS_ADDRESS: "istiod" } }).map(
        ({ path, id }) => `${path} [${id}]`,
      ),
      ["network [platform/bad-name]", "env.XDS_ADDRESS [platform/derived-field]"],
    );
  });
});

describe("an ambient namespace", () => {
  it("is labelled ambient, with its waypoint, and asks for no sidecars", () => {
    assert.deepEqual(namespaceObject("shop", { dataplaneMode: "ambient" }).metadata.labels, {
      "istio.io/dataplane-mode": "ambient",
    });
    assert.deepEqual(
      namespaceObject("shop", {
        dataplaneMode: "ambient",
        injection: "disabled",
        waypoint: "gate",
        waypointNamespace: "edge",
      }).metadata.labels,
      {
        "istio-injection": "disabled",
        "istio.io/dataplane-mode": "ambient",
        "istio.io/use-waypoint": "gate",
        "istio.io/use-waypoint-namespace": "edge",
      },
    );
  });

  it("is refused where it mixes the two data planes, by arguments or by labels", () => {
    const problems = injectionProblems({
      namespaces: {
        both: { dataplaneMode: "ambient", injection: "enabled" },
        revised: { dataplaneMode: "ambient", revision: "canary" },
        labelled: { labels: { "istio.io/dataplane-mode": "ambient" } },
        gated: { waypoint: "gate" },
        elsewhere: { dataplaneMode: "ambient", waypointNamespace: "edge" },
      },
    });
    assert.deepEqual(
      problems.map(({ path, id }) => `${path} [${id}]`),
      [
        "namespaces.both.dataplaneMode [platform/mixed-injection]",
        "namespaces.revised.revision [platform/mixed-injection]",
        'namespaces.labelled.labels["istio.io/dataplane-mode"] [platform/mixed-injection]',
        "namespaces.gated.waypoint [platform/mixed-injection]",
        "namespaces.elsewhere.waypointNamespace [platform/mixed-injection]",
      ],
    );
  });
});

describe("ServiceMesh with agents on the nodes", function () {
  this.timeout(180_000);

  const inputs = (deployment: Deployment, name: string) =>
    named(deployment, name).inputs as unknown as Record<string, Record<string, unknown>>;

  it("ambient: brings both, after the control plane and before workloads, and makes namespaces ambient", async () => {
    const deployment = await run(`
      const mesh = new platform.ServiceMesh("mesh", {
        profile: "ambient",
        platform: "gke",
        controlPlane: { clusterName: "west", network: "net-west" },
        namespaces: { shop: {}, legacy: { injection: "enabled" } },
        gateways: { "istio-ingressgateway": {} },
      });
      new platform.Injection("workload", { namespaces: { late: {} } }, { dependsOn: mesh.injectionReady });
    `);
    const after = (name: string): string[] => dependencyNames(named(deployment, name));
    assert.ok(after("mesh-cni").includes("mesh-control-plane-injector-webhook"));
    assert.ok(after("mesh-ztunnel").includes("mesh-control-plane-injector-webhook"));
    assert.ok(after("mesh-ztunnel").includes("mesh-cni-daemon-set"));
    for (const agent of ["mesh-cni-daemon-set", "mesh-ztunnel-daemon-set"]) {
      assert.ok(after("workload").includes(agent), agent);
      assert.ok(!after("mesh-istio-ingressgateway").includes(agent), `a gateway does not wait for ${agent}`);
    }
    assert.deepEqual(inputs(deployment, "mesh-namespaces-shop")["metadata"]!["labels"], {
      "istio.io/dataplane-mode": "ambient",
    });
    assert.deepEqual(inputs(deployment, "mesh-namespaces-legacy")["metadata"]!["labels"], {
      "istio-injection": "enabled",
    });
    const quotas = registered(deployment).filter(({ type }) => type === "kubernetes:core/v1:ResourceQuota");
    assert.deepEqual(
      quotas.map(({ name }) => name),
      ["mesh-cni-resource-quota", "mesh-ztunnel-resource-quota"],
    );
    const environment = JSON.stringify(inputs(deployment, "mesh-ztunnel-daemon-set")["spec"]);
    for (const value of ["west", "net-west"]) assert.ok(environment.includes(`"value":"${value}"`), value);
  });

  it("sidecar: tells the control plane of the agent, whose namespace may be the cluster's own", async () => {
    const deployment = await run(`
      new platform.ServiceMesh("mesh", { cni: { namespace: "kube-system" }, gateways: {}, crds: false });
    `);
    const data = inputs(deployment, "mesh-control-plane-injector")["data"]!;
    const values = JSON.parse(String(data["values"])) as { pilot: { cni: { enabled: boolean } } };
    assert.equal(values.pilot.cni.enabled, true);
    assert.equal(inputs(deployment, "mesh-cni-daemon-set")["metadata"]!["namespace"], "kube-system");
    assert.ok(registered(deployment).every(({ name }) => !name.startsWith("mesh-ztunnel")));
  });

  it("openshift: registers the plugin's network, and leaves the agent out where something else installs it", async () => {
    const types = async (args: string): Promise<string[]> =>
      registered(
        await run(
          `new platform.ServiceMesh("mesh", { platform: "openshift", crds: false, gateways: {}, ${args} });`,
        ),
      ).map(({ type, name }) => `${type} ${name}`);
    assert.ok(
      (await types("")).includes(
        "kubernetes:k8s.cni.cncf.io/v1:NetworkAttachmentDefinition mesh-cni-network-attachment-definition",
      ),
    );
    assert.ok((await types("cni: false")).every((each) => !each.includes("mesh-cni")));
  });
});
