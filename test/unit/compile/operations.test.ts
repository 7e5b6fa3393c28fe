import assert from "node:assert/strict";
import fc from "fast-check";
import { minimal, type Operation } from "../../../components/compile/authorization/operations";

const PORTS = [80, 90];
const METHODS = ["GET", "POST", "PUT"];
const PATHS = ["/a", "/b", "/c"];

const operation: fc.Arbitrary<Operation> = fc.record(
  { ports: fc.subarray(PORTS, { minLength: 1 }), methods: fc.subarray(METHODS), paths: fc.subarray(PATHS) },
  { noNullPrototype: true },
);

/** Every single call that is permitted; the last method and path stand for those that nobody named. */
function permitted(operations: readonly Operation[]): ReadonlySet<string> {
  const calls = PORTS.flatMap((port) =>
    [...METHODS, "DELETE"].flatMap((method) => [...PATHS, "/d"].map((path) => ({ port, method, path }))),
  );
  const met = calls.filter(({ port, method, path }) =>
    operations.some(
      ({ ports, methods, paths }) =>
        ports.includes(port) &&
        (methods.length === 0 || methods.includes(method)) &&
        (paths.length === 0 || paths.includes(path)),
    ),
  );
  return new Set(met.map((call) => JSON.stringify(call)));
}

describe("operations made fewer", () => {
  it("permit the same calls", () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 6 }), (operations) => {
        assert.deepEqual(permitted(minimal(operations)), permitted(operations));
      }),
      { numRuns: 1_000 },
    );
  });

  it("are no more than before, and the same whatever the order", () => {
    fc.assert(
      fc.property(
        fc
          .array(operation, { maxLength: 5 })
          .chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        ([operations, shuffled]) => {
          const fewer = minimal(operations);
          assert.ok(fewer.length <= operations.length);
          assert.deepEqual(minimal(shuffled), fewer);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it("leave no pair of which one permits the other, or which differ in one respect", () => {
    assert.deepEqual(
      minimal([
        { ports: [80], methods: ["GET"], paths: ["/a"] },
        { ports: [80], methods: ["POST"], paths: ["/a"] },
        { ports: [80], methods: ["GET", "POST"], paths: ["/b"] },
        { ports: [90], methods: [], paths: ["/c"] },
        { ports: [90], methods: ["GET"], paths: ["/c"] },
      ]),
      [
        { ports: [80], methods: ["GET", "POST"], paths: ["/a", "/b"] },
        { ports: [90], methods: [], paths: ["/c"] },
      ],
    );
  });
});
