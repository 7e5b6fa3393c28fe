import { MeshError } from "../../components/intent/problem";
import { uuidFrom } from "../deterministic-id";
import type { Properties } from "../provider";
import type { RecordedResource } from "../recorded";
import { createUrn, packageOf, providerType } from "../urn";
import { Secret, type PropertyValue } from "../value";
import type { MonitorContext } from "./context";
import { NO_OPTIONS } from "./registration-options";

/** Which plugin a resource wants: what its SDK package says of itself. */
export interface PluginRequest {
  readonly pkg: string;
  readonly version: string;
  readonly downloadUrl: string;
}

/** Names the provider of each resource as the Pulumi engine does, and makes the default ones on first use. */
export class ProviderReferences {
  readonly #context: MonitorContext;
  readonly #record: (provider: RecordedResource) => void;
  readonly #defaults = new Map<string, string>();
  readonly #packages = new Map<string, PluginRequest>();
  /** Of each component, the provider that it hands to its children, by package. */
  readonly #ofComponents = new Map<string, ReadonlyMap<string, string>>();

  constructor(context: MonitorContext, record: (provider: RecordedResource) => void) {
    this.#context = context;
    this.#record = record;
  }

  /** The provider that a resource gets by its own options or through its parent. @returns undefined for the default one */
  explicit(
    own: string,
    given: ReadonlyMap<string, string>,
    parent: string | undefined,
    type: string,
  ): string | undefined {
    if (own !== "") return own;
    const pkg = packageOf(type);
    return given.get(pkg) ?? this.#handedDownBy(parent)?.get(pkg);
  }

  #handedDownBy(component: string | undefined): ReadonlyMap<string, string> | undefined {
    return component === undefined ? undefined : this.#ofComponents.get(component);
  }

  /** Remembers what a component hands down: what it was given, and where it was given nothing, what its parent has. */
  component(urn: string, given: ReadonlyMap<string, string>, parent: string | undefined): void {
    this.#ofComponents.set(urn, new Map([...(this.#handedDownBy(parent) ?? []), ...given]));
  }

  /** Remembers a package that a program names by a reference. @returns the reference, the same for the same package */
  addPackage(plugin: PluginRequest): string {
    const reference = uuidFrom(`package ${plugin.pkg} ${plugin.version} ${plugin.downloadUrl}`);
    this.#packages.set(reference, plugin);
    return reference;
  }

  /**
   * The default provider of a package, `urn::id`.
   *
   * @param packageRef the package, where the program named it by a reference
   * @param otherwise the package, where it did not
   * @param user what is in need of it, for errors
   * @throws MeshError `engine/default-provider-denied` when the stack's configuration forbids it
   */
  default(packageRef: string, otherwise: PluginRequest, user: string): string {
    const request = this.#packages.get(packageRef) ?? otherwise;
    this.#refuseDenied(request.pkg, user);
    const name = defaultName(request);
    const { stack, project } = this.#context.identity;
    const urn = createUrn(stack, project, undefined, providerType(request.pkg), name);
    let reference = this.#defaults.get(urn);
    if (reference === undefined) {
      const id = uuidFrom(urn);
      reference = `${urn}::${id}`;
      this.#defaults.set(urn, reference);
      this.#record(defaultProvider(urn, name, id, request, this.#packageConfig(request.pkg)));
    }
    return reference;
  }

  /** `kubernetes:context` and the like: configuration that is meant for a package's default provider. */
  #packageConfig(pkg: string): Properties {
    const inputs: Record<string, PropertyValue> = {};
    for (const [key, value] of Object.entries(this.#context.config.values)) {
      if (!key.startsWith(`${pkg}:`)) continue;
      const secret = this.#context.config.secretKeys.includes(key);
      inputs[key.slice(pkg.length + 1)] = secret ? new Secret(value) : value;
    }
    return inputs;
  }

  #refuseDenied(pkg: string, user: string): void {
    const text = this.#context.config.values["pulumi:disable-default-providers"];
    if (text === undefined || text === "" || pkg === "pulumi") return;
    const denied: unknown = JSON.parse(text);
    if (!Array.isArray(denied) || !(denied.includes("*") || denied.includes(pkg))) return;
    throw new MeshError(user, [
      {
        id: "engine/default-provider-denied",
        path: "pulumi:disable-default-providers",
        message: `the default provider of package ${pkg} is switched off, and no other provider is given`,
        fix: `Pass a provider of package ${pkg} in the resource's options, or take ${pkg} out of that setting`,
      },
    ]);
  }
}

function defaultName(request: PluginRequest): string {
  const parts = ["default", request.version, request.downloadUrl].filter((part) => part !== "");
  return parts.join("_").replaceAll(/[^A-Za-z0-9_]/g, "_");
}

function defaultProvider(
  urn: string,
  name: string,
  id: string,
  request: PluginRequest,
  config: Properties,
): RecordedResource {
  const properties = { ...config, ...(request.version === "" ? {} : { version: request.version }) };
  return {
    urn,
    type: providerType(request.pkg),
    name,
    custom: true,
    read: false,
    id,
    inputs: properties,
    outputs: properties,
    dependencies: [],
    propertyDependencies: {},
    aliases: [],
    ...NO_OPTIONS,
    ...(request.version && { version: request.version }),
  };
}
