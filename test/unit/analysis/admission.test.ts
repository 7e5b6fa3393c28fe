import assert from "node:assert/strict";
import { UNKNOWN, type KubernetesObject } from "../../../analysis";
import { admissionProblems } from "../../../analysis/admission";
import { MeshObject } from "../../../analysis/model/mesh-object";
import { findings } from "./support";

function problems(kind: string, spec: unknown, group = "networking.istio.io/v1"): string[] {
  const object: KubernetesObject = {
    apiVersion: group,
    kind,
    metadata: { name: "o", namespace: "shop" },
    spec,
  };
  return [...admissionProblems(new MeshObject({ object }))].map(
    ({ path, message, isWarning }) => `${isWarning === true ? "warns: " : ""}${path}: ${message}`,
  );
}

const route = { destination: { host: "reviews" } };
const http = (fields: object): unknown => ({ hosts: ["reviews"], http: [{ route: [route], ...fields }] });

describe("what istiod's webhook refuses, in our words", () => {
  const cases: readonly (readonly [
    what: string,
    kind: string,
    spec: unknown,
    expected: readonly string[],
  ])[] = [
    [
      "a CORS policy",
      "VirtualService",
      http({
        corsPolicy: {
          allowOrigins: [{ exact: "" }],
          allowMethods: ["FETCH"],
          exposeHeaders: ["x y"],
          maxAge: "1.5s",
        },
      }),
      [
        "spec.http[0].corsPolicy.allowOrigins[0]: an origin is matched by exact, prefix or regex, which is not empty",
        'spec.http[0].corsPolicy.allowMethods[0]: "FETCH" is no method of HTTP',
        'spec.http[0].corsPolicy.exposeHeaders[0]: "x y" is no name of a header',
        "spec.http[0].corsPolicy.maxAge: maxAge is in whole seconds",
      ],
    ],
    [
      "headers that Envoy cannot write",
      "VirtualService",
      http({ headers: { request: { set: { "x-share": "100%" }, remove: ["Host"] } } }),
      [
        "spec.http[0].headers.request.set.x-share: the value is none that Envoy can write: a % is written %%",
        'spec.http[0].headers.request.remove[0]: the header "Host" stays as it is',
      ],
    ],
    [
      "an endpoint on its own",
      "WorkloadEntry",
      { address: "unix:///run/a.sock", ports: { http: 80 } },
      ["spec.ports: a unix domain socket has no ports"],
    ],
    ["an endpoint that is nowhere", "WorkloadEntry", { ports: { http: 80 } }, ["spec: it has no address"]],
    [
      "a probe",
      "WorkloadGroup",
      { template: {}, probe: { periodSeconds: -1, httpGet: { port: 0, scheme: "FTP" } } },
      [
        "spec.probe.periodSeconds: -1 is less than 0",
        "spec.probe.httpGet.port: 0 is no port number",
        'spec.probe.httpGet.scheme: "FTP" is neither HTTP nor HTTPS',
      ],
    ],
    [
      "a consistent hash",
      "DestinationRule",
      { host: "a", trafficPolicy: { loadBalancer: { consistentHash: { maglev: { tableSize: 10 } } } } },
      ["spec.trafficPolicy.loadBalancer.consistentHash.maglev: 10 is no prime below 5000011"],
    ],
    [
      "shares of localities",
      "DestinationRule",
      {
        host: "a",
        trafficPolicy: {
          loadBalancer: { localityLbSetting: { distribute: [{ from: "eu", to: { eu: 60, us: 30 } }] } },
        },
      },
      [
        "spec.trafficPolicy.loadBalancer.localityLbSetting.distribute[0]: the shares add up to 90; expected 100",
      ],
    ],
    [
      "an egress listener",
      "Sidecar",
      { egress: [{ hosts: ["shop/*", "shop/reviews.shop.svc.cluster.local", "reviews"] }] },
      [
        'warns: spec.egress[0].hosts[1]: "shop/reviews.shop.svc.cluster.local" is there already',
        'spec.egress[0].hosts[2]: "reviews" is not of the form namespace/host',
      ],
    ],
    [
      "names that are looked up when they are asked for",
      "ServiceEntry",
      {
        hosts: ["api.example.com"],
        resolution: "DYNAMIC_DNS",
        ports: [{ number: 3306, name: "db", protocol: "MYSQL" }],
      },
      [
        "spec.hosts[0]: resolution DYNAMIC_DNS is for wildcards",
        "spec.ports[0]: resolution DYNAMIC_DNS serves HTTP, HTTP2, GRPC and TLS only",
      ],
    ],
  ];
  for (const [what, kind, spec, expected] of cases)
    it(`of ${what}`, () => assert.deepEqual(problems(kind, spec), expected));

  it("of a traffic extension", () => {
    assert.deepEqual(problems("TrafficExtension", {}, "extensions.istio.io/v1alpha1"), [
      "spec: it is either wasm or lua",
    ]);
    const match = [{ ports: [{ number: 70_000 }] }];
    assert.deepEqual(
      problems("TrafficExtension", { wasm: { url: "ftp://x/y" }, match }, "extensions.istio.io/v1alpha1"),
      [
        'spec.wasm.url: "ftp" is no scheme for a module',
        "spec.match[0].ports[0].number: 70000 is no port number",
      ],
    );
  });

  it("of conditions and matchers of an AuthorizationPolicy", () => {
    const rules = [
      {
        from: [{ source: { serviceAccounts: ["a/b/c"] } }],
        to: [{ operation: { paths: ["/{**}/{*}"] } }],
        when: [{ key: "request.headers[]", values: ["a"] }],
      },
    ];
    assert.deepEqual(problems("AuthorizationPolicy", { rules }, "security.istio.io/v1"), [
      'spec.rules[0].from[0].source.serviceAccounts[0]: "a/b/c" is no service account, or namespace/account',
      'spec.rules[0].to[0].operation.paths[0]: "/{**}/{*}": {**} is the last of its kind in a path',
      'spec.rules[0].when[0].key: "request.headers[]" has no name in brackets',
    ]);
  });

  it("of the mesh configuration in its ConfigMap, which is reported as schema-valid", () => {
    const mesh = `
apiVersion: v1
kind: ConfigMap
metadata: { name: istio, namespace: istio-system }
data:
  mesh: |
    connectTimeout: 2h
    trustDomainAliases: [old_domain]
    defaultConfig: { discoveryAddress: istiod, tracing: { zipkin: { address: "zipkin:9411" } } }
    tlsDefaults: { ecdhCurves: [P-25] }
`;
    assert.deepEqual(findings("schema-valid", mesh), [
      "ConfigMap istio-system/istio data.mesh: connectTimeout: connectTimeout is an hour at most",
      'ConfigMap istio-system/istio data.mesh: defaultConfig.discoveryAddress: "istiod" is not of the form host:port',
      'ConfigMap istio-system/istio data.mesh: tlsDefaults.ecdhCurves[0]: "P-25" is no curve that Istio knows',
      'ConfigMap istio-system/istio data.mesh: trustDomainAliases[0]: "old_domain" is no trust domain',
    ]);
  });

  it("says nothing of values that are known only after deployment", () => {
    const unknown = { host: UNKNOWN, subset: UNKNOWN, port: { number: UNKNOWN } };
    assert.deepEqual(
      problems("VirtualService", {
        hosts: UNKNOWN,
        gateways: [UNKNOWN],
        http: [
          {
            route: [{ destination: unknown, weight: UNKNOWN }, UNKNOWN],
            timeout: UNKNOWN,
            retries: { attempts: UNKNOWN, retryOn: UNKNOWN },
            corsPolicy: { allowOrigins: [{ exact: UNKNOWN }], maxAge: UNKNOWN },
            fault: UNKNOWN,
            headers: { request: { set: { a: UNKNOWN } } },
          },
        ],
      }),
      [],
    );
    assert.deepEqual(problems("WorkloadEntry", { address: UNKNOWN, ports: { http: UNKNOWN } }), []);
    assert.deepEqual(
      problems("WorkloadGroup", { template: UNKNOWN, probe: { tcpSocket: { port: UNKNOWN } } }),
      [],
    );
  });
});
