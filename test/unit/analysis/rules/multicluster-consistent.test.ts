import assert from "node:assert/strict";
import { codes, findings, waits } from "../support";

const RULE = "multicluster-consistent";

describe("multicluster-consistent", () => {
  it("passes what is as it should be", () => {
    assert.deepEqual(
      findings(
        RULE,
        `
{ apiVersion: v1, kind: Service, metadata: { name: a, annotations: { topology.istio.io/cluster: one } }, spec: { ports: [{ port: 80 }] } }
---
{ apiVersion: v1, kind: Service, metadata: { name: a, annotations: { topology.istio.io/cluster: two } }, spec: { ports: [{ port: 80 }] } }
`,
      ),
      [],
    );
  });

  const violation = `
{ apiVersion: v1, kind: Service, metadata: { name: a, annotations: { topology.istio.io/cluster: one } }, spec: { ports: [{ port: 80 }] } }
---
{ apiVersion: v1, kind: Service, metadata: { name: a, annotations: { topology.istio.io/cluster: two } }, spec: { ports: [{ port: 81 }] } }
---
{ apiVersion: v1, kind: ConfigMap, metadata: { name: istio, namespace: istio-system }, data: { mesh: "{}", meshNetworks: "networks: { n: { endpoints: [{ fromRegistry: west }] } }" } }
---
{ apiVersion: v1, kind: ConfigMap, metadata: { name: istio-two, namespace: istio-system }, data: { mesh: "trustDomain: other.org" } }
---
{ apiVersion: v1, kind: Secret, metadata: { name: s, namespace: istio-system, labels: { istio/multiCluster: "true" } }, data: { east: eA== } }
---
{ apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingWebhookConfiguration, metadata: { name: istio-validator }, webhooks: [{ name: a, clientConfig: {} }, { name: b, clientConfig: { url: "not a url" } }, { name: c, clientConfig: { url: "https://10.0.0.1/x" } }] }
`;

  it("says what is wrong, where and why", () => {
    assert.deepEqual(findings(RULE, violation), [
      'ValidatingWebhookConfiguration istio-validator webhooks[0].clientConfig: webhook "a" has neither a URL nor a Service: it calls nobody',
      'ValidatingWebhookConfiguration istio-validator webhooks[1].clientConfig.url: the URL of webhook "b" does not parse: "not a url"',
      'ValidatingWebhookConfiguration istio-validator webhooks[2].clientConfig.url: the URL of webhook "c" has the address 10.0.0.1: a certificate for a name does not fit it, and the address may change',
      'Service default/a spec.ports: Service "default/a" has not the same ports in cluster "two" and in cluster "one"',
      'ConfigMap istio-system/istio data.meshNetworks: network "n" takes endpoints of registry "west", which no remote secret of this set names',
      'ConfigMap istio-system/istio-two data.mesh: its trust domain is "other.org", that of "istio-system/istio" is "cluster.local", and neither is an alias: workloads refuse each other',
    ]);
  });

  it("names the codes that other tools give the same things, and caps the level of what the set cannot settle", () => {
    assert.deepEqual(codes(RULE, violation), [
      "mandatory IST0163",
      "mandatory IST0163",
      "advisory IST0164",
      "mandatory IST0170",
      "mandatory IST0126",
      "mandatory KIA0108",
    ]);
  });

  it("waits for what is not known before deployment", () => {
    assert.deepEqual(
      waits(
        RULE,
        `
{ apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingWebhookConfiguration, metadata: { name: istio-validator }, webhooks: [{ name: a, clientConfig: { url: UNKNOWN } }] }
`,
      ),
      ["webhooks[0].clientConfig.url"],
    );
  });
});
