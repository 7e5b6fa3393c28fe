import type { Properties, ResourceState, StackIdentity } from "../provider";
import type { LogEntry } from "../recorded";
import type { ProviderRegistry } from "../registry";
import type { SecretMask } from "./secret-mask";

/** A stack's configuration, as a program gets it: every value is text, structured ones as JSON. */
export interface ConfigValues {
  /** `namespace:key` to value. */
  readonly values: Readonly<Record<string, string>>;
  readonly secretKeys: readonly string[];
}

/** What the services need to know of the run that they serve. */
export interface MonitorContext {
  readonly identity: StackIdentity;
  readonly config: ConfigValues;
  readonly registry: ProviderRegistry;
  /** What the last successful run left of a resource. */
  readonly prior: (urn: string, aliases: readonly string[]) => ResourceState | undefined;
  /** The outputs of another stack. @throws MeshError when there is no such stack. */
  readonly stackOutputs: (name: string) => Promise<Properties>;
  /** Learns every secret that passes. */
  readonly mask: SecretMask;
  readonly log: (entry: LogEntry) => void;
}
