/** A workload that is called. */
export interface Destination {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  /** The port that it listens on. */
  readonly port: number;
  readonly ip?: string;
}

/** What the proxy reads of an HTTP request. */
export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly host?: string;
  /** By name in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The claims of a token that was found valid. */
  readonly claims?: Readonly<Record<string, unknown>>;
}

/** One call to be judged. */
export interface Call {
  readonly to: Destination;
  /** The SPIFFE id in the caller's certificate; absent for plaintext. */
  readonly spiffe?: string;
  /** The address of the connection's other end. */
  readonly ip?: string;
  /** The address of the original client; the other end's where nothing says otherwise. */
  readonly remoteIp?: string;
  readonly sni?: string;
  /** Absent where the port carries no HTTP that the proxy could read. */
  readonly http?: HttpRequest;
}

/** What a mesh says once for all of its policies. */
export interface MeshFacts {
  readonly rootNamespace: string;
  readonly trustDomain: string;
  readonly trustDomainAliases?: readonly string[];
  /** What an external authorizer answers; it lets everything pass where absent. */
  readonly authorizer?: (provider: string, call: Call) => boolean;
}
