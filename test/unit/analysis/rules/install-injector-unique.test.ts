import assert from "node:assert/strict";
import { codes, findings, waits } from "../support";

const RULE = "install-injector-unique";

describe("install-injector-unique", () => {
  it("passes what is as it should be", () => {
    assert.deepEqual(
      findings(
        RULE,
        `
{ apiVersion: admissionregistration.k8s.io/v1, kind: MutatingWebhookConfiguration, metadata: { name: istio-sidecar-injector }, webhooks: [{ name: a.sidecar-injector.istio.io, namespaceSelector: { matchLabels: { istio-injection: enabled } }, clientConfig: { url: "https://istiod.example.com/inject" } }] }
`,
      ),
      [],
    );
  });

  const violation = `
{ apiVersion: admissionregistration.k8s.io/v1, kind: MutatingWebhookConfiguration, metadata: { name: one }, webhooks: [{ name: a.istio.io, namespaceSelector: { matchLabels: { istio-injection: enabled } }, clientConfig: { service: { name: istiod, namespace: istio-system } } }] }
---
{ apiVersion: admissionregistration.k8s.io/v1, kind: MutatingWebhookConfiguration, metadata: { name: two }, webhooks: [{ name: b.istio.io, namespaceSelector: { matchExpressions: [{ key: istio-injection, operator: In, values: [enabled] }] }, clientConfig: { url: "https://x.example.com" } }] }
`;

  it("says what is wrong, where and why", () => {
    assert.deepEqual(findings(RULE, violation), [
      'MutatingWebhookConfiguration one webhooks[0]: webhook "a.istio.io" and webhook "b.istio.io" of "two" both match a pod with no label in a namespace with istio-injection=enabled',
      'MutatingWebhookConfiguration one webhooks[0].clientConfig.service: webhook "a.istio.io" calls Service "istio-system/istiod", which does not exist: pods that it matches are not created',
      'MutatingWebhookConfiguration two webhooks[0]: webhook "b.istio.io" and webhook "a.istio.io" of "one" both match a pod with no label in a namespace with istio-injection=enabled',
    ]);
  });

  it("names the codes that other tools give the same things, and caps the level of what the set cannot settle", () => {
    assert.deepEqual(codes(RULE, violation), ["mandatory IST0139", "advisory IST0139", "mandatory IST0139"]);
  });

  it("waits for what is not known before deployment", () => {
    assert.deepEqual(
      waits(
        RULE,
        `
{ apiVersion: admissionregistration.k8s.io/v1, kind: MutatingWebhookConfiguration, metadata: { name: one }, webhooks: [{ name: a.istio.io, clientConfig: { service: UNKNOWN } }] }
`,
      ),
      ["webhooks[0].clientConfig.service"],
    );
  });
});
