import type { Topology } from "./topology";

const ARROWS = { route: "-->", allow: "-.->", deny: "--x" } as const;
const BRACKETS = {
  gateway: ["{{", "}}"],
  waypoint: ["{{", "}}"],
  service: ["[", "]"],
  external: ["([", "])"],
  callers: ["(", ")"],
  cluster: ["[[", "]]"],
} as const;

/** The mesh as a Mermaid flowchart, for a page that renders Markdown. */
export function renderMermaid({ nodes, edges, namespaces }: Topology): string {
  const ids = new Map(nodes.map(({ id }, index) => [id, `n${index}`]));
  const box = ({ id, kind, name, subsets }: Topology["nodes"][number]): string => {
    const shares = subsets.map(({ name: subset, weight }) =>
      weight === undefined ? subset : `${subset} ${weight} %`,
    );
    const text = quoted([name, ...(shares.length === 0 ? [] : [shares.join(", ")])].join("<br/>"));
    const [open, close] = BRACKETS[kind];
    return `${ids.get(id) ?? ""}${open}${text}${close}`;
  };
  const lines = [
    "flowchart LR",
    ...namespaces.flatMap(({ name }, index) => [
      `  subgraph ns${index}[${quoted(name)}]`,
      ...nodes.filter(({ namespace }) => namespace === name).map((node) => `    ${box(node)}`),
      "  end",
    ]),
    ...nodes.filter(({ namespace }) => namespace === "").map((node) => `  ${box(node)}`),
    ...edges.map(({ from, to, kind, label, broken }) => {
      const words = broken === undefined ? label : "not served";
      const text = words === "" ? "" : `|${quoted(words.replaceAll("\n", "<br/>"))}|`;
      const arrow = broken === undefined ? ARROWS[kind] : "-.-x";
      return `  ${ids.get(from) ?? ""} ${arrow}${text} ${ids.get(to) ?? ""}`;
    }),
  ];
  return `${lines.join("\n")}\n`;
}

/** Mermaid reads entities instead of escapes. */
function quoted(text: string): string {
  const safe = text
    .replaceAll("&", "#amp;")
    .replaceAll('"', "#quot;")
    .replaceAll("<br/>", "\n")
    .replaceAll("<", "#lt;")
    .replaceAll(">", "#gt;")
    .replaceAll("\n", "<br/>");
  return `"${safe}"`;
}
