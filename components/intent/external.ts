import type { Locality } from "./locality";
import type { Protocol } from "./port";
import type { SubsetSpec } from "./service";

/** What is verified of the server, and what it is told. */
interface TlsToServer {
  /** The server name that is asked for. @default - the external's host */
  readonly sni?: string;
  /** The names that the server's certificate must carry one of. @default - the external's host */
  readonly subjectAltNames?: readonly string[];
  /**
   * The file of certificate authorities to trust, as the proxy sees it, or `"system"` for those of its image.
   *
   * @default "system"
   */
  readonly caCertificates?: string;
  /** The file of revoked certificates, as the proxy sees it. @default - revocation is not checked */
  readonly caCrl?: string;
  /** Accept any certificate. Not together with `caCertificates` and `subjectAltNames`. @default false */
  readonly insecureSkipVerify?: boolean;
}

/** TLS in which the server alone shows a certificate. */
export interface SimpleTlsSpec extends TlsToServer {
  readonly mode?: "simple";
  /** A secret with the authorities to trust (`ca.crt`), for proxies of gateways. @default - files */
  readonly credentialName?: string;
  readonly clientCertificate?: never;
  readonly privateKey?: never;
}

/** TLS in which the client shows a certificate too: from files of the proxy, or from a secret. */
export type MutualTlsSpec = TlsToServer & { readonly mode: "mutual" } & (
    | { readonly clientCertificate: string; readonly privateKey: string; readonly credentialName?: never }
    | {
        /** A secret with certificate, key and authorities, for proxies of gateways. */
        readonly credentialName: string;
        readonly clientCertificate?: never;
        readonly privateKey?: never;
      }
  );

/**
 * The TLS that the caller's proxy puts around a plaintext request before it leaves the mesh. The server is verified
 * unless `insecureSkipVerify` is said.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#ClientTLSSettings
 */
export type TlsOriginationSpec = SimpleTlsSpec | MutualTlsSpec;

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
  /** A host name, or `*.example.com` with `resolution: "none"` or `"dynamic-dns"`. */
  readonly host: string;
  /** @default { https: { number: 443, protocol: "https" } } */
  readonly ports?: Readonly<Record<string, ExternalPortSpec>>;
  /**
   * How an address is found: asked of DNS by the proxy (`"dns-round-robin"` connects to one of the answers at a time,
   * `"dynamic-dns"` asks for the name under a wildcard host that the request has), given in `endpoints`, or the address
   * that the workload dialled.
   *
   * @default "static" where every endpoint is an IP address or workloads are selected, else "dns"
   */
  readonly resolution?: "dns" | "dns-round-robin" | "dynamic-dns" | "static" | "none";
  /** `"internal"` for a host that is part of the mesh, such as VMs with a proxy: callers use mutual TLS. @default "external" */
  readonly location?: "external" | "internal";
  /** Virtual IP addresses or CIDR ranges that workloads dial; a tcp port needs them to be told from others. */
  readonly addresses?: readonly string[];
  /** What stands behind the host: IP addresses, host names with `resolution: "dns"`, or more about each. */
  readonly endpoints?: readonly (string | EndpointSpec)[];
  /**
   * The labels of the workloads behind the host: pods and `WorkloadEntry`s of the root namespace, where its ServiceEntry is. In
   * place of `endpoints`. Machines of other namespaces are workloads of a service: see `workloadEntries` there.
   */
  readonly workloadSelector?: Readonly<Record<string, string>>;
  /** The names that certificates of the endpoints must carry one of. */
  readonly subjectAltNames?: readonly string[];
  /** Namespaces that see the host: names, `["."]` for the root namespace, `["*"]` for all. @default - all */
  readonly exportTo?: readonly string[];
  /**
   * `"egress"` sends what workloads call through the egress gateway, which alone needs a way out of the cluster. For one
   * host with one port of http, http2, grpc, https or tls; TLS that the proxy begins is begun by the gateway.
   * Timeouts, retries and what else `route` says of requests that are read hold on the way, conditions on the request
   * included: the caller's proxy ends what takes too long, and the gateway, which knows whether the host answers, retries.
   *
   * @default - callers reach the host directly
   */
  readonly via?: "egress";
  /** Some of the endpoints, by their labels. */
  readonly subsets?: Readonly<Record<string, SubsetSpec>>;
}

/** One address behind a host, and what is known of it. */
export interface EndpointSpec {
  /** An IP address, a host name with `resolution: "dns"`, or `unix:///path` of a socket. Left out, `network` says where. */
  readonly address?: string;
  /** Port numbers by the names of the host's ports. @default - the ports' own */
  readonly ports?: Readonly<Record<string, number>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly network?: string;
  readonly locality?: Locality;
  /** Its share of the traffic, relative to the others'. @default - all alike */
  readonly weight?: number;
  readonly serviceAccount?: string;
}

/** What the catalogue takes: a host name alone means HTTPS on port 443. */
export type ExternalDeclaration = `${string}.${string}` | ExternalSpec;
