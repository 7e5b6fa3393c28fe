import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { allRules, type Finding } from "../../analysis";
import { run, type CliOptions, type CliResult } from "./run-cli";

const ROUTE_TO_NOWHERE = `# a comment
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: reviews
  namespace: shop
spec:
  hosts: [reviews]
  http:
    - route:
        - destination:
            host: reviews
            subset: v9
`;
const SERVICE = `apiVersion: v1
kind: Service
metadata: {name: reviews, namespace: shop}
spec: {selector: {app: reviews}, ports: [{name: http, port: 80}]}
`;
describe("meshwright check -f", () => {
  let cwd: string;
  beforeEach(() => (cwd = mkdtempSync(path.join(tmpdir(), "meshwright-check-"))));
  afterEach(() => rmSync(cwd, { recursive: true, force: true }));

  const write = (name: string, text: string): void => writeFileSync(path.join(cwd, name), text);
  const check = (args: readonly string[], options: CliOptions = {}): Promise<CliResult> =>
    run(["check", ...args], { cwd, ...options });

  it("--format json prints one object of findings with file and line, checked and rules, and nothing else", async () => {
    write("routes.yaml", ROUTE_TO_NOWHERE);
    write("service.yaml", SERVICE);
    const { code, stdout } = await check(["-f", ".", "--format", "json"]);
    assert.equal(code, 1);
    const report = JSON.parse(stdout) as { findings: Finding[]; checked: number; rules: number };
    assert.deepEqual(Object.keys(report), ["findings", "checked", "rules"]);
    assert.equal(report.checked, 2);
    assert.equal(report.rules, allRules.length);
    const finding = report.findings.find(({ rule }) => rule === "traffic-subset-exists");
    assert.ok(finding);
    assert.equal(finding.file, "routes.yaml");
    assert.equal(finding.line, 13);
    assert.equal(finding.path, "spec.http[0].route[0].destination.subset");
    assert.equal(finding.level, "mandatory");
    assert.deepEqual(finding.object, {
      apiVersion: "networking.istio.io/v1",
      kind: "VirtualService",
      namespace: "shop",
      name: "reviews",
    });
  });

  it("ends with 0 where nothing mandatory is found, and says how much was looked at", async () => {
    write("service.yaml", SERVICE);
    const { code, stdout, stderr } = await check(["-f", "service.yaml"]);
    assert.equal(code, 0, stdout);
    assert.match(stdout, new RegExp(`1 object, ${allRules.length} rules\\.\n$`));
    assert.equal(stderr, "Checking 1 object …\n");
  });

  it("ignores an unknown kind, counts it and says so, without counting it as checked", async () => {
    write("widgets.yaml", "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}\n---\n" + SERVICE);
    const { code, stdout, stderr } = await check(["-f", "widgets.yaml", "--format", "json"]);
    assert.equal(code, 0);
    assert.equal((JSON.parse(stdout) as { checked: number }).checked, 1);
    assert.match(stderr, /note: 1 object of kinds that no rule knows, ignored: example\.com\/v1 Widget\n/);
  });

  it("reads several -f and standard input together, so that one may define what the other uses", async () => {
    write("routes.yaml", ROUTE_TO_NOWHERE);
    write("service.yaml", SERVICE);
    const rule = `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: reviews, namespace: shop}
spec: {host: reviews, subsets: [{name: v9, labels: {version: v9}}]}
`;
    const { stdout } = await check(
      ["-f", "routes.yaml", "-f", "service.yaml", "-f", "-", "--format", "json"],
      { stdin: rule },
    );
    const { findings, checked } = JSON.parse(stdout) as { findings: Finding[]; checked: number };
    assert.equal(checked, 3);
    assert.deepEqual(
      findings.filter(({ message }) => message.includes("is not defined")),
      [],
    );
  });

  it("takes the mesh configuration from a file: its root namespace is where a mesh-wide policy counts", async () => {
    write(
      "mesh.yaml",
      [
        "{apiVersion: apps/v1, kind: Deployment, metadata: {name: istiod, namespace: istio-system}}",
        "{apiVersion: security.istio.io/v1, kind: PeerAuthentication, metadata: {name: default, namespace: mesh-root}, spec: {mtls: {mode: STRICT}}}",
      ].join("\n---\n"),
    );
    const plain = "rootNamespace: mesh-root\n";
    write("plain.yaml", plain);
    write(
      "config-map.yaml",
      `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio}\ndata:\n  mesh: |\n    ${plain}`,
    );
    const missesStrict = async (args: readonly string[]): Promise<boolean> => {
      const { stdout } = await check(["-f", "mesh.yaml", "--format", "json", ...args]);
      return (JSON.parse(stdout) as { findings: Finding[] }).findings.some(
        ({ rule }) => rule === "mtls-mesh-strict",
      );
    };
    assert.equal(await missesStrict([]), true);
    assert.equal(await missesStrict(["--mesh-config", "plain.yaml"]), false);
    assert.equal(await missesStrict(["--mesh-config", "config-map.yaml"]), false);
  });

  it("judges the mesh configuration of a file as it would the ConfigMap, once, and at the level that is set", async () => {
    const mesh = "connectTimeout: 2h\ntrustDomain: not_a_domain\n";
    write("service.yaml", SERVICE);
    write("mesh.yaml", mesh);
    write(
      "config-map.yaml",
      `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio, namespace: istio-system}\ndata:\n  mesh: |\n    ${mesh.replaceAll("\n", "\n    ")}\n`,
    );
    write("settings.yaml", "rules: { schema-valid: advisory }\n");
    const invalid = async (...args: readonly string[]) => {
      const { code, stdout } = await check(["--format", "json", ...args]);
      const { findings } = JSON.parse(stdout) as { findings: Finding[] };
      const own = findings.filter(({ rule }) => rule === "schema-valid");
      // Where a thing is read from is all that may differ.
      const bare = own.map(({ rule, level, object, path, message, fix }) => ({
        rule,
        level,
        object,
        path,
        message,
        fix,
      }));
      return { code, files: own.map(({ file }) => file), own: bare };
    };
    const asConfigMap = await invalid("-f", "config-map.yaml");
    assert.deepEqual(
      asConfigMap.own.map(({ level, path, message }) => `${level} ${path}: ${message}`),
      [
        "mandatory data.mesh: connectTimeout: connectTimeout is an hour at most",
        'mandatory data.mesh: trustDomain: "not_a_domain" is no trust domain',
      ],
    );
    const asFile = await invalid("-f", "service.yaml", "--mesh-config", "mesh.yaml");
    assert.deepEqual(asFile, { code: 1, files: ["mesh.yaml", "mesh.yaml"], own: asConfigMap.own });
    const both = await invalid("-f", "config-map.yaml", "--mesh-config", "config-map.yaml");
    assert.deepEqual(both.own, asConfigMap.own);
    const advised = await invalid(
      "-f",
      "service.yaml",
      "--mesh-config",
      "mesh.yaml",
      "--config",
      "settings.yaml",
    );
    assert.deepEqual([advised.code, advised.own.length], [0, 2]);
  });

  it("refuses a mesh configuration that is something else, before anything is checked", async () => {
    write("service.yaml", SERVICE);
    const { code, stdout, stderr } = await check(["-f", "service.yaml", "--mesh-config", "service.yaml"]);
    assert.deepEqual([code, stdout], [2, ""]);
    assert.match(stderr, /\[input\/mesh-config\]\n\s+got: +a Service/);
  });

  for (const [what, text, id] of [
    ["YAML that does not parse", "a: [\n", "input/yaml-syntax"],
    ["a chart's template", "apiVersion: v1\nkind: {{ .Values.kind }}\n", "input/template"],
    ["binary data", "\0\0", "input/not-utf8"],
  ] as const) {
    it(`${what}: one error with its place, exit 2, nothing on standard output`, async () => {
      write("bad.yaml", text);
      for (const format of ["text", "json", "sarif", "junit"]) {
        const { code, stdout, stderr } = await check(["-f", "bad.yaml", "--format", format]);
        assert.deepEqual([code, stdout], [2, ""]);
        assert.match(stderr, /^error: the input cannot be checked: 1 problem\n {2}bad\.yaml:\d+:\d+: /);
        assert.ok(stderr.includes(`[${id}]`));
        assert.match(stderr, /\n {6}fix: {6}\S/);
      }
    });
  }

  it("checks hostile shapes without failing: every field of a route the wrong type", async () => {
    const values = ["null", "1", "true", "text", "[]", "[null]", "[[1]]", "{}", "{a: {b: [1]}}", "-1", "''"];
    const fields = [
      "hosts",
      "http",
      "tls",
      "tcp",
      "gateways",
      "exportTo",
      "subsets",
      "host",
      "selector",
      "rules",
      "mtls",
      "servers",
    ];
    const kinds = [
      ["networking.istio.io/v1", "VirtualService"],
      ["networking.istio.io/v1", "DestinationRule"],
      ["networking.istio.io/v1", "Gateway"],
      ["networking.istio.io/v1", "ServiceEntry"],
      ["security.istio.io/v1", "AuthorizationPolicy"],
      ["security.istio.io/v1", "PeerAuthentication"],
      ["gateway.networking.k8s.io/v1", "HTTPRoute"],
      ["v1", "Service"],
      ["apps/v1", "Deployment"],
    ];
    const documents = kinds.flatMap(([apiVersion, kind]) =>
      values.flatMap((value, index) => [
        `{apiVersion: ${apiVersion}, kind: ${kind}, metadata: {name: a${index}}, spec: ${value}}`,
        ...fields.map(
          (field, at) =>
            `{apiVersion: ${apiVersion}, kind: ${kind}, metadata: {name: b${index}-${at}}, spec: {${field}: ${value}}}`,
        ),
      ]),
    );
    write("hostile.yaml", documents.join("\n---\n"));
    const { code, stderr, stdout } = await check(["-f", "hostile.yaml", "--format", "json"]);
    assert.equal(code, 1, stderr);
    assert.equal((JSON.parse(stdout) as { checked: number }).checked, documents.length);
  });

  it("shows progress as plain lines in a pipe, and as one replaced line without colour codes under NO_COLOR", async () => {
    write("service.yaml", SERVICE);
    const terminal = await check(["-f", "service.yaml"], { terminal: true, env: { TERM: "xterm" } });
    assert.match(terminal.stderr, /Checking 1 object …/);
    assert.ok(terminal.stderr.endsWith("\r\u001b[2K"));
    assert.ok(terminal.stdout.includes("\u001b["));
    const plain = await check(["-f", "service.yaml"], {
      terminal: true,
      env: { TERM: "xterm", NO_COLOR: "1" },
    });
    assert.ok(!plain.stdout.includes("\u001b["));
    assert.ok(!plain.stderr.includes("\u001b[2m"));
  });

  it("gives the same report twice", async () => {
    write("routes.yaml", ROUTE_TO_NOWHERE);
    for (const format of ["text", "json", "sarif", "junit"]) {
      assert.deepEqual(
        await check(["-f", ".", "--format", format]),
        await check(["-f", ".", "--format", format]),
      );
    }
  });
});
