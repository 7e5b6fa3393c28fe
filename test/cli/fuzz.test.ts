import assert from "node:assert/strict";
import { Readable } from "node:stream";
import fc from "fast-check";
import { loadAll } from "js-yaml";
import { analyse } from "../../analysis";
import { loadObjects } from "../../cli/input";
import { MeshError } from "../../components/intent/problem";
import { run } from "./run-cli";

/** How many inputs are tried; the last test says how many were. */
const INPUTS = 10_000;

const SEED = `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: a, namespace: n, labels: {app: x}}
spec:
  hosts: [a]
  http:
    - match: [{uri: {prefix: /p}, headers: {h: {regex: "a.*"}}}]
      timeout: 5s
      route:
        - destination: {host: a, subset: v1, port: {number: 80}}
          weight: 100
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: a, namespace: n}
spec: {host: a, subsets: [{name: v1, labels: {version: v1}}], trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: a, namespace: n, annotations: {except.meshwright.dev/schema-valid: "until=2027-01-31; reason=x"}}
spec: {selector: {matchLabels: {app: x}}, rules: [{from: [{source: {principals: [p]}}], to: [{operation: {paths: [/p]}}]}]}
---
{"apiVersion": "v1", "kind": "List", "items": [{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a"}, "spec": {"ports": [{"port": 80}]}}]}
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: g, namespace: n}
spec: {selector: {istio: g}, servers: [{port: {number: 443, name: https, protocol: HTTPS}, hosts: ["*.x"], tls: {mode: SIMPLE, credentialName: c}}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: r, namespace: n}
spec: {parentRefs: [{name: g}], rules: [{backendRefs: [{name: a, port: 80}]}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: d, namespace: n}
spec: {template: {metadata: {labels: {app: x}}, spec: {containers: [{name: c, image: i}]}}}
`;

/** Texts that YAML, Kubernetes or JavaScript read in a way of their own. */
const SPLICES = [
  ..."{}[]:,-?&*!|>%@`\"'#\n\t \0\u007f\ufeff\u2028\ud800",
  ...["&a ", "*a", "<<: *a", "!!binary x", "!!js/function 'x'", "? ", "--- ", "...\n", "%YAML 1.1\n---\n"],
  ...["null", "~", "true", "yes", ".nan", ".inf", "0x1F", "1e999", "-1", "''", "[]", "{}", "2001-01-01"],
  ...["__proto__: {x: 1}", "constructor: 1", "toString: {}", "items: [null, 1, {}]", "kind: List", "spec: 7"],
  ...[
    "metadata: null",
    "metadata: []",
    "name: 1",
    "labels: {a: 1}",
    "a: &x [*x]",
    "k: 1\nk: 2",
    "{{ .Values.x }}",
  ],
];

/** Values that a field of another type may hold by mistake. */
const ODD = [
  null,
  true,
  0,
  -1,
  1e21,
  "",
  " ",
  "*",
  "~",
  "5s",
  "a.b",
  [],
  [null],
  [[1]],
  {},
  { a: { b: [1] } },
];

type Edit = readonly [what: "cut" | "put" | "copy" | "flip", at: number, size: number, with_: number];

const edit: fc.Arbitrary<Edit> = fc.tuple(
  fc.constantFrom("cut", "put", "put", "copy", "flip"),
  fc.nat(SEED.length),
  fc.nat(120),
  fc.nat(SPLICES.length - 1),
);

function mutate(edits: readonly Edit[]): string {
  return edits.reduce((text, [what, at, size, index]) => {
    const place = at % (text.length + 1);
    const [before, after] = [text.slice(0, place), text.slice(place)];
    if (what === "cut") return before + after.slice(size);
    if (what === "put") return before + (SPLICES[index] ?? "") + after;
    if (what === "copy") return before + text.slice(size, size * 2) + after;
    return before + String.fromCharCode((after.charCodeAt(0) || 0) ^ (1 << (size % 8))) + after.slice(1);
  }, SEED);
}

/** The documents of the seed with some values replaced by others, of any type, wherever they stand: it stays readable. */
function replaceValues(replacements: readonly (readonly [at: number, value: unknown])[]): string {
  const documents = structuredClone(loadAll(SEED)) as Holder[];
  for (const [at, value] of replacements) {
    const places = documents.flatMap(placesIn);
    const place = places[at % places.length];
    if (place !== undefined) place.holder[place.key] = structuredClone(value);
  }
  return documents.map((document) => JSON.stringify(document)).join("\n---\n");
}

type Holder = Record<string, unknown>;

function placesIn(holder: unknown): { readonly holder: Holder; readonly key: string }[] {
  if (typeof holder !== "object" || holder === null) return [];
  return Object.keys(holder).flatMap((key) => [
    { holder: holder as Holder, key },
    ...placesIn((holder as Holder)[key]),
  ]);
}

/** Findings, or one error that says what, where and how to mend it. */
async function judge(bytes: Buffer): Promise<"findings" | "error"> {
  try {
    const { objects } = await loadObjects(["-"], { cwd: "/", stdin: Readable.from([bytes]) });
    const { findings } = analyse(objects, { now: new Date("2026-11-21") });
    for (const finding of findings) {
      assert.match(finding.message, /\S/);
      assert.equal(typeof finding.object.kind, "string");
    }
    return "findings";
  } catch (error) {
    assert.ok(error instanceof MeshError, `not an error for a user: ${String(error)}`);
    for (const problem of error.problems) {
      assert.match(problem.id, /^input\/[a-z-0-9]+$/);
      assert.match(problem.fix, /\S/);
    }
    return "error";
  }
}

describe("meshwright check, given any bytes", () => {
  it("ends in findings or in one clear error, for thousands of mutated inputs", async function () {
    this.timeout(600_000);
    const ended = { findings: 0, error: 0 };
    const inputs = fc.oneof(
      {
        weight: 8,
        arbitrary: fc.array(edit, { minLength: 1, maxLength: 3 }).map((edits) => Buffer.from(mutate(edits))),
      },
      {
        weight: 10,
        arbitrary: fc
          .array(fc.tuple(fc.nat(500), fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom(...ODD))), {
            minLength: 1,
            maxLength: 4,
          })
          .map((replacements) => Buffer.from(replaceValues(replacements))),
      },
      { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
      {
        weight: 1,
        arbitrary: fc
          .tuple(fc.nat(SEED.length), fc.uint8Array({ maxLength: 8 }))
          .map(([at, bytes]) => Buffer.concat([Buffer.from(SEED).subarray(0, at), bytes])),
      },
    );
    const property = fc.asyncProperty(inputs, async (bytes) => {
      ended[await judge(bytes)] += 1;
    });
    await fc.assert(property, { numRuns: INPUTS, seed: 20261121, endOnFailure: true });
    console.log(`      ${ended.findings} ended in findings, ${ended.error} in an error`);
    assert.equal(ended.findings + ended.error, INPUTS);
    assert.ok(ended.findings > INPUTS / 10 && ended.error > INPUTS / 10, "both ends are met often");
  });

  const bomb = ["a: &a [x, x, x, x, x, x, x, x, x, x]"]
    .concat(
      [..."bcdefghi"].map(
        (name, at) => `${name}: &${name} [${Array(10).fill(`*${"abcdefghi"[at]}`).join()}]`,
      ),
    )
    .join("\n");
  const head = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";
  for (const [what, text, id] of [
    ["a YAML bomb", `${head}data:\n  ${bomb.replaceAll("\n", "\n  ")}\n`, "input/alias-expansion"],
    ["an alias inside its own anchor", `${head}data: &a {b: *a}\n`, "input/cyclic-alias"],
    ["a key given twice", `${head}kind: Secret\n`, "input/yaml-syntax"],
    ["a text cut in the middle of a quote", `${head}data: {a: "b`, "input/yaml-syntax"],
    ["a thousand levels", `${head}data: ${"[".repeat(1000)}${"]".repeat(1000)}\n`, "input/yaml-syntax"],
  ] as const) {
    it(`${what}: exit 2 and one error with its place`, async () => {
      const { code, stdout, stderr } = await run(["check", "-f", "-"], { stdin: text });
      assert.deepEqual([code, stdout], [2, ""], stderr);
      assert.match(stderr, /1 problem\n {2}standard input/);
      assert.ok(stderr.includes(`[${id}]`), stderr);
    });
  }

  it("a file of 50 MB is read and judged", async function () {
    this.timeout(120_000);
    const filler = `  k: "${"x".repeat(1_000_000)}"\n`;
    const big = Array.from(
      { length: 50 },
      (_, at) => `${head.replace("name: a", `name: a${at}`)}data:\n${filler}`,
    );
    const { code, stdout } = await run(["check", "-f", "-"], { stdin: big.join("---\n") });
    assert.deepEqual([code, /No findings: 50 objects/.test(stdout)], [0, true]);
  });

  it("objects without metadata, and numbers for strings, are noted or found, and do not hide the others", async () => {
    const text = [
      "{apiVersion: v1, kind: Service}",
      "{apiVersion: v1, kind: Service, metadata: 7}",
      "{apiVersion: 1, kind: Service, metadata: {name: a}}",
      "{apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: {name: b}, spec: {hosts: [1], http: 7}}",
    ].join("\n---\n");
    const { code, stdout, stderr } = await run(["check", "-f", "-", "--format", "json"], { stdin: text });
    assert.equal(code, 1);
    assert.equal(stderr.match(/a Service has no metadata\.name/g)?.length, 2);
    assert.match(stderr, /the object has no apiVersion that is a string/);
    const { findings } = JSON.parse(stdout) as { findings: { path: string }[] };
    assert.deepEqual(
      ["spec.hosts[0]", "spec.http"].filter((path) => findings.some((finding) => finding.path === path)),
      ["spec.hosts[0]", "spec.http"],
    );
  });
});
