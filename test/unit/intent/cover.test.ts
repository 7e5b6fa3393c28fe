import assert from "node:assert/strict";
import fc from "fast-check";
import { both, INEXPRESSIBLE, NEVER } from "../../../components/intent/conjunction";
import { covers } from "../../../components/intent/cover";
import type { MatchIntent, PathMatchIntent, TextMatch, ValueMatchIntent } from "../../../components/intent";

interface Request {
  readonly path: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly authority: string;
  readonly port: number;
  readonly source: { readonly namespace: string; readonly labels: Readonly<Record<string, string>> };
}

/** What a proxy does with a match: written apart from the code under test, by trying one request. */
function meets(request: Request, match: MatchIntent): boolean {
  const text = ({ match: how, value }: TextMatch, given: string): boolean =>
    how === "exact"
      ? given === value
      : how === "prefix"
        ? given.startsWith(value)
        : new RegExp(`^(?:${value})$`).test(given);
  const values = (wanted: readonly ValueMatchIntent[], given: Readonly<Record<string, string>>): boolean =>
    wanted.every((each) => {
      const found = given[each.name];
      if (each.match === "absent") return found === undefined;
      return found !== undefined && (each.match === "present" || text(each, found));
    });
  const { path } = match;
  const fold = (word: string): string =>
    path?.ignoreCase && path.match !== "regex" ? word.toLowerCase() : word;
  return (
    (path === undefined || text({ match: path.match, value: fold(path.value) }, fold(request.path))) &&
    (match.methods.length === 0 || match.methods.includes(request.method)) &&
    (match.methodPattern === undefined || text(match.methodPattern, request.method)) &&
    (match.withoutHeaders ?? []).every(({ name, ...never }) => {
      const found = request.headers[name];
      return found === undefined || !text(never, found);
    }) &&
    (match.authority === undefined || text(match.authority, request.authority)) &&
    (match.port === undefined || match.port === request.port) &&
    (match.source?.namespace === undefined || match.source.namespace === request.source.namespace) &&
    Object.entries(match.source?.labels ?? {}).every(
      ([key, value]) => request.source.labels[key] === value,
    ) &&
    values(match.headers, request.headers) &&
    values(match.query, request.query)
  );
}

// A small alphabet, so that conditions meet, contain and exclude one another often.
const text = fc.constantFrom("", "a", "A", "ab", "aB", "b");
const path = fc.tuple(fc.constant("/"), text, fc.constantFrom("", "/", "/a")).map((parts) => parts.join(""));
const regex = fc.constantFrom(".*", "/.*", "/a", "/[ab]+", "a.*", "/a/.*");
const pathMatch: fc.Arbitrary<PathMatchIntent> = fc.oneof(
  fc.record({
    match: fc.constantFrom("exact" as const, "prefix" as const),
    value: path,
    ignoreCase: fc.boolean(),
  }),
  fc.record({ match: fc.constant("regex" as const), value: regex, ignoreCase: fc.constant(false) }),
);
const valueMatch = (name: string): fc.Arbitrary<ValueMatchIntent> =>
  fc.oneof(
    fc.record({
      name: fc.constant(name),
      match: fc.constantFrom("exact" as const, "prefix" as const),
      value: text,
    }),
    fc.record({
      name: fc.constant(name),
      match: fc.constant("regex" as const),
      value: fc.constantFrom("a.*", "[ab]", ".*"),
    }),
    fc.record({ name: fc.constant(name), match: fc.constantFrom("present" as const, "absent" as const) }),
  );
const values = fc
  .tuple(fc.option(valueMatch("x")), fc.option(valueMatch("y")))
  .map((each) => each.filter((one) => one !== null));
const textMatch: fc.Arbitrary<TextMatch> = fc.oneof(
  fc.record({ match: fc.constantFrom("exact" as const, "prefix" as const), value: text }),
  fc.record({ match: fc.constant("regex" as const), value: fc.constantFrom("a.*", "[ab]", ".*") }),
);
/** What few matches ask, each of them seldom. */
const rare: fc.Arbitrary<Partial<MatchIntent>> = fc.record(
  {
    authority: textMatch,
    port: fc.constantFrom(80, 81),
    methodPattern: fc.constantFrom<TextMatch>(
      { match: "prefix", value: "P" },
      { match: "regex", value: "GET|PUT" },
    ),
    withoutHeaders: textMatch.map((each) => [{ name: "x", ...each }]),
    source: fc.record(
      { namespace: text, labels: fc.dictionary(fc.constantFrom("x", "y"), text, { minKeys: 1, maxKeys: 2 }) },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
);
const matches: fc.Arbitrary<MatchIntent> = fc
  .record({
    more: fc.oneof({ arbitrary: fc.constant({}), weight: 2 }, { arbitrary: rare, weight: 1 }),
    path: fc.option(pathMatch, { nil: undefined }),
    methods: fc.subarray(["GET", "POST"]),
    headers: values,
    query: values,
  })
  .map(({ path: found, more, ...rest }) => ({ ...(found && { path: found }), ...rest, ...more }));
const given = fc.dictionary(fc.constantFrom("x", "y"), text, { maxKeys: 2 });
const requests: fc.Arbitrary<Request> = fc.record({
  path,
  method: fc.constantFrom("GET", "POST", "PUT"),
  headers: given,
  query: given,
  authority: text,
  port: fc.constantFrom(80, 81),
  source: fc.record({ namespace: text, labels: given }),
});

/** Two matches of which the first often says less than the second. */
const pairs = fc
  .tuple(matches, matches, fc.constantFrom("path", "methods", "headers", "query", "other"))
  .map(([a, b, part]): readonly [MatchIntent, MatchIntent] => {
    if (part === "other") return [a, b];
    const { path: found, ...rest } = b;
    if (part === "path") return [{ ...rest, ...(a.path && { path: a.path }) }, b];
    return [{ ...rest, ...(found && { path: found }), [part]: a[part] }, b];
  });

describe("matches", () => {
  it("that cover another are met by every request that meets it", () => {
    let covered = 0;
    fc.assert(
      fc.property(pairs, fc.array(requests, { minLength: 5, maxLength: 20 }), ([a, b], all) => {
        if (!covers(a, b)) return;
        covered++;
        for (const request of all) if (meets(request, b)) assert.ok(meets(request, a));
      }),
      { numRuns: 3_000 },
    );
    assert.ok(covered > 50, `${covered} pairs, enough to tell`);
  });

  it("put together are met by exactly the requests that meet both", () => {
    const seen = { never: 0, inexpressible: 0, said: 0 };
    fc.assert(
      fc.property(matches, matches, fc.array(requests, { minLength: 5, maxLength: 20 }), (a, b, all) => {
        const result = both(a, b);
        if (result === INEXPRESSIBLE) return void seen.inexpressible++;
        seen[result === NEVER ? "never" : "said"]++;
        for (const request of all) {
          const expected = meets(request, a) && meets(request, b);
          assert.equal(
            result !== NEVER && meets(request, result),
            expected,
            JSON.stringify({ a, b, request }),
          );
        }
      }),
      { numRuns: 3_000 },
    );
    assert.ok(Math.min(seen.never, seen.inexpressible, seen.said) > 50, JSON.stringify(seen));
  });

  it("cover what a reader expects", () => {
    const of = (match: "exact" | "prefix" | "regex", value: string, ignoreCase = false): MatchIntent => ({
      path: { match, value, ignoreCase },
      methods: [],
      headers: [],
      query: [],
    });
    assert.ok(covers(of("prefix", "/wines"), of("exact", "/wines/red")));
    assert.ok(covers(of("prefix", "/wines"), of("prefix", "/winesale")));
    assert.ok(covers(of("prefix", "/"), of("regex", "/[a-z]+")));
    assert.ok(covers(of("regex", ".*"), of("prefix", "/a")));
    assert.ok(covers(of("regex", "/[a-z]+"), of("exact", "/abc")));
    assert.ok(covers(of("prefix", "/Wines", true), of("exact", "/wines/red")));
    assert.ok(!covers(of("prefix", "/wines"), of("prefix", "/wine")));
    assert.ok(!covers(of("exact", "/wines"), of("exact", "/wines", true)));
    assert.ok(!covers(of("prefix", "/a"), of("regex", "/a.*")));
  });
});
