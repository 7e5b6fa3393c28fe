import type { PropertyValue } from "./value";

/** Everything that a program said about one resource, as the engine understood it. */
export interface RecordedResource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** A provider manages it; false for components and the stack itself. */
  readonly custom: boolean;
  /** Read from outside (`.get`), not managed by this stack. */
  readonly read: boolean;
  readonly id?: string;
  readonly inputs: Readonly<Record<string, PropertyValue>>;
  readonly outputs: Readonly<Record<string, PropertyValue>>;
  readonly parent?: string;
  /** URNs, sorted. */
  readonly dependencies: readonly string[];
  /** Input property to the URNs that its value came from. */
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
  /** `urn::id` of the provider resource, default providers included. */
  readonly provider?: string;
  readonly aliases: readonly string[];
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  readonly ignoreChanges: readonly string[];
  readonly replaceOnChanges: readonly string[];
  readonly additionalSecretOutputs: readonly string[];
  readonly deleteBeforeReplace: boolean;
  readonly deletedWith?: string;
  readonly customTimeouts: Readonly<{ create?: string; update?: string; delete?: string }>;
  readonly importId?: string;
  readonly version?: string;
}

/** A line that the program logged through Pulumi. Secret values are already masked. */
export interface LogEntry {
  readonly severity: "debug" | "info" | "warning" | "error";
  readonly message: string;
  readonly urn?: string;
}

/** One stack, run to its end. */
export interface Deployment {
  readonly project: string;
  readonly stack: string;
  readonly organization: string;
  /**
   * In an order that does not vary between runs: after their parents, providers and dependencies, and by URN where those
   * leave it open. (The order of registration varies with timing.)
   */
  readonly resources: readonly RecordedResource[];
  /** The stack's outputs. */
  readonly outputs: Readonly<Record<string, PropertyValue>>;
  readonly logs: readonly LogEntry[];
  /** The stacks of the same project that this one refers to, which were run before it. */
  readonly referenced?: readonly Deployment[];
}
