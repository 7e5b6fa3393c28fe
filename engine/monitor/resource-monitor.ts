import type { Callback } from "@pulumi/pulumi/proto/callback_pb";
import type { InvokeResponse } from "@pulumi/pulumi/proto/provider_pb";
import {
  DeploymentInfo,
  RegisterPackageResponse,
  SupportsFeatureResponse,
  type ReadResourceRequest,
  type ReadResourceResponse,
  type RegisterErrorHookRequest,
  type RegisterPackageRequest,
  type RegisterResourceHookRequest,
  type RegisterResourceOutputsRequest,
  type RegisterResourceRequest,
  type RegisterResourceResponse,
  type ResourceCallRequest,
  type ResourceInvokeRequest,
  type SupportsFeatureRequest,
} from "@pulumi/pulumi/proto/resource_pb";
import { MeshError } from "../../components/intent/problem";
import { PARALLEL } from "../parallel";
import type { Properties } from "../provider";
import type { RecordedResource } from "../recorded";
import type { MonitorContext } from "./context";
import { supportedFeatures, supportsFeature } from "./features";
import { Functions } from "./functions";
import { Empty } from "./protocol";
import { ProviderReferences } from "./provider-references";
import { Registrar } from "./registrar";
import { ResourceTable } from "./resource-table";
import { TransformChain } from "./transform-chain";
import { Transforms } from "./transforms";
import { decodeProperties, wireOf } from "./wire-value";

/**
 * The ResourceMonitor of one run: it carries out what a program registers as the Pulumi engine would in a preview, and
 * keeps a record of it. Methods take and give the protocol's own messages; what cannot be carried out throws a MeshError.
 */
export class ResourceMonitor {
  readonly #context: MonitorContext;
  readonly #table: ResourceTable;
  readonly #providers: ProviderReferences;
  readonly #callbacks = new Transforms();
  readonly #transforms = new TransformChain(this.#callbacks);
  readonly #registrar: Registrar;
  readonly #functions: Functions;
  #signalled = false;

  constructor(context: MonitorContext) {
    this.#context = context;
    this.#table = new ResourceTable(context);
    this.#providers = new ProviderReferences(context, (provider) => this.#table.record(provider));
    this.#registrar = new Registrar(context, this.#table, this.#providers, this.#transforms);
    this.#functions = new Functions(context, this.#table, this.#providers, this.#transforms);
  }

  /** Whether the program came to its end and said so. One that called `process.exit` did not. */
  get signalled(): boolean {
    return this.#signalled;
  }

  /** Everything that was registered, in an order that is the same in every run. */
  resources(): RecordedResource[] {
    return this.#table.inOrder();
  }

  /** The outputs of the stack itself. */
  stackOutputs(): Properties {
    return this.#table.get(this.#table.root)?.outputs ?? {};
  }

  close(): void {
    this.#callbacks.close();
  }

  /** What newer SDKs ask first, in one call. */
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

  /** What older SDKs ask, feature by feature. */
  supportsFeature(request: SupportsFeatureRequest): SupportsFeatureResponse {
    return new SupportsFeatureResponse().setHassupport(supportsFeature(request.getId()));
  }

  registerPackage(request: RegisterPackageRequest): RegisterPackageResponse {
    // A parameterised package is the one that its parameter makes of the plugin.
    const parameter = request.getParameterization();
    const reference = this.#providers.addPackage({
      pkg: parameter?.getName() || request.getName(),
      version: parameter?.getVersion() || request.getVersion(),
      downloadUrl: request.getDownloadUrl(),
    });
    return new RegisterPackageResponse().setRef(reference);
  }

  registerStackTransform(callback: Callback): Empty {
    this.#transforms.addStackTransform(callback);
    return new Empty();
  }

  registerStackInvokeTransform(callback: Callback): Empty {
    this.#transforms.addStackInvokeTransform(callback);
    return new Empty();
  }

  registerResource(request: RegisterResourceRequest): Promise<RegisterResourceResponse> {
    return this.#registrar.register(request);
  }

  readResource(request: ReadResourceRequest): Promise<ReadResourceResponse> {
    return this.#registrar.read(request);
  }

  registerResourceOutputs(request: RegisterResourceOutputsRequest): Empty {
    const outputs = decodeProperties(wireOf(request.getOutputs()));
    if (this.#table.setOutputs(request.getUrn(), outputs)) return new Empty();
    throw new MeshError("registerOutputs", [
      {
        id: "engine/unknown-resource",
        path: request.getUrn(),
        message: "outputs were registered for a resource that is not",
        fix: "Call registerOutputs on a component after its super() call",
      },
    ]);
  }

  invoke(request: ResourceInvokeRequest): Promise<InvokeResponse> {
    return this.#functions.invoke(request);
  }

  call(request: ResourceCallRequest): never {
    return this.#functions.call(request);
  }

  registerResourceHook(request: RegisterResourceHookRequest): Empty {
    return this.#hook(request.getName());
  }

  registerErrorHook(request: RegisterErrorHookRequest): Empty {
    return this.#hook(request.getName());
  }

  /** The program's last word. Nothing is under way any more, so there is nothing to wait for. */
  signalAndWaitForShutdown(): Empty {
    this.#signalled = true;
    return new Empty();
  }

  #hook(name: string): Empty {
    const message = `hook "${name}" is not run: nothing is deployed offline`;
    this.#context.log({ severity: "info", message });
    return new Empty();
  }
}
