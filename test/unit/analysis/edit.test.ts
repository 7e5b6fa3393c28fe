import assert from "node:assert/strict";
import { applyEdits } from "../../../analysis";
import { segmentsOf } from "../../../analysis/object-path";

describe("segmentsOf", () => {
  it("tells names, numbers and quoted names apart", () => {
    assert.deepEqual(segmentsOf('spec.http[0].match[12].headers["x-user.id"]'), [
      "spec",
      "http",
      0,
      "match",
      12,
      "headers",
      "x-user.id",
    ]);
    assert.deepEqual(segmentsOf('metadata.labels["a\\"]b"]'), ["metadata", "labels", 'a"]b']);
    assert.deepEqual(segmentsOf('spec.portLevelMtls["8080"]'), ["spec", "portLevelMtls", "8080"]);
    assert.deepEqual(segmentsOf(""), []);
  });
});

describe("applyEdits", () => {
  const rule = { metadata: { name: "a" }, spec: { host: "h", ports: [{ n: 1 }, { n: 2 }, { n: 3 }] } };

  it("sets a field in its old place and leaves the object as it was", () => {
    const edited = applyEdits(rule, [{ path: "spec.host", value: "i" }]);
    assert.equal(
      JSON.stringify(edited),
      '{"metadata":{"name":"a"},"spec":{"host":"i","ports":[{"n":1},{"n":2},{"n":3}]}}',
    );
    assert.equal(rule.spec.host, "h");
    assert.equal(edited.spec.ports, rule.spec.ports);
  });

  it("makes what is missing on the way", () => {
    const edited = applyEdits<unknown>(rule, [{ path: "spec.ports[1].tls.mode", value: "SIMPLE" }]);
    assert.deepEqual(edited, {
      metadata: { name: "a" },
      spec: { host: "h", ports: [{ n: 1 }, { n: 2, tls: { mode: "SIMPLE" } }, { n: 3 }] },
    });
  });

  it("removes fields and elements, counted as they were before", () => {
    const edited = applyEdits<unknown>(rule, [
      { path: "spec.ports[0]", value: undefined },
      { path: "spec.ports[1]", value: undefined },
      { path: "spec.ports[2].n", value: 4 },
      { path: "spec.host", value: undefined },
    ]);
    assert.deepEqual(edited, { metadata: { name: "a" }, spec: { ports: [{ n: 4 }] } });
  });

  it("never touches a prototype", () => {
    const edited = applyEdits<object>({}, [{ path: "__proto__.polluted", value: true }]);
    assert.deepEqual(Object.keys(edited), ["__proto__"]);
    assert.equal(Object.hasOwn(Object.prototype, "polluted"), false);
  });
});
