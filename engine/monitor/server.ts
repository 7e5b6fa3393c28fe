import { Server, ServerCredentials, status, type handleUnaryCall } from "@grpc/grpc-js";
import { EngineService as EngineDefinition } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { ResourceMonitorService } from "@pulumi/pulumi/proto/resource_grpc_pb";
import { CHANNEL_OPTIONS } from "./channel-options";
import type { EngineService } from "./engine-service";
import { existsResourceMethod, UNKNOWN_EXISTENCE } from "./exists-resource";
import type { ResourceMonitor } from "./resource-monitor";

/** The details of an error travel as a header, and HTTP/2 bounds what all headers together may hold. */
const LONGEST_DETAILS = 2000;

/** A server that programs can reach on this machine alone. */
export interface RunningServer {
  /** `127.0.0.1:<port>`, for both services. */
  readonly address: string;
  /** Ends at once, whatever is still under way. */
  close(): void;
}

/**
 * Serves both services on a free port of the loopback interface.
 *
 * @param onFailure told of each registration that could not be carried out; functions (`invoke`) are not among them,
 *   because a program may well catch their errors
 */
export async function serve(
  monitor: ResourceMonitor,
  engine: EngineService,
  onFailure: (error: unknown) => void,
): Promise<RunningServer> {
  const server = new Server(CHANNEL_OPTIONS);
  const fatal = { onFailure };
  const gentle = {
    onFailure: () => {
      // The program gets the error as the answer to its call.
    },
  };
  server.addService(
    { ...ResourceMonitorService, existsResource: existsResourceMethod },
    {
      existsResource: unary(() => UNKNOWN_EXISTENCE, fatal),
      getDeploymentInfo: unary(() => monitor.getDeploymentInfo(), fatal),
      supportsFeature: unary(monitor.supportsFeature.bind(monitor), fatal),
      invoke: unary(monitor.invoke.bind(monitor), gentle),
      call: unary(monitor.call.bind(monitor), gentle),
      readResource: unary(monitor.readResource.bind(monitor), fatal),
      registerResource: unary(monitor.registerResource.bind(monitor), fatal),
      registerResourceOutputs: unary(monitor.registerResourceOutputs.bind(monitor), fatal),
      registerStackTransform: unary(monitor.registerStackTransform.bind(monitor), fatal),
      registerStackInvokeTransform: unary(monitor.registerStackInvokeTransform.bind(monitor), fatal),
      registerResourceHook: unary(monitor.registerResourceHook.bind(monitor), fatal),
      registerErrorHook: unary(monitor.registerErrorHook.bind(monitor), fatal),
      registerPackage: unary(monitor.registerPackage.bind(monitor), fatal),
      signalAndWaitForShutdown: unary(() => monitor.signalAndWaitForShutdown(), fatal),
    },
  );
  server.addService(EngineDefinition, {
    log: unary(engine.log.bind(engine), fatal),
    getRootResource: unary(() => engine.getRootResource(), fatal),
    setRootResource: unary(engine.setRootResource.bind(engine), fatal),
    startDebugging: unary(() => engine.startDebugging(), fatal),
    requirePulumiVersion: unary(engine.requirePulumiVersion.bind(engine), fatal),
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
  handle: (request: Request) => Response | Promise<Response>,
  { onFailure }: { onFailure: (error: unknown) => void },
): handleUnaryCall<Request, Response> {
  return (call, callback) => {
    void (async () => {
      try {
        callback(null, await handle(call.request));
      } catch (error) {
        onFailure(error);
        const details = error instanceof Error ? error.message : String(error);
        callback({ code: status.INTERNAL, details: details.slice(0, LONGEST_DETAILS) });
      }
    })();
  };
}
