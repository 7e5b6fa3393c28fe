import { gzipSync } from "node:zlib";
import { dump } from "js-yaml";
import { UNKNOWN } from "../../analysis";
import { PAGE_SCRIPT, PAGE_STYLE } from "./assets";
import { layOut } from "./layout";
import { escaped, renderArrows, type RenderedArrow, renderLock, renderView } from "./svg";
import type { Topology } from "./topology";
import { viewsOf } from "./views";

/** What is not known before deployment is said so. */
function yamlOf(object: unknown): string {
  const known = JSON.parse(
    JSON.stringify(object, (_, value: unknown) => (value === UNKNOWN ? "(known after deployment)" : value)),
  ) as unknown;
  return dump(known, { lineWidth: 100, noRefs: true });
}

/** What the page reads when it is open: most of a large mesh is the text of objects, and namespaces that are closed. */
function packed(value: unknown): string {
  return gzipSync(JSON.stringify(value), { level: 9 }).toString("base64");
}

const filter = (kind: string, text: string): string =>
  `<label><input type="checkbox" data-kind="${kind}" checked><span class="key ${kind}"></span>${text}</label>`;

const LEGEND = [
  ...(["strict", "permissive", "disabled"] as const).map((mtls): readonly [string, string] => [
    `<svg width="12" height="16">${renderLock(mtls, 1, 2)}</svg>`,
    { strict: "mutual TLS only", permissive: "mutual TLS or plaintext", disabled: "plaintext only" }[mtls],
  ]),
  ...(["advisory", "mandatory"] as const).map((level): readonly [string, string] => [
    `<svg width="12" height="12"><g class="badge ${level}"><circle cx="6" cy="6" r="6"/></g></svg>`,
    `${level} findings`,
  ]),
]
  .map(([sign, words]) => `<p>${sign}${words}</p>`)
  .join("");

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? "" : "s"}`;

function countsOf({ nodes, namespaces, clusters }: Topology): string {
  const of = (kind: string): number => nodes.filter((node) => node.kind === kind).length;
  return [
    `${count(of("service"), "service")} in ${count(namespaces.length, "namespace")}`,
    ...(of("gateway") === 0 ? [] : [count(of("gateway"), "gateway")]),
    ...(clusters.length === 0 ? [] : [`cluster ${clusters.join(", ")}`]),
  ].join(" · ");
}

/** The mesh as one page that needs nothing else: no network, no server, no installation. */
export async function renderHtml(topology: Topology): Promise<string> {
  const { title, nodes, edges, namespaces, findings, objects } = topology;
  let first = "";
  const views: Record<string, { readonly svg?: string; readonly arrows?: readonly RenderedArrow[] }> = {};
  // One after the other: each takes a processor by itself.
  for (const view of viewsOf(topology)) {
    const layout = await layOut(view);
    // In a grid arrows are shown for one box at a time, and drawn then.
    const inGrid = view.arrangement === "grid";
    const svg = renderView(layout, !inGrid);
    if (view.id === "") first = svg;
    views[view.id] = {
      ...(view.id === "" ? {} : { svg }),
      ...(inGrid ? { arrows: renderArrows(layout) } : {}),
    };
  }
  const yaml = Object.fromEntries(Object.entries(objects).map(([key, object]) => [key, yamlOf(object)]));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>${escaped(title)}</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<header>
<button id="back" type="button" title="All namespaces ( Escape )" hidden>← All</button>
<h1 id="where">${escaped(title)}</h1>
<span class="soft">${escaped(countsOf(topology))}</span>
<button id="findings" type="button">${count(findings.length, "finding")}</button>
<span class="push soft" id="count" role="status"></span>
<input id="search" type="search" placeholder="Search ( / )" aria-label="Search services, gateways and hosts">
${filter("route", "routes")}${filter("allow", "allowed")}${filter("deny", "denied")}
<label><input type="checkbox" id="only-findings">with findings</label>
<span class="tools"><button id="out" type="button" title="Smaller ( - )" aria-label="Smaller">−</button><button id="in" type="button" title="Larger ( + )" aria-label="Larger">+</button><button id="fit" type="button" title="All of it ( 0 )">Fit</button><button id="theme" type="button" title="Light or dark" aria-label="Light or dark">◐</button></span>
</header>
<main>
<div id="stage">
${first}
<p id="hint" class="soft" hidden>Point at a box, or move to it, to see its calls</p>
<details id="legend"><summary>Legend</summary>${LEGEND}</details>
</div>
<aside id="panel" aria-label="Details" hidden></aside>
</main>
<script type="application/gzip" id="packed">${packed({ title, nodes, edges, namespaces, findings, views, yaml })}</script>
<script>
${PAGE_SCRIPT}
</script>
</body>
</html>
`;
}
