import assert from "node:assert/strict";
import { findings, run, waits } from "../support";

const RULE = "traffic-destination-exists";
const service = (name: string, ports = "[{ name: http, port: 9080 }]", more = ""): string => `
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: shop${more} }
spec: { ports: ${ports} }
---
`;
const serviceEntry = (hosts: string, more = ""): string => `
apiVersion: networking.istio.io/v1beta1
kind: ServiceEntry
metadata: { name: external, namespace: egress }
spec: { hosts: ${hosts}, ports: [{ number: 443, name: tls, protocol: TLS }]${more} }
---
`;
const virtualService = (spec: string, namespace = "shop", version = "v1"): string => `
apiVersion: networking.istio.io/${version}
kind: VirtualService
metadata: { name: vs, namespace: ${namespace} }
spec: { hosts: [reviews], ${spec} }
---
`;
const to = (destination: string): string =>
  virtualService(`http: [{ route: [{ destination: ${destination} }] }]`);
const at = (path: string, message: string): string => `VirtualService shop/vs ${path}: ${message}`;
const HOST = "spec.http[0].route[0].destination.host";

describe("traffic-destination-exists", () => {
  it("passes a service by short name and by complete name", () => {
    for (const host of ["reviews", "reviews.shop.svc.cluster.local", "REVIEWS"]) {
      assert.deepEqual(findings(RULE, service("reviews") + to(`{ host: ${host} }`)), [], host);
    }
  });

  it("passes external hosts, wildcard hosts and services of the cluster set", () => {
    const external = serviceEntry('[api.example.com, "*.example.org"]');
    for (const host of ["api.example.com", "a.b.example.org"])
      assert.deepEqual(findings(RULE, external + to(`{ host: ${host} }`)), []);
    const imported = `
apiVersion: multicluster.x-k8s.io/v1alpha1
kind: ServiceImport
metadata: { name: reviews, namespace: shop }
spec: { ports: [{ port: 9080 }] }
---
`;
    assert.deepEqual(findings(RULE, imported + to("{ host: reviews.shop.svc.clusterset.local }")), []);
  });

  it("reports an unknown host, resolved in the namespace of the route", () => {
    assert.deepEqual(findings(RULE, to("{ host: reviews }")), [
      at(
        HOST,
        'the route goes to host "reviews" (that is "reviews.shop.svc.cluster.local"), which no Service or ServiceEntry declares',
      ),
    ]);
    const elsewhere =
      service("reviews") + virtualService("http: [{ route: [{ destination: { host: reviews } }] }]", "other");
    assert.equal(findings(RULE, elsewhere).length, 1);
  });

  it("reports a dotted name that is not complete, and says which name is", () => {
    for (const host of ["reviews.shop", "reviews.shop.svc"]) {
      assert.deepEqual(findings(RULE, service("reviews") + to(`{ host: ${host} }`)), [
        at(
          HOST,
          `the route goes to host "${host}", which no Service or ServiceEntry declares: a name with a dot is taken as it stands; "reviews.shop.svc.cluster.local" exists`,
        ),
      ]);
    }
  });

  it("suggests the host that was meant", () => {
    const [line] = findings(RULE, service("reviews") + to("{ host: rewiews }"));
    assert.match(line ?? "", /; did you mean "reviews\.shop\.svc\.cluster\.local"\?$/);
  });

  it("looks at tls and tcp routes, at mirrors in both spellings, and at every version of the API", () => {
    const spec =
      "http: [{ route: [{ destination: { host: reviews } }], mirror: { host: a }, mirrors: [{ destination: { host: b } }] }], " +
      "tls: [{ route: [{ destination: { host: c } }] }], tcp: [{ route: [{ destination: { host: d } }] }]";
    for (const version of ["v1", "v1beta1", "v1alpha3"]) {
      const { findings: found } = run(RULE, service("reviews") + virtualService(spec, "shop", version));
      assert.deepEqual(
        found.map(({ path, anchors }) => [path, anchors]),
        [
          ["spec.http[0].mirror.host", ["IST0101"]],
          ["spec.http[0].mirrors[0].destination.host", ["IST0101"]],
          ["spec.tcp[0].route[0].destination.host", ["IST0101", "KIA1101"]],
          ["spec.tls[0].route[0].destination.host", ["IST0101", "KIA1101"]],
        ],
      );
    }
  });

  it("reports a port that the host does not open", () => {
    assert.deepEqual(findings(RULE, service("reviews") + to("{ host: reviews, port: { number: 8080 } }")), [
      at(
        "spec.http[0].route[0].destination.port.number",
        'the route goes to port 8080 of "reviews.shop.svc.cluster.local", which opens 9080',
      ),
    ]);
    assert.deepEqual(
      findings(RULE, service("reviews") + to("{ host: reviews, port: { number: 9080 } }")),
      [],
    );
  });

  it("demands a port where the host opens several", () => {
    const several = service("reviews", "[{ name: http, port: 9080 }, { name: grpc, port: 9090 }]");
    const { findings: found } = run(RULE, several + to("{ host: reviews }"));
    assert.deepEqual(
      found.map(({ path, message, anchors }) => [path, message, anchors]),
      [
        [
          "spec.http[0].route[0].destination",
          'the route to "reviews.shop.svc.cluster.local" names no port, and the host opens several: 9080, 9090',
          ["IST0112"],
        ],
      ],
    );
    assert.deepEqual(findings(RULE, several + to("{ host: reviews, port: { number: 9090 } }")), []);
  });

  it("says nothing of the ports of a service that declares none", () => {
    assert.deepEqual(
      findings(RULE, service("reviews", "[]") + to("{ host: reviews, port: { number: 80 } }")),
      [],
    );
  });

  it("counts a host only where it is exported to", () => {
    const hidden = serviceEntry("[api.example.com]", ', exportTo: ["."]') + to("{ host: api.example.com }");
    assert.deepEqual(findings(RULE, hidden), [
      at(
        HOST,
        'the route goes to host "api.example.com", but ServiceEntry "egress/external" does not export it to namespace "shop"',
      ),
    ]);
    const shown = serviceEntry("[api.example.com]", ", exportTo: [shop]") + to("{ host: api.example.com }");
    assert.deepEqual(findings(RULE, shown), []);
    const annotated = service("reviews", undefined, ', annotations: { networking.istio.io/exportTo: "~" }');
    assert.equal(findings(RULE, annotated + to("{ host: reviews }")).length, 1);
  });

  it("asks the namespaces of the route's gateways too", () => {
    const spec = "gateways: [egress/out], http: [{ route: [{ destination: { host: api.example.com } }] }]";
    assert.deepEqual(
      findings(RULE, serviceEntry("[api.example.com]", ', exportTo: ["."]') + virtualService(spec)),
      [],
    );
  });

  it("follows the mesh's exportTo default and the cluster domain of istiod", () => {
    const config = `
apiVersion: v1
kind: ConfigMap
metadata: { name: istio, namespace: istio-system }
data: { mesh: "defaultServiceExportTo: ['.']" }
---
`;
    assert.equal(
      findings(RULE, config + serviceEntry("[api.example.com]") + to("{ host: api.example.com }")).length,
      1,
    );
    const istiod = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: istiod, namespace: istio-system }
spec: { template: { spec: { containers: [{ args: [discovery, --domain, corp.example] }] } } }
---
`;
    assert.deepEqual(
      findings(RULE, istiod + service("reviews") + to("{ host: reviews.shop.svc.corp.example }")),
      [],
    );
  });

  it("reports a delegate that does not exist", () => {
    const root = virtualService(
      "http: [{ delegate: { name: child } }, { delegate: { name: child, namespace: team } }]",
    );
    const child =
      "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: { name: child, namespace: team }\nspec: {}\n";
    assert.deepEqual(findings(RULE, root + child), [
      at("spec.http[0].delegate", 'the rule delegates to VirtualService "shop/child", which does not exist'),
    ]);
  });

  it("waits for hosts and ports that are not known, on either side", () => {
    assert.deepEqual(waits(RULE, to("{ host: UNKNOWN }")), [HOST]);
    assert.deepEqual(waits(RULE, service("reviews") + to("{ host: reviews, port: { number: UNKNOWN } }")), [
      "spec.http[0].route[0].destination.port.number",
    ]);
    const open = service("UNKNOWN") + to("{ host: reviews }");
    assert.deepEqual([findings(RULE, open), waits(RULE, open)], [[], [HOST]]);
    const ports = service("reviews", "[{ port: UNKNOWN }]") + to("{ host: reviews, port: { number: 1 } }");
    assert.deepEqual(
      [findings(RULE, ports), waits(RULE, ports)],
      [[], ["spec.http[0].route[0].destination.port.number"]],
    );
    assert.deepEqual(waits(RULE, virtualService("http: [{ delegate: { name: UNKNOWN } }]")), [
      "spec.http[0].delegate",
    ]);
  });
});
