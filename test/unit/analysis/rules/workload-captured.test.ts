import assert from "node:assert/strict";
import { codes, findings, waits } from "../support";

const RULE = "workload-captured";

describe("workload-captured", () => {
  it("passes what is as it should be", () => {
    assert.deepEqual(
      findings(
        RULE,
        `
{ apiVersion: v1, kind: Namespace, metadata: { name: shop, labels: { istio-injection: enabled } } }
---
{ apiVersion: apps/v1, kind: Deployment, metadata: { name: a, namespace: shop }, spec: { template: { spec: { containers: [{ name: a }] } } } }
`,
      ),
      [],
    );
  });

  const violation = `
{ apiVersion: v1, kind: Namespace, metadata: { name: shop, labels: { istio-injection: enabled } } }
---
{ apiVersion: apps/v1, kind: Deployment, metadata: { name: label, namespace: shop }, spec: { template: { metadata: { labels: { sidecar.istio.io/inject: "false" } } } } }
---
{ apiVersion: apps/v1, kind: Deployment, metadata: { name: host, namespace: shop }, spec: { template: { spec: { hostNetwork: true } } } }
---
{ apiVersion: apps/v1, kind: Deployment, metadata: { name: ports, namespace: shop }, spec: { template: { metadata: { annotations: { traffic.sidecar.istio.io/excludeOutboundPorts: "3306" } } } } }
---
{ apiVersion: apps/v1, kind: Deployment, metadata: { name: both, namespace: shop }, spec: { template: { metadata: { labels: { sidecar.istio.io/inject: "true", istio.io/dataplane-mode: ambient } } } } }
---
{ apiVersion: apps/v1, kind: Deployment, metadata: { name: auto, namespace: none }, spec: { template: { spec: { containers: [{ name: istio-proxy, image: auto }] } } } }
---
{ apiVersion: v1, kind: Service, metadata: { name: s, namespace: shop, labels: { istio.io/use-waypoint: none-there } } }
`;

  it("says what is wrong, where and why", () => {
    assert.deepEqual(findings(RULE, violation), [
      'Deployment none/auto spec.template.spec.containers[0].image: Deployment "none/auto" has image "auto", but no injector matches its pods: they do not start',
      'Deployment shop/both spec.template.metadata.labels["sidecar.istio.io/inject"]: Deployment "shop/both" is to have a sidecar and to be ambient: the sidecar wins',
      'Deployment shop/host spec.template.spec.hostNetwork: Deployment "shop/host" is left out of the mesh by hostNetwork, whose traffic cannot be captured, though its namespace is enrolled (sidecar)',
      'Deployment shop/label spec.template.metadata.labels["sidecar.istio.io/inject"]: Deployment "shop/label" is left out of the mesh by label false, though its namespace is enrolled (sidecar)',
      'Deployment shop/ports spec.template.metadata.annotations["traffic.sidecar.istio.io/excludeOutboundPorts"]: Deployment "shop/ports" keeps traffic out of the mesh: traffic.sidecar.istio.io/excludeOutboundPorts is "3306"',
      'Service shop/s metadata.labels["istio.io/use-waypoint"]: Service "shop/s" asks for a waypoint, but namespace "shop" is not ambient',
      'Service shop/s metadata.labels["istio.io/use-waypoint"]: no waypoint "shop/none-there" exists',
    ]);
  });

  it("names the codes that other tools give the same things, and caps the level of what the set cannot settle", () => {
    assert.deepEqual(codes(RULE, violation), [
      "mandatory IST0146",
      "mandatory KIA1311",
      "mandatory",
      "mandatory",
      "mandatory",
      "advisory KIA1312",
      "advisory KIA1313",
    ]);
  });

  it("waits for what is not known before deployment", () => {
    assert.deepEqual(
      waits(
        RULE,
        `
{ apiVersion: v1, kind: Service, metadata: { name: s, labels: { istio.io/use-waypoint: UNKNOWN } } }
---
{ apiVersion: apps/v1, kind: Deployment, metadata: { name: a }, spec: { template: { metadata: { annotations: { traffic.sidecar.istio.io/excludeOutboundPorts: UNKNOWN } } } } }
`,
      ),
      [
        'spec.template.metadata.annotations["traffic.sidecar.istio.io/excludeOutboundPorts"]',
        "metadata.labels",
      ],
    );
  });
});
