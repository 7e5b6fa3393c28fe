import { isDnsLabel } from "../dns";
import type { GatewayDeclaration } from "../declarations";
import { gatewayLayer } from "../gateway-layer";
import type { GatewayIntent, GatewayTlsIntent } from "../intent";
import { oneOf } from "../show";
import type { Layer, Scope } from "./scope";

const ID = "intent/gateway-server";

/** What is read for gateways and servers alike. */
export interface GatewayReaders {
  readonly hosts: (value: unknown, path: string, anyHost: boolean) => readonly string[] | undefined;
  readonly tls: (value: unknown, path: string) => GatewayTlsIntent | undefined;
  readonly exposures: (hosts: readonly string[] | undefined, layer: Layer) => GatewayIntent["exposures"];
}

/**
 * A further server of a gateway, as a gateway of its own on the same proxies.
 *
 * @param gateway `undefined` where that is wrong itself
 */
export function readServer(
  scope: Scope,
  declaration: GatewayDeclaration,
  path: string,
  gateway: GatewayIntent | undefined,
  read: GatewayReaders,
): GatewayIntent | undefined {
  const { reader } = scope;
  const before = reader.problems.length;
  const name = reader.text(
    declaration.name,
    "intent/gateway-name",
    path,
    isDnsLabel,
    "the name of a gateway and that of its server, together a DNS label of up to 63 characters",
  );
  const fields = reader.fields(declaration.spec, ID, path, [
    "port",
    "targetPort",
    "protocol",
    "hosts",
    "tls",
    "httpsRedirect",
  ]);
  if (fields === undefined) return undefined;
  const port = reader.whole(fields.get("port"), ID, `${path}.port`, 1, 65535);
  const targetPort =
    fields.get("targetPort") === undefined
      ? port
      : reader.whole(fields.get("targetPort"), ID, `${path}.targetPort`, 1, 65535);
  const protocol = reader.choice(fields.get("protocol"), ID, `${path}.protocol`, [
    "tcp",
    "tls",
    "https",
    "http",
  ]);
  if (gateway?.managed !== undefined) {
    reader.report({
      id: "intent/gateway-proxies",
      path,
      message:
        "is for proxies that run already: istiod would run others for each server of a managed gateway",
      got: `a server of the managed gateway ${JSON.stringify(gateway.name)}`,
      expected: "servers at gateways that are not managed",
      fix: "declare a gateway of its own, or remove managed",
    });
  }
  if (protocol === undefined) return undefined;

  const meaningful = (field: string, protocols: readonly string[], fix: string): void => {
    if (protocols.includes(protocol) || fields.get(field) === undefined) return;
    reader.report({
      id: ID,
      path: `${path}.${field}`,
      message: `means nothing for a server of protocol ${protocol}`,
      got: `${field} beside protocol ${JSON.stringify(protocol)}`,
      expected: `${field} beside protocol ${oneOf(protocols)}`,
      fix,
    });
  };
  meaningful("hosts", ["http", "https", "tls"], 'remove it, or use "tls", whose connections ask for a host');
  meaningful("tls", ["https", "tls"], "remove it, or correct the protocol");
  meaningful("httpsRedirect", ["http"], "remove it");

  const given = fields.get("hosts");
  const inherited = protocol === "http" || protocol === "https";
  const hosts =
    protocol === "tcp"
      ? ["*"]
      : given === undefined && inherited
        ? gateway?.hosts
        : read.hosts(given, `${path}.hosts`, gateway?.hosts.includes("*") ?? false);
  const secured = fields.get("tls");
  const passthrough = protocol === "tls" && (secured === undefined || secured === "passthrough");
  const tls =
    passthrough || protocol === "tcp" || protocol === "http"
      ? undefined
      : secured === undefined
        ? (gateway?.tls ?? {
            credentialName: `${gateway?.name ?? ""}-cert`,
            mode: "simple",
            minProtocolVersion: "TLSV1_2",
          })
        : read.tls(secured, `${path}.tls`);
  const httpsRedirect = reader.flag(fields.get("httpsRedirect"), ID, `${path}.httpsRedirect`, false) === true;
  if (port === undefined || targetPort === undefined) return undefined;
  const server = { of: gateway?.name ?? "", protocol, port, targetPort };
  const exposures = read.exposures(
    hosts,
    gatewayLayer({ ...(passthrough && { passthrough }), server, ...(tls && { tls }) }),
  );
  if (httpsRedirect && exposures.length > 0) {
    reader.report({
      id: ID,
      path: `${path}.httpsRedirect`,
      message: "answers every request with a redirect, so no host can be exposed here",
      got: `httpsRedirect, and ${exposures.map(({ host }) => host).join(", ")} exposed`,
      expected: "httpsRedirect at a server that exposes nothing",
      fix: "expose the host at the gateway, or remove httpsRedirect",
    });
  }
  if (reader.problems.length > before || gateway === undefined || name === undefined) return undefined;
  const { namespace, selector, serviceAccount, api, service } = gateway;
  return {
    name,
    namespace,
    selector,
    serviceAccount,
    hosts: hosts ?? [],
    ...(tls && { tls }),
    ...(passthrough && { passthrough }),
    httpsRedirect,
    server,
    ...(api && { api }),
    ...(service !== undefined && { service }),
    exposures,
  };
}
