import type { Protocol } from "./port";

/** The TLS that the caller's proxy puts around a plaintext request before it leaves the mesh. */
export interface TlsOriginationSpec {
  /** The server name that is asked for. @default - the external's host */
  readonly sni?: string;
  /** The names that the server's certificate must carry. @default - the external's host */
  readonly subjectAltNames?: readonly string[];
  /**
   * The file of certificate authorities to trust, as the proxy sees it, or `"system"` for those of its image.
   *
   * @default "system"
   */
  readonly caCertificates?: string;
}

/** One port of a host outside the mesh. */
export interface ExternalPortSpec {
  /** The port that workloads dial, 1 to 65535. */
  readonly number: number;
  readonly protocol: Protocol;
  /** The port that the host listens on. @default - the same as `number`, or 443 with `tls` */
  readonly targetPort?: number;
  /**
   * Begin TLS in the proxy: the workload speaks plain HTTP to it, the wire carries HTTPS. Only for ports of protocol
   * http, http2, grpc or tcp.
   *
   * @default - the proxy forwards what the workload sends
   */
  readonly tls?: TlsOriginationSpec;
}

/**
 * A host outside the mesh.
 *
 * @example { host: "api.payments.example", ports: { https: { number: 443, protocol: "https" } } }
 */
export interface ExternalSpec {
  /** A host name, or `*.example.com` with `resolution: "none"`. */
  readonly host: string;
  /** @default { https: { number: 443, protocol: "https" } } */
  readonly ports?: Readonly<Record<string, ExternalPortSpec>>;
  /**
   * How an address is found: asked of DNS by the proxy, given in `endpoints`, or the address that the workload dialled.
   *
   * @default "static" where every endpoint is an IP address, else "dns"
   */
  readonly resolution?: "dns" | "static" | "none";
  /** Virtual IP addresses or CIDR ranges that workloads dial; a tcp port needs them to be told from others. */
  readonly addresses?: readonly string[];
  /** IP addresses, or host names with `resolution: "dns"`, that stand behind the host. */
  readonly endpoints?: readonly string[];
}

/** What the catalogue takes: a host name alone means HTTPS on port 443. */
export type ExternalDeclaration = `${string}.${string}` | ExternalSpec;
