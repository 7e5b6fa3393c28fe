import assert from "node:assert/strict";
import { UNKNOWN, type KubernetesObject } from "../../analysis/kubernetes-object";
import { knownKinds, SchemaCatalogue, validateObject, type SchemaProblem } from "../../analysis/schema";
import type { CrdSet, StructuralSchema } from "../../components/resources/crds";
import { istioObject } from "./schema-cases";

function problemsOf(object: KubernetesObject): readonly SchemaProblem[] {
  const validation = validateObject(object);
  assert.ok(validation);
  return validation.problems;
}

const route = (fields: object): KubernetesObject => ({
  apiVersion: "networking.istio.io/v1",
  kind: "VirtualService",
  metadata: { name: "reviews", namespace: "bookinfo" },
  spec: { hosts: ["reviews"], http: [{ route: [{ destination: { host: "reviews" } }], ...fields }] },
});

/** A catalogue of one kind, whose spec has this schema. */
function catalogueOf(spec: StructuralSchema): SchemaCatalogue {
  const set: CrdSet = {
    source: { module: "example", version: "v1", file: "example.yaml" },
    crds: [
      {
        metadata: { name: "things.example.org" },
        group: "example.org",
        scope: "Namespaced",
        names: { kind: "Thing", plural: "things" },
        versions: [{ name: "v1", served: true, storage: true, schema: 0 }],
        schemas: [{ type: "object", properties: { spec } }],
      },
    ],
  };
  return new SchemaCatalogue(set);
}

const thing = (spec: unknown): KubernetesObject => ({
  apiVersion: "example.org/v1",
  kind: "Thing",
  metadata: { name: "a" },
  spec,
});

/** `path: message` of each problem of a spec under a schema. */
function check(schema: StructuralSchema, spec: unknown): string[] {
  return (validateObject(thing(spec), catalogueOf(schema))?.problems ?? []).map(
    (p) => `${p.path}: ${p.message}`,
  );
}

describe("schema validation", () => {
  it("passes what a server would take", () => {
    assert.deepEqual(validateObject(route({ timeout: "5s" })), { problems: [], waiting: 0 });
  });

  it("reports every problem at once, each with path, found and expected", () => {
    const object = {
      ...route({
        timeout: "0s",
        match: [{ uri: { exact: "/a", prefix: "/b" }, method: { exat: "GET" } }],
        weight: 5,
      }),
      metadata: { name: "Reviews", labels: { version: 1 } as never },
    };
    assert.deepEqual(problemsOf(object), [
      {
        kind: "schema",
        path: "metadata.labels.version",
        message: "must be a string",
        got: "1",
        expected: "string",
      },
      {
        kind: "metadata",
        path: "metadata.name",
        message: "is not a name that Kubernetes takes",
        got: '"Reviews"',
        expected:
          "lowercase letters, digits, - and ., starting and ending with a letter or digit, at most 253",
      },
      {
        kind: "unknown-field",
        path: "spec.http[0].match[0].method.exat",
        message: 'unknown field "exat", perhaps "exact" was meant',
        expected: "one of exact, prefix, regex",
      },
      {
        kind: "unknown-field",
        path: "spec.http[0].weight",
        message: 'unknown field "weight"',
        expected:
          "one of corsPolicy, delegate, directResponse, fault, headers, match, mirror, mirrorPercent, " +
          "mirrorPercentage, mirror_percent, mirrors, name, redirect, retries, rewrite, route, timeout",
      },
      {
        kind: "schema",
        path: "spec.http[0].match[0].uri",
        message: "sets exact and prefix together",
        got: "an object with exact, prefix",
        expected: "at most one of exact, prefix, regex",
      },
      {
        kind: "cel",
        path: "spec.http[0].timeout",
        message: "must be a valid duration greater than 1ms",
        got: '"0s"',
        rule: "duration(self) >= duration('1ms')",
      },
    ]);
  });

  it("does not know kinds beyond its catalogue", () => {
    assert.equal(validateObject({ apiVersion: "v1", kind: "Service", metadata: { name: "a" } }), undefined);
    assert.equal(validateObject({ ...route({}), kind: "VirtualServices" }), undefined);
    assert.equal(validateObject({ apiVersion: 1, kind: null } as never), undefined);
  });

  it("says when a kind has no such version, and takes every version that it has", () => {
    assert.deepEqual(problemsOf({ ...route({}), apiVersion: "networking.istio.io/v2" }), [
      {
        kind: "schema",
        path: "apiVersion",
        message: "VirtualService has no such version",
        got: '"networking.istio.io/v2"',
        expected: "one of v1, v1alpha3, v1beta1",
      },
    ]);
    assert.deepEqual(problemsOf({ ...route({}), apiVersion: "networking.istio.io/v1alpha3" }), []);
  });

  it("knows the kinds of Istio and of the Gateway API with their scope", () => {
    const kinds = knownKinds();
    assert.equal(kinds.length, 25);
    assert.deepEqual(
      kinds.filter((k) => k.scope === "Cluster").map((k) => k.kind),
      ["GatewayClass"],
    );
    assert.deepEqual(kinds[0], {
      group: "extensions.istio.io",
      kind: "TrafficExtension",
      scope: "Namespaced",
      versions: ["v1alpha1"],
    });
  });

  it("tells the Gateway of Istio from that of the Gateway API", () => {
    const gateway = {
      kind: "Gateway",
      metadata: { name: "a" },
      spec: { gatewayClassName: "istio", listeners: [] },
    };
    assert.ok(
      problemsOf({ ...gateway, apiVersion: "networking.istio.io/v1" }).some(
        (p) => p.path === "spec.listeners",
      ),
    );
    assert.deepEqual(
      problemsOf({ ...gateway, apiVersion: "gateway.networking.k8s.io/v1" }).map((p) => [p.path, p.message]),
      [["spec.listeners", "has too few items"]],
    );
  });

  it("gives the same answer to the same object, whatever came before", () => {
    const object = istioObject("ServiceEntry", { hosts: ["*"], ports: [{ number: 0 }], nope: 1 });
    const first = JSON.stringify(validateObject(object));
    validateObject(route({ timeout: "x" }));
    assert.equal(JSON.stringify(validateObject(object)), first);
  });

  it("leaves the object as it was", () => {
    const object = istioObject("ServiceEntry", { hosts: ["*"], ports: null, nope: 1 });
    const before = structuredClone(object);
    validateObject(object);
    assert.deepEqual(object, before);
  });

  describe("of values", () => {
    const cases: readonly [string, StructuralSchema, unknown, string[]][] = [
      ["a wrong type", { type: "string" }, 1, ["spec: must be a string"]],
      ["a fraction for an integer", { type: "integer" }, 1.5, ["spec: must be an integer"]],
      ["an integer for a number", { type: "number" }, 1, []],
      ["an object for a list", { type: "array", items: {} }, {}, ["spec: must be an array"]],
      ["null where it is allowed", { type: "string", nullable: true }, null, []],
      ["null where it is not, as absent", { type: "string" }, null, []],
      ["null in a list", { type: "array", items: { type: "string" } }, [null], ["spec[0]: must be a string"]],
      ["a string for int-or-string", { "x-kubernetes-int-or-string": true }, "80%", []],
      ["an integer for int-or-string", { "x-kubernetes-int-or-string": true }, 80, []],
      [
        "a boolean for int-or-string",
        { "x-kubernetes-int-or-string": true },
        true,
        ["spec: must be an integer or string"],
      ],
      [
        "a value beyond the enumeration",
        { type: "string", enum: ["A"] },
        "B",
        ["spec: is not one of the values that are allowed here"],
      ],
      ["too long a text, in characters", { type: "string", maxLength: 2 }, "𝒳𝒴𝒵", ["spec: is too long"]],
      ["a text just long enough, in characters", { type: "string", maxLength: 2 }, "𝒳𝒴", []],
      ["too short a text", { type: "string", minLength: 1 }, "", ["spec: is too short"]],
      [
        "a text that misses its pattern",
        { type: "string", pattern: "^a+$" },
        "ab",
        ["spec: does not match the pattern"],
      ],
      ["a text that meets a pattern of RE2 alone", { type: "string", pattern: "^(?i)a$" }, "A", []],
      [
        "too small and too large",
        { type: "array", items: { type: "integer", minimum: 1, maximum: 2 } },
        [0, 1, 2, 3],
        ["spec[0]: is too small", "spec[3]: is too large"],
      ],
      [
        "an excluded bound",
        { type: "number", minimum: 1, exclusiveMinimum: true },
        1,
        ["spec: is too small"],
      ],
      ["not a multiple", { type: "integer", multipleOf: 5 }, 7, ["spec: is not a multiple"]],
      ["too many items", { type: "array", maxItems: 1, items: {} }, [1, 2], ["spec: has too many items"]],
      ["too few items", { type: "array", minItems: 1, items: {} }, [], ["spec: has too few items"]],
      [
        "too many fields",
        { type: "object", maxProperties: 1, additionalProperties: true },
        { a: 1, b: 2 },
        ["spec: has too many fields"],
      ],
      [
        "too few fields",
        { type: "object", minProperties: 1, additionalProperties: true },
        {},
        ["spec: has too few fields"],
      ],
      [
        "a missing field",
        { type: "object", required: ["a"], properties: { a: {} } },
        {},
        ["spec.a: is required"],
      ],
      [
        "a missing field with a default",
        {
          type: "object",
          required: ["a"],
          properties: { a: { type: "string", default: "x" } },
        },
        {},
        [],
      ],
      [
        "a key that needs quotes",
        { type: "object", additionalProperties: { type: "string" } },
        { "a.b/c": 1 },
        ['spec["a.b/c"]: must be a string'],
      ],
      [
        "fields of an open object",
        { type: "object", "x-kubernetes-preserve-unknown-fields": true },
        { a: { b: 1 } },
        [],
      ],
      [
        "a repeated value of a set",
        { type: "array", "x-kubernetes-list-type": "set", items: { type: "string" } },
        ["a", "a"],
        ["spec[1]: is the same as spec[0]"],
      ],
      [
        "a repeated key of a map",
        {
          type: "array",
          "x-kubernetes-list-type": "map",
          "x-kubernetes-list-map-keys": ["name"],
          items: { type: "object", properties: { name: { type: "string" }, v: { type: "string" } } },
        },
        [
          { name: "a", v: "1" },
          { name: "a", v: "2" },
        ],
        ["spec[1]: is the same name as spec[0]"],
      ],
      [
        "none of the alternatives",
        {
          anyOf: [
            { format: "ipv4", type: "string" },
            { format: "ipv6", type: "string" },
          ],
        },
        "x",
        ["spec: fits none of the 2 forms that are allowed here: is not an IPv4 address"],
      ],
      [
        "one of the alternatives",
        {
          anyOf: [
            { format: "ipv4", type: "string" },
            { format: "ipv6", type: "string" },
          ],
        },
        "::1",
        [],
      ],
      [
        "what must not be",
        { type: "string", not: { enum: ["x"] } },
        "x",
        ["spec: has a form that is not allowed here"],
      ],
      [
        "neither of two of which one must be",
        {
          type: "object",
          properties: { a: {}, b: {} },
          oneOf: [{ required: ["a"] }, { required: ["b"] }],
        },
        {},
        ["spec: sets none of a, b"],
      ],
    ];
    for (const [name, schema, spec, expected] of cases) {
      it(name, () => assert.deepEqual(check(schema, spec), expected));
    }
  });

  describe("of formats", () => {
    const cases: readonly [string, readonly string[], readonly string[]][] = [
      [
        "date-time",
        ["2024-02-29T23:59:59Z", "2006-01-02T15:04:05.123+02:00"],
        ["2023-02-29T00:00:00Z", "2006-01-02", "x"],
      ],
      ["date", ["2024-02-29"], ["2024-13-01", "2024-1-1"]],
      ["duration", ["1h30m", "1.5s", "0", "-3ms"], ["1", "1d", ""]],
      ["byte", ["aGVsbG8="], ["aGVsbG8", "*"]],
      ["ipv4", ["10.0.0.1", "::ffff:10.0.0.1"], ["::1", "10.0.0", "10.0.0.256"]],
      ["ipv6", ["::1", "2001:db8::1"], ["10.0.0.1", ":::"]],
      ["cidr", ["10.0.0.0/8", "::/0"], ["10.0.0.0", "10.0.0.0/33"]],
      ["uri", ["https://a.example/b", "/a"], ["a", "http://[::1"]],
      ["uuid", ["123e4567-e89b-12d3-a456-426614174000"], ["123e4567"]],
      ["a-format-that-servers-ignore", ["anything"], []],
    ];
    for (const [format, good, bad] of cases) {
      it(format, () => {
        for (const text of good) assert.deepEqual(check({ type: "string", format }, text), [], text);
        for (const text of bad) assert.equal(check({ type: "string", format }, text).length, 1, text);
      });
    }
  });

  describe("of rules", () => {
    const rules = (schema: StructuralSchema, ...texts: string[]): StructuralSchema => ({
      ...schema,
      "x-kubernetes-validations": texts.map((rule) => ({ rule, message: "broken" })),
    });

    it("sees defaults, as a server does", () => {
      const schema = rules(
        { type: "object", properties: { mode: { type: "string", default: "A" } } },
        'has(self.mode) && self.mode == "A"',
      );
      assert.deepEqual(check(schema, {}), []);
    });

    it("does not see unknown fields", () => {
      const schema = rules({ type: "object", properties: { a: { type: "string" } } }, "!has(self.b)");
      assert.deepEqual(check(schema, { b: "x" }), ['spec.b: unknown field "b"']);
    });

    it("writes reserved and unusual names escaped", () => {
      const names = ["namespace", "a-b", "c.d", "e/f", "g__h"];
      const properties = Object.fromEntries(names.map((name) => [name, { type: "string" } as const]));
      const schema = rules(
        { type: "object", properties },
        "self.__namespace__ + self.a__dash__b + self.c__dot__d + self.e__slash__f + self.g__underscores__h == '12345'",
      );
      assert.deepEqual(check(schema, Object.fromEntries(names.map((name, i) => [name, String(i + 1)]))), []);
    });

    it("types values by the schema", () => {
      const schema = rules(
        {
          type: "object",
          properties: {
            i: { type: "integer" },
            n: { type: "number" },
            s: { "x-kubernetes-int-or-string": true },
            d: { type: "string", format: "duration" },
            t: { type: "string", format: "date-time" },
            b: { type: "string", format: "byte" },
          },
        },
        "type(self.i) == int && type(self.n) == double && type(self.s) == string",
        "self.d > duration('59s') && self.t < timestamp('2007-01-01T00:00:00Z') && self.b == b'hello'",
      );
      const spec = { i: 1, n: 1, s: "1", d: "1m", t: "2006-01-02T15:04:05Z", b: "aGVsbG8=" };
      assert.deepEqual(check(schema, spec), []);
    });

    it("treats null as absent", () => {
      const schema = rules(
        { type: "object", properties: { a: { type: "string", nullable: true } } },
        "!has(self.a)",
      );
      assert.deepEqual(check(schema, { a: null }), []);
    });

    it("computes messages and places, and falls back when it cannot", () => {
      const spec = (messageExpression: string): StructuralSchema => ({
        type: "object",
        properties: { a: { type: "integer" } },
        "x-kubernetes-validations": [
          { rule: "self.a > 1", message: "stated", messageExpression, fieldPath: ".a" },
        ],
      });
      assert.deepEqual(check(spec("'got ' + string(self.a)"), { a: 1 }), ["spec.a: got 1"]);
      assert.deepEqual(check(spec("string(self.b)"), { a: 1 }), ["spec.a: stated"]);
      assert.deepEqual(check({ type: "object", "x-kubernetes-validations": [{ rule: "false" }] }, {}), [
        "spec: failed rule: false",
      ]);
    });

    it("does not ask rules that compare with a former object", () => {
      assert.deepEqual(check(rules({ type: "string" }, "self == oldSelf"), "a"), []);
    });

    it("says when a rule cannot be evaluated", () => {
      const [problem] = check(
        rules({ type: "object", properties: { a: { type: "string" } } }, "self.a == 'x'"),
        {},
      );
      assert.match(problem ?? "", /^spec: broken \(the rule cannot be evaluated: .*a\)$/);
    });

    it("does not repeat a wrong type as a broken rule, and asks the rest", () => {
      const schema: StructuralSchema = {
        type: "object",
        properties: {
          a: rules({ type: "object", properties: { n: { type: "integer" } } }, "self.n > 1"),
          b: rules({ type: "integer" }, "self > 1"),
        },
      };
      assert.deepEqual(check(schema, { a: { n: "0" }, b: 0 }), [
        "spec.a.n: must be an integer",
        "spec.b: broken",
      ]);
    });

    it("may read the name of the object at its root", () => {
      const set = catalogueOf({ type: "string" });
      assert.ok(set);
      const named: CrdSet = {
        source: { module: "example", version: "v1", file: "example.yaml" },
        crds: [
          {
            metadata: { name: "things.example.org" },
            group: "example.org",
            scope: "Namespaced",
            names: { kind: "Thing", plural: "things" },
            versions: [{ name: "v1", served: true, storage: true, schema: 0 }],
            schemas: [
              {
                type: "object",
                "x-kubernetes-validations": [
                  { rule: "self.metadata.name == 'default'", message: "only one" },
                ],
              },
            ],
          },
        ],
      };
      const found = validateObject({ ...thing(undefined) }, new SchemaCatalogue(named));
      assert.deepEqual(
        found?.problems.map((p) => p.message),
        ["only one"],
      );
    });
  });

  describe("of a new object's status", () => {
    it("asks for its fields alone: a server drops the rest of it unseen", () => {
      const object = {
        apiVersion: "gateway.networking.k8s.io/v1",
        kind: "GatewayClass",
        metadata: { name: "a" },
        spec: { controllerName: "example.org/c" },
        status: { conditions: "none", bogus: 1 },
      };
      assert.deepEqual(
        problemsOf(object).map((p) => `${p.path}: ${p.message}`),
        ['status.bogus: unknown field "bogus"'],
      );
    });
  });

  describe("of numbers", () => {
    it("takes integers of 64 bits, as a server does", () => {
      const problems = (attempts: number) =>
        problemsOf(route({ retries: { attempts } })).map((p) => p.message);
      assert.deepEqual(problems(2 ** 62), []);
      for (const attempts of [2 ** 63, 1e20, 0.5])
        assert.deepEqual(problems(attempts), ["must be an integer"]);
    });
  });

  describe("of what is known only after deployment", () => {
    it("waits, and judges the rest", () => {
      const object = route({ timeout: UNKNOWN, retries: { attempts: "3" } });
      const validation = validateObject(object);
      assert.deepEqual(
        validation?.problems.map((p) => p.path),
        ["spec.http[0].retries.attempts"],
      );
      assert.equal(validation.waiting, 2, "the value and its rule");
    });

    it("counts rules that read it and asks those that do not", () => {
      const object = istioObject("ServiceEntry", {
        hosts: ["*"],
        ports: [{ number: 80, name: "http" }],
        resolution: UNKNOWN,
        addresses: ["10.0.0.0/8"],
        endpoints: [{ address: "10.0.0.1" }],
      });
      const validation = validateObject(object);
      assert.deepEqual(
        validation?.problems.map((p) => p.path),
        ["spec.hosts[0]"],
      );
      assert.equal(validation.waiting, 4, "the value, and the three rules that need the resolution");
    });

    it("counts the rules of a list of which an item waits", () => {
      const object = istioObject("Gateway", { gatewayClassName: "istio", listeners: [UNKNOWN] });
      const gateway = { ...object, apiVersion: "gateway.networking.k8s.io/v1" };
      assert.deepEqual(
        validateObject(gateway),
        { problems: [], waiting: 7 },
        "the item and the list's six rules",
      );
    });

    it("does not look into objects of a class, and shows nothing of them", () => {
      class Sealed {
        readonly inside = "hidden";
      }
      const validation = validateObject(istioObject("ServiceEntry", { hosts: ["a"], ports: new Sealed() }));
      assert.deepEqual(validation, { problems: [], waiting: 2 });
    });

    it("may be everything", () => {
      assert.deepEqual(validateObject(istioObject("VirtualService", UNKNOWN))?.problems, []);
      const object = { ...istioObject("VirtualService", {}), metadata: UNKNOWN as never };
      assert.deepEqual(validateObject(object)?.problems, []);
    });
  });

  describe("of metadata", () => {
    const problems = (metadata: object, kind = "VirtualService"): string[] => {
      const apiVersion = kind === "GatewayClass" ? "gateway.networking.k8s.io/v1" : "networking.istio.io/v1";
      const spec = kind === "GatewayClass" ? { controllerName: "example.org/c" } : {};
      return problemsOf({ apiVersion, kind, metadata: metadata as never, spec }).map(
        (p) => `${p.path}: ${p.message}`,
      );
    };
    it("needs a name, or a prefix to make one from", () => {
      assert.deepEqual(problems({}), ["metadata.name: is required"]);
      assert.deepEqual(problems({ generateName: "a-" }), []);
      assert.deepEqual(problems({ generateName: "" }), ["metadata.name: is required"]);
    });
    it("takes a prefix that a server can complete to a DNS name", () => {
      const refusal = "metadata.generateName: is not what a name that Kubernetes takes starts with";
      for (const generateName of ["a", "a-", "a.b-", `${"a".repeat(70)}-`, "a".repeat(253)]) {
        assert.deepEqual(problems({ generateName }), [], generateName);
        assert.deepEqual(problems({ generateName, name: "" }), [], generateName);
        assert.deepEqual(problems({ generateName, name: generateName }), [], "what a reader calls it");
      }
      for (const generateName of ["A-", "a_", "-", "a.", "a.-", "a".repeat(254)])
        assert.deepEqual(problems({ generateName }), [refusal], generateName);
    });
    it("wants annotations of at most 256 KiB together", () => {
      const annotations = (bytes: number) => ({
        name: "a",
        annotations: { é: "x".repeat(bytes - 3), b: "" },
      });
      assert.deepEqual(
        problems(annotations(262_145)).filter((p) => p.startsWith("metadata.annotations:")),
        ["metadata.annotations: are 262145 bytes"],
      );
      assert.deepEqual(
        problems(annotations(262_144)).filter((p) => p.startsWith("metadata.annotations:")),
        [],
      );
    });
    it("wants owners that are whole, and one controller at most", () => {
      const owner = { apiVersion: "apps/v1", kind: "Deployment", name: "a", uid: "1", controller: true };
      const owned = (...ownerReferences: object[]) => problems({ name: "a", ownerReferences });
      assert.deepEqual(owned(owner, { ...owner, apiVersion: "v1", controller: false }), []);
      assert.deepEqual(owned({ ...owner, kind: "", name: "", uid: "" }), [
        "metadata.ownerReferences[0].kind: is empty",
        "metadata.ownerReferences[0].name: is empty",
        "metadata.ownerReferences[0].uid: is empty",
      ]);
      for (const apiVersion of ["", "apps/", "a/b/c"]) {
        assert.deepEqual(owned({ ...owner, apiVersion }), [
          "metadata.ownerReferences[0].apiVersion: has no version",
        ]);
      }
      assert.deepEqual(owned({ ...owner, apiVersion: "v1", kind: "Event" }), [
        "metadata.ownerReferences[0]: cannot be owned by an Event",
      ]);
      assert.deepEqual(owned(owner, owner), [
        "metadata.ownerReferences: have more than one controller, items 0 and 1",
      ]);
    });
    it("wants finalizers with names, that do not exclude each other", () => {
      assert.deepEqual(problems({ name: "a", finalizers: ["example.com/a", "orphan"] }), []);
      assert.deepEqual(problems({ name: "a", finalizers: ["a b", "orphan", "foregroundDeletion"] }), [
        "metadata.finalizers[0]: is not a name that a finalizer can have",
        "metadata.finalizers: have orphan and foregroundDeletion together",
      ]);
    });
    it("wants a DNS name", () => {
      for (const name of ["a", "a.b-c.d1", "0", "a".repeat(253)])
        assert.deepEqual(problems({ name }), [], name);
      for (const name of ["", "A", "a_b", "-a", "a-", "a..b", "a".repeat(254)]) {
        assert.deepEqual(problems({ name }), ["metadata.name: is not a name that Kubernetes takes"], name);
      }
    });
    it("wants a valid namespace, but on what belongs to the whole cluster, where a server drops it", () => {
      assert.deepEqual(problems({ name: "a", namespace: "a.b" }, "GatewayClass"), []);
      assert.deepEqual(problems({ name: "a" }, "GatewayClass"), []);
      assert.deepEqual(problems({ name: "a", namespace: "a.b" }), [
        "metadata.namespace: is not a name that a namespace can have",
      ]);
      assert.deepEqual(problems({ name: "a" }), [], "whoever applies it fills the namespace in");
    });
    it("wants labels and annotations that Kubernetes takes", () => {
      const good = { "app.kubernetes.io/name": "a_b", app: "", "x/y": "1.0" };
      assert.deepEqual(problems({ name: "a", labels: good, annotations: { ...good, X: "any thing" } }), []);
      assert.deepEqual(problems({ name: "a", labels: { "a b": "x", "A/b": "x", ok: "-x" } }), [
        'metadata.labels["a b"]: is not a key that labels can have',
        'metadata.labels["A/b"]: is not a key that labels can have',
        "metadata.labels.ok: is not a value that a label can have",
      ]);
      assert.deepEqual(problems({ name: "a", annotations: { "/x": "", n: 5 } }), [
        "metadata.annotations.n: must be a string",
        'metadata.annotations["/x"]: is not a key that annotations can have',
      ]);
    });
    it("knows its fields", () => {
      assert.deepEqual(problems({ name: "a", label: {} }), [
        'metadata.label: unknown field "label", perhaps "labels" was meant',
      ]);
    });
  });
});
