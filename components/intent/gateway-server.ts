import type { Destination } from "./destination";
import type { ExposeOptions, Gateway } from "./gateway";
import type { GatewayTlsSpec } from "./gateway-tls";
import type { PlainRoute, TcpRoute, TlsRoute } from "./route";
import type { Share } from "./shares";

/** Where a further server of a gateway listens. */
interface ServerPort {
  /** The port of the gateway's Service, which callers use. No other server of the same proxies has it with the same hosts. */
  readonly port: number;
  /** The port in the proxies' container, from 1024 on unless they may bind lower ones. @default the same */
  readonly targetPort?: number;
}

/** Connections as they come, to one destination: nothing in them says which host is meant. */
export interface TcpServerSpec extends ServerPort {
  readonly protocol: "tcp";
  readonly hosts?: never;
  readonly tls?: never;
  readonly httpsRedirect?: never;
}

/**
 * TLS connections, told apart by the server name that they ask for: passed on unopened, or ended here and passed on as
 * plain TCP.
 */
export interface TlsServerSpec extends ServerPort {
  readonly protocol: "tls";
  readonly hosts: readonly string[];
  /** @default "passthrough" */
  readonly tls?: GatewayTlsSpec | "passthrough";
  readonly httpsRedirect?: never;
}

/** Requests in TLS, as the gateway itself takes them at 443. */
export interface HttpsServerSpec extends ServerPort {
  readonly protocol: "https";
  /** @default the hosts of the gateway */
  readonly hosts?: readonly string[];
  /** @default that of the gateway, or { credentialName: "<name>-cert" } */
  readonly tls?: GatewayTlsSpec;
  readonly httpsRedirect?: never;
}

/** Requests in the clear, which protects nobody: for what a load balancer in front has opened, or for a redirect. */
export interface HttpServerSpec extends ServerPort {
  readonly protocol: "http";
  /** @default the hosts of the gateway */
  readonly hosts?: readonly string[];
  readonly tls?: never;
  /** Answers every request with a redirect to HTTPS (301) and exposes nothing. @default false */
  readonly httpsRedirect?: boolean;
}

/** A further port of a gateway's proxies. */
export type GatewayServerSpec = TcpServerSpec | TlsServerSpec | HttpsServerSpec | HttpServerSpec;

/** Further servers of a gateway, by name. */
export type GatewayServers = Readonly<Record<string, GatewayServerSpec>>;

type HostsOf<P extends string, S> = S extends { readonly hosts: infer H extends readonly string[] }
  ? H[number]
  : P;

/** What a further server can be told: hosts and requests where it reads them, and one destination where it does not. */
export type GatewayServer<M extends string, P extends string, S> = S extends { readonly protocol: "tcp" }
  ? TcpServer<M>
  : S extends { readonly protocol: "tls" }
    ? TlsServer<M, HostsOf<P, S>>
    : S extends { readonly protocol: "http"; readonly httpsRedirect: true }
      ? RedirectServer
      : Gateway<M, HostsOf<P, S>>;

/** What connections may lead to. */
type ConnectionExposable<M extends string, R> =
  Destination<M> | readonly Share<M>[] | readonly (R | PlainRoute<M>)[];

/** A port for connections of one kind. */
export interface TcpServer<M extends string> {
  readonly kind: "tcp-server";
  readonly name: string;
  /**
   * Serves the port from a service with a port of protocol tcp, from shares of it or by routes, and lets the gateway call
   * the services that they lead to.
   *
   * @example edge.servers.postgres.expose(database)
   */
  expose(to: ConnectionExposable<M, TcpRoute<M>>, options?: Pick<ExposeOptions<M>, "exportTo">): void;
}

/** A port for TLS connections of several hosts. */
export interface TlsServer<M extends string, P extends string> {
  readonly kind: "tls-server";
  readonly name: string;
  /**
   * Serves a server name from a service: with a port of protocol tls or https where TLS is passed on, of protocol tcp where
   * it is ended here.
   *
   * @example edge.servers.vault.expose("vault.example.com", vault)
   */
  expose<const H extends ServedBy<P>>(
    host: H,
    to: ConnectionExposable<M, TlsRoute<M> | TcpRoute<M>>,
    options?: Pick<ExposeOptions<M>, "exportTo">,
  ): void;
}

type ServedBy<P extends string> = P extends `*.${infer Domain}` ? `${string}.${Domain}` : P;

/** A port that only redirects. */
export interface RedirectServer {
  readonly kind: "redirect-server";
  readonly name: string;
}
