import { isHttpProtocol } from "../port";
import type { MeshToken } from "../references";
import type { PortIntent, ServiceIntent } from "../intent";
import type { Externals } from "./externals";
import type { Reader } from "./reader";
import type { Services } from "./services";
import type { Providers } from "./telemetry-providers";

/** What is in view while routes, gateways and permissions are read. */
export interface Scope {
  readonly reader: Reader;
  readonly mesh: MeshToken;
  readonly services: Services;
  readonly externals: Externals;
  readonly providers: Providers;
  /** Those that istiod brings along included. */
  readonly providerNames: readonly string[];
}

/** What a route can read of the traffic: requests, or connections alone. */
export type Layer = "http" | "tcp";

/** The ports whose traffic a route of this layer can direct. */
export function portsOfLayer<P extends PortIntent>(ports: readonly P[], layer: Layer): P[] {
  return ports.filter(({ protocol }) => (layer === "http" ? isHttpProtocol(protocol) : protocol === "tcp"));
}

/** `"http" (9080)` and the like, for messages. */
export function listPorts(service: Pick<ServiceIntent, "ports">): string {
  return service.ports
    .map((port) => `${JSON.stringify(port.name)} (${port.number}, ${port.protocol})`)
    .join(", ");
}
