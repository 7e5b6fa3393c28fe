/** What is spoken on a port, as Kubernetes' `appProtocol` and Istio name it. */
export type Protocol = "http" | "http2" | "grpc" | "https" | "tls" | "tcp";

/** The protocols whose requests a proxy can read, and so route by path, header or method. */
export type HttpProtocol = "http" | "http2" | "grpc";

export const PROTOCOLS: readonly Protocol[] = ["http", "http2", "grpc", "https", "tls", "tcp"];

export function isHttpProtocol(protocol: Protocol): protocol is HttpProtocol {
  return protocol === "http" || protocol === "http2" || protocol === "grpc";
}

/** Port names and what is spoken there. */
export type PortMap = Readonly<Record<string, Protocol>>;

/** The names of the ports that speak HTTP; `never` where there is none. */
export type HttpPortsOf<Ports extends PortMap> = {
  [K in keyof Ports & string]: Ports[K] extends HttpProtocol ? K : never;
}[keyof Ports & string];

/** One port of a Kubernetes Service. */
export interface PortSpec {
  /** The port that callers dial, 1 to 65535. */
  readonly number: number;
  readonly protocol: Protocol;
  /**
   * The port that the workload listens on, 1 to 65535. Authorization is checked there.
   *
   * @default the same as `number`
   */
  readonly targetPort?: number;
}
