import type { Finding, KubernetesObject } from "../../analysis";

/** How a workload takes calls. */
export type Mtls = "strict" | "permissive" | "disabled";

/** What the picture shows as a box. */
export interface TopologyNode {
  /** `service bookinfo/reviews` */
  readonly id: string;
  readonly kind: "gateway" | "service" | "external";
  readonly name: string;
  /** Empty for what is outside the mesh. */
  readonly namespace: string;
  /** Ports, or the hosts of a gateway. */
  readonly details: readonly string[];
  /** Some of the workloads, with the share of requests that they get where a route says so. */
  readonly subsets: readonly { readonly name: string; readonly share?: string }[];
  readonly mtls?: Mtls;
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
  readonly label: string;
  readonly objects: readonly string[];
  readonly findings: readonly number[];
}

export interface TopologyNamespace {
  readonly name: string;
  /** Absent where pods are kept out of the mesh. */
  readonly mtls?: Mtls;
  /** What no policy allows is refused. */
  readonly defaultDeny: boolean;
}

/** The mesh as boxes and arrows; the shape of `meshwright graph --format json`. */
export interface Topology {
  readonly title: string;
  readonly clusters: readonly string[];
  readonly namespaces: readonly TopologyNamespace[];
  readonly nodes: readonly TopologyNode[];
  readonly edges: readonly TopologyEdge[];
  /** The objects behind boxes and arrows, by `kind namespace/name`. */
  readonly objects: Readonly<Record<string, KubernetesObject>>;
  readonly findings: readonly Pick<
    Finding,
    "rule" | "level" | "path" | "message" | "fix" | "docs" | "object"
  >[];
}

export type Fields = Readonly<Record<string, unknown>>;

export function fields(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** `VirtualService bookinfo/reviews` */
export function keyOf({ kind, namespace, name }: { kind: string; namespace?: string; name: string }): string {
  return `${kind} ${namespace === undefined ? name : `${namespace}/${name}`}`;
}

export function keyOfObject({ kind, metadata }: KubernetesObject): string {
  const { name, namespace } = metadata;
  return keyOf({ kind, name, ...(namespace === undefined ? {} : { namespace }) });
}
