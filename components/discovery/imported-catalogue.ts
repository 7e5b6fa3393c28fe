import type { ExternalSpec, Protocol, TlsOriginationSpec, WorkloadEntrySpec } from "../intent";

/** Some of the instances of a service: those that carry a tag, or labels. */
export type ImportedSubset =
  | { readonly tag: string; readonly labels?: undefined }
  | { readonly labels: Readonly<Record<string, string>>; readonly tag?: undefined };

/** What a registry does not know of a service, or what is to be otherwise in the mesh. */
export interface ImportedService {
  /** What is spoken on its port, which no registry says. */
  readonly protocol: Protocol;
  /** Its name in the registry. @default - its key */
  readonly service?: string;
  /** The host name that workloads call it by. @default - its name under the registry's `domain` */
  readonly host?: string;
  /** The port that workloads dial. @default - that of the instances, where all have the same */
  readonly port?: number;
  /** The name of that port. @default - the protocol */
  readonly portName?: string;
  /** Virtual IP addresses that workloads dial; a tcp port needs them. @default - none */
  readonly addresses?: readonly string[];
  /** TLS that the callers' proxies begin. @default - what workloads send is passed on */
  readonly tls?: TlsOriginationSpec;
  /** `"internal"` for instances with a proxy of the mesh. @default "external" */
  readonly location?: "external" | "internal";
  /** Only instances that carry all of these tags. @default - all */
  readonly tags?: readonly string[];
  /** Parts of the instances, by tags or labels. @default - none */
  readonly subsets?: Readonly<Record<string, ImportedSubset>>;
}

/** The settings, or the protocol alone. */
export type ImportedServiceDeclaration = Protocol | ImportedService;

/**
 * What was imported, as plain data and in a fixed order: the same answers give the same mesh.
 *
 * @typeParam K the names that the services have in the mesh
 */
export interface ImportedCatalogue<K extends string = string> {
  /** For `external` of a catalogue: hosts with their healthy instances as endpoints. */
  readonly external: { readonly [N in K]: ExternalSpec };
  /**
   * For `workloadEntries` of a service or a subset: the same instances as workloads of the mesh, for those that run a
   * proxy, such as the old copies of a service that moves to Kubernetes.
   */
  readonly workloadEntries: { readonly [N in K]: Readonly<Record<string, WorkloadEntrySpec>> };
}
