import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { run } from "./run-cli";

const shop = `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio-injection: enabled } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec: { template: { metadata: { labels: { app: web } }, spec: { serviceAccountName: web, containers: [] } } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: reviews, namespace: shop }
spec: { template: { metadata: { labels: { app: reviews, version: v1 } }, spec: { containers: [] } } }
---
apiVersion: v1
kind: Service
metadata: { name: reviews, namespace: shop }
spec: { selector: { app: reviews }, ports: [{ name: http, port: 80, targetPort: 9080 }] }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: reviews, namespace: shop }
spec: { host: reviews, subsets: [{ name: v1, labels: { version: v1 } }] }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews, namespace: shop }
spec:
  hosts: [reviews]
  http:
    - name: wines
      match: [{ uri: { prefix: /wines } }]
      route: [{ destination: { host: reviews, subset: v1 } }]
      timeout: 5s
    - route: [{ destination: { host: reviews } }]
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: shop }
spec: { mtls: { mode: STRICT } }
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: reviews, namespace: shop }
spec:
  selector: { matchLabels: { app: reviews } }
  rules: [{ from: [{ source: { principals: [cluster.local/ns/shop/sa/web] } }], to: [{ operation: { methods: [GET] } }] }]
`;

describe("meshwright explain", () => {
  let cwd: string;
  before(() => {
    cwd = mkdtempSync(path.join(tmpdir(), "meshwright-explain-"));
    writeFileSync(path.join(cwd, "shop.yaml"), shop);
  });
  after(() => rmSync(cwd, { recursive: true }));
  const explain = (...args: string[]) => run(["explain", "-f", "shop.yaml", ...args], { cwd });

  it("says which object decides route, destination, mutual TLS and authorization", async () => {
    const { code, stdout } = await explain("--from", "shop/web", "--to", "reviews", "--path", "/wines/red");
    assert.equal(code, 0);
    assert.equal(
      stdout,
      `Deployment "shop/web" asks for GET /wines/red of reviews.shop.svc.cluster.local:80

  identity       cluster.local/ns/shop/sa/web
  service        Service shop/reviews
  route          VirtualService shop/reviews spec.http[0] (wines)
  timeout        5s
  retries        Istio's default: 2

  to reviews.shop.svc.cluster.local:80 subset v1
  policy         DestinationRule shop/reviews
  workload       Deployment "shop/reviews", port 9080
  mutual TLS     yes: the server takes STRICT (PeerAuthentication shop/default spec.mtls.mode)
  authorization  allowed by AuthorizationPolicy shop/reviews spec.rules[0]

Allowed.
`,
    );
  });

  it("says why a call is denied, and that a caller without a certificate gets nowhere", async () => {
    const denied = await explain("--from", "web", "--to", "reviews:80", "--method", "post");
    assert.match(
      denied.stdout,
      /authorization {2}denied: no rule of the ALLOW policy matches \(AuthorizationPolicy shop\/reviews\)\n\nDenied\.\n$/,
    );
    const outside = await explain("--from", "outside", "--to", "reviews.shop.svc.cluster.local");
    assert.match(outside.stdout, /route {10}none: the caller has no proxy that would follow one/);
    assert.match(
      outside.stdout,
      /refused: the server demands a certificate of the mesh, and the caller shows none/,
    );
  });

  it("prints one JSON object that names the deciding objects", async () => {
    const { stdout } = await explain(
      "--from",
      "web",
      "--to",
      "reviews",
      "--path",
      "/wines",
      "--format",
      "json",
    );
    const told = JSON.parse(stdout) as {
      verdict: string;
      route: { object: { name: string }; path: string; settings: object };
      destinations: {
        subset: string;
        weight: number;
        workloads: { mtls: { mutual: boolean }; authorization: { path: string } }[];
      }[];
    };
    assert.equal(told.verdict, "allowed");
    assert.equal(told.route.object.name, "reviews");
    assert.deepEqual(told.route.settings, { timeout: "5s" });
    const [destination] = told.destinations;
    assert.deepEqual([destination?.subset, destination?.weight], ["v1", 100]);
    assert.equal(destination?.workloads[0]?.mtls.mutual, true);
    assert.equal(destination.workloads[0].authorization.path, "spec.rules[0]");
  });

  it("reads standard input", async () => {
    const { stdout } = await run(["explain", "-f", "-", "--from", "web", "--to", "reviews"], {
      cwd,
      stdin: shop,
    });
    assert.match(stdout, /Allowed\.\n$/);
  });

  it("names what a caller could be, and refuses a port, a host, a header, a method or a path that is none", async () => {
    const unknown = await explain("--from", "shop/wen", "--to", "reviews");
    assert.equal(unknown.code, 2);
    assert.match(unknown.stderr, /no workload, Service or Gateway has this name \[cli\/unknown-caller\]/);
    assert.match(unknown.stderr, /expected: for example shop\/web/);
    for (const wrong of [
      ["--to", "reviews:99999"],
      ["--to", "/wines"],
      ["--to", "reviews", "--header", "no header"],
      ["--to", "reviews", "--method", "GE T"],
      ["--to", "reviews", "--path", "wines"],
    ]) {
      const { code, stderr, stdout } = await explain("--from", "web", ...wrong);
      assert.equal(code, 2);
      assert.match(stderr, /Expected /);
      assert.equal(stdout, "");
    }
  });
});
