import type { Alias } from "@pulumi/pulumi/proto/alias_pb";
import { Alias as AliasMessage } from "@pulumi/pulumi/proto/alias_pb";
import type { Callback } from "@pulumi/pulumi/proto/callback_pb";
import { CallResponse, InvokeResponse } from "@pulumi/pulumi/proto/provider_pb";
import {
  DeploymentInfo,
  ReadResourceResponse,
  RegisterPackageResponse,
  RegisterResourceResponse,
  SupportsFeatureResponse,
  TransformInvokeOptions,
  TransformResourceOptions,
  type ReadResourceRequest,
  type RegisterErrorHookRequest,
  type RegisterPackageRequest,
  type RegisterResourceHookRequest,
  type RegisterResourceOutputsRequest,
  type RegisterResourceRequest,
  type ResourceCallRequest,
  type ResourceInvokeRequest,
  type SupportsFeatureRequest,
} from "@pulumi/pulumi/proto/resource_pb";
import { MeshError, type Problem } from "../../components/intent/problem";
import { uuidFrom } from "../deterministic-id";
import type { CreateRequest, Properties } from "../provider";
import type { RecordedResource } from "../recorded";
import { createUrn, isProviderType, packageOf, ROOT_STACK_TYPE } from "../urn";
import { containsSecret } from "../value";
import { resolveAliases } from "./aliases";
import type { MonitorContext } from "./context";
import { supportedFeatures, supportsFeature } from "./features";
import { inStableOrder } from "./order";
import { Empty } from "./protocol";
import { RegistrationError } from "./registration-error";
import { ProviderReferences, type PluginRequest } from "./provider-references";
import { markSecretOutputs } from "./secret-outputs";
import { placeOf } from "./source-position";
import { Transforms } from "./transforms";
import {
  decodeProperties,
  dependenciesInside,
  encodeProperties,
  structOf,
  withDependencies,
  wireOf,
  type WireObject,
} from "./wire-value";

const STACK_REFERENCE = "pulumi:pulumi:StackReference";
/** How many registrations the SDK may have under way; it sends as many as it likes unless this is 1. */
const PARALLEL = 8;

/** What stays of a registration beside its record, for the resources that come after it. */
interface Registered {
  readonly parent: string;
  readonly transforms: readonly Callback[];
  readonly aliases: readonly string[];
  readonly deletedWith: string;
}

/** The package that `registerPackage` named by a reference. */
type PackageRef = PluginRequest;

/**
 * The ResourceMonitor of one run: it carries out what a program registers as the Pulumi engine would in a preview, and
 * keeps a record of it. Methods take and give the protocol's own messages; a registration that cannot be carried out
 * throws a MeshError.
 */
export class ResourceMonitor {
  readonly #context: MonitorContext;
  readonly #providers: ProviderReferences;
  readonly #transforms = new Transforms();
  readonly #resources = new Map<string, RecordedResource>();
  readonly #registered = new Map<string, Registered>();
  readonly #taken = new Set<string>();
  readonly #stackTransforms: Callback[] = [];
  readonly #stackInvokeTransforms: Callback[] = [];
  readonly #packages = new Map<string, PackageRef>();
  #signalled = false;

  constructor(context: MonitorContext) {
    this.#context = context;
    this.#providers = new ProviderReferences(context, (provider) => {
      this.#taken.add(provider.urn);
      this.#resources.set(provider.urn, provider);
    });
  }

  /** Whether the program came to its end and said so. One that called `process.exit` did not. */
  get signalled(): boolean {
    return this.#signalled;
  }

  /** Everything that was registered, in an order that is the same in every run. */
  resources(): RecordedResource[] {
    return inStableOrder([...this.#resources.values()]);
  }

  /** The outputs of the stack itself. */
  stackOutputs(): Properties {
    return this.#resources.get(this.#rootUrn())?.outputs ?? {};
  }

  close(): void {
    this.#transforms.close();
  }

  getDeploymentInfo(): DeploymentInfo {
    const { identity, config } = this.#context;
    const info = new DeploymentInfo()
      .setOrganization(identity.organization)
      .setProject(identity.project)
      .setStack(identity.stack)
      .setConfigsecretkeysList([...config.secretKeys])
      .setDryrun(true)
      .setParallel(PARALLEL)
      .setSupportedfeaturesList(supportedFeatures());
    for (const [key, value] of Object.entries(config.values)) info.getConfigMap().set(key, value);
    return info;
  }

  supportsFeature(request: SupportsFeatureRequest): SupportsFeatureResponse {
    return new SupportsFeatureResponse().setHassupport(supportsFeature(request.getId()));
  }

  registerPackage(request: RegisterPackageRequest): RegisterPackageResponse {
    // A parameterised package is the one that its parameter makes of the plugin.
    const parameter = request.getParameterization();
    const plugin: PackageRef = {
      pkg: parameter?.getName() || request.getName(),
      version: parameter?.getVersion() || request.getVersion(),
      downloadUrl: request.getDownloadUrl(),
    };
    const reference = uuidFrom(`package ${plugin.pkg} ${plugin.version} ${plugin.downloadUrl}`);
    this.#packages.set(reference, plugin);
    return new RegisterPackageResponse().setRef(reference);
  }

  registerStackTransform(callback: Callback): Empty {
    this.#stackTransforms.push(callback);
    return new Empty();
  }

  registerStackInvokeTransform(callback: Callback): Empty {
    this.#stackInvokeTransforms.push(callback);
    return new Empty();
  }

  registerResourceHook(request: RegisterResourceHookRequest): Empty {
    return this.#hook(request.getName());
  }

  registerErrorHook(request: RegisterErrorHookRequest): Empty {
    return this.#hook(request.getName());
  }

  #hook(name: string): Empty {
    this.#context.log({
      severity: "info",
      message: `hook "${name}" is not run: nothing is deployed offline`,
    });
    return new Empty();
  }

  signalAndWaitForShutdown(): Empty {
    this.#signalled = true;
    return new Empty();
  }

  async registerResource(request: RegisterResourceRequest): Promise<RegisterResourceResponse> {
    const type = request.getType();
    const name = request.getName();
    const custom = request.getCustom();
    const place = placeOf(request.getSourceposition());
    if (request.getRemote()) throw remoteComponent(type, name, place);
    const parent = this.#parentOf(request.getParent(), type, name, place);

    const given = await this.#transformed(request, parent);
    const { options } = given;
    const { stack, project } = this.#context.identity;
    const urn = createUrn(stack, project, parent || undefined, type, name);
    this.#take(urn, place);

    const aliases = resolveAliases(
      { stack, project, type, name, parent: parent || undefined },
      options.getAliasesList(),
      this.#registered.get(parent)?.aliases ?? [],
    );
    // Only `deletedWith` is handed down by the engine; the SDK hands the rest down itself.
    const deletedWith = options.getDeletedWith() || (this.#registered.get(parent)?.deletedWith ?? "");
    const provider =
      custom && !isProviderType(type) ? this.#provider(request, options, type, name) : undefined;
    const providedVersion = options.getVersion();
    let inputs: Properties = decodeProperties(given.properties);
    if (isProviderType(type) && providedVersion !== "") inputs = { ...inputs, version: providedVersion };

    const made = custom
      ? await this.#create(type, urn, name, aliases, inputs, request.getImportid(), options, place)
      : { inputs, outputs: {} as Properties, id: undefined };

    const record: RecordedResource = {
      urn,
      type,
      name,
      custom,
      read: false,
      ...(made.id === undefined ? {} : { id: made.id }),
      inputs: made.inputs,
      outputs: made.outputs,
      ...(parent === "" ? {} : { parent }),
      dependencies: [...given.dependencies].sort(),
      propertyDependencies: sortedDependencies(given.propertyDependencies),
      ...(provider === undefined ? {} : { provider }),
      aliases,
      protect: options.getProtect() ?? false,
      retainOnDelete: options.getRetainOnDelete() ?? false,
      ignoreChanges: options.getIgnoreChangesList(),
      replaceOnChanges: options.getReplaceOnChangesList(),
      additionalSecretOutputs: [...options.getAdditionalSecretOutputsList()].sort(),
      deleteBeforeReplace: options.getDeleteBeforeReplace() ?? false,
      ...(deletedWith === "" ? {} : { deletedWith }),
      customTimeouts: timeouts(options),
      ...(request.getImportid() === "" ? {} : { importId: request.getImportid() }),
      ...(providedVersion === "" ? {} : { version: providedVersion }),
    };
    this.#learn(record);
    this.#resources.set(urn, record);
    this.#registered.set(urn, { parent, transforms: request.getTransformsList(), aliases, deletedWith });
    if (!custom) this.#providers.component(urn, new Map(options.getProvidersMap().entries()), parent);

    return new RegisterResourceResponse()
      .setUrn(urn)
      .setId(made.id ?? "")
      .setObject(structOf(encodeProperties(made.outputs, request.getAcceptsecrets())));
  }

  registerResourceOutputs(request: RegisterResourceOutputsRequest): Empty {
    const record = this.#resources.get(request.getUrn());
    if (record === undefined) {
      throw new MeshError("registerOutputs", [
        {
          id: "engine/unknown-resource",
          path: request.getUrn(),
          message: "outputs were registered for a resource that is not",
          fix: "Call registerOutputs on a component after its super() call",
        },
      ]);
    }
    const outputs = decodeProperties(wireOf(request.getOutputs()));
    this.#context.mask.learn(outputs);
    this.#resources.set(record.urn, { ...record, outputs });
    return new Empty();
  }

  async readResource(request: ReadResourceRequest): Promise<ReadResourceResponse> {
    const type = request.getType();
    const name = request.getName();
    const place = placeOf(request.getSourceposition());
    const parent = this.#parentOf(request.getParent(), type, name, place);
    const { stack, project } = this.#context.identity;
    const urn = createUrn(stack, project, parent || undefined, type, name);
    this.#take(urn, place);
    const provider =
      request.getProvider() ||
      this.#providers.default(
        this.#plugin(request.getPackageref(), {
          pkg: packageOf(type),
          version: request.getVersion(),
          downloadUrl: request.getPlugindownloadurl(),
        }),
        `resource "${name}"`,
      );
    const id = request.getId();
    const inputs = decodeProperties(wireOf(request.getProperties()));
    const read = await (
      type === STACK_REFERENCE ? this.#stackReference(id, inputs) : this.#read(type, urn, name, id, inputs)
    ).catch((error: unknown) => {
      throw located(`resource "${name}"`, place, error);
    });
    const outputs = markSecretOutputs(read.outputs, inputs, [
      ...read.secretOutputs,
      ...request.getAdditionalsecretoutputsList(),
    ]);
    this.#context.mask.learn(outputs);
    this.#resources.set(urn, {
      urn,
      type,
      name,
      custom: true,
      read: true,
      id,
      inputs,
      outputs,
      ...(parent === "" ? {} : { parent }),
      dependencies: [...request.getDependenciesList()].sort(),
      propertyDependencies: {},
      provider,
      aliases: [],
      protect: false,
      retainOnDelete: false,
      ignoreChanges: [],
      replaceOnChanges: [],
      additionalSecretOutputs: [...request.getAdditionalsecretoutputsList()].sort(),
      deleteBeforeReplace: false,
      customTimeouts: {},
      ...(request.getVersion() === "" ? {} : { version: request.getVersion() }),
    });
    this.#registered.set(urn, { parent, transforms: [], aliases: [], deletedWith: "" });
    return new ReadResourceResponse()
      .setUrn(urn)
      .setProperties(structOf(encodeProperties(outputs, request.getAcceptsecrets())));
  }

  async invoke(request: ResourceInvokeRequest): Promise<InvokeResponse> {
    const token = request.getTok();
    let args = wireOf(request.getArgs());
    let options = new TransformInvokeOptions()
      .setProvider(request.getProvider())
      .setVersion(request.getVersion())
      .setPluginDownloadUrl(request.getPlugindownloadurl());
    for (const callback of this.#stackInvokeTransforms) {
      ({ args, options } = await this.#transforms.invoke(callback, token, { args, options }));
    }
    const result = await this.#answer(token, decodeProperties(args), options, request.getPackageref());
    return new InvokeResponse().setReturn(structOf(encodeProperties(result)));
  }

  call(request: ResourceCallRequest): CallResponse {
    throw new MeshError(`method ${request.getTok()}`, [
      {
        id: "engine/unknown-method",
        path: request.getTok(),
        message: "a method of a remote component runs in its provider's plugin, and no plugin runs offline",
        fix: "Run this program with the Pulumi CLI, or leave the method out where `pulumi.runtime.isDryRun()` is true",
      },
    ]);
  }

  async #answer(
    token: string,
    args: Properties,
    options: TransformInvokeOptions,
    packageRef: string,
  ): Promise<Properties> {
    if (token === "pulumi:pulumi:getResource") return this.#resourceState(args);
    const pkg = packageOf(token);
    if (options.getProvider() === "") {
      const plugin = { pkg, version: options.getVersion(), downloadUrl: options.getPluginDownloadUrl() };
      this.#providers.default(this.#plugin(packageRef, plugin), `function ${token}`);
    }
    const result = await this.#context.registry.of(pkg).invoke?.(token, args);
    if (result !== undefined) return result;
    throw new MeshError(`function ${token}`, [
      {
        id: "engine/unknown-function",
        path: token,
        message: "no provider plugin runs offline, and the offline engine does not know this function",
        fix: "Pass the value in through configuration, or run this program with the Pulumi CLI",
      },
    ]);
  }

  /** What the SDK asks for to turn a reference back into a resource. */
  #resourceState(args: Properties): Properties {
    const record = typeof args.urn === "string" ? this.#resources.get(args.urn) : undefined;
    if (record !== undefined) return { urn: record.urn, id: record.id ?? "", state: record.outputs };
    throw new MeshError("function pulumi:pulumi:getResource", [
      {
        id: "engine/unknown-resource",
        path: String(args.urn),
        message: "there is no such resource in this stack",
        fix: "Refer to a resource after it has been registered",
      },
    ]);
  }

  #learn(record: RecordedResource): void {
    this.#context.mask.learn(record.inputs);
    this.#context.mask.learn(record.outputs);
  }

  #rootUrn(): string {
    const { stack, project } = this.#context.identity;
    return createUrn(stack, project, undefined, ROOT_STACK_TYPE, `${project}-${stack}`);
  }

  /** The URN of the parent; a resource without one belongs to the stack. Empty for the stack itself. */
  #parentOf(given: string, type: string, name: string, place: string | undefined): string {
    if (given === "") {
      const root = this.#rootUrn();
      return type !== ROOT_STACK_TYPE && this.#taken.has(root) ? root : "";
    }
    if (this.#taken.has(given)) return given;
    throw failure(`resource "${name}"`, place, {
      id: "engine/unknown-parent",
      path: given,
      message: "the parent of this resource is not registered",
      fix: "Register the parent first: a component calls super() before it makes its children",
    });
  }

  #take(urn: string, place: string | undefined): void {
    if (!this.#taken.has(urn)) {
      this.#taken.add(urn);
      return;
    }
    throw failure(`resource ${urn}`, place, {
      id: "engine/duplicate-urn",
      path: urn,
      message: `Duplicate resource URN '${urn}'; try giving it a unique name`,
      fix: "Give one of the resources of this type and parent another name",
    });
  }

  /** The registration after the transforms of the resource, of its ancestors and of the stack, in the engine's order. */
  async #transformed(
    request: RegisterResourceRequest,
    parent: string,
  ): Promise<{
    properties: WireObject;
    options: TransformResourceOptions;
    dependencies: ReadonlySet<string>;
    propertyDependencies: ReadonlyMap<string, ReadonlySet<string>>;
  }> {
    let properties = wireOf(request.getObject());
    let options = this.#optionsOf(request, parent);
    const propertyDependencies = new Map<string, Set<string>>();
    for (const [key, urns] of request.getPropertydependenciesMap().entries()) {
      propertyDependencies.set(key, new Set(urns.getUrnsList()));
    }
    const transforms = [...request.getTransformsList(), ...this.#inheritedTransforms(parent)];
    if (transforms.length === 0) {
      for (const [key, value] of Object.entries(properties)) {
        const urns = propertyDependencies.get(key) ?? new Set<string>();
        propertyDependencies.set(key, dependenciesInside(value, urns));
      }
      return { properties, options, dependencies: new Set(options.getDependsOnList()), propertyDependencies };
    }
    properties = withDependencies(properties, propertyDependencies);
    const subject = {
      type: request.getType(),
      name: request.getName(),
      custom: request.getCustom(),
      parent,
    };
    for (const callback of transforms) {
      try {
        ({ properties, options } = await this.#transforms.resource(callback, subject, {
          properties,
          options,
        }));
      } catch (error) {
        throw failure(`resource "${subject.name}"`, placeOf(request.getSourceposition()), {
          id: "engine/transform-failed",
          path: `${subject.type} "${subject.name}"`,
          message: error instanceof Error ? error.message : String(error),
          fix: "Mend the transform that the message comes from",
        });
      }
    }
    const dependencies = new Set(options.getDependsOnList());
    propertyDependencies.clear();
    for (const [key, value] of Object.entries(properties)) {
      const urns = dependenciesInside(value);
      propertyDependencies.set(key, urns);
      for (const urn of urns) dependencies.add(urn);
    }
    return { properties, options, dependencies, propertyDependencies };
  }

  #inheritedTransforms(parent: string): Callback[] {
    const inherited: Callback[] = [];
    for (let urn = parent; urn !== ""; urn = this.#registered.get(urn)?.parent ?? "") {
      inherited.push(...(this.#registered.get(urn)?.transforms ?? []));
    }
    return [...inherited, ...this.#stackTransforms];
  }

  #optionsOf(request: RegisterResourceRequest, parent: string): TransformResourceOptions {
    const given = new Map(request.getProvidersMap().entries());
    const provider = request.getCustom()
      ? this.#providers.explicit(request.getProvider(), given, parent, request.getType())
      : request.getProvider();
    const aliases: Alias[] = request.getAliasurnsList().map((urn) => new AliasMessage().setUrn(urn));
    const options = new TransformResourceOptions()
      .setDependsOnList(request.getDependenciesList())
      .setIgnoreChangesList(request.getIgnorechangesList())
      .setReplaceOnChangesList(request.getReplaceonchangesList())
      .setVersion(request.getVersion())
      .setAliasesList([...aliases, ...request.getAliasesList()])
      .setProvider(provider ?? "")
      .setCustomTimeouts(request.getCustomtimeouts())
      .setPluginDownloadUrl(request.getPlugindownloadurl())
      .setDeletedWith(request.getDeletedwith())
      .setAdditionalSecretOutputsList(request.getAdditionalsecretoutputsList());
    const protect = request.getProtect();
    if (request.hasProtect() && protect !== undefined) options.setProtect(protect);
    const retain = request.getRetainondelete();
    if (request.hasRetainondelete() && retain !== undefined) options.setRetainOnDelete(retain);
    if (request.getDeletebeforereplacedefined() || request.getDeletebeforereplace()) {
      options.setDeleteBeforeReplace(request.getDeletebeforereplace());
    }
    for (const [pkg, reference] of given) options.getProvidersMap().set(pkg, reference);
    return options;
  }

  #provider(
    request: RegisterResourceRequest,
    options: TransformResourceOptions,
    type: string,
    name: string,
  ): string {
    if (options.getProvider() !== "") return options.getProvider();
    const plugin = {
      pkg: packageOf(type),
      version: options.getVersion(),
      downloadUrl: options.getPluginDownloadUrl(),
    };
    return this.#providers.default(this.#plugin(request.getPackageref(), plugin), `resource "${name}"`);
  }

  #plugin(reference: string, otherwise: PluginRequest): PluginRequest {
    return this.#packages.get(reference) ?? otherwise;
  }

  async #create(
    type: string,
    urn: string,
    name: string,
    aliases: readonly string[],
    given: Properties,
    importId: string,
    options: TransformResourceOptions,
    place: string | undefined,
  ): Promise<{ inputs: Properties; outputs: Properties; id: string }> {
    if (isProviderType(type)) return { inputs: given, outputs: given, id: uuidFrom(urn) };
    const provider = this.#context.registry.of(packageOf(type));
    const prior = this.#context.prior(urn, aliases);
    const base: CreateRequest = { urn, type, name, inputs: given, ...(prior === undefined ? {} : { prior }) };
    try {
      const inputs = (await provider.check?.(base)) ?? given;
      const result = await provider.create({ ...base, inputs });
      const secrets = [...(result.secretOutputs ?? []), ...options.getAdditionalSecretOutputsList()];
      return {
        inputs,
        outputs: markSecretOutputs(result.outputs, inputs, secrets),
        id: importId === "" ? result.id : importId,
      };
    } catch (error) {
      throw located(`resource "${name}"`, place, error);
    }
  }

  async #read(
    type: string,
    urn: string,
    name: string,
    id: string,
    inputs: Properties,
  ): Promise<{ outputs: Properties; secretOutputs: readonly string[] }> {
    const provider = this.#context.registry.of(packageOf(type));
    const prior = this.#context.prior(urn, []);
    const request = { urn, type, name, id, inputs, ...(prior === undefined ? {} : { prior }) };
    const result = await provider.read?.(request);
    return { outputs: result?.outputs ?? inputs, secretOutputs: result?.secretOutputs ?? [] };
  }

  async #stackReference(
    id: string,
    inputs: Properties,
  ): Promise<{ outputs: Properties; secretOutputs: readonly string[] }> {
    const name = typeof inputs.name === "string" ? inputs.name : id;
    const outputs = await this.#context.stackOutputs(name);
    const secretOutputNames = secretNames(outputs);
    return { outputs: { name, outputs, secretOutputNames }, secretOutputs: [] };
  }
}

function secretNames(outputs: Properties): string[] {
  return Object.keys(outputs)
    .filter((key) => containsSecret(outputs[key] ?? null))
    .sort();
}

function sortedDependencies(
  dependencies: ReadonlyMap<string, ReadonlySet<string>>,
): Record<string, readonly string[]> {
  return Object.fromEntries([...dependencies].map(([key, urns]) => [key, [...urns].sort()]));
}

function timeouts(options: TransformResourceOptions): RecordedResource["customTimeouts"] {
  const given = options.getCustomTimeouts();
  const [create, update, remove] = [given?.getCreate(), given?.getUpdate(), given?.getDelete()];
  return { ...(create && { create }), ...(update && { update }), ...(remove && { delete: remove }) };
}

function remoteComponent(type: string, name: string, place: string | undefined): RegistrationError {
  return failure(`resource "${name}"`, place, {
    id: "engine/remote-component",
    path: `${type} "${name}"`,
    message: "a remote component is built by its provider's plugin, and no plugin runs offline",
    fix: "Use a component that is written in the program's own language, or run this program with the Pulumi CLI",
  });
}

function failure(subject: string, place: string | undefined, problem: Problem): RegistrationError {
  return new RegistrationError(subject, [problem], place);
}

/** What a provider refused, at the program's line. */
function located(subject: string, place: string | undefined, error: unknown): unknown {
  return error instanceof MeshError ? new RegistrationError(subject, error.problems, place) : error;
}
