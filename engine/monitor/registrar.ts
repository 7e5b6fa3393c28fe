import {
  ReadResourceResponse,
  RegisterResourceResponse,
  type ReadResourceRequest,
  type RegisterResourceRequest,
} from "@pulumi/pulumi/proto/resource_pb";
import { expandedByProvider } from "../expanded-by-provider";
import { MeshError } from "../../components/intent/problem";
import { uuidFrom } from "../deterministic-id";
import type { CreateRequest, Properties } from "../provider";
import { isProviderType, packageOf } from "../urn";
import { containsSecret } from "../value";
import { resolveAliases } from "./aliases";
import type { MonitorContext } from "./context";
import type { ProviderReferences } from "./provider-references";
import { RegistrationError } from "./registration-error";
import { NO_OPTIONS, optionsOf, recordedOptions } from "./registration-options";
import type { ResourceTable } from "./resource-table";
import { markSecretOutputs } from "./secret-outputs";
import { placeOf } from "./source-position";
import type { TransformChain } from "./transform-chain";
import { decodeProperties, encodeProperties, structOf, wireOf } from "./wire-value";

const STACK_REFERENCE = "pulumi:pulumi:StackReference";

/** What a provider made of a registration, or what stands for it where no provider has a part. */
interface Made {
  readonly inputs: Properties;
  readonly outputs: Properties;
  readonly id?: string;
}

/** Carries out registrations and reads of resources. */
export class Registrar {
  readonly #context: MonitorContext;
  readonly #table: ResourceTable;
  readonly #providers: ProviderReferences;
  readonly #transforms: TransformChain;

  constructor(
    context: MonitorContext,
    table: ResourceTable,
    providers: ProviderReferences,
    transforms: TransformChain,
  ) {
    this.#context = context;
    this.#table = table;
    this.#providers = providers;
    this.#transforms = transforms;
  }

  async register(request: RegisterResourceRequest): Promise<RegisterResourceResponse> {
    const type = request.getType();
    const name = request.getName();
    const custom = request.getCustom();
    const place = placeOf(request.getSourceposition());
    // What the real provider would expand is kept without its objects, and noted; any other plugin could do anything.
    if (request.getRemote() && expandedByProvider(type) === undefined)
      throw remoteComponent(type, name, place);
    const parent = this.#table.parentOf(request.getParent(), type, name, place);
    const above = this.#table.inheritanceOf(parent);

    const { options, ...given } = await this.#transforms.register(
      request,
      parent,
      this.#table.inheritedTransforms(parent),
      optionsOf(request, this.#explicitProvider(request, parent)),
    );
    const urn = this.#table.claim(type, name, parent, place);
    const { stack, project } = this.#context.identity;
    const aliases = resolveAliases(
      { stack, project, type, name, parent },
      options.getAliasesList(),
      above.aliases,
    );
    const provider =
      !custom || isProviderType(type)
        ? undefined
        : options.getProvider() ||
          this.#providers.default(
            request.getPackageref(),
            {
              pkg: packageOf(type),
              version: options.getVersion(),
              downloadUrl: options.getPluginDownloadUrl(),
            },
            `resource "${name}"`,
          );
    // Of all options the engine itself hands only this one down; the SDK hands down the others.
    const deletedWith = options.getDeletedWith() || above.deletedWith;
    const kept = recordedOptions(options);
    const inputs = decodeProperties(given.properties);
    if (isProviderType(type) && kept.version !== undefined) inputs.version = kept.version;
    const made = custom
      ? await this.#create({ type, urn, name, inputs }, aliases, kept, place)
      : { inputs, outputs: {} };

    this.#table.record(
      {
        urn,
        type,
        name,
        custom,
        read: false,
        ...made,
        ...(parent && { parent }),
        dependencies: [...given.dependencies].sort(),
        propertyDependencies: Object.fromEntries(
          [...given.propertyDependencies].map(([key, urns]) => [key, [...urns].sort()]),
        ),
        ...(provider && { provider }),
        aliases,
        ...kept,
        ...(deletedWith && { deletedWith }),
      },
      { transforms: request.getTransformsList(), aliases, deletedWith },
    );
    if (!custom) this.#providers.component(urn, new Map(options.getProvidersMap().entries()), parent);
    return new RegisterResourceResponse()
      .setUrn(urn)
      .setId(made.id ?? "")
      .setObject(structOf(encodeProperties(made.outputs, request.getAcceptsecrets())));
  }

  async read(request: ReadResourceRequest): Promise<ReadResourceResponse> {
    const type = request.getType();
    const name = request.getName();
    const place = placeOf(request.getSourceposition());
    const parent = this.#table.parentOf(request.getParent(), type, name, place);
    const urn = this.#table.claim(type, name, parent, place);
    const version = request.getVersion();
    const plugin = { pkg: packageOf(type), version, downloadUrl: request.getPlugindownloadurl() };
    const provider =
      request.getProvider() || this.#providers.default(request.getPackageref(), plugin, `resource "${name}"`);
    const id = request.getId();
    const inputs = decodeProperties(wireOf(request.getProperties()));
    const additionalSecretOutputs = [...request.getAdditionalsecretoutputsList()].sort();
    let outputs: Properties;
    try {
      const found =
        type === STACK_REFERENCE
          ? await this.#stackReference(id, inputs)
          : await this.#lookUp({ type, urn, name, inputs }, id);
      outputs = markSecretOutputs(found.outputs, inputs, [
        ...found.secretOutputs,
        ...additionalSecretOutputs,
      ]);
    } catch (error) {
      throw located(name, place, error);
    }
    this.#table.record({
      urn,
      type,
      name,
      custom: true,
      read: true,
      id,
      inputs,
      outputs,
      ...(parent && { parent }),
      dependencies: [...request.getDependenciesList()].sort(),
      propertyDependencies: {},
      provider,
      aliases: [],
      ...NO_OPTIONS,
      additionalSecretOutputs,
      ...(version && { version }),
    });
    return new ReadResourceResponse()
      .setUrn(urn)
      .setProperties(structOf(encodeProperties(outputs, request.getAcceptsecrets())));
  }

  #explicitProvider(request: RegisterResourceRequest, parent: string | undefined): string | undefined {
    if (!request.getCustom()) return request.getProvider();
    const given = new Map(request.getProvidersMap().entries());
    return this.#providers.explicit(request.getProvider(), given, parent, request.getType());
  }

  async #create(
    given: CreateRequest,
    aliases: readonly string[],
    options: { readonly additionalSecretOutputs: readonly string[]; readonly importId?: string },
    place: string | undefined,
  ): Promise<Made> {
    if (isProviderType(given.type)) {
      return { inputs: given.inputs, outputs: given.inputs, id: uuidFrom(given.urn) };
    }
    const provider = this.#context.registry.of(packageOf(given.type));
    const prior = this.#context.prior(given.urn, aliases);
    const request = prior === undefined ? given : { ...given, prior };
    try {
      const inputs = (await provider.check?.(request)) ?? given.inputs;
      const result = await provider.create({ ...request, inputs });
      const secrets = [...(result.secretOutputs ?? []), ...options.additionalSecretOutputs];
      return {
        inputs,
        outputs: markSecretOutputs(result.outputs, inputs, secrets),
        id: options.importId ?? result.id,
      };
    } catch (error) {
      throw located(given.name, place, error);
    }
  }

  async #lookUp(
    given: CreateRequest,
    id: string,
  ): Promise<{ outputs: Properties; secretOutputs: readonly string[] }> {
    const prior = this.#context.prior(given.urn, []);
    const provider = this.#context.registry.of(packageOf(given.type));
    const result = await provider.read?.({ ...given, id, ...(prior && { prior }) });
    return { outputs: result?.outputs ?? given.inputs, secretOutputs: result?.secretOutputs ?? [] };
  }

  async #stackReference(
    id: string,
    inputs: Properties,
  ): Promise<{ outputs: Properties; secretOutputs: readonly string[] }> {
    const name = typeof inputs.name === "string" ? inputs.name : id;
    const outputs = await this.#context.stackOutputs(name);
    const secretOutputNames = Object.keys(outputs)
      .filter((key) => containsSecret(outputs[key] ?? null))
      .sort();
    return { outputs: { name, outputs, secretOutputNames }, secretOutputs: [] };
  }
}

function remoteComponent(type: string, name: string, place: string | undefined): RegistrationError {
  const problem = {
    id: "engine/remote-component",
    path: `${type} "${name}"`,
    message: "a remote component is built by its provider's plugin, and no plugin runs offline",
    fix: "Use a component that is written in the program's own language, or run this program with the Pulumi CLI",
  };
  return new RegistrationError(`resource "${name}"`, [problem], place);
}

/** What was refused, at the program's line. */
function located(name: string, place: string | undefined, error: unknown): unknown {
  if (!(error instanceof MeshError)) return error;
  return new RegistrationError(`resource "${name}"`, error.problems, place);
}
