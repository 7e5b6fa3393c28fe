import { isDeepStrictEqual } from "node:util";

import { ProgramError } from "./language-host/program-error";
import { locateProgram } from "./language-host/program-location";
import { knownStacks, readProject, type Project } from "./language-host/project";
import { readStackConfig } from "./language-host/stack-config";
import { RegistrationError } from "./monitor/registration-error";
import { SecretMask } from "./monitor/secret-mask";
import { runOnce, type ProgramResult, type ProgramSetup } from "./program-run";
import type {
  Properties,
  ResourceProvider,
  ResourceState,
  StackIdentity,
  StackState,
  StateStore,
} from "./provider";
import { randomProvider, tlsProvider } from "./providers";
import type { Deployment, LogEntry } from "./recorded";
import { ProviderRegistry } from "./registry";
import { parseStackReference, ReferenceGraph, stackReferenceMissing } from "./stack-reference";
import { packageOf } from "./urn";
import { Secret } from "./value";

/** How a program is to be run. */
export interface RunOptions {
  /** The project's folder, or one inside it. */
  readonly cwd: string;
  readonly stack: string;
  /** Default: `organization`, as a Pulumi backend without organizations calls it. */
  readonly organization?: string;
  /** Capture stack traces and keep the lines that the SDK logs for debugging; slower. Default: false. */
  readonly debug?: boolean;
  /** After so long the program is stopped; stacks that it refers to have as long each. Default: 300. */
  readonly timeoutSeconds?: number;
  /** Who makes the resources of which package. Default: `tls` and `random`; `kubernetes` needs none. */
  readonly providers?: readonly ResourceProvider[];
  /** Where generated values are kept from run to run. Default: nowhere, so each run makes new ones. */
  readonly state?: StateStore;
  /** Told of each line that the program logs or prints, secrets masked. Errors that end a run are thrown instead. */
  readonly onLog?: (entry: LogEntry) => void;
  /** Configuration that goes before the stack's file: `project:key`, or `key` alone, to text. */
  readonly configOverrides?: Readonly<Record<string, string>>;
  /** Asked first for the outputs of a stack that the program refers to, under the name that the program uses. */
  readonly resolveStack?: (name: string) => Promise<Properties | undefined>;
  /** Added to this process's environment for the program; `undefined` takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Stops the run. */
  readonly signal?: AbortSignal;
}

const DEFAULT_ORGANIZATION = "organization";
const DEFAULT_TIMEOUT_SECONDS = 300;

/**
 * Runs an unmodified Pulumi program to its end, without the Pulumi CLI, an account or a cluster, and returns what it
 * registered. Nothing is deployed: for the program this is a preview (`pulumi.runtime.isDryRun()`), in which `tls` and
 * `random` resources have real values and Kubernetes objects have their inputs.
 *
 * Stacks of the same project that the program refers to are run before, and are found in `Deployment.referenced`; where it
 * refers to its own, it gets what its last run put out, by the state that was kept. The program runs without stack traces, which halves the SDK's work; one that fails is run a second time with them, so that
 * the error names the user's line. The order of `Deployment.resources` does not depend on timing.
 *
 * @throws MeshError for whatever is wrong: the project (`engine/project-…`), the stack (`engine/unknown-stack`), its
 *   configuration (`engine/config-…`), the program (`engine/program-…`), a registration (`engine/duplicate-urn`, …)
 * @example
 * const { resources, outputs } = await runProgram({ cwd: ".", stack: "dev" });
 */
export async function runProgram(options: RunOptions): Promise<Deployment> {
  return new Session(options).run(options.stack);
}

/** One call of {@link runProgram}: the stack that was asked for and those that it refers to. */
class Session {
  readonly #options: RunOptions;
  readonly #project: Project;
  readonly #registry: ProviderRegistry;
  readonly #mask = new SecretMask();
  readonly #env: NodeJS.ProcessEnv;
  readonly #references = new ReferenceGraph();
  readonly #runs = new Map<string, Promise<Deployment>>();

  constructor(options: RunOptions) {
    this.#options = options;
    this.#project = readProject(options.cwd);
    this.#registry = new ProviderRegistry(options.providers ?? defaultProviders());
    this.#env = { ...process.env, ...options.env };
  }

  async run(stack: string): Promise<Deployment> {
    const { organization = DEFAULT_ORGANIZATION, configOverrides, state: store } = this.#options;
    const identity: StackIdentity = { organization, project: this.#project.name, stack };
    const config = readStackConfig(this.#project, stack, configOverrides, this.#env);
    for (const key of config.secretKeys) this.#mask.learn(new Secret(config.values[key] ?? ""));
    const location = locateProgram(this.#project);
    const before = await store?.load(identity);
    for (const resource of before?.resources ?? []) this.#mask.learn(resource.outputs);
    const referenced = new Map<string, Deployment>();
    const setup: ProgramSetup = {
      project: this.#project,
      identity,
      location,
      config,
      context: { registry: this.#registry, prior: priorLookup(before) },
      stackOutputs: (name) => this.#outputsOf(name, identity, referenced, before?.outputs),
      timeoutSeconds: this.#options.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS,
      debug: this.#options.debug ?? false,
      env: this.#env,
      signal: this.#options.signal,
      mask: this.#mask,
      onLog: (entry) => this.#options.onLog?.(entry),
    };
    const result = await this.#attempt(setup);
    const logs = result.logs.map((entry) => ({ ...entry, message: this.#mask.apply(entry.message) }));
    const deployment: Deployment = {
      project: identity.project,
      stack,
      organization,
      resources: result.resources,
      outputs: result.outputs,
      logs,
      referenced: [...referenced.values()],
    };
    await store?.save(identity, this.#stateOf(deployment));
    return deployment;
  }

  /** Without stacks first; with them only to say where a failure comes from. */
  async #attempt(setup: ProgramSetup): Promise<ProgramResult> {
    if (setup.debug) return runOnce(setup, true);
    try {
      return await runOnce(setup, false);
    } catch (error) {
      if (!isPlaceless(error)) throw error;
      const quiet = (): void => {
        // Everything has been told by the first run.
      };
      const again = await runOnce({ ...setup, onLog: quiet }, true).catch((located: unknown) => located);
      throw isPlaceless(again, false) ? again : error;
    }
  }

  async #outputsOf(
    name: string,
    from: StackIdentity,
    referenced: Map<string, Deployment>,
    own: Properties | undefined,
  ): Promise<Properties> {
    const resolved = await this.#options.resolveStack?.(name);
    if (resolved !== undefined) return this.#learnt(resolved);
    const target = parseStackReference(name, from);
    // As the engine does: what the stack's last deployment left, and nothing before the first.
    if (isDeepStrictEqual(target, from)) return this.#learnt(own ?? {});
    if (target.project === from.project && target.organization === from.organization) {
      if (!knownStacks(this.#project).includes(target.stack)) {
        throw stackReferenceMissing(name, target, this.#project);
      }
      this.#references.add(from.stack, target.stack, this.#options.stack);
      const deployment = await this.#runMemoized(target.stack);
      referenced.set(target.stack, deployment);
      return deployment.outputs;
    }
    const state = await this.#options.state?.load(target);
    if (state === undefined) throw stackReferenceMissing(name, target, this.#project);
    return this.#learnt(state.outputs);
  }

  #runMemoized(stack: string): Promise<Deployment> {
    let run = this.#runs.get(stack);
    if (run === undefined) {
      run = this.run(stack);
      this.#runs.set(stack, run);
    }
    return run;
  }

  #learnt(properties: Properties): Properties {
    this.#mask.learn(properties);
    return properties;
  }

  /** What the next run needs: the resources whose values are made here, and the outputs for those who refer to them. */
  #stateOf(deployment: Deployment): StackState {
    const resources = deployment.resources
      .filter(
        (resource) =>
          resource.custom && !resource.read && this.#registry.keepsState(packageOf(resource.type)),
      )
      .map(({ urn, type, id = "", inputs, outputs }): ResourceState => ({ urn, type, id, inputs, outputs }));
    return { resources, outputs: deployment.outputs };
  }
}

/** Whether an error is one that a run with stack traces can give a place, and has (or has not) one yet. */
function isPlaceless(error: unknown, placeless = true): boolean {
  return (
    (error instanceof ProgramError || error instanceof RegistrationError) && error.placeless === placeless
  );
}

function priorLookup(
  state: StackState | undefined,
): (urn: string, aliases: readonly string[]) => ResourceState | undefined {
  const byUrn = new Map(state?.resources.map((resource) => [resource.urn, resource]));
  return (urn, aliases) =>
    [urn, ...aliases].map((candidate) => byUrn.get(candidate)).find((prior) => prior !== undefined);
}

function defaultProviders(): ResourceProvider[] {
  return [tlsProvider(), randomProvider()];
}
