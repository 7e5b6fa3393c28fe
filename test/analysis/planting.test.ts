import assert from "node:assert/strict";
import fc from "fast-check";
import { allRules, analyse, type Finding, type Level } from "../../analysis";
import { build } from "./planting/build";
import { makeCertificates, type Certificates } from "./planting/certificates";
import { compiled } from "./planting/compiled";
import { draw } from "./planting/draw";
import { idOf, type Mesh } from "./planting/mesh";
import { plan } from "./planting/plan";
import { planters } from "./planting/planters";
import type { Planter } from "./planting/planter";

const NOW = new Date("2026-11-21T12:00:00Z");
/** How many sound meshes are drawn of each kind: by hand, and by compiling intents. */
const SOUND = 600;
/** How many meshes each rule's faults are planted in, and how many there are at the least. */
const PLANTED_PER_RULE = 18;
const LEAST_PER_RULE = 10;
const LEAST = 1000;

const judge = (mesh: Mesh, rule?: string): readonly Finding[] =>
  analyse(mesh.located(), {
    now: NOW,
    pack: "strict",
    ...(rule === undefined ? {} : { rules: allRules.filter(({ id }) => id === rule) }),
  }).findings;

const place = ({ object }: Finding): string => {
  const group = object.apiVersion.includes("/") ? object.apiVersion.split("/")[0] : "";
  return `${group}/${object.kind} ${object.namespace ?? ""}/${object.name}`;
};

const show = (finding: Finding): string =>
  `${finding.level} ${finding.rule} at ${place(finding)} ${finding.path}: ${finding.message}`;

describe("meshes drawn at random", () => {
  let certificates: Certificates;
  let faults: Readonly<Record<string, readonly Planter[]>>;
  let sound = 0;
  let objects = 0;
  const planted = new Map<string, number>();
  const levels = new Map<Level, number>();

  before(async () => {
    certificates = await makeCertificates(NOW);
    faults = planters(certificates);
  });

  for (const [how, wiring] of [
    ["written by hand", undefined],
    ["compiled from intents", compiled],
  ] as const) {
    it(`have no finding that stops a deployment, in the pack that is strict: ${SOUND} ${how}`, function () {
      this.timeout(120_000);
      fc.assert(
        fc.property(plan, (drawn) => {
          const mesh = build(drawn, certificates, wiring);
          const mandatory = judge(mesh).filter(({ level }) => level === "mandatory");
          assert.deepEqual(mandatory.map(show), []);
          sound++;
          objects += mesh.objects.length;
        }),
        { numRuns: SOUND },
      );
    });
  }

  for (const { id } of allRules) {
    it(`show ${id} each fault of its kind, on the object that has it`, function () {
      this.timeout(60_000);
      const kinds = faults[id] ?? [];
      assert.ok(kinds.length > 0, `${id} has no kind of fault that could be planted: add one`);
      let next = 0;
      fc.assert(
        fc.property(plan, draw, (drawn, choices) => {
          const fault = kinds[next++ % kinds.length];
          assert.ok(fault !== undefined);
          const mesh = build(drawn, certificates);
          const before = new Set(judge(mesh, id).map(show));
          const due = [fault.plant(mesh, choices)].flat().map(idOf);
          const fresh = judge(mesh, id).filter(
            (finding) => finding.rule === id && !before.has(show(finding)),
          );
          const right = fresh.find((finding) => due.includes(place(finding)));
          assert.ok(
            right !== undefined,
            `${fault.fault}: not found on ${due.join(" or ")}; found ${fresh.map(show).join("; ") || "nothing"}`,
          );
          planted.set(id, (planted.get(id) ?? 0) + 1);
          levels.set(right.level, (levels.get(right.level) ?? 0) + 1);
        }),
        { numRuns: PLANTED_PER_RULE },
      );
    });
  }

  it("were enough to tell: a thousand sound ones, a thousand faults, and ten for every rule that there is", function () {
    const total = [...planted.values()].reduce((sum, count) => sum + count, 0);
    const rare = allRules
      .map(({ id }: { readonly id: string }) => id)
      .filter((id) => (planted.get(id) ?? 0) < LEAST_PER_RULE);
    const count = (level: Level): number => levels.get(level) ?? 0;
    console.log(
      `      ${sound} sound meshes of ${objects} objects; ${total} faults of ${planted.size} rules found, ` +
        `${count("mandatory")} as mandatory and ${count("advisory")} as advisory`,
    );
    assert.deepEqual(rare, [], "rules that were planted too rarely");
    assert.ok(sound >= LEAST, `${sound} sound meshes`);
    assert.ok(total >= LEAST, `${total} planted faults`);
  });
});
