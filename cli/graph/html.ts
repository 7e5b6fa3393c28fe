import { dump } from "js-yaml";
import { UNKNOWN } from "../../analysis";
import { layOut } from "./layout";
import { SCRIPT } from "./page-script";
import { escaped, renderView, STYLE } from "./svg";
import type { Topology } from "./topology";
import { viewsOf } from "./views";

const PAGE_STYLE = `
*{box-sizing:border-box}[hidden]{display:none!important}html,body{height:100%;margin:0}body{display:flex;flex-direction:column;background:var(--bg);color:var(--ink);font:14px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
header{display:flex;flex-wrap:wrap;gap:10px 16px;align-items:center;padding:10px 16px;background:var(--panel);border-bottom:1px solid var(--line)}h1{font-size:16px;margin:0}header .soft{margin-right:auto}.soft{color:var(--soft)}
button,input[type=search]{font:inherit;color:inherit;background:var(--bg);border:1px solid var(--line);border-radius:6px;padding:4px 10px}label{display:inline-flex;gap:5px;align-items:center}:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
.key{display:inline-block;width:18px;border-top:2px solid}.key.route{border-color:var(--route)}.key.allow{border-color:var(--allow);border-top-style:dashed}.key.deny{border-color:var(--deny);border-top-style:dotted}
main{flex:1;display:flex;min-height:0}#stage{flex:1;position:relative;overflow:hidden;cursor:grab;touch-action:none}svg.view{position:absolute;top:0;left:0;transform-origin:0 0}
#panel{width:min(420px,45vw);overflow:auto;padding:14px 16px;background:var(--panel);border-left:1px solid var(--line);overflow-wrap:anywhere}#panel h2{font-size:16px;margin:8px 0 4px}#panel h3{font-size:13px;margin:16px 0 4px}#panel p{margin:2px 0}#close{float:right}
pre{font-size:12px;overflow:auto;background:var(--bg);padding:8px;border-radius:6px}.finding{border-left:3px solid var(--soft);padding:2px 10px;margin:8px 0}.finding.mandatory{border-color:var(--bad)}
.box,.arrow{cursor:pointer}.box:focus,.arrow:focus{outline:none}.box:focus-visible>rect,.box.selected>rect,.box.found>rect{stroke:var(--accent);stroke-width:2.5}.arrow:focus-visible .shown,.arrow.selected .shown{stroke-width:3.5}.faded{opacity:.15}
`;

/** What is not known before deployment, and how long YAML of one object may be. */
function yamlOf(object: unknown): string {
  const known = JSON.parse(
    JSON.stringify(object, (_, value: unknown) => (value === UNKNOWN ? "(known after deployment)" : value)),
  ) as unknown;
  return dump(known, { lineWidth: 100, noRefs: true });
}

/** Inside a script element nothing may look like its end. */
function inScript(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll("<", "\\u003c")
    .replaceAll("\u2028", "\\u2028")
    .replaceAll("\u2029", "\\u2029");
}

/** The mesh as one page that needs nothing else: no network, no server, no installation. */
export async function renderHtml(topology: Topology): Promise<string> {
  const { title, nodes, edges, findings, namespaces, clusters, objects } = topology;
  const pictures: string[] = [];
  // One after the other: each takes a processor by itself.
  for (const view of viewsOf(topology)) pictures.push(renderView(await layOut(view)));
  const services = nodes.filter(({ kind }) => kind === "service").length;
  const counts = [
    `${services} services in ${namespaces.length} namespaces`,
    ...(clusters.length === 0 ? [] : [`cluster ${clusters.join(", ")}`]),
    `${findings.length} findings`,
  ].join(" · ");
  const yaml = Object.fromEntries(Object.entries(objects).map(([key, object]) => [key, yamlOf(object)]));
  const filter = (kind: string, text: string): string =>
    `<label><input type="checkbox" data-kind="${kind}" checked><span class="key ${kind}"></span>${text}</label>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>${escaped(title)}</title>
<style>${STYLE}${PAGE_STYLE}</style>
</head>
<body>
<header>
<h1 id="where">${escaped(title)}</h1>
<span class="soft">${escaped(counts)}</span>
<button id="back" type="button" hidden>All namespaces</button>
<input id="search" type="search" placeholder="Search ( / )" aria-label="Search services, gateways and hosts">
<span id="count" role="status" class="soft"></span>
${filter("route", "routes")}${filter("allow", "allowed")}${filter("deny", "denied")}
<label><input type="checkbox" id="only-findings">findings only</label>
<button id="fit" type="button" title="0">Fit</button>
<button id="theme" type="button">Light / dark</button>
</header>
<main>
<div id="stage">
${pictures.join("\n")}
</div>
<aside id="panel" aria-label="Details" hidden></aside>
</main>
<script type="application/json" id="data">${inScript({ title, nodes, edges, findings, yaml })}</script>
<script>${SCRIPT}</script>
</body>
</html>
`;
}
