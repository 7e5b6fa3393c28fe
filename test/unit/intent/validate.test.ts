import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { defineMesh, MeshError } from "../../../components/intent";
import { show } from "../../../components/intent/show";
import { assertComplete } from "../../support/complete-problem";
import { bookinfo } from "./bookinfo";
import { CASES } from "./validate.cases";

type Bookinfo = ReturnType<typeof bookinfo>;

const INTENT = path.resolve(__dirname, "../../../components/intent");

describe("the check of a mesh", () => {
  it("finds nothing wrong with the mesh that the cases spoil", () => {
    assert.deepEqual(bookinfo().validate(), []);
  });

  for (const [name, { mesh, says }] of Object.entries(CASES)) {
    it(`reports ${name}`, () => {
      const declared = mesh();
      const problems = declared.validate();
      assert.deepEqual(
        problems.map((problem) => `${problem.path}: ${problem.message} [${problem.id}]`),
        says,
      );
      problems.forEach(assertComplete);
      assert.throws(
        () => declared.intent(),
        (error) => error instanceof MeshError && error.problems.length === problems.length,
      );
    });
  }

  it("has a case for every problem that it knows", () => {
    const files = readdirSync(INTENT, { recursive: true, encoding: "utf8" }).filter((file) =>
      file.endsWith(".ts"),
    );
    const known = new Set(
      files.flatMap((file) => {
        // Comments may give an id as an example.
        const code = readFileSync(path.join(INTENT, file), "utf8").replaceAll(/\/\*[^]*?\*\//g, "");
        return [...code.matchAll(/"(intent\/[a-z-]+)"/g)].map(([, id = ""]) => id);
      }),
    );
    const shown = new Set(
      Object.values(CASES).flatMap(({ says }) => says.map((line) => /\[([^[\]]*)\]$/.exec(line)?.[1] ?? "")),
    );
    assert.deepEqual([...known].filter((id) => !shown.has(id)).sort(), []);
    assert.ok(known.size > 50, `${known.size} ids`);
  });

  it("says what, got, expected and fix, with all problems in one error", () => {
    const refused = CASES["four mistakes"]?.mesh();
    let said = "nothing";
    try {
      refused?.intent();
    } catch (error) {
      said = error instanceof MeshError ? error.message : String(error);
    }
    assert.equal(
      // Where stacks are captured, the message ends with the line of the program, which is this test's.
      said.replace(/\n {2}at .*$/, ""),
      `mesh "bookinfo": 4 problems
  routes.reviews[0].when[0][0].value: is not an RE2 expression: error parsing regexp: missing closing ): \`(\` [intent/regex]
      got:      "("
      expected: RE2 syntax; it has no look-ahead, look-behind or back references
      fix:      correct the expression (https://github.com/google/re2/wiki/Syntax)
  routes.reviews[0].with.timeout: is not a duration [intent/duration]
      got:      "soon"
      expected: a number and a unit (ms, s, m, h), a whole number of milliseconds, at least 1ms
      fix:      write for example "500ms" or "2s"
  routes.reviews[0].to[0].to: is not a destination that this mesh declares [intent/unknown-destination]
      got:      undefined
      expected: a service, subset or external of mesh "bookinfo"
      fix:      declare it in the catalogue; a name that is not declared there reads undefined
  allow[0].methods[0]: is not one of the values that are known here [intent/method]
      got:      "get"
      expected: "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE" or "PATCH"
      fix:      did you mean "GET"?`,
    );
  });

  it("says of faults in ten parts of one mesh all ten at once", () => {
    const shop = defineMesh("shop", {
      services: {
        web: { namespace: "shop", ports: { http: { number: 80, protocol: "http" } } },
        Cart: { namespace: "shop", ports: { http: { number: 80, protocol: "http" } } },
      },
      external: { pay: { host: "pay.example", resolution: "static" } },
      scope: { per: "pod" },
      rateLimitService: { port: 0 },
    } as never) as unknown as Bookinfo;
    const { web } = shop.services as unknown as Record<string, Bookinfo["services"]["ratings"]>;
    const said = shop as unknown as Record<string, (...words: readonly unknown[]) => unknown>;
    said["route"]?.(web, [
      shop
        .otherwise()
        .with({ timeout: "soon" as never })
        .to(web as never),
    ]);
    said["trafficPolicy"]?.(web, { loadBalancer: { simple: "FASTEST" } });
    said["gateway"]?.("edge", { hosts: ["*"] });
    said["sidecar"]?.({ on: web, captureMode: "ALL" });
    said["telemetry"]?.({ on: web });
    said["allow"]?.({ from: "web", to: web });
    const problems = shop.validate();
    assert.deepEqual(problems.map(({ path: at }) => at).sort(), [
      "allow[0].from",
      "external.pay.resolution",
      "gateways.edge.hosts[0]",
      "rateLimitService.port",
      "routes.web[0].with.timeout",
      "scope.per",
      "services.Cart",
      "sidecar[0].captureMode",
      "telemetry[0]",
      "trafficPolicy.web.loadBalancer.simple",
    ]);
    problems.forEach(assertComplete);
  });

  it("suggests the name that was meant", () => {
    const [problem] = CASES["routes of a port that is not opened"]?.mesh().validate() ?? [];
    assert.equal(problem?.fix, 'did you mean "metrics"?');
    const [field] = CASES["a misspelt field"]?.mesh().validate() ?? [];
    assert.equal(field?.fix, 'did you mean "external"?');
    const [host] = CASES["an external host that is a URL"]?.mesh().validate() ?? [];
    assert.equal(host?.fix, 'did you mean "api.example.org"?');
    const [name] = CASES["a service name that Kubernetes refuses"]?.mesh().validate() ?? [];
    assert.equal(name?.fix, 'did you mean "productpage"?');
    const [text] = CASES["an external port whose number is a text, once"]?.mesh().validate() ?? [];
    assert.equal(text?.fix, "remove the quotes");
  });

  it("repeats no value of a header, which may be a token that ends with a line break", () => {
    const shop = bookinfo();
    const { reviews } = shop.services;
    const set = { authorization: "Bearer s3cret\n" };
    shop.route(reviews, [
      shop
        .otherwise()
        .with({ headers: { request: { set } } })
        .to(reviews),
    ]);
    const [problem] = shop.validate();
    assert.equal(problem?.got, "14 characters, of which number 14 is a control character");
    assert.doesNotMatch(JSON.stringify(problem), /s3cret/);
  });

  it("never opens an Output, which may be secret", () => {
    const [problem] = CASES["an Output where plain text belongs"]?.mesh().validate() ?? [];
    assert.equal(problem?.got, "a pulumi.Output");
    assert.equal(problem?.fix, "pass a value that is known while the program runs");
    const output = { __pulumiOutput: true, value: "s3cret" };
    assert.equal(show({ a: output, b: 1 }), "{ a: a pulumi.Output, b: 1 }");
    assert.equal(show([output]), "[ a pulumi.Output ]");
  });
});
