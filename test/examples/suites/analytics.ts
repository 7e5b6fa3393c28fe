import assert from "node:assert/strict";
import type { DestinationRuleManifest } from "../../../components/compile";
import { judge } from "../support/calls";
import { exampleStack } from "../support/example";

describe("the example of analytics", () => {
  const stack = exampleStack("analytics");

  it("leads connections of the dashboard to the standby, and all others to the primary", () => {
    assert.deepEqual(stack().routes("postgres.data")[0]?.lines, [
      { when: "from app=dashboard from namespace analytics", then: "postgres.data subset standby" },
      { when: "otherwise", then: "postgres.data subset primary" },
    ]);
  });

  it("limits connections, and keeps those to brokers alive", () => {
    const rules = stack().objects({
      kind: "DestinationRule",
    }) as unknown as readonly DestinationRuleManifest[];
    const spec = (service: string) => rules.find((rule) => rule.spec.host.startsWith(`${service}.`))?.spec;
    const kafka = spec("kafka")?.trafficPolicy?.connectionPool?.tcp;
    assert.equal(kafka?.maxConnections, 500);
    assert.deepEqual(kafka.tcpKeepalive, { time: "300s", interval: "30s", probes: 5 });
    const standby = spec("postgres")?.subsets?.find(({ name }) => name === "standby");
    assert.equal(standby?.trafficPolicy?.connectionPool?.tcp?.maxConnections, 200);
  });

  it("lets connections in by who opens them", () => {
    const allows = judge(stack());
    const postgres = { to: "postgres.data", port: 5432 };
    assert.ok(allows({ ...postgres, from: "loader.analytics" }));
    assert.ok(allows({ ...postgres, from: "dashboard.analytics" }));
    assert.ok(!allows({ ...postgres, from: "collector.analytics" }));
    assert.ok(!allows({ ...postgres, from: "loader.analytics", port: 5433 }));
    assert.ok(allows({ to: "kafka.data", port: 9092, from: "collector.analytics" }));
    assert.ok(!allows({ to: "kafka.data", port: 9092 }));
  });

  it("keeps the password of the database a secret", () => {
    const { data } = stack().object({ kind: "Secret", name: "postgres" });
    assert.equal(typeof (data as { password: unknown }).password, "symbol");
  });
});
