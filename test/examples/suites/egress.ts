import assert from "node:assert/strict";
import { load } from "js-yaml";
import type { DestinationRuleManifest, SidecarManifest } from "../../../components/compile";
import { judge } from "../support/calls";
import { exampleStack } from "../support/example";

const GATEWAY = "istio-egressgateway.istio-system";

describe("the example of egress", () => {
  const stack = exampleStack("egress");
  const rule = (host: string) =>
    (stack().objects({ kind: "DestinationRule" }) as unknown as readonly DestinationRuleManifest[]).find(
      ({ spec }) => spec.host === host,
    )?.spec;

  it("leads callers to the egress gateway, and the gateway alone to the host", () => {
    for (const host of ["api.payments.example", "smtp.mail.example"]) {
      for (const { when, then } of stack().routes(host)[0]?.lines ?? assert.fail(host)) {
        assert.equal(then.split(" ")[0], when.endsWith("at mesh") ? GATEWAY : host, `${host}: ${when}`);
      }
    }
  });

  it("reaches nothing that is not declared", () => {
    const { data } = stack().object({ kind: "ConfigMap", name: "istio" }) as unknown as {
      data: { mesh: string };
    };
    const { outboundTrafficPolicy } = load(data.mesh) as { outboundTrafficPolicy: unknown };
    assert.deepEqual(outboundTrafficPolicy, { mode: "REGISTRY_ONLY" });
    const hosts = stack()
      .objects({ kind: "ServiceEntry" })
      .flatMap(({ spec }) => (spec as { hosts: string[] }).hosts);
    assert.deepEqual(hosts.toSorted(), ["api.payments.example", "ledger.bank.example", "smtp.mail.example"]);
  });

  it("begins TLS at the gateway for payments, verified; with a certificate of its own for the ledger", () => {
    const payments = rule("api.payments.example")?.trafficPolicy?.portLevelSettings?.[0]?.tls;
    assert.deepEqual(payments, {
      mode: "SIMPLE",
      sni: "api.payments.example",
      subjectAltNames: ["api.payments.example"],
      caCertificates: "system",
    });
    const ledger = rule("ledger.bank.example")?.trafficPolicy?.portLevelSettings?.[0]?.tls;
    assert.equal(ledger?.mode, "MUTUAL");
    assert.equal(ledger.clientCertificate, "/etc/ledger/tls.crt");
    assert.deepEqual(ledger.subjectAltNames, ["ledger.bank.example"]);
  });

  it("lets the gateway take what is declared to go through it, and nothing else", () => {
    const allows = judge(stack());
    const from = "checkout.checkout";
    const to = "istio-egressgateway.istio-system";
    assert.ok(allows({ from, to, port: 8443, path: "/", host: "api.payments.example" }));
    assert.ok(!allows({ from, to, port: 8443, path: "/", host: "ledger.bank.example" }));
    assert.ok(allows({ to, port: 8443, sni: "smtp.mail.example" }));
    assert.ok(!allows({ to, port: 8443, sni: "example.org" }));
  });

  it("tells no proxy of what its workload does not call", () => {
    const sidecars = stack().objects({ kind: "Sidecar" }) as unknown as readonly SidecarManifest[];
    assert.ok(sidecars.length > 0);
    for (const { spec } of sidecars) {
      const hosts = spec.egress?.flatMap(({ hosts: each }) => each) ?? [];
      assert.ok(!hosts.includes("*/*"), hosts.join());
    }
  });

  it("keeps the key for the bank out of its objects", () => {
    assert.ok(!JSON.stringify(stack().objects()).includes("its key; pulumi config"));
  });
});
