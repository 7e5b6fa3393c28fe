import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import type { Finding, KubernetesObject } from "../../analysis";
import { compileMesh } from "../../components/compile";
import { readTopology, renderGraph, type Topology } from "../../cli/graph";
import { PALETTE } from "../../cli/graph/palette";
import { bookinfo } from "../unit/compile/meshes";
import { run } from "./run-cli";
import { readable } from "./readable-page";

const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((file) =>
  existsSync(file),
);

/** Of a page: for Bookinfo with every object behind it, and for five hundred services. */
const MOST_BYTES = { usual: 60_000, large: 400_000 };

function service(namespace: string, name: string): KubernetesObject[] {
  const labels = { app: name };
  return [
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name, namespace },
      spec: { selector: labels, ports: [{ name: "http", port: 9080 }] },
    },
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name, namespace },
      spec: { template: { metadata: { labels }, spec: { serviceAccountName: `${namespace}-${name}` } } },
    },
  ];
}

function compiled(): KubernetesObject[] {
  return JSON.parse(JSON.stringify(compileMesh(bookinfo()))) as KubernetesObject[];
}

const finding: Finding = {
  rule: "traffic-subset-exists",
  level: "mandatory",
  anchors: [],
  object: {
    apiVersion: "networking.istio.io/v1",
    kind: "VirtualService",
    namespace: "bookinfo",
    name: "reviews",
  },
  path: "spec.http[0]",
  message: "the subset </script><script>document.title='broken'</script> is not defined",
  fix: "define it",
  docs: "https://istio.io",
};

/** Bookinfo with its pods, and one finding. */
function shop(): Topology {
  const gateway: KubernetesObject = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "ingress", namespace: "istio-system" },
    spec: {
      template: {
        metadata: { labels: { istio: "ingressgateway" } },
        spec: { serviceAccountName: "istio-ingressgateway-service-account" },
      },
    },
  };
  const secret = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "s", namespace: "bookinfo" },
    data: { a: "hunter2" },
  };
  const services = ["productpage", "details", "reviews", "ratings"].flatMap((name) =>
    service("bookinfo", name),
  );
  return readTopology([...compiled(), ...services, gateway, secret], [finding], "Shop");
}

/** Five hundred services in twenty-five namespaces, each called by four others. */
function large(): Topology {
  const names = Array.from({ length: 500 }, (_, index) => ({
    namespace: `team-${index % 25}`,
    name: `service-${index}`,
  }));
  const policies = names.slice(1).map(({ namespace, name }, index): KubernetesObject => {
    const callers = [0, 3, 7, 11].flatMap((back) => names[index - back] ?? []);
    return {
      apiVersion: "security.istio.io/v1",
      kind: "AuthorizationPolicy",
      metadata: { name, namespace },
      spec: {
        selector: { matchLabels: { app: name } },
        action: "ALLOW",
        rules: [
          {
            from: [
              {
                source: {
                  principals: callers.map(
                    (caller) => `cluster.local/ns/${caller.namespace}/sa/${caller.namespace}-${caller.name}`,
                  ),
                },
              },
            ],
          },
        ],
      },
    };
  });
  return readTopology(
    [...names.flatMap(({ namespace, name }) => service(namespace, name)), ...policies],
    [],
    "Large",
  );
}

describe("the picture of a mesh", () => {
  it("knows gateways, services, shares of subsets, who may call whom, and mTLS", () => {
    const { nodes, edges, namespaces } = shop();
    const reviews = nodes.find(({ id }) => id === "service bookinfo/reviews");
    assert.deepEqual(reviews?.subsets, [
      { name: "v1" },
      { name: "v2", weight: 90 },
      { name: "v3", weight: 10 },
    ]);
    assert.equal(reviews?.mtls, "strict");
    assert.deepEqual(
      edges.map(({ kind, from, to }) => `${kind} ${from} > ${to}`),
      [
        "allow callers everyone > gateway istio-system/ingress",
        "allow gateway istio-system/ingress > service bookinfo/productpage",
        "allow service bookinfo/productpage > service bookinfo/details",
        "allow service bookinfo/productpage > service bookinfo/reviews",
        "allow service bookinfo/reviews > service bookinfo/ratings",
        "route gateway istio-system/ingress > service bookinfo/productpage",
      ],
    );
    assert.deepEqual(
      namespaces.map(({ name, mtls, defaultDeny }) => [name, mtls, defaultDeny]),
      [
        ["bookinfo", "strict", true],
        ["istio-system", "strict", true],
      ],
    );
  });

  it("shows findings at what they are about, and never a secret", async () => {
    const topology = shop();
    assert.deepEqual(
      topology.nodes.filter(({ findings }) => findings.length > 0).map(({ name }) => name),
      ["reviews"],
    );
    for (const format of ["html", "json"] as const)
      assert.ok(!readable(await renderGraph(topology, format)).includes("hunter2"));
    assert.match(readable(await renderGraph(topology, "html")), /kind: AuthorizationPolicy/);
  });

  it("is Mermaid and SVG, too, the same each time", async () => {
    const mermaid = await renderGraph(shop(), "mermaid");
    assert.match(mermaid, /^flowchart LR\n/);
    assert.match(mermaid, /n\d+ -\.->\|":9080"\| n\d+/);
    const svg = await renderGraph(shop(), "svg");
    assert.match(svg, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    assert.equal(await renderGraph(shop(), "svg"), svg);
  });

  it("is drawn by other programs than browsers, too: a picture by itself asks for nothing that only they know", async () => {
    const svg = await renderGraph(shop(), "svg");
    assert.doesNotMatch(svg, /var\(|url\((?!#)|<script|href=/);
    const [, light = "", dark = ""] =
      /<style>([^]*)@media \(prefers-color-scheme:dark\)\{([^]*)\}<\/style>/.exec(svg) ?? [];
    for (const [name, rules] of [
      ["light", light],
      ["dark", dark],
    ] as const) {
      const { ink, bg, route, service: box } = PALETTE;
      for (const colour of [ink, bg, route, box]) assert.ok(colour && rules.includes(colour[name]), name);
    }
  });

  it("is data with a version, whose arrows, objects and findings are all there", async () => {
    const read = JSON.parse(await renderGraph(shop(), "json")) as Topology;
    assert.equal(read.version, 1);
    const ids = new Set(read.nodes.map(({ id }) => id));
    for (const { from, to } of read.edges) assert.ok(ids.has(from) && ids.has(to), `${from} ${to}`);
    const about = [...read.nodes, ...read.edges, ...read.namespaces];
    for (const key of about.flatMap(({ objects }) => objects)) assert.ok(key in read.objects, key);
    for (const index of about.flatMap(({ findings }) => findings)) assert.ok(read.findings[index]);
  });

  it("is made of files by `meshwright graph -f`", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "meshwright-graph-"));
    try {
      const objects = [...compiled(), ...service("bookinfo", "reviews")];
      writeFileSync(
        path.join(folder, "mesh.json"),
        JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }),
      );
      const { code, stdout } = await run(["graph", "-f", "mesh.json", "--format", "json"], {
        cwd: folder,
      });
      assert.equal(code, 0);
      const { nodes } = JSON.parse(stdout) as Topology;
      assert.ok(nodes.some(({ id }) => id === "service bookinfo/reviews"));

      const [alone] = service("bookinfo", "reviews");
      writeFileSync(path.join(folder, "one.json"), JSON.stringify(alone));
      const drawn = await run(["graph", "-f", "one.json", "--out", "one.html"], { cwd: folder });
      assert.equal(drawn.stdout, "one.html: 1 box, 0 arrows\n");

      const refused = await run(["graph", "-f", "one.json", "--out", "one.json/mesh.html"], { cwd: folder });
      assert.equal(refused.code, 2);
      assert.match(
        refused.stderr,
        /one\.json\/mesh\.html: the picture cannot be written \[cli\/unwritable\]\n +got: +(ENOTDIR|EEXIST)\n/,
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("the page of a mesh", function () {
  this.timeout(180_000);
  const requests: string[] = [];
  const errors: string[] = [];
  let browser: Browser | undefined;
  let folder = "";

  before(async function () {
    if (CHROMIUM === undefined) {
      console.log("skipped: chromium is not installed (apt-get install chromium)");
      return this.skip();
    }
    folder = mkdtempSync(path.join(tmpdir(), "meshwright-page-"));
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
  });

  after(async () => {
    await browser?.close();
    if (folder !== "") rmSync(folder, { recursive: true, force: true });
  });

  async function opened(topology: Topology): Promise<Page> {
    const file = path.join(folder, `${topology.title}.html`);
    const text = await renderGraph(topology, "html");
    assert.ok(
      text.length < MOST_BYTES[topology.title === "Large" ? "large" : "usual"],
      `${text.length} bytes`,
    );
    writeFileSync(file, text);
    assert.ok(browser);
    const page = await browser.newPage();
    page.on("request", (request) => requests.push(request.url()));
    page.on("pageerror", (error) => errors.push(error.message));
    page.on("console", (message) => errors.push(message.text()));
    await page.goto(pathToFileURL(file).href);
    await page.waitForSelector("html[data-ready=true]");
    return page;
  }

  it("loads without an error or another request, whatever findings say", async () => {
    const page = await opened(shop());
    assert.deepEqual(errors, []);
    assert.deepEqual(
      requests.filter((url) => !url.startsWith("file:") && !url.startsWith("data:")),
      [],
    );
    assert.equal(requests.filter((url) => url.startsWith("file:")).length, 1);
    assert.equal(await page.title(), "Shop");
    await page.close();
  });

  it("shows the objects and findings behind what is clicked, and goes back with Escape", async () => {
    const page = await opened(shop());
    await page.locator('.box[data-id="service bookinfo/reviews"]').click();
    const panel = page.locator("#panel");
    assert.match(
      await panel.innerText(),
      /traffic-subset-exists[^]*Fix: define it[^]*VirtualService bookinfo\/reviews/,
    );
    await page.keyboard.press("Escape");
    assert.equal(await panel.isHidden(), true);
    await page.close();
  });

  it("is used by keyboard alone: search, go to what was found, open it, move on", async () => {
    const page = await opened(shop());
    const focused = () => page.evaluate<string>('document.activeElement?.getAttribute("data-id") ?? ""');
    await page.keyboard.press("/");
    await page.keyboard.type("ratings");
    assert.equal(await page.locator("#count").innerText(), "1 found");
    await page.keyboard.press("Enter");
    assert.equal(await focused(), "service bookinfo/ratings");
    await page.keyboard.press("Enter");
    assert.equal(await page.locator("#panel").isVisible(), true);
    await page.keyboard.press("Escape");
    assert.equal(await focused(), "service bookinfo/ratings");
    await page.keyboard.press("ArrowLeft");
    assert.equal(await focused(), "service bookinfo/reviews");
    await page.close();
  });

  it("opens in under a second", async () => {
    const page = await opened(shop());
    const took: number[] = [];
    for (let load = 0; load < 5; load += 1) {
      await page.reload();
      await page.waitForSelector("html[data-ready=true]");
      took.push(await page.evaluate<number>("performance.getEntriesByType('navigation')[0].duration"));
    }
    // The best of five: what the page costs, and not what else the machine does meanwhile.
    assert.ok(Math.min(...took) < 1000, `${took.map(Math.round).join(", ")} ms`);
    await page.close();
  });

  it("lists every finding, and leads from a box over its calls to their objects", async () => {
    const page = await opened(shop());
    await page.locator("#findings").click();
    const panel = page.locator("#panel");
    assert.match(
      await panel.innerText(),
      /1 finding[^]*VirtualService bookinfo\/reviews\s+traffic-subset-exists/,
    );
    await page.locator('.box[data-id="service bookinfo/ratings"]').click();
    await panel.getByRole("button", { name: "reviews may call ratings" }).click();
    assert.match(await panel.innerText(), /This call is allowed/);
    await panel.locator("summary", { hasText: "AuthorizationPolicy" }).click();
    assert.match(await panel.locator("pre").innerText(), /kind: AuthorizationPolicy[^]*principals/);
    await panel.getByRole("button", { name: "reviews", exact: true }).click();
    assert.match(await panel.innerText(), /service in bookinfo/);
    await page.locator('[data-namespace="bookinfo"]').click();
    assert.match(await panel.innerText(), /Calls that no policy allows are denied/);
    assert.deepEqual(errors, []);
    await page.close();
  });

  it("hides what is not asked for, and follows the reader's light or dark", async () => {
    const page = await opened(shop());
    await page.locator("input[data-kind=allow]").uncheck();
    assert.equal(await page.locator(".arrow.allow").first().isVisible(), false);
    const background = () => page.evaluate<string>("getComputedStyle(document.body).backgroundColor");
    await page.emulateMedia({ colorScheme: "light" });
    const light = await background();
    await page.emulateMedia({ colorScheme: "dark" });
    assert.notEqual(await background(), light);
    await page.close();
  });

  it("shows five hundred services as closed namespaces, opens one, and finds a service inside", async () => {
    const page = await opened(large());
    // What is closed costs nothing until it is opened.
    const elements = await page.evaluate<number>("document.querySelectorAll('*').length");
    assert.ok(elements < 400, `${elements} elements`);
    const shown = page.locator("svg.view:visible .box");
    assert.equal(await shown.count(), 25);
    // A hundred arrows at once cannot be read: those of one box are shown when it is pointed at.
    const arrows = page.locator("svg.view .arrow");
    assert.equal(await arrows.count(), 0);
    await shown.first().hover();
    assert.equal(await arrows.count(), 8);
    await page.locator("#search").fill("service-499");
    assert.equal(await page.locator("#count").innerText(), "1 found");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Enter");
    assert.equal(await page.locator("#where").innerText(), "team-24");
    assert.equal(await page.locator("svg.view:visible .box.service").count(), 20);
    await page.locator("#back").click();
    assert.equal(await shown.count(), 25);
    assert.deepEqual(errors, []);
    await page.close();
  });
});
