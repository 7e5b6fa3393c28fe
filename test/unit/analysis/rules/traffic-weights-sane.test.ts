import assert from "node:assert/strict";
import { findings, run, waits } from "../support";

const RULE = "traffic-weights-sane";
const route = (destinations: string, protocol = "http"): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: vs, namespace: shop }
spec: { hosts: [a], ${protocol}: [{ route: ${destinations} }] }
`;
const at = (path: string, message: string): string => `VirtualService shop/vs ${path}: ${message}`;

describe("traffic-weights-sane", () => {
  it("passes weights that add up to 100, zero included", () => {
    for (const destinations of [
      "[{ destination: { host: a } }]",
      "[{ destination: { host: a }, weight: 100 }]",
      "[{ destination: { host: a }, weight: 100 }, { destination: { host: b }, weight: 0 }]",
      "[{ destination: { host: a }, weight: 100 }, { destination: { host: b } }]",
      "[{ destination: { host: a, subset: v1 }, weight: 50 }, { destination: { host: a, subset: v2 }, weight: 50 }]",
      "[{ destination: { host: a, port: { number: 1 } }, weight: 50 }, { destination: { host: a, port: { number: 2 } }, weight: 50 }]",
    ]) {
      for (const protocol of ["http", "tls", "tcp"])
        assert.deepEqual(findings(RULE, route(destinations, protocol)), [], destinations);
    }
  });

  it("reports weights that do not add up to 100", () => {
    for (const [first, second] of [
      [90, 9],
      [60, 50],
    ] as const) {
      for (const protocol of ["http", "tls", "tcp"]) {
        assert.deepEqual(
          findings(
            RULE,
            route(
              `[{ destination: { host: a }, weight: ${first} }, { destination: { host: b }, weight: ${second} }]`,
              protocol,
            ),
          ),
          [
            at(
              `spec.${protocol}[0].route`,
              `the weights add up to ${first + second} (${first} + ${second}); expected 100`,
            ),
          ],
        );
      }
    }
    assert.deepEqual(findings(RULE, route("[{ destination: { host: a } }, { destination: { host: b } }]")), [
      at("spec.http[0].route", "the weights add up to 0 (0 + 0); expected 100"),
    ]);
  });

  it("reports a weight at the only destination", () => {
    for (const weight of [0, 50, 99]) {
      const { findings: found } = run(RULE, route(`[{ destination: { host: a }, weight: ${weight} }]`));
      assert.deepEqual(
        found.map(({ path, message, anchors }) => [path, message, anchors]),
        [
          [
            "spec.http[0].route[0].weight",
            `weight ${weight} stands at the only destination of its route, which takes all the traffic`,
            ["KIA1104"],
          ],
        ],
      );
    }
  });

  it("reports a negative weight", () => {
    assert.deepEqual(
      findings(
        RULE,
        route("[{ destination: { host: a }, weight: -10 }, { destination: { host: b }, weight: 110 }]"),
      ),
      [at("spec.http[0].route[0].weight", "weight -10 is negative")],
    );
  });

  it("reports a destination that is listed twice, however it is spelled", () => {
    const { findings: found } = run(
      RULE,
      route(
        "[{ destination: { host: a, subset: v1 }, weight: 50 }, { destination: { host: a.shop.svc.cluster.local, subset: v1 }, weight: 50 }]",
      ),
    );
    assert.deepEqual(
      found.map(({ path, message, anchors }) => [path, message, anchors]),
      [
        [
          "spec.http[0].route[1].destination",
          'subset "v1" of host "a.shop.svc.cluster.local" is a destination of this route already, at spec.http[0].route[0].destination',
          ["KIA1105"],
        ],
      ],
    );
  });

  it("waits for weights that are not known", () => {
    assert.deepEqual(waits(RULE, route("[{ destination: { host: a }, weight: UNKNOWN }]")), [
      "spec.http[0].route[0].weight",
    ]);
    assert.deepEqual(
      waits(
        RULE,
        route("[{ destination: { host: a }, weight: 10 }, { destination: { host: b }, weight: UNKNOWN }]"),
      ),
      ["spec.http[0].route[1].weight"],
    );
    assert.deepEqual(waits(RULE, route("UNKNOWN")), ["spec.http[0].route"]);
  });
});
