import assert from "node:assert/strict";
import fc from "fast-check";
import { allRules, analyse, sourceOf, UNKNOWN, type KubernetesObject, type Located } from "../../../analysis";
import { lines, NOW, objects } from "./support";

const BAD_SPLIT = `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: vs, namespace: shop }
spec:
  hosts: [reviews]
  http:
    - route: [{ destination: { host: reviews }, weight: 10 }, { destination: { host: ratings }, weight: 10 }]
`;

describe("analyse", () => {
  it("gives a finding its rule, level, anchors, object, place, mend and documentation", () => {
    const [located] = objects(BAD_SPLIT, "routes.yaml");
    assert.ok(located);
    const lineOf = (path: string): number | undefined => (path === "spec.http[0].route" ? 8 : undefined);
    const { findings } = analyse([{ ...located, lineOf }], {
      now: NOW,
      levels: { "traffic-weights-sane": "advisory" },
    });
    assert.deepEqual(
      findings.find(({ rule }) => rule === "traffic-weights-sane"),
      {
        rule: "traffic-weights-sane",
        level: "advisory",
        anchors: [],
        object: {
          apiVersion: "networking.istio.io/v1",
          kind: "VirtualService",
          namespace: "shop",
          name: "vs",
        },
        path: "spec.http[0].route",
        file: "routes.yaml",
        line: 8,
        message: "the weights add up to 20 (10 + 10); expected 100",
        fix: "Change the weights so that they add up to 100; a destination without one has weight 0",
        docs: "https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRouteDestination",
      },
    );
  });

  it("knows which object a finding came from, as it was given", () => {
    const [located] = objects(BAD_SPLIT);
    assert.ok(located);
    const { findings } = analyse([located], { now: NOW });
    assert.ok(findings.length > 0);
    for (const finding of findings) assert.equal(sourceOf(finding), located);
  });

  it("gives the same answer whatever the order of the objects", () => {
    const set = objects(
      ["a", "b", "c"].map((name) => `${BAD_SPLIT.replace("name: vs", `name: ${name}`)}---`).join("\n"),
      "all.yaml",
    );
    const rules = allRules.filter(({ id }) => id !== "traffic-single-owner");
    const expected = analyse(set, { now: NOW, rules });
    fc.assert(
      fc.property(fc.shuffledSubarray(set, { minLength: set.length }), (shuffled) => {
        assert.deepEqual(analyse(shuffled, { now: NOW, rules }), expected);
      }),
      { numRuns: 10 },
    );
  });

  it("says once of an object what several copies of another one make it say again", () => {
    const service = `
apiVersion: v1
kind: Service
metadata: { name: reviews, namespace: shop }
spec: { selector: { app: reviews }, ports: [{ name: http, port: 80 }] }
`;
    const subset = `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: reviews, namespace: shop }
spec: { host: reviews, subsets: [{ name: v1, labels: { version: v1 } }] }
`;
    const pods = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: reviews, namespace: shop }
spec:
  selector: { matchLabels: { app: reviews } }
  template:
    metadata: { labels: { app: reviews } }
    spec: { containers: [{ name: reviews, image: "reviews:1" }] }
`;
    const { findings } = analyse(objects([service, service, service, pods, subset, subset].join("---")), {
      now: NOW,
    });
    assert.equal(findings.filter(({ rule }) => rule === "traffic-subset-exists").length, 2);
  });

  it("counts what it looked at, and names the kinds that no rule knows", () => {
    const thing = "---\napiVersion: example.com/v1\nkind: Thing\nmetadata: { name: t }\n";
    const { checked, rules, ignored } = analyse(objects(BAD_SPLIT + thing + thing), { now: NOW });
    assert.deepEqual(
      { checked, rules, ignored },
      {
        checked: 1,
        rules: allRules.length,
        ignored: [{ apiVersion: "example.com/v1", kind: "Thing", count: 2 }],
      },
    );
  });

  it("takes a list apart, and asks for lines under its items", () => {
    const list = objects(BAD_SPLIT).map(({ object }) => object);
    const asked: string[] = [];
    const lineOf = (path: string): number => asked.push(path);
    const object = { apiVersion: "v1", kind: "List", items: list } as unknown as KubernetesObject;
    const { findings } = analyse([{ object, lineOf }], {
      now: NOW,
      rules: allRules.filter(({ id }) => id === "traffic-weights-sane"),
    });
    assert.deepEqual(lines(findings), [
      "VirtualService shop/vs spec.http[0].route: the weights add up to 20 (10 + 10); expected 100",
    ]);
    assert.deepEqual(asked, ["items[0].spec.http[0].route"]);
  });

  it("leaves out a rule that is off", () => {
    const levels = Object.fromEntries(allRules.map(({ id }) => [id, "off" as const]));
    const { rules, findings } = analyse(objects(BAD_SPLIT), { now: NOW, levels });
    assert.deepEqual({ rules, findings }, { rules: 0, findings: [] });
  });

  it("takes the mesh configuration that is given over the one in the set", () => {
    const policy = `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: here }
spec: { mtls: { mode: PERMISSIVE } }
`;
    const strict = allRules.filter(({ id }) => id === "mtls-mesh-strict");
    assert.equal(analyse(objects(policy), { now: NOW, rules: strict }).findings.length, 0);
    const meshConfig = { rootNamespace: "here" };
    assert.equal(analyse(objects(policy), { now: NOW, rules: strict, meshConfig }).findings.length, 1);
  });
});

describe("analyse, given anything at all", () => {
  const kinds = [
    "VirtualService",
    "DestinationRule",
    "Gateway",
    "ServiceEntry",
    "PeerAuthentication",
    "AuthorizationPolicy",
  ];

  it("does not throw, whatever stands in the fields that rules read", () => {
    const fields = [
      "hosts",
      "host",
      "http",
      "route",
      "match",
      "destination",
      "subset",
      "subsets",
      "labels",
      "weight",
    ];
    fields.push(
      "servers",
      "port",
      "protocol",
      "tls",
      "mtls",
      "mode",
      "portLevelMtls",
      "rules",
      "from",
      "source",
      "selector",
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { depthSize: "small" },
        fc.constantFrom<unknown>(null, undefined, UNKNOWN, "", "*", "a.b", 0, -1, Number.NaN, true),
        fc.array(tie("tree"), { maxLength: 3 }),
        fc.dictionary(
          fc.constantFrom(...fields, "uri", "exact", "regex", "__proto__", "constructor"),
          tie("tree"),
          { maxKeys: 4 },
        ),
      ),
    }));
    const object = fc.record({
      apiVersion: fc.constantFrom<unknown>("networking.istio.io/v1", "security.istio.io/v1", "v1", 5, null),
      kind: fc.constantFrom<unknown>(...kinds, "Service", "Namespace", "Pod", "List", 7),
      metadata: fc.oneof(tree, fc.record({ name: tree, namespace: tree, labels: tree, annotations: tree })),
      spec: tree,
      items: tree,
    });
    fc.assert(
      fc.property(fc.array(object, { maxLength: 4 }), (all) => {
        analyse(
          all.map((each) => ({ object: each as unknown as KubernetesObject })),
          { now: NOW },
        );
      }),
      { numRuns: 300 },
    );
  });

  it("ends on objects that hold themselves", () => {
    const loop: Record<string, unknown> = { exact: "a" };
    for (const field of ["spec", "http", "route", "match", "destination", "labels", "hosts"])
      loop[field] = loop;
    loop.list = [loop];
    for (const kind of kinds) {
      for (const spec of [loop, { hosts: [loop], http: [loop], servers: [loop], rules: [loop] }]) {
        const group = kind.endsWith("Authentication") || kind.endsWith("Policy") ? "security" : "networking";
        const object = {
          apiVersion: `${group}.istio.io/v1`,
          kind,
          metadata: { name: "o", labels: loop, annotations: loop },
          spec,
        };
        assert.ok(analyse([{ object: object as unknown as KubernetesObject }], { now: NOW }).checked === 1);
      }
    }
  });

  it("takes what is no object for an object of no kind", () => {
    const nothing = [null, 5, "x", []].map((object) => ({ object: object as unknown as KubernetesObject }));
    assert.deepEqual(analyse(nothing, { now: NOW }).ignored, [{ apiVersion: "", kind: "", count: 4 }]);
  });
});

describe("the work of analyse", () => {
  /** How often fields of the objects are read. */
  function reads(located: readonly Located[]): number {
    let count = 0;
    const counting = <T extends object>(target: T): T =>
      new Proxy(target, {
        get: (object, key, receiver) => {
          count++;
          const value: unknown = Reflect.get(object, key, receiver);
          return typeof value === "object" && value !== null ? counting(value) : value;
        },
      });
    analyse(
      located.map((each) => ({ ...each, object: counting(each.object) })),
      { now: NOW },
    );
    return count;
  }

  function mesh(services: number): Located[] {
    const numbers = Array.from({ length: services }, (_, index) => index);
    return objects(
      numbers
        .map(
          (n) => `
apiVersion: v1
kind: Service
metadata: { name: s${n}, namespace: shop }
spec: { selector: { app: s${n} }, ports: [{ port: 80 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: s${n}, namespace: shop }
spec: { template: { metadata: { labels: { app: s${n}, version: v1 } }, spec: { containers: [] } } }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: s${n}, namespace: shop }
spec: { host: s${n}, subsets: [{ name: v1, labels: { version: v1 } }] }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: s${n}, namespace: shop }
spec:
  hosts: [s${n}, shop.example.com]
  gateways: [mesh, edge/gw]
  http: [{ match: [{ uri: { prefix: /s${n}/ } }], route: [{ destination: { host: s${n}, subset: v1 } }] }]
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: s${n}, namespace: shop }
spec: { selector: { matchLabels: { app: s${n} } }, rules: [{ from: [{ source: { principals: [x] } }] }] }
---`,
        )
        .join("\n"),
    );
  }

  it("grows with the number of objects, not with its square", function () {
    this.timeout(60_000);
    const [small, large] = [reads(mesh(100)), reads(mesh(400))];
    assert.ok(large / small < 4.4, `${small} reads for 100 services, ${large} for 400`);
  });
});
