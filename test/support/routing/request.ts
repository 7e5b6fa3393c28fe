/** A request, as far as routes look at it. Header names are in lower case. */
export interface Request {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** What the caller asks for, with the port where that is not the scheme's own. */
  readonly host: string;
  readonly scheme: "http" | "https";
  /** The port that it came in at. */
  readonly port: number;
}

/** Where it goes: destinations with their weights, path and host, or the address in an answer; as both APIs share it. */
export type Decision = readonly string[] | "404";

/** `reviews.bookinfo.svc.cluster.local:9080 subset v1 10%`, and the like. */
export function destinationText(namespace: string, name: string, port: number, weight: number): string {
  return `${namespace}/${name}:${port} ${weight}%`;
}

/** What a redirect changes; the port is one, or the request's, or left as the host has it. */
export interface Redirection {
  readonly scheme?: string | undefined;
  readonly host?: string | undefined;
  readonly port?: number | "request" | undefined;
  readonly path: string;
  readonly code: number;
}

/** The answer that Envoy gives to it. A port that is the scheme's own is not written. */
export function location(
  request: Request,
  { scheme = request.scheme, host, port, path, code }: Redirection,
): Decision {
  const number = port === "request" ? request.port : port;
  const written = number === undefined || number === (scheme === "https" ? 443 : 80) ? undefined : number;
  const name = host ?? request.host;
  const address = written === undefined ? name : `${name.replace(/:\d+$/, "")}:${written}`;
  return [`${code} ${scheme}://${address}${path}`];
}
