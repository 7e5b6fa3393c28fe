import type { GatewayIntent, GatewayTlsIntent } from "../intent/intent";
import type { Compiled } from "./compiled";
import type { Context } from "./context";
import type { ObjectMeta } from "./manifest";
import type { GatewayManifest, GatewayServer } from "./types";

/** In the namespace of its proxies, because that is where they read the certificate's secret. */
export function compileGateways(context: Context): Compiled<GatewayManifest>[] {
  return context.intent.gateways.map((gateway) => ({
    source: { kind: "gateway", gateway: gateway.name },
    manifest: {
      apiVersion: "networking.istio.io/v1",
      kind: "Gateway",
      metadata: metadata(context, gateway),
      spec: { selector: gateway.selector, servers: servers(gateway) },
    },
  }));
}

const MODES = { simple: "SIMPLE", mutual: "MUTUAL", "optional-mutual": "OPTIONAL_MUTUAL" } as const;

/** By this annotation the checks know weak cipher suites that were meant, with the reason and the last day. */
const EXCEPTION = "except.meshwright.dev/gateway-tls-minimum";

function metadata(context: Context, { name, namespace, tls }: GatewayIntent): ObjectMeta {
  const plain = context.metadata(name, namespace);
  if (tls?.exception === undefined) return plain;
  const { reason, until } = tls.exception;
  return { ...plain, annotations: { [EXCEPTION]: `until=${until}; reason=${reason.trim()}` } };
}

function servers(gateway: GatewayIntent): GatewayServer[] {
  const { hosts, tls, passthrough, httpsRedirect, server } = gateway;
  if (server !== undefined) {
    const { port: number, protocol } = server;
    return [
      {
        // The name tells Istio nothing beside the protocol; with the server's own, no two servers share one.
        port: { number, name: `${protocol}-${gateway.name}`, protocol: protocol.toUpperCase() },
        hosts,
        ...(passthrough && { tls: { mode: "PASSTHROUGH" } }),
        ...(tls && { tls: ended(tls) }),
        ...(httpsRedirect && { tls: { httpsRedirect } }),
      },
    ];
  }
  if (passthrough) {
    const port = { number: 443, name: "tls", protocol: "TLS" };
    return [{ port, hosts, tls: { mode: "PASSTHROUGH" } }];
  }
  const http = { number: 80, name: "http", protocol: "HTTP" };
  if (tls === undefined) return [{ port: http, hosts }];
  const https: GatewayServer = {
    port: { number: 443, name: "https", protocol: "HTTPS" },
    hosts,
    tls: ended(tls),
  };
  return httpsRedirect ? [{ port: http, hosts, tls: { httpsRedirect: true } }, https] : [https];
}

function ended({ mode, exception: _, ...rest }: GatewayTlsIntent): NonNullable<GatewayServer["tls"]> {
  return { mode: MODES[mode], ...rest };
}
