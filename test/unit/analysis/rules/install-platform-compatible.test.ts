import assert from "node:assert/strict";
import { codes, findings } from "../support";

const RULE = "install-platform-compatible";

describe("install-platform-compatible", () => {
  it("passes what is as it should be", () => {
    assert.deepEqual(
      findings(
        RULE,
        `
{ apiVersion: v1, kind: Node, metadata: { name: n }, status: { nodeInfo: { kubeletVersion: v1.33.1 } } }
`,
      ),
      [],
    );
  });

  const violation = `
{ apiVersion: v1, kind: Node, metadata: { name: n }, status: { nodeInfo: { kubeletVersion: v1.24.1 } } }
---
{ apiVersion: v1, kind: ConfigMap, metadata: { name: cilium-config, namespace: kube-system }, data: { cni-exclusive: "true", kube-proxy-replacement: "true" } }
---
{ apiVersion: apps/v1, kind: DaemonSet, metadata: { name: istio-cni-node } }
---
{ apiVersion: apps/v1, kind: Deployment, metadata: { name: edge }, spec: { template: { metadata: { labels: { app: edge }, annotations: { inject.istio.io/templates: gateway } }, spec: { containers: [{ name: istio-proxy }] } } } }
---
{ apiVersion: v1, kind: Service, metadata: { name: edge }, spec: { selector: { app: edge }, ports: [{ port: 80, targetPort: 80 }] } }
`;

  it("says what is wrong, where and why", () => {
    assert.deepEqual(findings(RULE, violation), [
      'Node n status.nodeInfo.kubeletVersion: node "n" has Kubernetes v1.24.1; Istio asks for 1.32 at least',
      'Deployment default/edge spec.template.spec.containers[0].securityContext: Deployment "default/edge" is to open port 80 (Service "default/edge"), but its user may not open ports below 1024',
      'ConfigMap kube-system/cilium-config data: bpf-lb-sock-hostns-only is not "true": Cilium picks the pod of a service before the proxy sees the service, and routes and policies do not apply',
      'ConfigMap kube-system/cilium-config data.cni-exclusive: cni-exclusive is "true": Cilium removes the configuration of Istio\'s node agent, and pods start without redirection',
    ]);
  });

  it("names the codes that other tools give the same things, and caps the level of what the set cannot settle", () => {
    assert.deepEqual(codes(RULE, violation), [
      "advisory IST0142",
      "advisory IST0142",
      "advisory IST0142",
      "advisory IST0142",
    ]);
  });

  it("says nothing of versions, settings and ports that are not known before deployment", () => {
    assert.deepEqual(
      findings(
        RULE,
        violation
          .replace("v1.24.1", "UNKNOWN")
          .replace('data: { cni-exclusive: "true", kube-proxy-replacement: "true" }', "data: UNKNOWN")
          .replace("targetPort: 80", "targetPort: UNKNOWN"),
      ),
      [],
    );
  });
});
