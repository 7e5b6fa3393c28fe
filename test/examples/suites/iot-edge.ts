import assert from "node:assert/strict";
import type { WorkloadEntryManifest, WorkloadGroupManifest } from "../../../components/compile";
import { judge } from "../support/calls";
import { exampleStack } from "../support/example";

describe("the example of devices and machines", () => {
  const stack = exampleStack("iot-edge");

  it("leads devices on to the broker by the name that they ask for, unopened, at a port of their own", () => {
    assert.deepEqual(stack().routes("mqtt.example.com")[0]?.lines, [
      { when: "mqtt.example.com", then: "broker.iot" },
    ]);
    const { spec } = stack().object({ kind: "Gateway", name: "edge-mqtts" });
    const [server] = (spec as { servers: { port: { number: number }; tls: { mode: string } }[] }).servers;
    assert.deepEqual([server?.port.number, server?.tls.mode], [8883, "PASSTHROUGH"]);
    const ports = stack().object({ kind: "Service", name: "istio-ingressgateway" })["spec"] as {
      ports: { port: number }[];
    };
    assert.ok(ports.ports.some(({ port }) => port === 8883));
  });

  it("knows machines that register, with their probe, and machines by address, with their weights", () => {
    const group = stack().object({ kind: "WorkloadGroup" }) as unknown as WorkloadGroupManifest;
    assert.equal(group.spec.template.network, "factory");
    assert.equal(group.spec.template.serviceAccount, "historian");
    assert.deepEqual(group.spec.probe?.tcpSocket, { port: 9000 });
    const entries = stack().objects({ kind: "WorkloadEntry" }) as unknown as readonly WorkloadEntryManifest[];
    assert.deepEqual(
      entries.map(({ spec }) => [spec.address, spec.network, spec.weight]),
      [
        ["10.40.0.11", "factory", 2],
        ["10.40.0.12", "factory", 1],
      ],
    );
  });

  it("tells a machine what it needs to join, and the cluster who it is", () => {
    const files = stack().outputs["machineFiles"] as Readonly<Record<string, string>>;
    assert.match(files["cluster.env"] ?? "", /ISTIO_META_NETWORK='factory'/);
    assert.match(files["cluster.env"] ?? "", /ISTIO_META_CLUSTER_ID='cloud'/);
    assert.match(files["root-cert.pem"] ?? "", /^-----BEGIN CERTIFICATE-----/);
    assert.equal(
      stack().objects({ kind: "ServiceAccount", namespace: "factory", name: "historian" }).length,
      1,
    );
  });

  it("lets machines do what pods of their name could do, and no more", () => {
    const allows = judge(stack());
    const historian = "historian.factory";
    assert.ok(allows({ from: historian, to: "broker.iot", port: 1883 }));
    assert.ok(!allows({ from: "plc.factory", to: "broker.iot", port: 1883 }));
    const store = { from: historian, to: "processor.iot", port: 9898, method: "POST", path: "/store/1" };
    assert.ok(allows(store));
    assert.ok(!allows({ ...store, path: "/readings" }));
    const controller = { from: historian, to: "plc.factory", port: 8080, path: "/state" };
    assert.ok(allows(controller));
    assert.ok(!allows({ ...controller, method: "PUT" }));
  });

  it("leads the cluster's services and istiod through the east-west gateway of its network", () => {
    const service = stack().object({ kind: "Service", name: "istio-eastwestgateway" });
    assert.equal(service.metadata.labels?.["topology.istio.io/network"], "cloud");
    assert.equal(stack().objects({ kind: "Gateway", name: "istio-eastwestgateway-istiod" }).length, 1);
  });
});
