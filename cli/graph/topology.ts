import type { Finding, KubernetesObject } from "../../analysis";

/** How a workload takes calls. */
export type Mtls = "strict" | "permissive" | "disabled";

/**
 * What a box stands for. `callers` are those whom a policy names otherwise than by an identity of the set: everyone, a
 * namespace, addresses; `cluster` is another cluster, or a network of one, where endpoints are.
 */
export type NodeKind = "gateway" | "waypoint" | "service" | "external" | "callers" | "cluster";

/** What the picture shows as a box. */
export interface TopologyNode {
  /** `service bookinfo/reviews` */
  readonly id: string;
  readonly kind: NodeKind;
  readonly name: string;
  /** Empty for what is outside the mesh. */
  readonly namespace: string;
  /** Ports, or the hosts of a gateway. */
  readonly details: readonly string[];
  /** Some of the workloads, with the percentage of requests that they get where a route says so. */
  readonly subsets: readonly { readonly name: string; readonly weight?: number }[];
  /** Absent for what is outside the mesh. */
  readonly mtls?: Mtls;
  /** What captures the traffic of its pods, where the set says so. */
  readonly dataPlane?: "sidecar" | "ambient" | "none";
  /** The waypoint that its requests pass: `namespace/name`. */
  readonly waypoint?: string;
  /** Objects that speak of it, as keys of `Topology.objects`. */
  readonly objects: readonly string[];
  /** Indexes into `Topology.findings`. */
  readonly findings: readonly number[];
}

/** What the picture shows as an arrow. */
export interface TopologyEdge {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  /** Where requests are sent, or who may and may not call. */
  readonly kind: "route" | "allow" | "deny";
  /** One line for each rule. */
  readonly label: string;
  /** Why nothing goes this way, though an object says so: no listener takes the route, no grant allows the reference. */
  readonly broken?: string;
  readonly objects: readonly string[];
  readonly findings: readonly number[];
}

export interface TopologyNamespace {
  readonly name: string;
  /** Absent where pods are kept out of the mesh. */
  readonly mtls?: Mtls;
  readonly dataPlane?: TopologyNode["dataPlane"];
  /** What no policy allows is refused. */
  readonly defaultDeny: boolean;
  /** Objects that hold for all of it. */
  readonly objects: readonly string[];
  readonly findings: readonly number[];
}

/**
 * The shape of {@link Topology}. Fields may be added to a version; what is removed, renamed or given another meaning makes the
 * next one.
 */
export const TOPOLOGY_VERSION = 1;

/** The mesh as boxes and arrows; the shape of `meshwright graph --format json`. */
export interface Topology {
  readonly version: typeof TOPOLOGY_VERSION;
  readonly title: string;
  readonly clusters: readonly string[];
  readonly namespaces: readonly TopologyNamespace[];
  readonly nodes: readonly TopologyNode[];
  readonly edges: readonly TopologyEdge[];
  /** The objects behind boxes and arrows, by `kind namespace/name`; the data of secrets is left out. */
  readonly objects: Readonly<Record<string, KubernetesObject>>;
  readonly findings: readonly Pick<
    Finding,
    "rule" | "level" | "path" | "message" | "fix" | "docs" | "object"
  >[];
}

const KUBERNETES_GATEWAY = "gateway.networking.k8s.io/";

/** `VirtualService bookinfo/reviews`; the Gateway of the Gateway API has its group before it, because Istio has one, too. */
export function keyOf({
  apiVersion,
  kind,
  namespace,
  name,
}: {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}): string {
  const group = kind === "Gateway" && apiVersion.startsWith(KUBERNETES_GATEWAY) ? KUBERNETES_GATEWAY : "";
  return `${group}${kind} ${namespace === undefined ? name : `${namespace}/${name}`}`;
}
