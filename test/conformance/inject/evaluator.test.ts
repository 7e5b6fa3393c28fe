import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { injected } from "./cases";
import { requireEvaluator } from "./evaluator";

/** What a template that prints one expression puts into an annotation. */
function printed(expression: string): string {
  const template = `metadata: {annotations: {out: {{ printf "%v" (${expression}) | quote }}}}`;
  const pod = injected({
    options: { injection: { defaultTemplates: ["t"], templates: { t: template } } },
    annotations: { given: "a", ports: "80, 81" },
    spec: {
      containers: [
        { name: "istio-proxy", ports: [{ containerPort: 1 }] },
        { name: "app", ports: [{ containerPort: 2 }, { containerPort: 3, protocol: "UDP" }] },
      ],
    },
    mesh: { defaultConfig: { statusPort: 15020, concurrency: 4 } },
  });
  return pod.metadata.annotations?.["out"] ?? "";
}

/** Each function that istiod gives to templates, with what it must answer. */
const FUNCTIONS: readonly (readonly [string, string])[] = [
  ['isset .ObjectMeta.Annotations "given"', "true"],
  ['isset .ObjectMeta.Annotations "other"', "false"],
  ['annotation .ObjectMeta "given" "b"', "a"],
  ['annotation .ObjectMeta "other" .Values.global.proxy.statusPort', "15020"],
  ['valueOrDefault "" "b"', "b"],
  ['valueOrDefault "a" "b"', "a"],
  ['excludeInboundPort 15020 "80, 81"', "80,81,15020"],
  ['excludeInboundPort 80 "80, 81"', "80, 81"],
  ['excludeInboundPort 0 "80"', "80"],
  ["includeInboundPorts .Spec.Containers", "1,2"],
  ["applicationPorts .Spec.Containers", "2"],
  ['kubevirtInterfaces "net1"', "net1"],
  ['excludeInterfaces "net1"', "net1"],
  ['toJSON (strdict "a" "1")', '{"a":"1"}'],
  ['index (fromJSON "{\\"a\\":1}") "a"', "1"],
  ["structToJSON (index (index .Spec.Containers 0).Ports 0)", '{"containerPort":1}'],
  ["protoToJSON .ProxyConfig", '{"concurrency":4}'],
  ['toYaml (strdict "a" "1") | trim', 'a: "1"'],
  ['"a\\nb" | indent 2', "a\n  b"],
  ['omitNil (dict "a" nil "b" (dict "c" nil) "d" 1)', "map[d:1]"],
  ['toJsonMap (strdict "a" "1" "b" "1") (strdict "b" "2")', '{"a":"1","b":"2"}'],
  ['mergeMaps (strdict "a" "1") (strdict "b" "2")', "map[a:1 b:2]"],
  ['omit (strdict "a" "1" "b" "2") "a"', "map[b:2]"],
  ['directory "/etc/istio/proxy"', "/etc/istio/"],
  ['contains "/" "a/b"', "true"],
  ['contains "a/b" "/"', "false"],
  ['env "A_VARIABLE_THAT_NOBODY_SETS" "fallback"', "fallback"],
  ["formatDuration .ProxyConfig.DrainDuration", "45s"],
  ['appendMultusNetwork "" "istio"', "istio"],
  ['appendMultusNetwork "istio" "istio"', "istio"],
  [".MeshConfig.ProxyListenPort", "15001"],
  [".ProxyConfig.InterceptionMode", "REDIRECT"],
  [".InboundTrafficPolicyMode", "passthrough"],
  ['list "a" "b" | join ","', "a,b"],
];

describe("the template evaluator", () => {
  before(function () {
    requireEvaluator(this);
  });

  for (const [expression, answer] of FUNCTIONS) {
    it(`${expression} is ${JSON.stringify(answer)}`, () => {
      assert.equal(printed(expression), answer);
    });
  }

  it("a key that the values do not have has no value, nor has what is below it, as in istiod", () => {
    assert.equal(printed(".Values.global.nonesuch"), "<nil>");
    assert.equal(printed(".Values.nonesuch.deeper"), "<nil>");
  });

  it("a template that does not parse, or renders no YAML, is an error with the template's name", () => {
    for (const text of ["{{ if }}", "a: [", "spec: {containers: 7}"]) {
      const options = { injection: { defaultTemplates: ["broken"], templates: { broken: text } } };
      assert.throws(() => injected({ options }), /template "broken"/);
    }
  });

  it("has no word of a particular template in its sources", () => {
    const folder = join(__dirname, "../../../cli/injector");
    const sources = readdirSync(folder)
      .filter((file) => file.endsWith(".go"))
      .map((file) => readFileSync(join(folder, file), "utf8"))
      .join("\n");
    for (const word of [
      "istio-init",
      "istio-validation",
      "15090",
      "ISTIO_META",
      "istio-envoy",
      "workload-socket",
    ]) {
      assert.ok(!sources.includes(word), `${word} is the templates' business`);
    }
  });
});
