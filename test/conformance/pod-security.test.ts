import assert from "node:assert/strict";

import { type ControlPlaneArgs, type GatewayArgs, Platform, Profile } from "../../components/platform";
import { cniObjects } from "../../components/platform/cni/objects";
import { cniSettings } from "../../components/platform/cni/settings";
import { controlPlaneObjects } from "../../components/platform/control-plane/objects";
import { controlPlaneSettings } from "../../components/platform/control-plane/settings";
import { gatewayObjects } from "../../components/platform/gateway/objects";
import { gatewaySettings } from "../../components/platform/gateway/settings";
import { rateLimitObjects, redisObjects } from "../../components/platform/rate-limit-service/objects";
import { rateLimitServiceSettings } from "../../components/platform/rate-limit-service/settings";
import { ztunnelObjects } from "../../components/platform/ztunnel/objects";
import { ztunnelSettings } from "../../components/platform/ztunnel/settings";
import { limitedMesh } from "../support/limited-mesh";
import { injected } from "./inject/cases";
import { prepareEvaluator } from "./inject/evaluator";
import { type AskedPod, askPodSecurity, type Level } from "./pod-security/ask";

/** The pods of a workload; through JSON, as an engine would send them. */
function podsOf(workload: unknown): AskedPod {
  return (JSON.parse(JSON.stringify(workload)) as { spec: { template: AskedPod } }).spec.template;
}

const istiod = (args: ControlPlaneArgs): AskedPod =>
  podsOf(controlPlaneObjects(controlPlaneSettings(args)).deployment);
const gateway = (args: GatewayArgs): AskedPod => podsOf(gatewayObjects(gatewaySettings(args)).deployment);

/** An application that `restricted` admits by itself. */
const APPLICATION = {
  securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: "RuntimeDefault" } },
  containers: [
    {
      name: "app",
      image: "registry.example.com/shop:1.0.0",
      securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
    },
  ],
};

describe("our pods before Kubernetes' own Pod Security checks", function () {
  this.timeout(300_000);

  before("ask", function () {
    const first = askPodSecurity("restricted", [{ spec: APPLICATION }]);
    if (typeof first !== "string") return;
    console.log(`      skipped: ${first}`);
    this.skip();
  });

  function ask(level: Level, pods: Readonly<Record<string, AskedPod>>): Record<string, string[]> {
    const answers = askPodSecurity(level, Object.values(pods));
    assert.ok(typeof answers !== "string");
    return Object.fromEntries(Object.keys(pods).map((name, index) => [name, answers[index] ?? []]));
  }

  it("`restricted` admits istiod in every profile and on every platform, and as an external control plane", () => {
    const pods = {
      ...Object.fromEntries(Object.values(Profile).map((profile) => [profile, istiod({ profile })])),
      ...Object.fromEntries(Object.values(Platform).map((platform) => [platform, istiod({ platform })])),
      external: istiod({
        clusterName: "config",
        external: { configCluster: { discoveryAddress: "istiod.example.com:15012" } },
      }),
    };
    const found = ask("restricted", pods);
    assert.deepEqual(found, Object.fromEntries(Object.keys(pods).map((name) => [name, []])));
  });

  it("`restricted` admits gateways of every direction and platform, on ports below 1024 too", () => {
    const pods = {
      ingress: gateway({}),
      egress: gateway({ direction: "egress" }),
      eastwest: gateway({ direction: "eastwest", network: "net-1" }),
      privileged: gateway({ privilegedPorts: true, ports: [{ name: "http", port: 80 }] }),
      openshift: gateway({ platform: "openshift" }),
    };
    const found = ask("restricted", pods);
    assert.deepEqual(found, Object.fromEntries(Object.keys(pods).map((name) => [name, []])));
  });

  it("`restricted` admits an application that it admits with a sidecar, where the CNI agent captures traffic", function () {
    const { reason } = prepareEvaluator();
    if (reason !== undefined) {
      console.log(`      skipped: ${reason}`);
      return this.skip();
    }
    const sidecar = (cni: boolean): AskedPod =>
      injected({ spec: APPLICATION, options: { cni: { enabled: cni } } });
    const found = ask("restricted", { application: { spec: APPLICATION }, "with CNI": sidecar(true) });
    assert.deepEqual(found, { application: [], "with CNI": [] });
    // Without it, the init container that edits the pod's iptables is what even `baseline` refuses.
    const { initContainers: _, ...rest } = sidecar(false).spec as Record<string, unknown>;
    const without = ask("baseline", { whole: sidecar(false), rest: { spec: rest } });
    assert.notDeepEqual(without["whole"], []);
    assert.deepEqual(without["rest"], []);
  });

  it("`restricted` admits the rate-limit service and its Redis", () => {
    const settings = rateLimitServiceSettings({ mesh: limitedMesh() });
    assert.ok(settings.redis.kind === "own");
    const found = ask("restricted", {
      service: podsOf(rateLimitObjects(settings).deployment),
      redis: podsOf(redisObjects(settings, settings.redis).deployment),
    });
    assert.deepEqual(found, { service: [], redis: [] });
  });

  it("`baseline` refuses the agents, which reach into their nodes: they need a privileged namespace", () => {
    const found = ask("baseline", {
      cni: podsOf(cniObjects(cniSettings({})).daemonSet),
      ztunnel: podsOf(ztunnelObjects(ztunnelSettings({})).daemonSet),
    });
    assert.ok(found["cni"]?.length && found["ztunnel"]?.length, JSON.stringify(found));
  });
});
