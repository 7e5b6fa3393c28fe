import { block, json, when } from "../template-text";

function hook(name: "postStart" | "preStop", ...command: readonly string[]): string {
  return block("lifecycle", block(name, block("exec", "command:", ...command.map((word) => `- ${word}`))));
}

/** Lifecycle hooks of the mesh's own, as they are. */
const given = `lifecycle: ${json('(index .Values.global.proxy "lifecycle")')}`;

/** Blocks the start of the containers after the proxy until it is ready. */
const waitForProxy = hook("postStart", "pilot-agent", "wait");

/** A native sidecar outlives the application: it starts to drain when the pod is told to stop, not when it is itself. */
const drain = hook("preStop", "pilot-agent", "request", '"--debug-port={{ $statusPort }}"', "POST", "drain");

/** Native sidecars start before the application by their nature, so only ordinary ones need to hold it back. */
const holds =
  'or .ProxyConfig.HoldApplicationUntilProxyStarts.GetValue (index .Values.global.proxy "holdApplicationUntilProxyStarts")';

/** Lifecycle of a sidecar: the mesh's own hooks win over the template's. */
export const sidecarLifecycle = when(
  'index .Values.global.proxy "lifecycle"',
  given,
  when("$native", drain, when(holds, waitForProxy)),
);

/** Lifecycle of a gateway. */
export const gatewayLifecycle = when('index .Values.global.proxy "lifecycle"', given);

/** Blocks the gRPC application until the agent has written its bootstrap. */
export const grpcAgentLifecycle = hook(
  "postStart",
  "pilot-agent",
  "wait",
  "--url=http://localhost:15020/healthz/ready",
);
