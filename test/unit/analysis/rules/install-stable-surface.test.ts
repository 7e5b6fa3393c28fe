import assert from "node:assert/strict";
import { codes, findings, waits } from "../support";

const RULE = "install-stable-surface";

describe("install-stable-surface", () => {
  it("passes what is as it should be", () => {
    assert.deepEqual(
      findings(
        RULE,
        `
{ apiVersion: v1, kind: Service, metadata: { name: a, annotations: { networking.istio.io/exportTo: "." } } }
`,
      ),
      [],
    );
  });

  const violation = `
{ apiVersion: v1, kind: Service, metadata: { name: a, annotations: { networking.istio.io/exportToo: ".", sidecar.istio.io/proxyCPU: 1 } } }
---
{ apiVersion: apps/v1, kind: StatefulSet, metadata: { name: b }, spec: { template: { metadata: { annotations: { sidecar.istio.io/inject: "true", traffic.sidecar.istio.io/excludeInboundPorts: "many" } } } } }
---
{ apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: { name: c }, spec: { group: rbac.istio.io, names: { kind: ServiceRole } } }
`;

  it("says what is wrong, where and why", () => {
    assert.deepEqual(findings(RULE, violation), [
      "CustomResourceDefinition c spec.group: the kind ServiceRole of rbac.istio.io is gone; AuthorizationPolicy replaces it",
      'Service default/a metadata.annotations["networking.istio.io/exportToo"]: Istio knows no annotation "networking.istio.io/exportToo"; did you mean "networking.istio.io/exportTo"?',
      'Service default/a metadata.annotations["sidecar.istio.io/proxyCPU"]: the annotation "sidecar.istio.io/proxyCPU" means nothing on a Service, only on Pod',
      'StatefulSet default/b spec.template.metadata.annotations["sidecar.istio.io/inject"]: the annotation "sidecar.istio.io/inject" is deprecated; the label of that name replaces it',
      'StatefulSet default/b spec.template.metadata.annotations["traffic.sidecar.istio.io/excludeInboundPorts"]: the annotation "traffic.sidecar.istio.io/excludeInboundPorts" has value "many"; expected port numbers with commas between',
    ]);
  });

  it("names the codes that other tools give the same things, and caps the level of what the set cannot settle", () => {
    assert.deepEqual(codes(RULE, violation), [
      "advisory IST0002",
      "advisory IST0108",
      "advisory IST0107",
      "advisory IST0135",
      "advisory IST0125",
    ]);
  });

  it("waits for what is not known before deployment", () => {
    assert.deepEqual(
      waits(
        RULE,
        `
{ apiVersion: v1, kind: Pod, metadata: { name: a, annotations: { sidecar.istio.io/proxyCPU: UNKNOWN } } }
`,
      ),
      ['metadata.annotations["sidecar.istio.io/proxyCPU"]'],
    );
  });
});
