import assert from "node:assert/strict";
import { allRules, analyse } from "../../../analysis";
import { compileMesh } from "../../../components/compile";
import { defineMesh, path } from "../../../components/intent";
import { findings, lines, NOW, objects, waits } from "./support";

const DECLARED = "meshwright.dev/declared-hosts";
const metadata = (declared: string): string =>
  `metadata: { name: a, namespace: shop, annotations: { ${DECLARED}: ${JSON.stringify(declared)} } }`;
const route = (host: string, declared: string, port = ""): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
${metadata(declared)}
spec: { hosts: [web], http: [{ route: [{ destination: { host: ${host}${port} } }] }] }
---
`;
const REVIEWS = "reviews.shop.svc.cluster.local:9080";

describe("hosts that are declared to live elsewhere", () => {
  it("exist for routes, rules, Sidecars, policies and routes of the Gateway API", () => {
    const other = (kind: string, group: string, spec: string): string => `
apiVersion: ${group}
kind: ${kind}
metadata: { name: b, namespace: shop }
spec: ${spec}
---
`;
    const set =
      route("reviews", REVIEWS) +
      other("DestinationRule", "networking.istio.io/v1", "{ host: reviews }") +
      other(
        "Sidecar",
        "networking.istio.io/v1",
        '{ egress: [{ hosts: ["shop/reviews.shop.svc.cluster.local", "shop/*.shop.svc.cluster.local"] }] }',
      ) +
      other(
        "HTTPRoute",
        "gateway.networking.k8s.io/v1",
        "{ parentRefs: [{ group: '', kind: Service, name: reviews }], rules: [{ backendRefs: [{ name: reviews, port: 9080 }] }] }",
      ) +
      other(
        "AuthorizationPolicy",
        "security.istio.io/v1",
        "{ targetRefs: [{ group: '', kind: Service, name: reviews }], rules: [{ to: [{ operation: { hosts: [reviews] } }] }] }",
      );
    for (const rule of [
      "traffic-destination-exists",
      "traffic-destinationrule-effective",
      "traffic-sidecar-scope",
      "gateway-route-binding",
      "authz-target-exists",
      "authz-references-exist",
    ])
      assert.deepEqual(findings(rule, set), [], rule);
  });

  it("are found by complete name only, so that a typo beside a declared host is still told, with what was meant", () => {
    assert.deepEqual(findings("traffic-destination-exists", route("revews", REVIEWS)), [
      'VirtualService shop/a spec.http[0].route[0].destination.host: the route goes to host "revews" (that is "revews.shop.svc.cluster.local"), which no Service or ServiceEntry declares; did you mean "reviews.shop.svc.cluster.local"?',
    ]);
  });

  it("open the ports that are declared, several of which a route must choose from", () => {
    const two = "reviews.shop.svc.cluster.local:9090,9080";
    assert.deepEqual(
      findings("traffic-destination-exists", route("reviews", two, ", port: { number: 80 }")),
      [
        'VirtualService shop/a spec.http[0].route[0].destination.port.number: the route goes to port 80 of "reviews.shop.svc.cluster.local", which opens 9080, 9090',
      ],
    );
    assert.deepEqual(findings("traffic-destination-exists", route("reviews", two)), [
      'VirtualService shop/a spec.http[0].route[0].destination: the route to "reviews.shop.svc.cluster.local" names no port, and the host opens several: 9080, 9090',
    ]);
    const backend = `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
${metadata(REVIEWS)}
spec: { rules: [{ backendRefs: [{ name: reviews, port: 80 }] }] }
`;
    assert.deepEqual(findings("gateway-route-binding", backend), [
      'HTTPRoute shop/a spec.rules[0].backendRefs[0].port: Service "shop/reviews" does not open port 80, but 9080',
    ]);
  });

  it("yield to the Service itself where the set holds it", () => {
    const service = `
{ apiVersion: v1, kind: Service, metadata: { name: reviews, namespace: shop }, spec: { ports: [{ port: 80, name: http }] } }
---
`;
    assert.deepEqual(
      findings("traffic-destination-exists", service + route("reviews", REVIEWS, ", port: { number: 9080 }")),
      [
        'VirtualService shop/a spec.http[0].route[0].destination.port.number: the route goes to port 9080 of "reviews.shop.svc.cluster.local", which opens 80',
      ],
    );
  });

  it("are not declared by what is no list of hosts and ports", () => {
    for (const text of [
      "reviews",
      "reviews.shop.svc.cluster.local",
      "reviews.shop.svc.cluster.local:x",
      "*:80",
      "",
    ])
      assert.equal(findings("traffic-destination-exists", route("reviews", text)).length, 1, text);
  });

  it("may be more than is known before deployment", () => {
    const unknown = route("reviews", "").replace('""', "UNKNOWN");
    assert.deepEqual(waits("traffic-destination-exists", unknown), [
      "spec.http[0].route[0].destination.host",
    ]);
    assert.equal(objects(unknown).length, 1);
  });
});

describe("the hosts of a catalogue", () => {
  const ports = {
    http: { number: 9080, protocol: "http" },
    raw: { number: 8081, protocol: "tcp" },
  } as const;
  const mesh = (createService = false) => {
    const shop = defineMesh("shop", {
      services: {
        reviews: {
          namespace: "shop",
          ports,
          createService,
          subsets: { v1: { labels: { version: "v1" } }, v2: { labels: { version: "v2" } } },
        },
        ratings: { namespace: "shop", ports: { http: ports.http } },
      },
    });
    const { reviews, ratings } = shop.services;
    shop.route(reviews, [
      shop.when(path.prefix("/wines")).to(ratings),
      shop.otherwise().to(reviews.subsets.v1),
    ]);
    shop.allow({ from: reviews, to: ratings });
    return shop;
  };
  const declared = (compiled: ReturnType<typeof compileMesh>): Record<string, string | undefined> =>
    Object.fromEntries(
      compiled.map(({ kind, metadata: { name, annotations } }) => [
        `${kind} ${name}`,
        annotations?.[DECLARED],
      ]),
    );
  const reviews = "reviews.shop.svc.cluster.local:8081,9080";
  const ratings = "ratings.shop.svc.cluster.local:9080";

  it("are written on the objects that name them, and on no others", () => {
    assert.deepEqual(declared(compileMesh(mesh())), {
      "PeerAuthentication default": undefined,
      "AuthorizationPolicy allow-to-ratings": undefined,
      "AuthorizationPolicy allow-nothing": undefined,
      "DestinationRule reviews": reviews,
      "VirtualService reviews": `${ratings} ${reviews}`,
    });
  });

  it("are not written for a Service that is among the objects", () => {
    const { "VirtualService reviews": route, "DestinationRule reviews": rule } = declared(
      compileMesh(mesh(true)),
    );
    assert.deepEqual([route, rule], [ratings, undefined]);
  });

  it("include those that a hook names, if the catalogue has them", () => {
    const to = (host: string) =>
      compileMesh(mesh(), {
        transform: {
          virtualService: (manifest) => ({
            ...manifest,
            spec: {
              ...manifest.spec,
              http: [{ route: [{ destination: { host, port: { number: 9080 } } }] }],
            },
          }),
        },
      });
    assert.equal(
      declared(to("ratings.shop.svc.cluster.local"))["VirtualService reviews"],
      `${ratings} ${reviews}`,
    );
    const typo = to("ratngs.shop.svc.cluster.local");
    assert.equal(declared(typo)["VirtualService reviews"], reviews);
    const rules = allRules.filter(({ id }) => id === "traffic-destination-exists");
    assert.deepEqual(
      lines(
        analyse(
          typo.map((object) => ({ object })),
          { rules, now: NOW },
        ).findings,
      ),
      [
        'VirtualService shop/reviews spec.http[0].route[0].destination.host: the route goes to host "ratngs.shop.svc.cluster.local", which no Service or ServiceEntry declares',
      ],
    );
  });

  for (const api of ["istio", "gateway-api"] as const) {
    it(`leave nothing missing where another program owns the Services, written for ${api}`, () => {
      const { findings } = analyse(
        compileMesh(mesh(), { api }).map((object) => ({ object })),
        { now: NOW },
      );
      assert.deepEqual(lines(findings.filter(({ level }) => level === "mandatory")), []);
    });
  }
});
