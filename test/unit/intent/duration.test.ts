import assert from "node:assert/strict";
import fc from "fast-check";
import { formatDuration, parseDuration } from "../../../components/intent";

describe("a duration", () => {
  it("is read exactly, whatever its unit", () => {
    const read = Object.fromEntries(
      ["1ms", "500ms", "2s", "1.5s", "1.1s", "0.001s", "1m", "1.5m", "1h", "0.5h", "007s"].map((text) => [
        text,
        parseDuration(text),
      ]),
    );
    assert.deepEqual(read, {
      "1ms": 1,
      "500ms": 500,
      "2s": 2_000,
      "1.5s": 1_500,
      "1.1s": 1_100,
      "0.001s": 1,
      "1m": 60_000,
      "1.5m": 90_000,
      "1h": 3_600_000,
      "0.5h": 1_800_000,
      "007s": 7_000,
    });
  });

  it("is refused where the type is too kind: signs, exponents, white space, other bases", () => {
    const refused = [
      "-1s",
      "+1s",
      "1e3s",
      "0x10s",
      "10 s",
      " 1s",
      "1s ",
      "1S",
      "1",
      "s",
      "",
      ".5s",
      "1.s",
      "1h30m",
      "1us",
    ];
    assert.deepEqual(
      refused.filter((text) => parseDuration(text) !== undefined),
      [],
    );
  });

  it("is refused where it is nothing, less than a millisecond or too large to be exact", () => {
    const refused = ["0s", "0ms", "0.5ms", "0.0001s", "1.0005s", "9999999999s"];
    assert.deepEqual(
      refused.filter((text) => parseDuration(text) !== undefined),
      [],
    );
  });

  it("comes back from its text", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 999_999_999 }), (milliseconds) => {
        assert.equal(parseDuration(formatDuration(milliseconds)), milliseconds);
      }),
    );
  });

  it("never throws and never gives anything but whole milliseconds", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[-+.\de ]{0,8}(ms|s|m|h)$/)), (text) => {
        const read = parseDuration(text);
        assert.ok(read === undefined || (Number.isSafeInteger(read) && read >= 1), `${text} → ${read}`);
      }),
    );
  });
});
