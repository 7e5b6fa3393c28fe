/** One running copy of a service, as a registry knows it. */
export interface Instance {
  /** What tells it from the service's others and stays the same as long as it runs. */
  readonly id: string;
  /** An IP address, or a host name. */
  readonly address: string;
  readonly port: number;
  /** Relative to the others'. */
  readonly weight: number;
  /** Whether it may get requests. */
  readonly healthy: boolean;
  /** Where it runs, as the registry calls that. */
  readonly datacenter?: string;
  /** Said by the registry itself, in place of what is made of the datacenter. */
  readonly locality?: string;
  readonly tags: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}
