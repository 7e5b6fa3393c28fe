import type { GatewayIntent } from "../intent/intent";
import type { Compiled } from "./compiled";
import type { Context } from "./context";
import type { GatewayManifest, GatewayServer } from "./types";

/** In the namespace of its proxies, because that is where they read the certificate's secret. */
export function compileGateways(context: Context): Compiled<GatewayManifest>[] {
  return context.intent.gateways.map((gateway) => ({
    source: { kind: "gateway", gateway: gateway.name },
    manifest: {
      apiVersion: "networking.istio.io/v1",
      kind: "Gateway",
      metadata: context.metadata(gateway.name, gateway.namespace),
      spec: { selector: gateway.selector, servers: servers(gateway) },
    },
  }));
}

function servers({ hosts, tls, passthrough, httpsRedirect }: GatewayIntent): GatewayServer[] {
  if (passthrough) {
    const port = { number: 443, name: "tls", protocol: "TLS" };
    return [{ port, hosts, tls: { mode: "PASSTHROUGH" } }];
  }
  const http = { number: 80, name: "http", protocol: "HTTP" };
  if (tls === undefined) return [{ port: http, hosts }];
  const { mode, credentialName, minProtocolVersion } = tls;
  const https: GatewayServer = {
    port: { number: 443, name: "https", protocol: "HTTPS" },
    hosts,
    tls: { mode: mode === "mutual" ? "MUTUAL" : "SIMPLE", credentialName, minProtocolVersion },
  };
  return httpsRedirect ? [{ port: http, hosts, tls: { httpsRedirect: true } }, https] : [https];
}
