import assert from "node:assert/strict";
import { codes, findings, waits } from "../support";

const RULE = "telemetry-provider-exists";

describe("telemetry-provider-exists", () => {
  it("passes what is as it should be", () => {
    assert.deepEqual(
      findings(
        RULE,
        `
{ apiVersion: v1, kind: ConfigMap, metadata: { name: istio, namespace: istio-system }, data: { mesh: "{ extensionProviders: [{ name: otel }], defaultProviders: { accessLogging: [otel] } }" } }
---
{ apiVersion: telemetry.istio.io/v1, kind: Telemetry, metadata: { name: a }, spec: { accessLogging: [{}], tracing: [{ providers: [{ name: otel }] }] } }
`,
      ),
      [],
    );
  });

  const violation = `
{ apiVersion: v1, kind: ConfigMap, metadata: { name: istio, namespace: istio-system }, data: { mesh: "extensionProviders: [{ name: otel }]" } }
---
{ apiVersion: telemetry.istio.io/v1, kind: Telemetry, metadata: { name: a }, spec: { accessLogging: [{}], tracing: [{ providers: [{ name: otell }] }] } }
`;

  it("says what is wrong, where and why", () => {
    assert.deepEqual(findings(RULE, violation), [
      "Telemetry default/a spec.accessLogging[0]: accessLogging names no provider, and the mesh has no default provider for it: nothing is sent",
      'Telemetry default/a spec.tracing[0].providers[0].name: the mesh configuration has no extension provider "otell"; did you mean "otel"?',
    ]);
  });

  it("names the codes that other tools give the same things, and caps the level of what the set cannot settle", () => {
    assert.deepEqual(codes(RULE, violation), ["mandatory IST0157", "mandatory"]);
  });

  it("waits for what is not known before deployment", () => {
    assert.deepEqual(
      waits(
        RULE,
        `
{ apiVersion: telemetry.istio.io/v1, kind: Telemetry, metadata: { name: a }, spec: { tracing: [{ providers: UNKNOWN }] } }
`,
      ),
      ["spec.tracing[0].providers"],
    );
  });
});
