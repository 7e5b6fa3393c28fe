import assert from "node:assert/strict";
import { join, resolve } from "node:path";
import { allRules, analyse, ruleIds, sourceOf, type Finding } from "../../analysis";
import { runProgram } from "../../engine";
import { objectsOf } from "../../engine/manifests";
import { FAST, projectWith } from "../engine/support/project";
import { readmeProgram } from "../package/readme";
import { runPolicyPack, type PolicyPackResult } from "../../engine/policy";
import { compileInto } from "./compiled";
import { BROKEN_MESH, MENDABLE_MESH, SOUND_MESH } from "./meshes";
import { deployment, deploymentOf, packWith, resource } from "./support";

const REPOSITORY = resolve(__dirname, "../..");
const POLICIES = join(REPOSITORY, "policies");

/** What a reader learns from a violation: rule, resource, and the text under the policy's description. */
function told(result: PolicyPackResult): string[] {
  return result.violations
    .filter(({ policy }) => policy !== "values-known")
    .map(({ policy, urn, message }) => {
      const text = message.split("\n")[1] ?? "";
      // A hint names the rule that it is of.
      const [, rule, rest] = /^([a-z0-9-]+): (.*)$/.exec(text) ?? [];
      return policy === "hints" ? `${rule} ${urn ?? ""} ${rest}` : `${policy} ${urn ?? ""} ${text}`;
    })
    .sort();
}

function expected(findings: readonly Finding[]): string[] {
  return findings
    .map((finding) => {
      const { rule, path, message, fix } = finding;
      return `${rule} ${sourceOf(finding)?.urn ?? ""} ${path}: ${message}. ${fix}.`;
    })
    .sort();
}

describe("the pack meshwright-baseline, served and type-checked as the Pulumi CLI does", function () {
  this.timeout(300_000);
  const { deployment: broken, located } = deploymentOf(BROKEN_MESH);
  let result: PolicyPackResult;

  before(async () => {
    result = await runPolicyPack({ directory: POLICIES, deployment: broken });
  });

  it("finds what analyse finds in the same objects: each rule, resource and word", () => {
    const { findings } = analyse(located);
    const scopes = new Set(findings.map(({ rule }) => allRules.find(({ id }) => id === rule)?.scope));
    assert.equal(scopes.size, 2, "the set breaks rules of both scopes");
    assert.deepEqual(told(result), expected(findings));
  });

  it("tells what a rule that stops a deployment cannot be sure of by a policy that stops nobody", () => {
    const levels = new Map<string, string>(allRules.map(({ id, level }) => [id, level]));
    const { findings } = analyse(located);
    const unsure = findings.filter(({ rule, level }) => level !== levels.get(rule));
    const hints = result.violations.filter(({ policy }) => policy === "hints");
    assert.ok(unsure.length > 0);
    assert.deepEqual(
      hints.map(({ level }) => level),
      unsure.map(() => "advisory"),
    );
  });

  it("gives each violation the level and severity of its rule", () => {
    for (const { policy, level, severity } of result.violations) {
      const rule = allRules.find(({ id }) => id === policy);
      if (rule !== undefined) assert.deepEqual([level, severity], [rule.level, rule.severity], policy);
    }
  });

  it("says once how many checks wait for values that are not known", () => {
    const { waiting } = analyse(located);
    assert.ok(waiting.length > 1);
    const said = result.violations.filter(({ policy }) => policy === "values-known");
    assert.equal(said.length, 1);
    assert.equal(said[0]?.level, "advisory");
    assert.match(
      said[0]?.message ?? "",
      new RegExp(`\\n${waiting.length} checks wait for values that are known only after deployment`),
    );
  });

  it("says of each policy that waits that it does not apply yet", () => {
    const policies = new Set(result.notApplicable.map(({ policy }) => policy));
    assert.deepEqual(
      [...policies].sort(),
      [...new Set(analyse(located).waiting.map(({ rule }) => rule))].sort(),
    );
  });

  it("describes its policies with severity, tags, steps and a link", () => {
    const { name, version, displayName, policies } = result.pack;
    assert.deepEqual([name, version, displayName], ["meshwright-baseline", "0.1.0", "Meshwright"]);
    assert.deepEqual(
      policies.map((policy) => policy.name),
      [...ruleIds, "hints", "values-known"],
    );
    const subset = policies.find((policy) => policy.name === "traffic-subset-exists");
    assert.deepEqual(subset?.tags, ["traffic", "IST0101", "IST0173", "KIA0203", "KIA0209", "KIA1107"]);
    assert.deepEqual([subset?.scope, subset?.severity, subset?.level], ["stack", "high", "mandatory"]);
    for (const policy of policies)
      assert.ok(policy.remediationSteps && policy.description && policy.severity, policy.name);
  });
});

describe("a pack of the user's own that imports our rules", function () {
  this.timeout(300_000);

  const pack = (program: string): string => {
    const directory = packWith({
      "index.js": `
const { PolicyPack } = require("@pulumi/policy");
const { meshwrightPolicies, MeshwrightPack } = require("./meshwright/policies");
${program}
`,
    });
    compileInto(directory);
    return directory;
  };

  it("runs them beside its own", async () => {
    const directory = pack(`
new PolicyPack("platform", {
  policies: [
    ...meshwrightPolicies({ select: { groups: ["gateway"] }, rules: { "gateway-no-plaintext": { level: "advisory", allowedPorts: [8080] } } }),
    { name: "own", description: "Own.", enforcementLevel: "mandatory", validateResource: (args, report) => { if (args.type.endsWith(":Gateway")) report("seen"); } },
  ],
});`);
    const result = await runPolicyPack({ directory, deployment: deploymentOf(BROKEN_MESH).deployment });
    assert.deepEqual(
      result.violations.map(({ policy, level }) => [policy, level]),
      [
        ["gateway-no-wildcard-host", "mandatory"],
        ["own", "mandatory"],
        ["gateway-no-plaintext", "advisory"],
      ],
    );
  });

  it("is clean over a sound mesh, in the strict pack too", async () => {
    const directory = pack(`new MeshwrightPack({ pack: "strict" });`);
    const result = await runPolicyPack({ directory, deployment: deploymentOf(SOUND_MESH).deployment });
    assert.equal(result.pack.name, "meshwright-strict");
    assert.deepEqual([result.violations, result.notApplicable], [[], []]);
    assert.equal(result.pack.policies.find(({ name }) => name === "authz-default-deny")?.level, "mandatory");
  });

  it("is clean over the stack of this repository, as the offline engine runs it", async () => {
    const directory = pack(`new MeshwrightPack({ pack: "strict" });`);
    const dev = await runProgram({ cwd: REPOSITORY, stack: "dev", env: FAST });
    const { violations } = await runPolicyPack({ directory, deployment: dev });
    assert.ok(dev.resources.some(({ type }) => type.endsWith(":VirtualService")));
    assert.deepEqual(
      violations.filter(({ level }) => level === "mandatory"),
      [],
    );
  });

  it("stops nothing in the README's program, whose Services another program owns, in pack baseline as in check", async () => {
    const components = JSON.stringify(join(REPOSITORY, "components"));
    const cwd = projectWith({ "index.ts": readmeProgram().replace('"meshwright"', components) });
    const program = await runProgram({ cwd, stack: "dev", env: FAST });
    const { findings } = analyse(objectsOf(program));
    const stopping = findings.filter(({ level }) => level === "mandatory");
    assert.deepEqual(
      stopping.map(({ rule, message }) => `${rule}: ${message}`),
      [],
    );
    // Choices that are left to its owner, and what Istio's own installation leaves open.
    const advice = new Set(findings.map(({ rule }) => rule));
    assert.deepEqual([...advice].sort(), [
      "authz-target-exists",
      "egress-registry-only",
      "install-control-plane-hardened",
      "resilience-timeout-budget",
      "telemetry-labels-and-defaults",
      "workload-supply-and-capacity",
    ]);
    const { violations } = await runPolicyPack({
      directory: pack("new MeshwrightPack();"),
      deployment: program,
    });
    assert.deepEqual(
      violations.filter(({ level }) => level === "mandatory"),
      [],
    );
    assert.ok(violations.some(({ policy }) => policy === "egress-registry-only"));
  });

  it("mends what each rule that remediates can mend, through the protocol, and finds nothing of theirs afterwards", async () => {
    const mending = allRules.filter(({ remediable }) => remediable === true).map(({ id }) => id);
    const levels = Object.fromEntries(mending.map((id) => [id, "remediate"]));
    const directory = pack(`new MeshwrightPack({ rules: ${JSON.stringify(levels)} });`);
    const { deployment: faulty, located } = deploymentOf(MENDABLE_MESH);
    const before = analyse(located).findings.filter(({ rule }) => mending.includes(rule));
    assert.deepEqual([...new Set(before.map(({ rule }) => rule))].sort(), [...mending].sort());
    const result = await runPolicyPack({ directory, deployment: faulty });
    assert.deepEqual(
      result.remediations.map(({ policy, urn }) => `${policy} ${urn}`).sort(),
      [...new Set(before.map((finding) => `${finding.rule} ${sourceOf(finding)?.urn}`))].sort(),
    );
    assert.deepEqual(
      result.violations.filter(({ policy }) => mending.includes(policy)),
      [],
    );
  });

  it("takes levels and options from the pack's configuration file", async () => {
    const directory = pack(`new MeshwrightPack({ rules: { "gateway-no-wildcard-host": "off" } });`);
    const result = await runPolicyPack({
      directory,
      deployment: deploymentOf(BROKEN_MESH).deployment,
      config: {
        all: "disabled",
        "gateway-no-plaintext": { enforcementLevel: "advisory", allowedPorts: [80] },
        "gateway-no-wildcard-host": "advisory",
        "traffic-weights-sane": "mandatory",
      },
    });
    assert.deepEqual(
      result.violations.map(({ policy, level }) => [policy, level]),
      [
        ["traffic-weights-sane", "mandatory"],
        ["gateway-no-wildcard-host", "advisory"],
      ],
    );
  });

  it("matches custom resources, patches and any version by their type token", async () => {
    const permissive = (token: string, name: string) =>
      resource(token, name, { metadata: { name }, spec: { mtls: { mode: "PERMISSIVE" } } });
    const directory = pack(`new MeshwrightPack({ select: { groups: ["mtls", "schema"] } });`);
    const result = await runPolicyPack({
      directory,
      deployment: deployment([
        permissive("kubernetes:security.istio.io/v1:PeerAuthentication", "a"),
        permissive("kubernetes:security.istio.io/v1beta1:PeerAuthentication", "b"),
        permissive("kubernetes:security.istio.io/v1:PeerAuthenticationPatch", "c"),
        permissive("kubernetes:yaml/v2:ConfigGroup", "d"),
        permissive("other:security.istio.io/v1:PeerAuthentication", "e"),
      ]),
    });
    assert.deepEqual(
      result.violations
        .filter(({ policy }) => policy === "mtls-no-downgrade")
        .map(({ policy, urn }) => `${policy} ${urn?.split("::").at(-1)}`),
      ["mtls-no-downgrade a", "mtls-no-downgrade b", "mtls-no-downgrade c"],
    );
  });

  it("refuses settings that name what does not exist, all at once", async () => {
    const directory = pack(
      `new MeshwrightPack({ rules: { "no-such": "advisory", "mtls-no-downgrade": { level: "loud", ports: [] } } });`,
    );
    await assert.rejects(runPolicyPack({ directory, deployment: deployment([]) }), (error: Error) => {
      for (const id of ["policies/unknown-rule", "policies/unknown-level", "policies/unknown-option"]) {
        assert.match(error.message, new RegExp(`\\[${id}\\]`));
      }
      return true;
    });
  });
});
