import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { PulumiProject } from "./pulumi-project";
import { run } from "./run-cli";

const old = `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio-injection: enabled } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec: { replicas: 1, template: { metadata: { labels: { app: web } }, spec: { serviceAccountName: web, containers: [] } } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: reviews, namespace: shop }
spec: { template: { metadata: { labels: { app: reviews } }, spec: { containers: [] } } }
---
apiVersion: v1
kind: Service
metadata: { name: reviews, namespace: shop }
spec: { selector: { app: reviews }, ports: [{ name: http, port: 80 }] }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews, namespace: shop }
spec: { hosts: [reviews], http: [{ route: [{ destination: { host: reviews, subset: v1 }, weight: 90 }, { destination: { host: reviews, subset: v2 }, weight: 10 }] }] }
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: reviews, namespace: shop }
spec: { rules: [{ from: [{ source: { principals: [cluster.local/ns/shop/sa/web] } }], to: [{ operation: { methods: [GET] } }] }] }
---
apiVersion: v1
kind: Secret
metadata: { name: key, namespace: shop }
stringData: { password: correct-horse }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: old, namespace: shop }
`;

const now = old
  .replace("replicas: 1, ", "replicas: 3, ")
  .replace("weight: 90", "weight: 50")
  .replace("weight: 10", "weight: 50")
  .replace("methods: [GET]", "methods: [POST]")
  .replace("correct-horse", "battery-staple")
  .replace("name: old", "name: new");

describe("meshwright diff", () => {
  let cwd: string;
  beforeEach(() => {
    cwd = mkdtempSync(path.join(tmpdir(), "meshwright-diff-"));
    writeFileSync(path.join(cwd, "before.yaml"), old);
    writeFileSync(path.join(cwd, "after.yaml"), now);
  });
  afterEach(() => rmSync(cwd, { recursive: true }));

  it("tells calls, routes and objects that differ, and no value of a Secret", async () => {
    const { code, stdout } = await run(["diff", "-f", "after.yaml", "--against", "before.yaml"], { cwd });
    assert.equal(code, 0);
    assert.equal(
      stdout,
      `Calls
  - Deployment "shop/web" to reviews.shop.svc.cluster.local:80, GET /: allowed, now denied
  + Deployment "shop/web" to reviews.shop.svc.cluster.local:80, POST /: denied, now allowed

Routes
  ~ shop/reviews  otherwise: reviews subset v1 90%, reviews subset v2 10%, now reviews subset v1 50%, reviews subset v2 50%

Objects
  + ConfigMap shop/new
  - ConfigMap shop/old
  ~ Secret shop/key
      stringData.password: another value, which is not shown
  ~ Deployment shop/web
      spec.replicas: nothing, now 3
  ~ VirtualService shop/reviews
      spec.http[0].route[0].weight: 90, now 50
      spec.http[0].route[1].weight: 10, now 50
  ~ AuthorizationPolicy shop/reviews
      spec.rules[0].to[0].operation.methods[0]: "GET", now "POST"

1 kind of call newly allowed, 1 otherwise changed; 1 route changed; 6 objects: 1 added, 1 removed, 4 changed.
`,
    );
    assert.doesNotMatch(stdout, /horse|staple/);
  });

  it("tells where routes of the Gateway API lead now, apart from a VirtualService of the same name", async () => {
    const httpRoute = `---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: reviews, namespace: shop }
spec: { parentRefs: [{ group: "", kind: Service, name: reviews }], rules: [{ backendRefs: [{ name: v1, port: 80 }, { name: v2, port: 80, weight: 3 }] }] }
---
apiVersion: gateway.networking.k8s.io/v1
kind: GRPCRoute
metadata: { name: calls, namespace: shop }
spec: { parentRefs: [{ group: "", kind: Service, name: reviews }], rules: [{ matches: [{ method: { service: Reviews } }], backendRefs: [{ name: v1, port: 80 }] }] }
`;
    writeFileSync(path.join(cwd, "before.yaml"), old + httpRoute);
    writeFileSync(
      path.join(cwd, "after.yaml"),
      old + httpRoute.replace("weight: 3", "weight: 1").replace("service: Reviews", "service: Ratings"),
    );
    const { stdout } = await run(["diff", "-f", "after.yaml", "--against", "before.yaml"], { cwd });
    assert.deepEqual(stdout.split("Objects")[0]?.split("Routes")[1]?.trim().split("\n"), [
      "~ HTTPRoute shop/reviews  otherwise: v1.shop 25%, v2.shop 75%, now v1.shop 50%, v2.shop 50%",
      "  ~ GRPCRoute shop/calls  Reviews/*: v1.shop, now (no rule)",
      "  ~ GRPCRoute shop/calls  Ratings/*: (no rule), now v1.shop",
    ]);
  });

  it("says that nothing differs where only the order and what a server adds do, and can end with 1", async () => {
    const documents = old.split("---");
    writeFileSync(path.join(cwd, "after.yaml"), documents.reverse().join("---"));
    const same = await run(["diff", "-f", "after.yaml", "--against", "before.yaml", "--exit-code"], { cwd });
    assert.deepEqual([same.code, same.stdout], [0, "No difference in calls, routes or objects.\n"]);
    writeFileSync(path.join(cwd, "after.yaml"), now);
    const other = await run(["diff", "-f", "after.yaml", "--against", "before.yaml", "--exit-code"], { cwd });
    assert.equal(other.code, 1);
  });

  it("compares with a version that git knows, and leaves the working folder alone", async () => {
    const git = (...args: string[]): void =>
      void execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.com", ...args], {
        cwd,
        stdio: "pipe",
      });
    git("init", "-q");
    git("add", "before.yaml");
    git("commit", "-qm", "first");
    writeFileSync(path.join(cwd, "before.yaml"), now);
    const { code, stdout } = await run(
      ["diff", "-f", "before.yaml", "--against", "HEAD", "--format", "json"],
      { cwd },
    );
    assert.equal(code, 0);
    const told = JSON.parse(stdout) as {
      calls: { after: string }[];
      routes: unknown[];
      objects: { change: string }[];
    };
    assert.deepEqual(
      told.calls.map((call) => call.after),
      ["denied", "allowed"],
    );
    assert.equal(told.routes.length, 1);
    assert.equal(told.objects.length, 6);
    assert.doesNotMatch(stdout, /horse|staple/);
  });

  it("refuses a name that means nothing, and files without anything to compare with", async () => {
    for (const [args, message] of [
      [["--against", "no-such-thing"], "this is no path, no stack and no revision"],
      [["--against", "--help-me"], "this is no path, no stack and no revision"],
      [[], "there is nothing to compare with"],
    ] as const) {
      const { code, stdout, stderr } = await run(["diff", "-f", "after.yaml", ...args], { cwd });
      assert.equal(code, 2);
      assert.match(stderr, new RegExp(`${message} \\[cli/nothing-to-compare\\]`));
      assert.equal(stdout, "");
    }
  });
});

const PROGRAM = `
const pulumi = require("@pulumi/pulumi");
const { ConfigMap } = require("@pulumi/kubernetes/core/v1/configMap");
const { Secret } = require("@pulumi/kubernetes/core/v1/secret");
const { RandomPassword } = require("@pulumi/random/randomPassword");

const replicas = new pulumi.Config().getNumber("replicas") ?? 1;
const password = new RandomPassword("password", { length: 24 });
new ConfigMap("settings", { metadata: { name: "settings", namespace: "shop" }, data: { replicas: String(replicas) } });
new Secret("login", { metadata: { name: "login", namespace: "shop" }, stringData: { password: password.result } });
`;

describe("meshwright diff of a stack", function () {
  this.timeout(120_000);
  let project: PulumiProject;
  before(() => (project = new PulumiProject(PROGRAM, { ".gitignore": "node_modules\n.mesh\n" })));
  after(() => project.remove());
  const diff = (...args: string[]) => run(["diff", ...args], { cwd: project.folder });
  const changed = `Objects
  ~ ConfigMap shop/settings
      data.replicas: "1", now "2"

0 kinds of call newly allowed, 0 otherwise changed; 0 routes changed; 1 object: 0 added, 0 removed, 1 changed.
`;

  it("compares with what the last synth wrote, and with a commit, whose generated values are the same", async () => {
    const git = (...args: string[]): void =>
      void execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.com", ...args], {
        cwd: project.folder,
        stdio: "pipe",
      });
    git("init", "-q");
    git("add", ".");
    git("commit", "-qm", "first");
    assert.match((await diff()).stderr, /there is nothing to compare with \[cli\/nothing-to-compare\]/);
    assert.equal((await run(["synth"], { cwd: project.folder })).code, 0);
    assert.equal((await diff()).stdout, "No difference in calls, routes or objects.\n");

    project.write("Pulumi.dev.yaml", "config: { sample:replicas: 2 }\n");
    assert.equal((await diff("--against", "HEAD")).stdout, changed);

    project.write("Pulumi.other.yaml", "config: {}\n");
    assert.equal((await diff("--stack", "dev", "--against", "other")).stdout, changed);
  });
});
