import { Server, ServerCredentials, status, type handleUnaryCall } from "@grpc/grpc-js";
import { EngineService as EngineDefinition } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { CHANNEL_OPTIONS } from "../monitor/channel-options";
import type { EngineService } from "../monitor/engine-service";
import type { RunningServer } from "../monitor/server";

/** Serves the Engine alone: a policy pack registers nothing, but it may log. */
export async function serveEngine(engine: EngineService): Promise<RunningServer> {
  const server = new Server(CHANNEL_OPTIONS);
  server.addService(EngineDefinition, {
    log: unary(engine.log.bind(engine)),
    getRootResource: unary(() => engine.getRootResource()),
    setRootResource: unary(engine.setRootResource.bind(engine)),
    startDebugging: unary(() => engine.startDebugging()),
    requirePulumiVersion: unary(engine.requirePulumiVersion.bind(engine)),
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  return { address: `127.0.0.1:${port}`, close: () => server.forceShutdown() };
}

function unary<Request, Response>(
  handle: (request: Request) => Response,
): handleUnaryCall<Request, Response> {
  return (call, callback) => {
    try {
      callback(null, handle(call.request));
    } catch (error) {
      callback({ code: status.INTERNAL, details: error instanceof Error ? error.message : String(error) });
    }
  };
}
