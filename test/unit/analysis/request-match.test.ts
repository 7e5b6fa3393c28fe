import assert from "node:assert/strict";
import fc from "fast-check";
import { MeshModel, type KubernetesObject } from "../../../analysis";
import {
  readRequestMatches,
  requestCovers,
  requestsOverlap,
  type RequestMatch,
} from "../../../analysis/model/request-match";
import { findOverlap, type Claim } from "../../../analysis/model/request-overlap";
import type { StringPattern } from "../../../analysis/model/string-pattern";
import { isCatchAll } from "../../../analysis/model/request-match";
import { Value } from "../../../analysis/reader";
import { run } from "./support";

/** A small world, in which conditions meet often. */
const paths = ["/", "/a", "/A", "/a/b", "/ab", "/b"];
const words = ["x", "xy", "y"];
const text = (among: readonly string[]) =>
  fc.oneof(
    fc.record({ exact: fc.constantFrom(...among) }),
    fc.record({ prefix: fc.constantFrom(...among) }),
    fc.record({ regex: fc.constantFrom(...among.map((each) => `${each}.*`), ".*", `${among[1]}+`) }),
  );
const presence = fc.oneof(text(words), fc.constant({}));
const match = fc.record(
  {
    uri: text(paths),
    ignoreUriCase: fc.boolean(),
    method: text(["GET", "GETX", "PUT"]),
    headers: fc.dictionary(fc.constantFrom("h", "i"), presence, { maxKeys: 2 }),
    withoutHeaders: fc.dictionary(fc.constantFrom("h", "i"), presence, { maxKeys: 1 }),
    queryParams: fc.dictionary(fc.constantFrom("q"), presence, { maxKeys: 1 }),
    port: fc.constantFrom(80, 81),
  },
  { requiredKeys: [] },
);
const request = fc.record({
  path: fc.constantFrom("/", "/a", "/A", "/a/b", "/A/B", "/ab", "/abc", "/b", "/aa", "/c"),
  method: fc.constantFrom("GET", "GETX", "GETT", "PUT", "POST"),
  headers: fc.dictionary(fc.constantFrom("h", "i"), fc.constantFrom("x", "xy", "xx", "y", "z", "")),
  query: fc.dictionary(fc.constantFrom("q"), fc.constantFrom("x", "xy", "z", "")),
  port: fc.constantFrom(80, 81),
});
type Request = typeof request extends fc.Arbitrary<infer T> ? T : never;

function read(matches: readonly object[]): readonly RequestMatch[] {
  return readRequestMatches(new Value({ match: matches }, "spec.http[0]"), ["mesh"], "shop");
}

/** What Envoy does with a request, written down once more without any of the code under test. */
function takes(raw: object, asked: Request): boolean {
  const {
    uri,
    ignoreUriCase,
    method,
    headers = {},
    withoutHeaders = {},
    queryParams = {},
    port,
  } = raw as {
    uri?: object;
    ignoreUriCase?: boolean;
    method?: object;
    headers?: Record<string, object>;
    withoutHeaders?: Record<string, object>;
    queryParams?: Record<string, object>;
    port?: number;
  };
  const all = (conditions: Record<string, object>, actual: Readonly<Record<string, string>>): boolean =>
    Object.entries(conditions).every(([name, pattern]) => accepts(pattern, actual[name]));
  return (
    (uri === undefined || accepts(uri, asked.path, ignoreUriCase === true)) &&
    (method === undefined || accepts(method, asked.method)) &&
    all(headers, asked.headers) &&
    all(queryParams, asked.query) &&
    Object.entries(withoutHeaders).every(([name, pattern]) => !accepts(pattern, asked.headers[name])) &&
    (port === undefined || port === asked.port)
  );
}

function accepts(pattern: object, actual: string | undefined, ignoreCase = false): boolean {
  if (actual === undefined) return false;
  const fold = (word: string): string => (ignoreCase ? word.toLowerCase() : word);
  if ("exact" in pattern) return fold(actual) === fold(String(pattern.exact));
  if ("prefix" in pattern) return fold(actual).startsWith(fold(String(pattern.prefix)));
  if ("regex" in pattern) return new RegExp(`^(?:${String(pattern.regex)})$`).test(actual);
  return true;
}

describe("HTTP matches", () => {
  it("cover each other only where every request that the inner one takes is taken by the outer one", () => {
    fc.assert(
      fc.property(
        match,
        match,
        fc.array(request, { minLength: 20, maxLength: 20 }),
        (outer, inner, requests) => {
          const [a, b] = read([outer, inner]);
          assert.ok(a && b);
          if (!requestCovers(a, b)) return;
          for (const each of requests)
            assert.ok(!takes(inner, each) || takes(outer, each), JSON.stringify(each));
        },
      ),
      { numRuns: 5000 },
    );
  });

  it("overlap in both directions alike, and wherever one covers the other", () => {
    fc.assert(
      fc.property(match, match, (first, second) => {
        const [a, b] = read([first, second]);
        assert.ok(a && b);
        assert.equal(requestsOverlap(a, b), requestsOverlap(b, a));
        const contradictory = [...b.texts].some(([field, pattern]) => excludes(b, field, pattern));
        if (requestCovers(a, b) && !contradictory) assert.ok(requestsOverlap(a, b));
      }),
      { numRuns: 3000 },
    );
  });

  /** The match asks for a header and against it, so it takes nothing at all. */
  function excludes(asked: RequestMatch, field: string, pattern: StringPattern): boolean {
    return (
      field.startsWith("header ") &&
      asked.without.has(field.slice("header ".length)) &&
      pattern.kind !== "unknown"
    );
  }

  it("are found by their keys wherever a look at all of them finds one that covers", () => {
    fc.assert(
      fc.property(fc.array(match, { minLength: 2, maxLength: 8 }), (rules) => {
        const spec = { hosts: ["a"], http: rules.map((each) => ({ match: [each] })) };
        const yaml = JSON.stringify({
          apiVersion: "networking.istio.io/v1",
          kind: "VirtualService",
          metadata: { name: "vs", namespace: "shop" },
          spec,
        });
        const all = rules.flatMap((each) => read([each]));
        const expected = all.flatMap((inner, at) =>
          all.slice(0, at).some((outer) => requestCovers(outer, inner)) ? [`spec.http[${at}]`] : [],
        );
        assert.deepEqual(
          run("traffic-route-reachable", yaml).findings.map(({ path }) => path),
          expected,
        );
      }),
      { numRuns: 500 },
    );
  });

  it("are found to be claimed twice wherever a look at all pairs finds it", () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(match, { minLength: 1, maxLength: 3 }), { minLength: 2, maxLength: 5 }),
        (owners) => {
          const claims = owners.flatMap((matches, index) => claimsOf(`vs${index}`, matches));
          const collide = (a: Claim, b: Claim): boolean =>
            a.owner !== b.owner &&
            isCatchAll(a.match) === isCatchAll(b.match) &&
            requestsOverlap(a.match, b.match);
          const expected = new Set(
            claims.flatMap((later, at) =>
              claims.slice(0, at).some((earlier) => collide(earlier, later)) ? [later.owner.object.key] : [],
            ),
          );
          assert.deepEqual(
            findOverlap(claims)
              .map(({ later }) => later.owner.object.key)
              .sort(),
            [...expected].sort(),
          );
        },
      ),
      { numRuns: 1000 },
    );
  });

  function claimsOf(name: string, matches: readonly object[]): Claim[] {
    const object = {
      apiVersion: "networking.istio.io/v1",
      kind: "VirtualService",
      metadata: { name, namespace: "shop" },
      spec: { hosts: ["a"], http: [{ match: matches }] },
    } as unknown as KubernetesObject;
    const [owner] = new MeshModel([{ object }], { today: "2026-11-21" }).virtualServices;
    assert.ok(owner);
    return read(matches).map((each) => ({ owner, match: each }));
  }
});
