import assert from "node:assert/strict";
import { largeMesh } from "../../../bench/large-mesh";
import { compileMesh, rateLimitConfiguration, scopeReport } from "../../../components/compile";
import type { MeshIntent } from "../../../components/intent";

/** How often the parts of an intent are read while `work` runs. */
function reads(intent: MeshIntent, work: (mesh: { intent(): MeshIntent }) => unknown): number {
  let count = 0;
  const wrapped = new WeakMap<object, object>();
  const counted = <T extends object>(value: T): T => {
    const known = wrapped.get(value);
    if (known !== undefined) return known as T;
    const made = new Proxy(value, {
      get: (target, key, receiver) => {
        count++;
        const found: unknown = Reflect.get(target, key, receiver);
        return typeof found === "object" && found !== null ? counted(found) : found;
      },
    });
    wrapped.set(value, made);
    return made;
  };
  work({ intent: () => counted(intent) });
  return count;
}

/** As data of its own: what `defineMesh` returns is frozen in parts, and a view of that may not show anything else. */
const intentOf = (size: number): MeshIntent =>
  JSON.parse(JSON.stringify(largeMesh(size).intent())) as MeshIntent;

describe("the work of compiling", function () {
  this.timeout(60_000);
  const sizes = { small: 100, large: 400 };
  const small = intentOf(sizes.small);
  const large = intentOf(sizes.large);

  const works = {
    "all objects": (mesh: { intent(): MeshIntent }) => compileMesh(mesh),
    "the report of scopes": (mesh: { intent(): MeshIntent }) => scopeReport(mesh),
    "the configuration of limits": (mesh: { intent(): MeshIntent }) => rateLimitConfiguration(mesh),
  };
  for (const [what, work] of Object.entries(works)) {
    it(`grows as the mesh does, for ${what}: four times the services are read four times as often, not sixteen`, () => {
      const ratio = reads(large, work) / reads(small, work);
      // Sorting reads a little more often than there is to sort.
      assert.ok(ratio > 3 && ratio < 5, `${ratio.toFixed(2)} times as many reads for 4 times the services`);
    });
  }

  it("is counted: a step that looks at every service for each is seen", () => {
    const quadratic = ({ intent }: { intent(): MeshIntent }) => {
      const { services } = intent();
      return services.map(({ key }) => services.filter((other) => other.key === key).length);
    };
    assert.ok(reads(large, quadratic) / reads(small, quadratic) > 12);
  });
});
