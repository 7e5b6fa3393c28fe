import assert from "node:assert/strict";
import { analyse, type Finding } from "../../analysis";
import { analyzerCases, type ExpectedMessage } from "./istioctl/cases";

/** Messages of a live cluster's state, and of an analyzer of which a set of files shows nothing to compare with. */
const LEFT_OUT: ReadonlySet<string> = new Set(["IST0171"]);

/** Messages whose object is a file for us, not a kind, and cases that we judge otherwise on purpose. */
const DIFFERENT: readonly string[] = [
  "unknown service registry in mesh networks",
  "GatewayAPICRDVersionBelowMinimum",
];

function covers({ anchors, object }: Finding, expected: ExpectedMessage): boolean {
  const names = [object.name, `${object.namespace ?? ""}/${object.name}`].map(
    (name) => `${object.kind} ${name}`,
  );
  return anchors.includes(expected.code) && names.includes(expected.object);
}

describe("what istioctl analyze says of its own test inputs", () => {
  it("is said by a rule of ours, with its code, of the same object", function () {
    const cases = analyzerCases();
    if (typeof cases === "string") {
      console.log(`skipped: ${cases}`);
      this.skip();
    }
    let expected = 0;
    const missed: string[] = [];
    for (const each of cases) {
      const { findings } = analyse(each.objects, {
        now: new Date("2026-11-21T12:00:00Z"),
        options: { "install-stable-surface": { reportAlpha: true } },
        meshConfig: each.meshConfig,
        meshNetworks: each.meshNetworks,
      });
      for (const message of each.expected) {
        if (LEFT_OUT.has(message.code) || DIFFERENT.includes(each.name)) continue;
        expected++;
        if (!findings.some((finding) => covers(finding, message)))
          missed.push(`${each.name}: ${message.code} ${message.object}`);
      }
    }
    assert.deepEqual(missed, []);
    assert.ok(expected > 180, `${expected} messages were compared`);
  });
});
