import { UNKNOWN } from "../../analysis";
import { renderHtml } from "./html";
import { renderMermaid } from "./mermaid";
import { renderSvg } from "./svg";
import type { Topology } from "./topology";

/** What `graph --format` takes. */
export const GRAPH_FORMATS = ["html", "svg", "mermaid", "json"] as const;
export type GraphFormat = (typeof GRAPH_FORMATS)[number];

/** The mesh in one of the formats, with a line end at its end. */
export async function renderGraph(topology: Topology, format: GraphFormat): Promise<string> {
  switch (format) {
    case "html":
      return renderHtml(topology);
    case "svg":
      return renderSvg(topology);
    case "mermaid":
      return renderMermaid(topology);
    case "json":
      return `${JSON.stringify(
        topology,
        (_, value: unknown) => (value === UNKNOWN ? "(known after deployment)" : value),
        2,
      )}\n`;
  }
}
