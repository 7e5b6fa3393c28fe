import assert from "node:assert/strict";
import { codes, findings, waits } from "../support";

const RULE = "traffic-envoyfilter";

describe("traffic-envoyfilter", () => {
  it("passes what is as it should be", () => {
    assert.deepEqual(
      findings(
        RULE,
        `
{ apiVersion: networking.istio.io/v1, kind: WasmPlugin, metadata: { name: a } }
`,
      ),
      [],
    );
  });

  const violation = `
{ apiVersion: networking.istio.io/v1alpha3, kind: EnvoyFilter, metadata: { name: a }, spec: { configPatches: [{ applyTo: HTTP_ROUTE, patch: { operation: ADD } }, { applyTo: ROUTE_CONFIGURATION, patch: { operation: REMOVE } }, { applyTo: CLUSTER, patch: { operation: REPLACE } }, { applyTo: HTTP_FILTER, match: { proxy: { proxyVersion: "1.*" } }, patch: { operation: INSERT_BEFORE, value: { name: x } } }, { applyTo: HTTP_FILTER, patch: { operation: REMOVE, value: { name: x } } }] } }
`;

  it("says what is wrong, where and why", () => {
    assert.deepEqual(findings(RULE, violation), [
      "EnvoyFilter default/a spec: an EnvoyFilter changes what Istio generates, which the next release may generate in another way: look at it before each upgrade",
      "EnvoyFilter default/a spec.configPatches[0].patch.operation: operation ADD has no effect on HTTP_ROUTE",
      "EnvoyFilter default/a spec.configPatches[1].patch.operation: operation REMOVE has no effect on ROUTE_CONFIGURATION",
      "EnvoyFilter default/a spec.configPatches[2].patch.operation: operation REPLACE has no effect on CLUSTER, only on filters and virtual hosts",
      "EnvoyFilter default/a spec.configPatches[3].patch.operation: operation INSERT_BEFORE depends on which filters are there when it is applied, and the EnvoyFilter has no priority",
      "EnvoyFilter default/a spec.configPatches[4].patch.operation: operation REMOVE depends on which filters are there when it is applied, and the EnvoyFilter has no priority",
    ]);
  });

  it("names the codes that other tools give the same things, and caps the level of what the set cannot settle", () => {
    assert.deepEqual(codes(RULE, violation), [
      "advisory IST0133",
      "advisory IST0153",
      "advisory IST0154",
      "advisory IST0152",
      "advisory IST0151",
      "advisory IST0155 IST0151",
    ]);
  });

  it("waits for what is not known before deployment", () => {
    assert.deepEqual(
      waits(
        RULE,
        `
{ apiVersion: networking.istio.io/v1alpha3, kind: EnvoyFilter, metadata: { name: a }, spec: { configPatches: [{ applyTo: HTTP_ROUTE, patch: { operation: UNKNOWN } }] } }
`,
      ),
      ["spec.configPatches[0].patch"],
    );
  });
});
