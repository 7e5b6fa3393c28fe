import assert from "node:assert/strict";
import { findings, waits } from "../support";

const RULE = "authz-no-allow-all";
const policy = (spec: string): string => `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: a, namespace: shop }
spec: ${spec}
`;
const source = (text: string): string => policy(`{ rules: [{ from: [{ source: ${text} }] }] }`);
const START = "AuthorizationPolicy shop/a spec.rules[0]";

describe("authz-no-allow-all", () => {
  it("passes a policy without rules, which allows nothing", () => {
    for (const spec of ["{}", "{ rules: [] }", "{ action: ALLOW, selector: { matchLabels: { app: a } } }"]) {
      assert.deepEqual(findings(RULE, policy(spec)), [], spec);
    }
  });

  it("passes rules that name callers or operations", () => {
    for (const spec of [
      "{ rules: [{ from: [{ source: { principals: [cluster.local/ns/shop/sa/web] } }] }] }",
      "{ rules: [{ to: [{ operation: { methods: [GET], paths: [/healthz] } }] }] }",
      '{ rules: [{ from: [{ source: { principals: ["cluster.local/ns/shop/*"] } }] }] }',
      "{ rules: [{ from: [{ source: { ipBlocks: [10.0.0.0/8] } }] }] }",
    ]) {
      assert.deepEqual(findings(RULE, policy(spec)), [], spec);
    }
  });

  it("passes an open field beside one that narrows", () => {
    for (const text of [
      '{ principals: ["*"], namespaces: [shop] }',
      '{ namespaces: ["*"], ipBlocks: [10.0.0.0/8] }',
      '{ principals: ["*"], notNamespaces: [legacy] }',
      '{ principals: ["*"], requestPrincipals: ["*"] }',
    ]) {
      assert.deepEqual(findings(RULE, source(text)), [], text);
    }
    assert.deepEqual(
      findings(
        RULE,
        policy(
          '{ rules: [{ from: [{ source: { principals: ["*"] } }], when: [{ key: "request.auth.claims[role]", values: [admin] }] }] }',
        ),
      ),
      [],
    );
  });

  it("leaves DENY, AUDIT and CUSTOM alone", () => {
    for (const action of ["DENY", "AUDIT", "CUSTOM"]) {
      assert.deepEqual(findings(RULE, policy(`{ action: ${action}, rules: [{}] }`)), []);
    }
  });

  it("reports a rule without limits", () => {
    assert.deepEqual(findings(RULE, policy("{ action: ALLOW, rules: [{}] }")), [
      `${START}: the ALLOW policy "shop/a" lets everyone in: spec.rules[0] is empty and matches every request`,
    ]);
  });

  it("reports every principal, namespace and address", () => {
    const at = (path: string, why: string): string =>
      `${START}.from[0].source.${path}: the ALLOW policy "shop/a" lets everyone in: spec.rules[0].from[0].source.${path} ${why}`;
    assert.deepEqual(findings(RULE, source('{ principals: [x, "*"] }')), [
      at("principals[1]", 'names principals "*", which is every caller with a certificate of the mesh'),
    ]);
    assert.deepEqual(findings(RULE, source('{ namespaces: ["*"] }')), [
      at("namespaces[0]", 'names namespaces "*", which is every namespace'),
    ]);
    for (const block of ["0.0.0.0/0", "::/0", "10.1.2.3/0"]) {
      assert.deepEqual(findings(RULE, source(`{ ipBlocks: ["${block}"] }`)), [
        at("ipBlocks[0]", `names ipBlocks "${block}", which is every address`),
      ]);
      assert.equal(findings(RULE, source(`{ remoteIpBlocks: ["${block}"] }`)).length, 1);
    }
  });

  it("waits for what is not known", () => {
    assert.deepEqual(waits(RULE, policy("{ rules: UNKNOWN }")), ["spec.rules"]);
    assert.deepEqual(waits(RULE, policy("{ rules: [UNKNOWN] }")), ["spec.rules[0]"]);
    assert.deepEqual(waits(RULE, source("{ principals: [UNKNOWN] }")), [
      "spec.rules[0].from[0].source.principals",
    ]);
    assert.deepEqual(waits(RULE, policy("{ action: UNKNOWN, rules: [{}] }")), ["spec.action"]);
  });
});
