import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { dump, load } from "js-yaml";

import { controlPlaneObjects } from "../../components/platform/control-plane/objects";
import { controlPlaneProblems, controlPlaneSettings } from "../../components/platform/control-plane/settings";
import { injectionTemplates } from "../../components/platform/injection";
import type { Problem } from "../../components/intent/problem";

const SIDECAR = 'metadata: {annotations: {by: "{{ .Revision }}"}}';
const GATEWAY = "{{ if .Values }}spec: {}{{ end }}";

function configMap(config: unknown): string {
  return dump({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "istio-sidecar-injector", namespace: "istio-system" },
    data: { config: typeof config === "string" ? config : dump(config), values: "{}" },
  });
}

describe("injection templates that a team already has", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "meshwright-templates-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function write(files: Readonly<Record<string, string>>): void {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
  }

  function problems(from = folder): Problem[] {
    return controlPlaneProblems({ injectionTemplates: { from } });
  }

  /** The templates that istiod would be given, without ours that stay. */
  function replaced(from = folder): Readonly<Record<string, string>> {
    assert.deepEqual(problems(from), []);
    const settings = controlPlaneSettings({ injectionTemplates: { from } });
    const { config: text = "" } = controlPlaneObjects(settings).configMaps.injector!.data as Record<
      string,
      string
    >;
    const { templates } = load(text) as { templates: Record<string, string> };
    for (const name of Object.keys(injectionTemplates)) assert.ok(name in templates, `${name} is gone`);
    return Object.fromEntries(
      Object.entries(templates).filter(([name, text]) => injectionTemplates[name] !== text),
    );
  }

  for (const [what, files] of Object.entries({
    "a folder with a file per template": { "sidecar.yaml": SIDECAR, "gateway.yaml": GATEWAY },
    "the files of the official chart": {
      "injection-template.yaml": SIDECAR,
      "gateway-injection-template.yaml": GATEWAY,
      "profile-demo.yaml": "global: {}",
    },
    "the official chart itself": {
      "Chart.yaml": "name: istiod",
      "values.yaml": "a: 1",
      "files/injection-template.yaml": SIDECAR,
      "files/gateway-injection-template.yaml": GATEWAY,
      "templates/deployment.yaml": "{{ .Release.Namespace }}",
    },
    "an injector's ConfigMap among other objects": {
      "objects.yaml": `${dump({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "istio" }, data: { mesh: "" } })}---\n${configMap({ policy: "enabled", templates: { sidecar: SIDECAR, gateway: GATEWAY } })}`,
    },
    "a list as kubectl prints it, as JSON": {
      "list.json": JSON.stringify({
        apiVersion: "v1",
        kind: "List",
        items: [load(configMap({ templates: { sidecar: SIDECAR, gateway: GATEWAY } }))],
      }),
    },
  } as Record<string, Record<string, string>>)) {
    it(`are taken from ${what}, and ours stay where there is none`, () => {
      write(files);
      assert.deepEqual(replaced(), { sidecar: SIDECAR, gateway: GATEWAY });
    });
  }

  it("may be a single file, and may have names of their own", () => {
    write({ "debugging.yaml": SIDECAR });
    assert.deepEqual(replaced(join(folder, "debugging.yaml")), { debugging: SIDECAR });
  });

  it("of the ConfigMap nothing but the templates counts", () => {
    write({ "cm.yaml": configMap({ policy: "disabled", templates: { sidecar: SIDECAR } }) });
    const settings = controlPlaneSettings({ injectionTemplates: { from: folder } });
    const { config } = controlPlaneObjects(settings).configMaps.injector!.data as Record<string, string>;
    assert.equal((load(config ?? "") as { policy: string }).policy, "enabled");
  });

  it("that are not there are a problem of the argument that names them", () => {
    const [problem, ...others] = problems(join(folder, "nowhere"));
    assert.deepEqual(others, []);
    assert.equal(problem?.id, "platform/unreadable-templates");
    assert.equal(problem?.path, "injectionTemplates.from");
    assert.match(problem?.message ?? "", /nothing is there/);
    assert.match(problem?.got ?? "", /nowhere/);
  });

  for (const [what, files] of Object.entries({
    "an empty folder": {},
    "a folder with other things": { "values.yaml": "a: 1", "README.md": "{{ nothing }}" },
    "a ConfigMap of another kind": { "cm.yaml": configMap({ policy: "enabled" }) },
    "the templates of a chart, which are not those of the injector": {
      "deployment.yaml": "kind: Deployment\nmetadata: {name: '{{ .Release.Name }}'}",
    },
  } as Record<string, Record<string, string>>)) {
    it(`${what} holds none`, () => {
      write(files);
      assert.deepEqual(
        problems().map(({ id }) => id),
        ["platform/no-templates"],
      );
    });
  }

  it("a ConfigMap that is no YAML, outside or inside, is a problem with its file", () => {
    for (const text of ["kind: ConfigMap\na: [", configMap("templates: [")]) {
      write({ "cm.yaml": text });
      const [problem] = problems();
      assert.equal(problem?.id, "platform/bad-template-file");
      assert.match(problem?.message ?? "", /cm\.yaml cannot be parsed/);
    }
  });

  it("two different texts for one template are a problem, the same text twice is none", () => {
    write({ "sidecar.yaml": SIDECAR, "injection-template.yaml": SIDECAR });
    assert.deepEqual(replaced(), { sidecar: SIDECAR });
    write({ "injection-template.yaml": GATEWAY });
    const [problem] = problems();
    assert.equal(problem?.id, "platform/duplicate-template");
    assert.match(problem?.got ?? "", /injection-template\.yaml and .*sidecar\.yaml/);
  });

  for (const [fault, text, got] of [
    ["an empty text", " \n", "an empty text"],
    ["an action without an end", "a\n{{ .Values", "line 2: an action or a string in it has no end"],
    ["an action within an action", "{{ .A {{ .B }}", "line 1: an action or a string in it has no end"],
    ["a string without an end", 'a\n\n{{ index .A "b }}', "line 3: an action or a string in it has no end"],
    ["a block without an end", "{{ if .A }}\n{{- range .B }}{{ end }}", "line 1: `if` has no `end`"],
    ["an end too many", "{{ with .A }}{{ end }}\n{{- end }}", "line 2: `end` belongs to no block"],
    ["an else of no block", "{{ else }}", "line 1: `else` belongs to no block"],
  ] as const) {
    it(`${fault} is a problem with template and line`, () => {
      write({ "sidecar.yaml": text, "gateway.yaml": GATEWAY });
      const [problem, ...others] = problems();
      assert.deepEqual(others, []);
      assert.equal(problem?.id, "platform/bad-template");
      assert.match(problem?.message ?? "", /the template "sidecar" in .*sidecar\.yaml/);
      assert.equal(problem?.got, got);
    });
  }

  it("delimiters and words inside strings and comments mean nothing", () => {
    write({
      "sidecar.yaml": '{{/* if }} { */}}{{ print "}} end" `{{` \'\\\'\' }}{{- define "a" -}}{{ end }} end',
    });
    assert.deepEqual(problems(), []);
  });

  it("our own templates have no fault", () => {
    write(
      Object.fromEntries(Object.entries(injectionTemplates).map(([name, text]) => [`${name}.yaml`, text])),
    );
    assert.deepEqual(replaced(), {});
  });
});
