import { CallbacksClient } from "@pulumi/pulumi/proto/callback_grpc_pb";
import { CallbackInvokeRequest, type Callback } from "@pulumi/pulumi/proto/callback_pb";
import {
  TransformInvokeRequest,
  TransformInvokeResponse,
  TransformRequest,
  TransformResponse,
  type TransformInvokeOptions,
  type TransformResourceOptions,
} from "@pulumi/pulumi/proto/resource_pb";
import { CHANNEL_OPTIONS } from "./channel-options";
import { credentials } from "./protocol";
import { structOf, wireOf, type WireObject } from "./wire-value";

/** What a resource transform may change. */
export interface Transformable {
  readonly properties: WireObject;
  readonly options: TransformResourceOptions;
}

/** What an invoke transform may change. */
export interface TransformableInvoke {
  readonly args: WireObject;
  readonly options: TransformInvokeOptions;
}

/** A transform is a function of the program; this calls it where it lives, in the program's Callbacks service. */
export class Transforms {
  readonly #clients = new Map<string, CallbacksClient>();

  /** Runs one resource transform over a registration. */
  async resource(
    callback: Callback,
    subject: { type: string; name: string; custom: boolean; parent: string },
    before: Transformable,
  ): Promise<Transformable> {
    const request = new TransformRequest()
      .setType(subject.type)
      .setName(subject.name)
      .setCustom(subject.custom)
      .setParent(subject.parent)
      .setProperties(structOf(before.properties))
      .setOptions(before.options);
    const response = TransformResponse.deserializeBinary(
      await this.#call(callback, request.serializeBinary()),
    );
    return {
      properties: response.hasProperties() ? wireOf(response.getProperties()) : before.properties,
      options: response.getOptions() ?? before.options,
    };
  }

  /** Runs one invoke transform over a function call. */
  async invoke(callback: Callback, token: string, before: TransformableInvoke): Promise<TransformableInvoke> {
    const request = new TransformInvokeRequest()
      .setToken(token)
      .setArgs(structOf(before.args))
      .setOptions(before.options);
    const response = TransformInvokeResponse.deserializeBinary(
      await this.#call(callback, request.serializeBinary()),
    );
    return {
      args: response.hasArgs() ? wireOf(response.getArgs()) : before.args,
      options: response.getOptions() ?? before.options,
    };
  }

  close(): void {
    for (const client of this.#clients.values()) client.close();
    this.#clients.clear();
  }

  #call(callback: Callback, request: Uint8Array): Promise<Uint8Array> {
    const target = callback.getTarget();
    let client = this.#clients.get(target);
    if (client === undefined) {
      client = new CallbacksClient(target, credentials.createInsecure(), CHANNEL_OPTIONS);
      this.#clients.set(target, client);
    }
    const message = new CallbackInvokeRequest().setToken(callback.getToken()).setRequest(request);
    return new Promise((resolve, reject) => {
      client.invoke(message, (error, response) => {
        if (error === null) resolve(response.getResponse_asU8());
        else reject(new Error(error.details));
      });
    });
  }
}
