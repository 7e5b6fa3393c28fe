import type { GatewayIntent } from "./intent";

/** The ports that a gateway listens on besides a further server: HTTP and HTTPS. */
const USUAL_PORTS = { http: 80, https: 443 };

/** What the routes of a gateway can read: requests, connections by the server name they ask for, or connections alone. */
export function gatewayLayer({
  passthrough,
  server,
  tls,
}: Pick<GatewayIntent, "passthrough" | "server" | "tls">): "http" | "tls" | "tcp" {
  if (passthrough) return "tls";
  // TLS that is ended here leaves connections of which nothing more is known.
  return server?.protocol === "tcp" || (server?.protocol === "tls" && tls !== undefined) ? "tcp" : "http";
}

/** The ports of the Service that a gateway uses, with what it speaks there. */
export function gatewayPorts({
  server,
  passthrough,
  tls,
  httpsRedirect,
}: Pick<GatewayIntent, "server" | "passthrough" | "tls" | "httpsRedirect">): readonly {
  readonly port: number;
  readonly protocol: "tcp" | "tls" | "https" | "http";
}[] {
  if (server !== undefined) return [{ port: server.port, protocol: server.protocol }];
  if (passthrough) return [{ port: USUAL_PORTS.https, protocol: "tls" }];
  return [
    ...(tls === undefined || httpsRedirect ? [{ port: USUAL_PORTS.http, protocol: "http" } as const] : []),
    ...(tls === undefined ? [] : [{ port: USUAL_PORTS.https, protocol: "https" } as const]),
  ];
}
