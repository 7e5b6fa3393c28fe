import type { Destination, External, Service } from "./destination";
import type { PortMap, Protocol } from "./port";
import type { ConnectionPoolSpec } from "./traffic-policy";

/** How connections get to a listener: by the pod's iptables rules, or because the application dials it. */
export type CaptureMode = "DEFAULT" | "IPTABLES" | "NONE";

type TlsVersion = "TLSV1_2" | "TLSV1_3";

/**
 * TLS that the proxy ends for callers outside the mesh, with files of the proxy. It takes effect where `mtls` of that
 * port is `"disable"`, and on ports of protocol https or tls.
 */
export interface SidecarTlsSpec {
  /** `mutual` also asks callers for a certificate. @default "simple" */
  readonly mode?: "simple" | "mutual";
  readonly serverCertificate: string;
  readonly privateKey: string;
  /** The file of authorities that certificates of callers are checked against; for `mutual`. */
  readonly caCertificates?: string;
  /** The file of revoked certificates. @default - revocation is not checked */
  readonly caCrl?: string;
  /** @default "TLSV1_2" */
  readonly minProtocolVersion?: TlsVersion;
  /** @default - the newest */
  readonly maxProtocolVersion?: TlsVersion;
  /** Envoy's names of cipher suites. @default - Envoy's own choice */
  readonly cipherSuites?: readonly string[];
}

/** What a proxy does with what comes to one port of its service. */
export interface SidecarIngressSpec<Port extends string = string> {
  /** The name of a port of the service. What is not named here is received as ever. */
  readonly port: Port;
  /** Where the application listens: `127.0.0.1:8080`, `0.0.0.0:8080` (the pod's own address), or a socket. @default - the port itself */
  readonly defaultEndpoint?:
    `127.0.0.1:${number}` | `0.0.0.0:${number}` | `[::1]:${number}` | `[::]:${number}` | `unix:///${string}`;
  /** The address that the proxy listens at. @default - all of the pod's */
  readonly bind?: string;
  readonly captureMode?: CaptureMode;
  /** Limits in place of `inboundConnectionPool`. */
  readonly connectionPool?: ConnectionPoolSpec;
  readonly tls?: SidecarTlsSpec;
}

/** A listener of its own for some of what a workload calls. */
export type SidecarEgressSpec<M extends string> = {
  /** Services and externals of the mesh, or `namespace/host` for what it does not declare. */
  readonly hosts: readonly [
    Service<M> | External<M> | `${string}/${string}`,
    ...(Service<M> | External<M> | `${string}/${string}`)[],
  ];
} & (
  | {
      readonly port: { readonly number: number; readonly protocol: Protocol; readonly name?: string };
      /** The IP address that the proxy listens at. @default - as capturing needs it */
      readonly bind?: string;
      readonly captureMode?: CaptureMode;
    }
  | {
      readonly port: { readonly protocol: Protocol; readonly name?: string; readonly number?: undefined };
      /** A socket that the application dials. */
      readonly bind: `unix:///${string}`;
      readonly captureMode?: "DEFAULT" | "NONE";
    }
);

interface SidecarSettings<M extends string> {
  /** What becomes of calls to hosts that nobody declares; `egressProxy` takes those that are let out. @default - as the mesh configuration says */
  readonly outboundTrafficPolicy?:
    | { readonly mode: "REGISTRY_ONLY"; readonly egressProxy?: undefined }
    | { readonly mode: "ALLOW_ANY"; readonly egressProxy?: Destination<M> };
  /** Limits of what proxies take for their workloads, as `trafficPolicy` has them for callers. @default - none */
  readonly inboundConnectionPool?: ConnectionPoolSpec;
  /** Listeners beside the one that takes all other calls. @default - none */
  readonly egress?: readonly SidecarEgressSpec<M>[];
  /** How other calls get to the proxy. @default "DEFAULT" */
  readonly captureMode?: CaptureMode;
}

/**
 * What the proxies of one scope do beyond what is derived. A narrower scope replaces what a wider one says, field by
 * field; which hosts they are told of stays for `scope` of the catalogue.
 *
 * @typeParam M the mesh
 * @typeParam N the namespaces of its services
 * @see https://istio.io/latest/docs/reference/config/networking/sidecar/
 */
export type SidecarSpec<M extends string, N extends string = string, Ports extends PortMap = PortMap> =
  | (SidecarSettings<M> & {
      /** A namespace. @default - the whole mesh */
      readonly on?: N;
      readonly ingress?: undefined;
    })
  | (SidecarSettings<M> & {
      /** The workloads of a service. */
      readonly on: Service<M, string, Ports>;
      /** How they receive. @default - every port as the service declares it */
      readonly ingress?: readonly SidecarIngressSpec<keyof NoInfer<Ports> & string>[];
    });
