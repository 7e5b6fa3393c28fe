import assert from "node:assert/strict";
import {
  expandCrdSet,
  gatewayApiCrds,
  istioCrds,
  istioCustomResourceDefinitions,
} from "../../components/resources/crds";
import { rulesOf, rulesOfKind } from "../support/cel-rules";
import { isWithin, steps } from "../support/paths";
import { type LocalCluster, startCluster } from "./harness/cluster";
import { say } from "./harness/progress";
import { type Case, corpus, describeCase } from "./parity/corpus";
import { listed } from "./parity/listed";
import { moduleDefinitions } from "./parity/module-definitions";
import { checkOffline, type OfflineVerdict } from "./parity/offline";
import { rulesBroken } from "./parity/rules-broken";
import { type Answer, CustomResources } from "./parity/server";
import { requiresOwnCluster } from "./support/requires-cluster";

/** Another seed draws other objects; what is asserted holds for them too. */
const SEED = Number(process.env["MESHWRIGHT_PARITY_SEED"] ?? 31);
const DRAWN_PER_KIND = 30;
/** Rare rules are only broken by one of many. */
const SEARCHED_PER_KIND = 300;
/** Of each kind, so that no kind hides behind the others. */
const LEAST_PER_KIND = 10;
const LEAST_DRAWN = 300;

const kindOf = ({ object }: Case) => `${object.apiVersion.split("/")[0]} ${object.kind}`;

describe("custom resources on a real API server", function () {
  this.timeout(300_000);
  let cases: readonly Case[];
  let ours: LocalCluster;
  let answers: readonly Answer[];

  /** Cases with what the server with our definitions answers. */
  const answered = () => cases.map((one, index) => ({ ...one, answer: answers[index] as Answer }));

  before(async function () {
    requiresOwnCluster(this);
    cases = corpus({ perKind: DRAWN_PER_KIND, searched: SEARCHED_PER_KIND, seed: SEED });
    ours = await startCluster({ controllers: false });
    const resources = await CustomResources.install(ours.api, [
      ...istioCustomResourceDefinitions(),
      ...expandCrdSet(gatewayApiCrds),
    ]);
    answers = await resources.askAll(cases.map(({ object }) => object));
  });

  after(() => ours?.stop());

  it("are judged on a corpus of every kind, much of it refused and much of it accepted", () => {
    const all = answered();
    const refused = all.filter(({ answer }) => !answer.accepted).length;
    const drawn = cases.filter(({ origin }) => origin === "drawn").length;
    say(
      `seed ${SEED} (MESHWRIGHT_PARITY_SEED): ${drawn} objects drawn and ${cases.length - drawn} hand-written; ` +
        `${refused} refused, ${cases.length - refused} accepted`,
    );
    assert.ok(drawn >= LEAST_DRAWN);
    assert.ok(refused >= cases.length / 3, "a third is refused");
    assert.ok(cases.length - refused >= cases.length / 5, "a fifth is accepted");
    for (const { group, names } of [istioCrds, gatewayApiCrds].flatMap((set) => set.crds)) {
      const kind = `${group} ${names.kind}`;
      const ofKind = all.filter((one) => kindOf(one) === kind);
      const wrong = ofKind.filter(({ origin, answer }) => origin === "written" && !answer.accepted).length;
      const right = ofKind.filter(({ answer }) => answer.accepted).length;
      say(`  ${kind}: ${ofKind.length} objects, ${right} accepted, ${wrong} hand-written and refused`);
      assert.ok(wrong >= LEAST_PER_KIND, kind);
      assert.ok(right > 0, kind);
    }
  });

  it("get the answer that the author of each hand-written one knows", () => {
    const surprises = answered()
      .filter(
        ({ expected, answer }) => expected !== undefined && (expected === "accepted") !== answer.accepted,
      )
      .map((one) => `${describeCase(one)}: ${verdict(one.answer)}`);
    assert.deepEqual(surprises, []);
  });

  it("break every CEL rule of Istio at least once", () => {
    const broken = rulesBroken(cases, answers);
    const istioKinds = istioCrds.crds.flatMap((crd) =>
      [...rulesOfKind(crd)].map((rule) => `${crd.names.kind} ${rule}`),
    );
    const texts = new Set([...broken].map((one) => one.slice(one.indexOf(" ") + 1)));
    const ofIstio = rulesOf(istioCrds);
    const ofGateway = rulesOf(gatewayApiCrds);
    const count = (rules: ReadonlySet<string>) => [...rules].filter((rule) => texts.has(rule)).length;
    say(
      `rules broken: ${count(ofIstio)} of ${ofIstio.size} of Istio ` +
        `(${istioKinds.filter((rule) => broken.has(rule)).length} of ${istioKinds.length} kind by kind), ` +
        `${count(ofGateway)} of ${ofGateway.size} of the Gateway API`,
    );
    assert.deepEqual(
      [...ofIstio].filter((rule) => !texts.has(rule)),
      [],
    );
  });

  describe("beside the definitions of the modules that publish them", () => {
    let theirs: LocalCluster;
    let theirAnswers: readonly Answer[];

    before(async function () {
      const definitions = moduleDefinitions();
      if (typeof definitions === "string") {
        console.log(`      skipped: ${definitions}`);
        this.skip();
      }
      theirs = await startCluster({ controllers: false });
      const resources = await CustomResources.install(theirs.api, definitions);
      theirAnswers = await resources.askAll(cases.map(({ object }) => object));
    });

    after(() => theirs?.stop());

    it("are accepted and refused alike, for the same causes, and stored alike", () => {
      const differences = answered().flatMap((one, index) => {
        const their = theirAnswers[index] as Answer;
        try {
          assert.deepEqual(one.answer, their);
          return [];
        } catch {
          return [`${describeCase(one)}: here ${verdict(one.answer)}, there ${verdict(their)}`];
        }
      });
      assert.deepEqual(differences, []);
      assert.equal(theirAnswers.length, cases.length);
    });
  });

  describe("beside `meshwright check`", () => {
    let said: ReadonlyMap<string, OfflineVerdict>;
    const verdictOn = ({ id }: Case) => said.get(id) as OfflineVerdict;
    const disagree = (one: Case & { readonly answer: Answer }) =>
      one.answer.accepted !== (verdictOn(one).findings.length === 0);

    before(() => {
      said = checkOffline(cases);
    });

    it("are accepted and refused alike, but for what is listed with its reason", () => {
      const reasons = new Map(listed.map((row) => [row.what, row]));
      const unlisted = answered()
        .filter(disagree)
        .filter((one) => {
          const row = reasons.get(one.what);
          if (row === undefined || one.answer.accepted) return true;
          return row.noted && verdictOn(one).notes.length === 0;
        })
        .map((one) => {
          const found = verdictOn(one).findings.map(({ path, message }) => `${path}: ${message}`);
          return `${describeCase(one)}: ${verdict(one.answer)}; the check finds ${JSON.stringify(found)}`;
        });
      assert.deepEqual(unlisted, []);
    });

    it("still disagree where a disagreement is listed", () => {
      const disagreeing = new Map<string, number>();
      for (const { what } of answered().filter(disagree)) {
        disagreeing.set(what, (disagreeing.get(what) ?? 0) + 1);
      }
      for (const { what, reason } of listed) {
        say(`listed: ${disagreeing.get(what) ?? 0} objects ${what}, because ${reason}`);
      }
      assert.deepEqual(
        listed.map(({ what }) => what).filter((what) => !disagreeing.has(what)),
        [],
      );
    });

    it("are found wrong where the server finds them wrong", () => {
      const elsewhere = answered().flatMap((one) => {
        const places = placesOf(one.answer);
        const found = verdictOn(one).findings.map(({ path }) => place(path));
        const meets = (place: string) => found.some((path) => isWithin(path, place) || isWithin(place, path));
        // Where a server finds no place, or we nothing at all, there is nothing to compare.
        if (places.length === 0 || found.length === 0 || places.some(meets)) return [];
        return [`${describeCase(one)}: ${places.join(", ")} there, ${found.join(", ")} here`];
      });
      assert.deepEqual(elsewhere, []);
    });
  });
});

function verdict({ accepted, code, reason, causes, stored }: Answer): string {
  if (accepted) return `accepted as ${JSON.stringify(stored)}`;
  return `refused with ${code} ${reason}: ${JSON.stringify(causes)}`;
}

/** The places that a server names: of a cause, or in the words about fields that it does not know. */
function placesOf({ causes }: Answer): string[] {
  return causes.flatMap(({ field, message }) => {
    if (field !== undefined && field !== "<nil>") return [place(field)];
    return [...message.matchAll(/unknown field "((?:[^"\\]|\\.)*)"/g)].map((match) => place(match[1] ?? ""));
  });
}

/** Of metadata a server names no more than the field, and the name for what it made it from. */
function place(path: string): string {
  const [first, second] = steps(path).split("/");
  if (first !== "metadata" || second === undefined) return steps(path);
  return `metadata/${second === "generateName" ? "name" : second}`;
}
