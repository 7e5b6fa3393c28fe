export { readTopology } from "./read/read-topology";
export { GRAPH_FORMATS, type GraphFormat, renderGraph } from "./render";
export type { Topology, TopologyEdge, TopologyNode } from "./topology";
