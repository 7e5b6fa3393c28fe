import assert from "node:assert/strict";
import {
  hostsOverlap,
  isDnsLabel,
  isHost,
  isHostUnder,
  isLabelKey,
  isLabelValue,
  isServiceName,
  isWildcardHost,
} from "../../../components/intent/dns";

/** The texts that a test takes. */
function taken(test: (text: string) => boolean, texts: readonly string[]): string[] {
  return texts.filter(test);
}

describe("names", () => {
  it("of labels are lower-case, up to 63 characters, without a dash at either end", () => {
    const long = "a".repeat(63);
    assert.deepEqual(
      taken(isDnsLabel, ["a", "a-b", "1a", long, `${long}a`, "A", "-a", "a-", "a.b", "a_b", "", "a\n"]),
      ["a", "a-b", "1a", long],
    );
    assert.deepEqual(taken(isServiceName, ["a", "1a"]), ["a"]);
  });

  it("of hosts have two labels at least and are no addresses", () => {
    assert.deepEqual(
      taken(isHost, [
        "a.b",
        "www.example.com",
        "localhost",
        "10.0.0.1",
        ".example.com",
        "a..b",
        "a.b.",
        "*.example.com",
        "A.b",
        "a b.c",
      ]),
      ["a.b", "www.example.com"],
    );
    assert.equal(isHost(`${"a.".repeat(126)}com`), false, "253 characters at most");
    assert.deepEqual(taken(isWildcardHost, ["*.example.com", "*", "*.", "*.com", "a.*.com", "www.*"]), [
      "*.example.com",
    ]);
  });

  it("of hosts are served by themselves, by the wildcard of their domain and by *", () => {
    assert.ok(isHostUnder("www.example.com", "www.example.com"));
    assert.ok(isHostUnder("www.example.com", "*.example.com"));
    assert.ok(isHostUnder("a.b.example.com", "*.example.com"));
    assert.ok(isHostUnder("*.b.example.com", "*.example.com"));
    assert.ok(isHostUnder("anything", "*"));
    assert.ok(!isHostUnder("example.com", "*.example.com"));
    assert.ok(!isHostUnder(".example.com", "*.example.com"));
    assert.ok(!isHostUnder("www.example.com.evil.org", "*.example.com"));
    assert.ok(!isHostUnder("wwwexample.com", "*.example.com"));
    assert.ok(hostsOverlap("*.example.com", "www.example.com"));
    assert.ok(!hostsOverlap("a.example.com", "b.example.com"));
  });

  it("of labels may have a DNS prefix, and values may be empty", () => {
    assert.deepEqual(
      taken(isLabelKey, [
        "app",
        "app.kubernetes.io/name",
        "a/b/c",
        "/name",
        "a b",
        "",
        `${"a".repeat(64)}`,
        "A/b",
        "a/B_c.d",
      ]),
      ["app", "app.kubernetes.io/name", "a/B_c.d"],
    );
    assert.deepEqual(taken(isLabelValue, ["", "v1", "a_b.c-d", "-a", "a/b", "a".repeat(64)]), [
      "",
      "v1",
      "a_b.c-d",
    ]);
  });
});
