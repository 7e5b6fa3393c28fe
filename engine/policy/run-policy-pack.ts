import {
  AnalyzerHandshakeRequest,
  AnalyzerStackConfigureRequest,
  AnalyzeStackRequest,
  PolicySeverity,
  PolicyType,
  type AnalyzeDiagnostic,
  type AnalyzerInfo,
  type AnalyzeResponse,
  type PolicyInfo,
} from "@pulumi/pulumi/proto/analyzer_pb";
import type { ConfigValues } from "../monitor/context";
import { EngineService } from "../monitor/engine-service";
import { SecretMask } from "../monitor/secret-mask";
import { encodeProperties, wireOf, type WireObject } from "../monitor/wire-value";
import type { Deployment, LogEntry, RecordedResource } from "../recorded";
import { Analyzer } from "./analyzer";
import { serveEngine } from "./engine-server";
import { callFailed, interrupted, noPolicies, timedOut } from "./pack-errors";
import { configureRequest, LEVELS, type PackConfig, type PolicyLevel } from "./pack-config";
import { readPackFolder, type PackFolder } from "./pack-folder";
import { startPack } from "./pack-process";
import { ResourceRequests } from "./requests";

/** Which pack to run, over what. */
export interface PolicyPackOptions {
  /** The folder with the pack's PulumiPolicy.yaml. */
  readonly directory: string;
  readonly deployment: Deployment;
  /** Levels and properties by policy; `all` for those not named. Default: as the pack says. */
  readonly config?: PackConfig;
  /** The stack's configuration, which a pack may read. Default: none. */
  readonly stackConfig?: ConfigValues;
  /** After so long the pack is stopped. Default: 300. Type checking a pack takes its time. */
  readonly timeoutSeconds?: number;
  /** Added to this process's environment for the pack; `undefined` takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Told of each line that the pack logs or prints, secrets masked. */
  readonly onLog?: (entry: LogEntry) => void;
  /** Stops the run. */
  readonly signal?: AbortSignal;
}

/** A policy as its pack describes it. */
export interface PolicyDescription {
  readonly name: string;
  readonly displayName?: string;
  readonly description: string;
  readonly scope: "resource" | "stack";
  readonly level: PolicyLevel;
  readonly severity?: Severity;
  readonly tags: readonly string[];
  readonly remediationSteps?: string;
  readonly url?: string;
}

export interface PackInfo {
  readonly name: string;
  readonly version: string;
  readonly displayName?: string;
  readonly policies: readonly PolicyDescription[];
}

export type Severity = "low" | "medium" | "high" | "critical";

/** One violation that a policy reported. */
export interface Violation {
  readonly policy: string;
  readonly level: "advisory" | "mandatory";
  readonly severity?: Severity;
  /** The policy's description, then what it said of this case. Secrets are masked. */
  readonly message: string;
  /** Absent for a violation of the stack as a whole. */
  readonly urn?: string;
}

/** A change that a policy would make to a resource's inputs before it is deployed. */
export interface RemediationReport {
  readonly policy: string;
  readonly urn: string;
  readonly description: string;
  /** Why it could not be made. */
  readonly diagnostic?: string;
}

/** A policy that said of itself that it does not apply. */
export interface NotApplicable {
  readonly policy: string;
  readonly reason: string;
  /** Absent where it spoke of the whole stack. */
  readonly urn?: string;
}

/** The answer of {@link runPolicyPack}. Lists are in the order of the deployment's resources, then of the policies. */
export interface PolicyPackResult {
  readonly pack: PackInfo;
  readonly violations: readonly Violation[];
  readonly remediations: readonly RemediationReport[];
  readonly notApplicable: readonly NotApplicable[];
}

const DEFAULT_TIMEOUT_SECONDS = 300;

/**
 * Runs an unmodified policy pack over a deployment, as the Pulumi engine runs it in a preview: each resource's inputs are
 * remediated and analysed in turn, then the outputs of all together.
 *
 * A remediation changes what the policies after it are shown, and not the deployment.
 *
 * @throws MeshError `policy/pack-…` for the pack itself, `policy/config-invalid` for its configuration,
 *   `policy/policy-failed` for a policy that threw
 * @example
 * const { violations } = await runPolicyPack({ directory: "policies", deployment });
 */
export async function runPolicyPack(options: PolicyPackOptions): Promise<PolicyPackResult> {
  const folder = readPackFolder(options.directory);
  const seconds = options.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS;
  const { signal } = options;
  const cleanup = new Cleanup();
  const stopped = new Promise<never>((_, reject) => {
    const stop = (): void => reject(interrupted(folder));
    signal?.addEventListener("abort", stop);
    cleanup.add(() => signal?.removeEventListener("abort", stop));
    if (signal?.aborted === true) stop();
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(timedOut(folder, seconds)), seconds * 1000);
  });
  try {
    return await Promise.race([stopped, late, converse(options, folder, cleanup)]);
  } finally {
    clearTimeout(timer);
    cleanup.run();
  }
}

/** What has been opened, and must be closed however the run ends. */
class Cleanup {
  readonly #tasks: (() => void)[] = [];
  #done = false;

  add(task: () => void): void {
    if (this.#done) task();
    else this.#tasks.push(task);
  }

  run(): void {
    this.#done = true;
    for (const task of this.#tasks.reverse()) task();
  }
}

async function converse(
  options: PolicyPackOptions,
  folder: PackFolder,
  cleanup: Cleanup,
): Promise<PolicyPackResult> {
  const { deployment } = options;
  const { organization, project, stack } = deployment;
  const mask = maskOf(deployment, options.stackConfig);
  const log = (entry: LogEntry): void => options.onLog?.({ ...entry, message: mask.apply(entry.message) });
  const engine = await serveEngine(new EngineService(log));
  cleanup.add(() => engine.close());
  const pack = startPack({
    folder,
    identity: { organization, project, stack },
    config: options.stackConfig?.values ?? {},
    engineAddress: engine.address,
    env: { ...process.env, ...options.env },
    onLine: (stream, message) => log({ severity: stream === "stderr" ? "warning" : "info", message }),
  });
  cleanup.add(() => pack.stop());
  const analyzer = new Analyzer(await pack.address);
  cleanup.add(() => analyzer.close());
  try {
    return await new Conversation(analyzer, folder, deployment, mask).run(engine.address, options);
  } catch (error) {
    throw callFailed(folder, error, (text) => mask.apply(text));
  }
}

function maskOf(deployment: Deployment, config: ConfigValues | undefined): SecretMask {
  const mask = new SecretMask();
  for (const { inputs, outputs } of deployment.resources)
    for (const properties of [inputs, outputs]) mask.learn(properties);
  mask.learn(deployment.outputs);
  for (const key of config?.secretKeys ?? []) mask.learn(config?.values[key] ?? "", true);
  return mask;
}

/** One pass of a pack over a deployment. */
class Conversation {
  readonly #violations: Violation[] = [];
  readonly #remediations: RemediationReport[] = [];
  readonly #notApplicable: NotApplicable[] = [];
  readonly #requests: ResourceRequests;

  constructor(
    private readonly analyzer: Analyzer,
    private readonly folder: PackFolder,
    private readonly deployment: Deployment,
    private readonly mask: SecretMask,
  ) {
    this.#requests = new ResourceRequests(deployment);
  }

  async run(engineAddress: string, options: PolicyPackOptions): Promise<PolicyPackResult> {
    const { directory } = this.folder;
    await this.analyzer.handshake(
      new AnalyzerHandshakeRequest()
        .setEngineAddress(engineAddress)
        .setRootDirectory(directory)
        .setProgramDirectory(directory),
    );
    await this.analyzer.configureStack(this.#stackRequest(options.stackConfig));
    await this.analyzer.pluginVersion();
    const info = await this.analyzer.info();
    if (info.getPoliciesList().length === 0) throw noPolicies(this.folder, info.getName());
    await this.analyzer.configure(configureRequest(info, options.config ?? {}));
    await this.#resources();
    return {
      pack: describePack(info),
      violations: this.#violations,
      remediations: this.#remediations,
      notApplicable: this.#notApplicable,
    };
  }

  #stackRequest(config: ConfigValues | undefined): AnalyzerStackConfigureRequest {
    const { organization, project, stack } = this.deployment;
    const request = new AnalyzerStackConfigureRequest()
      .setOrganization(organization)
      .setProject(project)
      .setStack(stack)
      .setDryRun(true)
      .setConfigSecretKeysList([...(config?.secretKeys ?? [])]);
    for (const [key, value] of Object.entries(config?.values ?? {})) request.getConfigMap().set(key, value);
    return request;
  }

  async #resources(): Promise<void> {
    const stack = new AnalyzeStackRequest();
    for (const resource of this.deployment.resources) {
      // What is read from outside is not this stack's to judge.
      if (resource.read) continue;
      const remediated = await this.#remediate(resource);
      const inputs = remediated ?? encodeProperties(resource.inputs);
      this.#note(await this.analyzer.analyze(this.#requests.analyze(resource, inputs)), resource.urn);
      stack.addResources(
        this.#requests.stackResource(resource, { ...encodeProperties(resource.outputs), ...remediated }),
      );
    }
    this.#note(await this.analyzer.analyzeStack(stack), undefined);
  }

  /** @returns the inputs that remediations have changed; each policy of the pack has seen what those before it did */
  async #remediate(resource: RecordedResource): Promise<WireObject | undefined> {
    const request = this.#requests.analyze(resource, encodeProperties(resource.inputs));
    const response = await this.analyzer.remediate(request);
    let changed: WireObject | undefined;
    for (const remediation of response.getRemediationsList()) {
      const properties = remediation.getProperties();
      const diagnostic = remediation.getDiagnostic();
      if (properties !== undefined && diagnostic === "") changed = wireOf(properties);
      this.#remediations.push({
        policy: remediation.getPolicyname(),
        urn: resource.urn,
        description: remediation.getDescription(),
        ...(diagnostic === "" ? {} : { diagnostic: this.mask.apply(diagnostic) }),
      });
    }
    return changed;
  }

  #note(response: AnalyzeResponse, urn: string | undefined): void {
    for (const diagnostic of response.getDiagnosticsList())
      this.#violations.push(this.#violation(diagnostic, urn));
    for (const each of response.getNotApplicableList()) {
      this.#notApplicable.push({
        policy: each.getPolicyName(),
        reason: this.mask.apply(each.getReason()),
        ...(urn === undefined ? {} : { urn }),
      });
    }
  }

  #violation(diagnostic: AnalyzeDiagnostic, about: string | undefined): Violation {
    const severity = severityOf(diagnostic.getSeverity());
    const urn = diagnostic.getUrn() || about;
    return {
      policy: diagnostic.getPolicyname(),
      level: LEVELS[diagnostic.getEnforcementlevel()] === "advisory" ? "advisory" : "mandatory",
      ...(severity === undefined ? {} : { severity }),
      message: this.mask.apply(diagnostic.getMessage()),
      ...(urn === undefined || urn === "" ? {} : { urn }),
    };
  }
}

function describePack(info: AnalyzerInfo): PackInfo {
  return {
    name: info.getName(),
    version: info.getVersion(),
    ...optional("displayName", info.getDisplayname()),
    policies: info.getPoliciesList().map(describePolicy),
  };
}

function describePolicy(policy: PolicyInfo): PolicyDescription {
  const severity = severityOf(policy.getSeverity());
  return {
    name: policy.getName(),
    ...optional("displayName", policy.getDisplayname()),
    description: policy.getDescription(),
    scope: policy.getPolicyType() === PolicyType.POLICY_TYPE_STACK ? "stack" : "resource",
    level: LEVELS[policy.getEnforcementlevel()],
    ...(severity === undefined ? {} : { severity }),
    tags: policy.getTagsList(),
    ...optional("remediationSteps", policy.getRemediationSteps()),
    ...optional("url", policy.getUrl()),
  };
}

function optional<Key extends string>(key: Key, value: string): { readonly [K in Key]?: string } {
  return value === "" ? {} : ({ [key]: value } as { readonly [K in Key]?: string });
}

function severityOf(severity: PolicySeverity): Severity | undefined {
  switch (severity) {
    case PolicySeverity.POLICY_SEVERITY_LOW:
      return "low";
    case PolicySeverity.POLICY_SEVERITY_MEDIUM:
      return "medium";
    case PolicySeverity.POLICY_SEVERITY_HIGH:
      return "high";
    case PolicySeverity.POLICY_SEVERITY_CRITICAL:
      return "critical";
    case PolicySeverity.POLICY_SEVERITY_UNSPECIFIED:
      return undefined;
  }
}
