import type { PortSpec } from "./port";
import type { WorkloadsOutside } from "./workload";

/** Some of a service's workloads. */
export interface SubsetSpec {
  /** The labels that tell these workloads from the service's others, for example `{ version: "v1" }`. At least one. */
  readonly labels: Readonly<Record<string, string>>;
}

/** Some of a service's workloads, and those among them that run outside Kubernetes, which carry the subset's labels. */
export interface ServiceSubsetSpec extends SubsetSpec, WorkloadsOutside {}

/**
 * A Kubernetes Service of the mesh, and the workloads behind it: pods, machines outside Kubernetes, or both.
 *
 * @example { namespace: "bookinfo", ports: { http: { number: 9080, protocol: "http" } } }
 */
export interface ServiceSpec extends WorkloadsOutside {
  readonly namespace: string;
  /** At least one, by name. */
  readonly ports: Readonly<Record<string, PortSpec>>;
  /** @default - no subsets: traffic goes to all workloads alike */
  readonly subsets?: Readonly<Record<string, ServiceSubsetSpec>>;
  /**
   * Write the Kubernetes Service itself, too: for a service that no other manifest brings along, such as one that runs on
   * machines alone.
   *
   * @default false: whoever deploys its pods brings the Service
   */
  readonly createService?: boolean;
  /**
   * The name of the Kubernetes Service.
   *
   * @default - its key in the catalogue
   */
  readonly name?: string;
  /**
   * The labels that all of its workloads carry; authorization selects them by these.
   *
   * @default { app: name }
   */
  readonly labels?: Readonly<Record<string, string>>;
  /**
   * The Kubernetes service account that its workloads run under: the identity that others see.
   *
   * @default - the name of the service
   */
  readonly serviceAccount?: string;
  /** `false` tells the proxies of this service everything, whatever the scope of the mesh is. @default true */
  readonly scope?: boolean;
}

/** The names of the subsets that a spec declares. */
export type SubsetsOf<T extends ServiceSpec> = T extends { readonly subsets: infer S }
  ? Extract<keyof S, string>
  : never;

/**
 * The names and protocols of the ports that a spec declares. Written as a condition, because the compiler then shows
 * users what came out, `{ http: "http" }`, and not how it was asked.
 */
export type PortsOf<T extends ServiceSpec> = T extends {
  readonly ports: infer Ports extends ServiceSpec["ports"];
}
  ? { readonly [K in keyof Ports & string]: Ports[K]["protocol"] }
  : never;
