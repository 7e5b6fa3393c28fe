import assert from "node:assert/strict";
import { analyse } from "../../../../analysis";
import { findings, NOW, objects, run, waits } from "../support";

const RULE = "schema-valid";
const vs = (spec: string, kind = "VirtualService", version = "v1"): string => `
apiVersion: networking.istio.io/${version}
kind: ${kind}
metadata: { name: o, namespace: shop }
spec: ${spec}
`;

describe("schema-valid", () => {
  it("passes a valid object of every version", () => {
    for (const version of ["v1", "v1beta1", "v1alpha3"]) {
      assert.deepEqual(
        findings(
          RULE,
          vs("{ hosts: [a], http: [{ route: [{ destination: { host: a } }] }] }", undefined, version),
        ),
        [],
      );
    }
  });

  it("judges the name of a Gateway as istiod does, but not one that the server completes", () => {
    const gateway = (metadata: string): string => `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { ${metadata}, namespace: shop }
spec: { servers: [{ hosts: [shop.example.com], port: { number: 80, name: http, protocol: HTTP } }] }
`;
    assert.deepEqual(findings(RULE, gateway("name: shop.web")), [
      'Gateway shop/shop.web metadata.name: "shop.web" is no name for a Gateway',
    ]);
    assert.deepEqual(findings(RULE, gateway("name: web-, generateName: web-")), []);
  });

  it("reports a wrong type, an unknown field and a broken CEL rule, each at its place", () => {
    const wrong = run(
      RULE,
      vs("{ hosts: a, http: [{ timeot: 1s, directResponse: { status: 200 } }] }"),
    ).findings;
    assert.deepEqual(
      wrong.map(({ path, anchors }) => [path, anchors]),
      [
        ["spec.hosts", ["IST0106"]],
        ["spec.http[0].timeot", ["IST0106"]],
      ],
    );
    const cel = `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: o, namespace: shop }
spec: { portLevelMtls: { 80: { mode: STRICT } } }
`;
    assert.deepEqual(
      run(RULE, cel).findings.map(({ path, message }) => [
        path,
        /portLevelMtls requires selector/.test(message),
      ]),
      [["spec", true]],
    );
  });

  it("reports what istiod's admission webhook refuses, and advises where it warns", () => {
    const said = (kind: string, spec: string): string[] =>
      run(RULE, vs(spec, kind)).findings.map(
        ({ path, message, anchors, level }) => `${level} ${anchors.join(" ")} ${path}: ${message}`,
      );
    assert.deepEqual(
      said("VirtualService", "{ hosts: [a, a], http: [{ match: [{ uri: { regex: '(' } }] }] }"),
      [
        'mandatory IST0106 spec.hosts[1]: the hosts "a" and "a" overlap',
        "mandatory IST0106 spec.http[0]: a rule has a route, a redirect or a directResponse",
        'mandatory IST0106 spec.http[0].match[0].uri.regex: "(" is no regular expression of RE2',
      ],
    );
    const port = "port: { number: 443, name: x, protocol: HTTPS }, hosts: [a.example.com]";
    assert.deepEqual(said("Gateway", `{ servers: [{ ${port} }, { ${port}, tls: { mode: MUTUAL } }] }`), [
      "mandatory IST0106 spec.servers[0].tls: protocol HTTPS needs tls settings",
      'mandatory IST0106 spec.servers[1].port: another server\'s port has the name "x" too',
      "mandatory IST0106 spec.servers[1].tls: mode MUTUAL needs a certificate: credentialName, or serverCertificate and privateKey",
      "mandatory IST0106 spec.servers[1].tls: mode MUTUAL needs caCertificates",
    ]);
    assert.deepEqual(
      [
        ...said("WorkloadEntry", "{ address: not_a_name }"),
        ...said("WorkloadGroup", "{ template: {}, probe: { grpc: { port: 80 } } }"),
        ...said("WorkloadGroup", "{ template: {}, probe: { periodSeconds: 5 } }"),
        ...said(
          "WorkloadGroup",
          "{ template: {}, probe: { httpGet: { port: 80, httpHeaders: [{ name: x_y }] } } }",
        ),
        ...said("WorkloadGroup", "{ template: {}, probe: { exec: { command: ['true'] } } }"),
      ],
      [
        'mandatory IST0106 spec.address: "not_a_name" is no address and no name',
        "mandatory IST0106 spec.probe.grpc: a probe is one of httpGet, tcpSocket, exec",
        "mandatory IST0106 spec.probe: a probe is one of httpGet, tcpSocket, exec",
        "mandatory IST0106 spec.probe.httpGet.httpHeaders[0].name: a header has a name of letters, digits and '-'",
      ],
    );
    assert.deepEqual(
      said("DestinationRule", "{ host: a, trafficPolicy: {}, subsets: [{ name: v1 }, { name: v1 }] }"),
      [
        'mandatory IST0106 spec.subsets[1].name: there are two subsets "v1"',
        "mandatory IST0106 spec.trafficPolicy: a traffic policy says something",
      ],
    );
    assert.deepEqual(said("Sidecar", "{ workloadSelector: {}, egress: [{ hosts: [x] }] }"), [
      'mandatory IST0106 spec.egress[0].hosts[0]: "x" is not of the form namespace/host',
      "advisory IST0133 spec.workloadSelector: the selector has no labels, so it holds for everything",
    ]);
  });

  it("reports a kind that Istio does not have, and which one was meant", () => {
    assert.deepEqual(findings(RULE, vs("{}", "VirtualServce")), [
      'VirtualServce shop/o kind: API group "networking.istio.io" has no kind "VirtualServce"; did you mean "VirtualService"?',
    ]);
  });

  it("leaves kinds of others alone", () => {
    assert.deepEqual(
      findings(RULE, "apiVersion: example.com/v1\nkind: Thing\nmetadata: { name: t }\nspec: 5\n"),
      [],
    );
  });

  it("does not expect the whole of an object from a patch", () => {
    const [located] = objects(vs("{ http: [] }", "Gateway"));
    assert.ok(located);
    assert.notDeepEqual(analyse([located], { now: NOW }).findings, []);
    assert.deepEqual(analyse([{ ...located, isPatch: true }], { now: NOW }).findings, []);
  });

  it("waits for values that are not known", () => {
    const yaml = vs("{ hosts: [UNKNOWN], http: UNKNOWN }");
    assert.deepEqual([findings(RULE, yaml), waits(RULE, yaml)], [[], ["spec"]]);
  });
});
