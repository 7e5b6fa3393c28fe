import assert from "node:assert/strict";
import { unknownCheckingProxy, type ResourceValidationArgs } from "@pulumi/policy";
import fc from "fast-check";
import {
  allRules,
  analyse,
  editsOf,
  readSettings,
  sourceOf,
  type Finding,
  type KubernetesObject,
} from "../../analysis";
import { rulePolicy } from "../../policies/rule-policy";
import { build } from "../analysis/planting/build";
import { makeCertificates, type Certificates } from "../analysis/planting/certificates";
import { draw } from "../analysis/planting/draw";
import type { Mesh } from "../analysis/planting/mesh";
import { plan } from "../analysis/planting/plan";
import { planters } from "../analysis/planting/planters";

const NOW = new Date("2026-11-21T12:00:00Z");
/** How many meshes each rule mends, and how many of them must have had something to mend. */
const RUNS = 25;
const LEAST = 8;

const remediable = allRules.filter(({ remediable: mends }) => mends === true);

function show({ rule, level, object, path, message }: Finding): string {
  return `${level} ${rule} ${object.kind} ${object.namespace ?? ""}/${object.name} ${path}: ${message}`;
}

function judge(mesh: Mesh): readonly Finding[] {
  return analyse(mesh.located(), { now: NOW, pack: "strict" }).findings;
}

/** An object as a policy gets it: the provider's token, and properties behind the SDK's guard. */
function argsOf(object: KubernetesObject): ResourceValidationArgs {
  const version = object.apiVersion.includes("/") ? object.apiVersion : `core/${object.apiVersion}`;
  const args = {
    type: `kubernetes:${version}:${object.kind}`,
    urn: `urn:pulumi:dev::mesh::kubernetes:${version}:${object.kind}::${object.metadata.name}`,
    name: object.metadata.name,
    props: unknownCheckingProxy({ ...object }),
    getConfig: () => ({}),
    notApplicable: () => undefined,
  };
  return args as unknown as ResourceValidationArgs;
}

describe("remediations, of faults planted in meshes drawn at random", () => {
  let certificates: Certificates;
  before(async () => {
    certificates = await makeCertificates(NOW);
  });

  it("are those of four rules", () => {
    assert.deepEqual(remediable.map(({ id }) => id).sort(), [
      "gateway-tls-minimum",
      "install-namespace-dataplane",
      "mtls-client-not-disabled",
      "traffic-port-protocol",
    ]);
  });

  for (const rule of remediable) {
    it(`${rule.id}: what the policy mends passes, and nothing else is found for it`, function () {
      this.timeout(60_000);
      const { levels, options, exceptions } = readSettings({ rules: { [rule.id]: "remediate" } });
      const policy = rulePolicy(rule, {
        levels,
        options,
        exceptions,
        remediating: new Set([rule.id]),
        meshConfig: undefined,
        now: () => NOW,
      });
      assert.equal(policy.enforcementLevel, "remediate");
      assert.ok("remediateResource" in policy && policy.remediateResource !== undefined);
      const { remediateResource } = policy;
      const faults = planters(certificates)[rule.id as keyof ReturnType<typeof planters>];
      let mended = 0;
      let next = 0;
      fc.assert(
        fc.property(plan, draw, (drawn, choices) => {
          const mesh = build(drawn, certificates);
          faults[next++ % faults.length]?.plant(mesh, choices);
          const before = judge(mesh);
          const found = before.filter((finding) => finding.rule === rule.id);
          const certain = found.filter((finding) => editsOf(finding).length > 0);
          for (const object of new Set(found.map((finding) => sourceOf(finding)?.object))) {
            assert.ok(object !== undefined);
            const after: unknown = remediateResource(argsOf(object));
            const isCertain = certain.some((finding) => sourceOf(finding)?.object === object);
            assert.equal(
              after !== undefined,
              isCertain,
              "it mends where the object tells how, and nowhere else",
            );
            if (after === undefined) continue;
            mesh.replace(object, after as KubernetesObject);
            mended++;
          }
          const after = judge(mesh).map(show);
          const left = certain.map(show).filter((line) => after.includes(line));
          const known = new Set(before.map(show));
          assert.deepEqual([left, after.filter((line) => !known.has(line))], [[], []]);
        }),
        { numRuns: RUNS },
      );
      assert.ok(mended >= LEAST, `${mended} of ${RUNS} meshes had something to mend`);
    });
  }
});
