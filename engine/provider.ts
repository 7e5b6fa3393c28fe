import type { PropertyValue } from "./value";

/** Named property values, as a resource's inputs and outputs are. */
export type Properties = Readonly<Record<string, PropertyValue>>;

/** What is kept of one resource from one run to the next. Values may hold secrets: only files of mode 0600 may have it. */
export interface ResourceState {
  readonly urn: string;
  readonly type: string;
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
}

/** Which stack, the way `pulumi` names it: `organization/project/stack`. */
export interface StackIdentity {
  readonly organization: string;
  readonly project: string;
  readonly stack: string;
}

/** What is kept of one stack from one run to the next. */
export interface StackState {
  /** Only resources that a provider owns; an engine's own bookkeeping is not state. */
  readonly resources: readonly ResourceState[];
  /** The stack's outputs, for those who refer to it. */
  readonly outputs: Properties;
}

/**
 * Where state is kept. The engine loads it once before a run and saves once after a run that succeeded, so a run that
 * fails leaves what was there.
 */
export interface StateStore {
  /** @returns undefined when the stack was never run here. @throws MeshError when what is there cannot be read. */
  load(stack: StackIdentity): Promise<StackState | undefined>;
  save(stack: StackIdentity, state: StackState): Promise<void>;
}

/** One resource for a provider to make. */
export interface CreateRequest {
  readonly urn: string;
  /** The full token, `tls:index/privateKey:PrivateKey`. */
  readonly type: string;
  readonly name: string;
  /** As the program gave them (after `check`), secrets still wrapped; without properties that are `undefined`. */
  readonly inputs: Properties;
  /** The same resource (by URN, or by one of its aliases) after the last successful run. */
  readonly prior?: ResourceState;
}

/** What a provider made. */
export interface CreateResult {
  readonly id: string;
  /**
   * Every output property, the inputs that the real provider repeats included. A provider need not wrap the values of
   * `secretOutputs` itself.
   */
  readonly outputs: Properties;
  /** Output properties that are always secret, whatever the inputs were. The program's `additionalSecretOutputs` are added. */
  readonly secretOutputs?: readonly string[];
}

/** One resource that exists elsewhere, to be looked up (`.get`). */
export interface ReadRequest {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly id: string;
  /** What the program passed as known state. */
  readonly inputs: Properties;
  readonly prior?: ResourceState;
}

/**
 * Gives the resources of one Pulumi package their values, without leaving this machine.
 *
 * A provider is pure but for what it generates (keys, passwords): when `prior` is given and no input changed that forces
 * a replacement, it must give the prior id and values back unchanged, so that a second run changes nothing.
 *
 * @throws MeshError for inputs that the real provider refuses; the program then fails with that problem at that resource.
 */
export interface ResourceProvider {
  /** The package, the first part of every type token: `tls`, `random`. */
  readonly pkg: string;
  /** Applies the defaults of the real provider, the way they then show in a resource's recorded inputs. Default: none. */
  check?(request: CreateRequest): Promise<Properties>;
  create(request: CreateRequest): Promise<CreateResult>;
  /** Default: the inputs are the outputs. */
  read?(request: ReadRequest): Promise<CreateResult>;
  /**
   * Answers a function of the package, `tls:index/getPublicKey:getPublicKey`.
   * @returns undefined when the provider does not know the token.
   */
  invoke?(token: string, args: Properties): Promise<Properties | undefined>;
}
