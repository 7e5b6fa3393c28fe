import { type Layout, layOut, PADDING, type Point, TEXT_SIZE, TITLE_SIZE } from "./layout";
import type { Topology } from "./topology";
import { viewsOf } from "./views";

/** Colours of both schemes; the page and a picture by itself use the same. */
export const STYLE = `
:root{color-scheme:light dark;--bg:#fbfbfd;--panel:#fff;--ink:#1d2433;--soft:#5c667a;--line:#c9d0dc;--frame:#f1f3f8;--service:#fff;--gateway:#e7f0ff;--external:#fff6e5;--namespace:#eef7f0;--route:#2f6fde;--allow:#2b8a57;--deny:#c8372d;--bad:#c8372d;--warn:#b7791f;--accent:#2f6fde}
@media (prefers-color-scheme:dark){:root:not([data-theme=light]){--bg:#12151c;--panel:#1a1f2a;--ink:#e7eaf1;--soft:#9aa5b8;--line:#3a4354;--frame:#181d27;--service:#222936;--gateway:#1b2c4a;--external:#3a301b;--namespace:#1c3327;--route:#6ea2ff;--allow:#5cc48d;--deny:#ff7b70;--bad:#ff7b70;--warn:#e5b454;--accent:#6ea2ff}}
:root[data-theme=dark]{--bg:#12151c;--panel:#1a1f2a;--ink:#e7eaf1;--soft:#9aa5b8;--line:#3a4354;--frame:#181d27;--service:#222936;--gateway:#1b2c4a;--external:#3a301b;--namespace:#1c3327;--route:#6ea2ff;--allow:#5cc48d;--deny:#ff7b70;--bad:#ff7b70;--warn:#e5b454;--accent:#6ea2ff}
svg text{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;fill:var(--ink)}
.group>rect{fill:var(--frame);stroke:var(--line);stroke-dasharray:4 3}.group>text{fill:var(--soft);font-size:12px;font-weight:600}
.box>rect{stroke:var(--line);stroke-width:1.2}.box.service>rect{fill:var(--service)}.box.gateway>rect{fill:var(--gateway)}.box.external>rect{fill:var(--external);stroke-dasharray:5 3}.box.namespace>rect{fill:var(--namespace)}
.box .title{font-size:${TITLE_SIZE}px;font-weight:600}.box .line,.arrow text{font-size:${TEXT_SIZE}px;fill:var(--soft)}
.lock rect{fill:var(--allow)}.lock path{fill:none;stroke:var(--allow);stroke-width:1.6}.lock.permissive rect{fill:var(--warn)}.lock.permissive path{stroke:var(--warn)}.lock.disabled rect{fill:var(--bad)}.lock.disabled path{stroke:var(--bad)}.box .badge circle{fill:var(--bad)}.box .badge text{fill:#fff;font-size:10px;font-weight:700}
.arrow path{fill:none;stroke-width:1.6}.arrow .hit{stroke:transparent;stroke-width:12}.arrow.route .shown{stroke:var(--route)}.arrow.allow .shown{stroke:var(--allow);stroke-dasharray:6 4}.arrow.deny .shown{stroke:var(--deny);stroke-dasharray:2 3}
.arrow rect{fill:var(--bg);opacity:.85}.arrow.bad .shown{stroke:var(--bad);stroke-width:2.4}
marker.route path{fill:var(--route)}marker.allow path{fill:var(--allow)}marker.deny path{fill:var(--deny)}
`;

const LOCK_WORDS = {
  strict: "mutual TLS only",
  permissive: "mutual TLS or plaintext",
  disabled: "plaintext only",
} as const;

export function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

const round = (value: number): number => Math.round(value * 10) / 10;

/** Straight lines with rounded corners. */
function pathOf(points: readonly Point[]): string {
  const [start, ...rest] = points;
  if (start === undefined) return "";
  const radius = 6;
  let path = `M${round(start.x)} ${round(start.y)}`;
  rest.forEach((point, index) => {
    const before = points[index] ?? start;
    const after = rest[index + 1];
    if (after === undefined) {
      path += `L${round(point.x)} ${round(point.y)}`;
      return;
    }
    const towards = (other: Point): Point => {
      const distance = Math.hypot(other.x - point.x, other.y - point.y);
      const part = distance === 0 ? 0 : Math.min(radius, distance / 2) / distance;
      return { x: point.x + (other.x - point.x) * part, y: point.y + (other.y - point.y) * part };
    };
    const [into, out] = [towards(before), towards(after)];
    path += `L${round(into.x)} ${round(into.y)}Q${round(point.x)} ${round(point.y)} ${round(out.x)} ${round(out.y)}`;
  });
  return path;
}

/** A padlock, open where plaintext comes in. Drawn, because not every machine has a letter for it. */
function renderLock(mtls: keyof typeof LOCK_WORDS, x: number, y: number): string {
  const bow = mtls === "strict" ? "v-2a3 3 0 0 1 6 0v2" : "v-4a3 3 0 0 1 6 0";
  return `<g class="lock ${mtls}" transform="translate(${round(x)} ${round(y)})"><title>${LOCK_WORDS[mtls]}</title><rect y="5" width="9" height="7" rx="1.5"/><path d="M1.5 5${bow}"/></g>`;
}

/** One picture. Boxes and arrows can be reached by keyboard where a page listens to them. */
export function renderView({ view, width, height, boxes, groups, arrows }: Layout): string {
  const kinds = ["route", "allow", "deny"] as const;
  // Names of the markers are global to a page.
  const marker = (kind: string): string => `${kind}-${view.id}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="view" data-view="${escaped(view.id)}" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="group" aria-label="${escaped(view.title)}">`,
    `<defs>${kinds
      .map(
        (kind) =>
          `<marker id="${escaped(marker(kind))}" class="${kind}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0L10 5L0 10z"/></marker>`,
      )
      .join("")}</defs>`,
    ...groups.map(
      ({ x, y, width: w, height: h, name }) =>
        `<g class="group"><rect x="${round(x)}" y="${round(y)}" width="${round(w)}" height="${round(h)}" rx="10"/><text x="${round(x + 14)}" y="${round(y + 22)}">${escaped(name)}</text></g>`,
    ),
    ...arrows.map(({ arrow, points, label }) => {
      const said = `${arrow.kind} ${arrow.from.replace(/^\w+ /, "")} to ${arrow.to.replace(/^\w+ /, "")}${arrow.label === "" ? "" : `: ${arrow.label}`}`;
      const path = pathOf(points);
      return [
        `<g class="arrow ${arrow.kind}${arrow.findings > 0 ? " bad" : ""}" data-id="${escaped(arrow.id)}" data-from="${escaped(arrow.from)}" data-to="${escaped(arrow.to)}" tabindex="0" role="button" aria-label="${escaped(said)}">`,
        `<path class="shown" d="${path}" marker-end="url(#${escaped(marker(arrow.kind))})"/><path class="hit" d="${path}"/>`,
        ...(label === undefined
          ? []
          : [
              `<rect x="${round(label.x)}" y="${round(label.y)}" width="${round(label.width)}" height="${round(label.height)}" rx="3"/><text x="${round(label.x + 3)}" y="${round(label.y + TEXT_SIZE)}">${escaped(arrow.label)}</text>`,
            ]),
        "</g>",
      ].join("");
    }),
    ...boxes.map(({ box, x, y, width: w, height: h }) => {
      const lock = box.mtls === undefined || box.style === "external" ? undefined : box.mtls;
      const words = [box.style, box.title, ...box.lines, ...(lock === undefined ? [] : [LOCK_WORDS[lock]])];
      return [
        `<g class="box ${box.style}${box.findings > 0 ? " bad" : ""}" data-id="${escaped(box.id)}"${box.opens === undefined ? "" : ` data-opens="${escaped(box.opens)}"`} data-text="${escaped(words.join(" ").toLowerCase())}" tabindex="0" role="button" aria-label="${escaped(words.join(", "))}">`,
        `<rect x="${round(x)}" y="${round(y)}" width="${round(w)}" height="${round(h)}" rx="8"/>`,
        `<text class="title" x="${round(x + PADDING)}" y="${round(y + PADDING + TITLE_SIZE - 3)}">${escaped(box.title)}</text>`,
        ...(lock === undefined ? [] : [renderLock(lock, x + w - PADDING - 9, y + PADDING)]),
        ...box.lines.map(
          (line, index) =>
            `<text class="line" x="${round(x + PADDING)}" y="${round(y + PADDING + TITLE_SIZE + (index + 1) * (TEXT_SIZE + 5) - 3)}">${escaped(line)}</text>`,
        ),
        ...(box.findings > 0
          ? [
              `<g class="badge"><circle cx="${round(x + w)}" cy="${round(y)}" r="9"/><text x="${round(x + w)}" y="${round(y + 3.5)}" text-anchor="middle">${box.findings}</text></g>`,
            ]
          : []),
        "</g>",
      ].join("");
    }),
    "</svg>",
  ].join("\n");
}

/** The first picture by itself, as a file that browsers and editors show. */
export async function renderSvg(topology: Topology): Promise<string> {
  const [first] = viewsOf(topology);
  if (first === undefined) return "";
  const svg = renderView(await layOut(first));
  return `${svg.replace("<defs>", `<style>${STYLE}svg{background:var(--bg)}</style><defs>`)}\n`;
}
