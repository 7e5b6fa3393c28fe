import assert from "node:assert/strict";
import { EDGE, judge, type NamedCall } from "../support/calls";
import { exampleStack } from "../support/example";

describe("the example of payments", () => {
  const stack = exampleStack("payments");
  const customer = { iss: "https://login.example.com", sub: "ann", aud: "payments", scope: "payments:write" };
  const api: NamedCall = {
    from: EDGE,
    to: "api.payments",
    port: 9898,
    method: "POST",
    path: "/v1/payments",
    host: "pay.example.com",
    claims: customer,
  };

  it("lets a customer with a token pay, through the edge", () => {
    const allows = judge(stack());
    assert.ok(allows({ ...api, to: "istio-ingressgateway.istio-system", port: 8443 }));
    assert.ok(allows(api));
  });

  it("denies a caller without a token, with one of another issuer, or without the scope", () => {
    const allows = judge(stack());
    const { claims: _, ...without } = api;
    assert.ok(!allows({ ...without, to: "istio-ingressgateway.istio-system", port: 8443 }));
    assert.ok(!allows(without));
    assert.ok(!allows({ ...api, claims: { ...customer, iss: "https://elsewhere.example" } }));
    assert.ok(!allows({ ...api, claims: { ...customer, scope: "profile" } }));
  });

  it("denies what does not come from the edge, is another method, or looks inside", () => {
    const allows = judge(stack());
    assert.ok(!allows({ ...api, from: "refunds.backoffice" }));
    assert.ok(!allows({ ...api, method: "DELETE" }));
    assert.ok(!allows({ ...api, path: "/metrics" }));
  });

  it("opens the ledger by method, and the vault to the ledger alone", () => {
    const allows = judge(stack());
    const ledger = (from: string, method: string): NamedCall => ({
      ...{ from, to: "ledger.payments", port: 9999, method: "POST" },
      path: `/payments.Ledger/${method}`,
    });
    assert.ok(allows(ledger("api.payments", "Append")));
    assert.ok(!allows(ledger("api.payments", "Reverse")));
    assert.ok(allows(ledger("refunds.backoffice", "Reverse")));
    const vault: NamedCall = { from: "ledger.payments", to: "vault.vault", port: 9898, path: "/keys/1" };
    assert.ok(allows(vault));
    assert.ok(!allows({ ...vault, method: "PUT" }));
    assert.ok(!allows({ ...vault, from: "api.payments" }));
  });

  it("knows a caller outside of its catalogue by its account", () => {
    const settle: NamedCall = {
      ...{ from: "settlement.batch", to: "refunds.backoffice", port: 9898 },
      ...{ method: "POST", path: "/settle" },
    };
    assert.ok(judge(stack())(settle));
    assert.ok(!judge(stack())({ ...settle, from: "default.batch" }));
  });

  it("demands mutual TLS of everyone, and TLS 1.3 at the edge", () => {
    const strict = stack().object({ kind: "PeerAuthentication", namespace: "istio-system" });
    assert.deepEqual(strict["spec"], { mtls: { mode: "STRICT" } });
    const { spec } = stack().object({ kind: "Gateway", name: "edge" });
    const servers = (spec as { servers: { tls?: { minProtocolVersion?: string; mode?: string } }[] }).servers;
    const secured = servers.filter(({ tls }) => tls?.mode === "SIMPLE");
    assert.deepEqual(
      secured.map(({ tls }) => tls?.minProtocolVersion),
      ["TLSV1_3"],
    );
  });

  it("mirrors what may come in in NetworkPolicies of every namespace", () => {
    const namespaces = new Set(
      stack()
        .objects({ kind: "NetworkPolicy" })
        .map(({ metadata }) => metadata.namespace),
    );
    for (const namespace of ["payments", "vault", "backoffice"])
      assert.ok(namespaces.has(namespace), namespace);
  });
});
