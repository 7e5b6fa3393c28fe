import type { InvokeResponse } from "@pulumi/pulumi/proto/provider_pb";
import { ResourceMonitorService } from "@pulumi/pulumi/proto/resource_grpc_pb";
import {
  TransformInvokeOptions,
  type ResourceCallRequest,
  type ResourceInvokeRequest,
} from "@pulumi/pulumi/proto/resource_pb";
import { MeshError } from "../../components/intent/problem";
import type { Properties } from "../provider";
import { packageOf } from "../urn";
import type { MonitorContext } from "./context";
import type { ProviderReferences } from "./provider-references";
import type { ResourceTable } from "./resource-table";
import type { TransformChain } from "./transform-chain";
import { decodeProperties, encodeProperties, structOf, wireOf } from "./wire-value";

/** The answer's class is not the same in every SDK: it has moved from one file of the protocol to another. */
const { responseType: Response } = ResourceMonitorService.invoke as unknown as {
  readonly responseType: new () => InvokeResponse;
};

/** Answers the functions that a program calls. */
export class Functions {
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

  /** @throws MeshError `engine/unknown-function` where nobody knows the answer */
  async invoke(request: ResourceInvokeRequest): Promise<InvokeResponse> {
    const token = request.getTok();
    const { args, options } = await this.#transforms.invoke(token, {
      args: wireOf(request.getArgs()),
      options: new TransformInvokeOptions()
        .setProvider(request.getProvider())
        .setVersion(request.getVersion())
        .setPluginDownloadUrl(request.getPlugindownloadurl()),
    });
    const result = await this.#answer(token, decodeProperties(args), options, request.getPackageref());
    this.#context.mask.learn(result);
    return new Response().setReturn(structOf(encodeProperties(result)));
  }

  /** Methods belong to remote components, of which there are none offline. */
  call(request: ResourceCallRequest): never {
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
      this.#providers.default(packageRef, plugin, `function ${token}`);
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
    const record = typeof args.urn === "string" ? this.#table.get(args.urn) : undefined;
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
}
