import assert from "node:assert/strict";
import { codes, findings, waits } from "../support";

const RULE = "workload-pod-security";

describe("workload-pod-security", () => {
  it("passes what is as it should be", () => {
    assert.deepEqual(
      findings(
        RULE,
        `
{ apiVersion: apps/v1, kind: Deployment, metadata: { name: a }, spec: { template: { metadata: { labels: { sidecar.istio.io/inject: "true" } }, spec: { securityContext: { runAsNonRoot: true, seccompProfile: { type: RuntimeDefault } }, containers: [{ name: a, securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: [ALL] } } }, { name: istio-proxy, securityContext: { runAsUser: 1337 } }] } } } }
`,
      ),
      [],
    );
  });

  const violation = `
{ apiVersion: batch/v1, kind: CronJob, metadata: { name: a }, spec: { jobTemplate: { spec: { template: { metadata: { labels: { sidecar.istio.io/inject: "true" } }, spec: { hostPID: true, securityContext: { runAsGroup: 1337 }, containers: [{ name: a, securityContext: { runAsUser: 0, privileged: true, capabilities: { add: [NET_ADMIN] } } }, { name: b, securityContext: { runAsUser: 1337 } }] } } } } } }
`;

  it("says what is wrong, where and why", () => {
    assert.deepEqual(findings(RULE, violation), [
      'CronJob default/a spec.jobTemplate.spec.template.spec.containers[0].securityContext: container "a" of CronJob "default/a" does not meet the restricted standard: it lacks runAsNonRoot: true, allowPrivilegeEscalation: false, capabilities.drop: [ALL], seccompProfile',
      'CronJob default/a spec.jobTemplate.spec.template.spec.containers[0].securityContext.capabilities.add: container "a" of CronJob "default/a" adds the capabilities NET_ADMIN',
      'CronJob default/a spec.jobTemplate.spec.template.spec.containers[0].securityContext.privileged: container "a" of CronJob "default/a" is privileged: it can change the redirection and the node',
      'CronJob default/a spec.jobTemplate.spec.template.spec.containers[0].securityContext.runAsUser: container "a" of CronJob "default/a" runs as root',
      'CronJob default/a spec.jobTemplate.spec.template.spec.containers[1].securityContext: container "b" of CronJob "default/a" does not meet the restricted standard: it lacks allowPrivilegeEscalation: false, capabilities.drop: [ALL], seccompProfile',
      'CronJob default/a spec.jobTemplate.spec.template.spec.containers[1].securityContext.runAsUser: CronJob "default/a" runs with runAsUser 1337, which is the proxy\'s own: its traffic is not captured',
      'CronJob default/a spec.jobTemplate.spec.template.spec.hostPID: CronJob "default/a" shares the node\'s PID namespace',
      'CronJob default/a spec.jobTemplate.spec.template.spec.securityContext.runAsGroup: CronJob "default/a" runs with runAsGroup 1337, which is the proxy\'s own: its traffic is not captured',
    ]);
  });

  it("names the codes that other tools give the same things, and caps the level of what the set cannot settle", () => {
    assert.deepEqual(codes(RULE, violation), [
      "advisory",
      "mandatory",
      "mandatory",
      "mandatory",
      "advisory",
      "mandatory IST0144",
      "mandatory",
      "mandatory",
    ]);
  });

  it("waits for what is not known before deployment", () => {
    assert.deepEqual(
      waits(
        RULE,
        `
{ apiVersion: apps/v1, kind: Deployment, metadata: { name: a }, spec: { template: { spec: { securityContext: { runAsUser: UNKNOWN } } } } }
`,
      ),
      ["spec.template.spec.securityContext.runAsUser"],
    );
  });
});
