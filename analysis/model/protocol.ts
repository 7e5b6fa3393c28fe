import { known, type Value } from "../reader";

/** The protocols that Istio tells apart, as a port declares them. */
export type Protocol =
  | "tcp"
  | "udp"
  | "http"
  | "http2"
  | "http_proxy"
  | "https"
  | "tls"
  | "grpc"
  | "grpc-web"
  | "mongo"
  | "redis"
  | "mysql";

const protocols: ReadonlySet<string> = new Set<Protocol>([
  "tcp",
  "udp",
  "http",
  "http2",
  "http_proxy",
  "https",
  "tls",
  "grpc",
  "grpc-web",
  "mongo",
  "redis",
  "mysql",
]);

const httpProtocols: ReadonlySet<string> = new Set(["http", "http2", "http_proxy", "grpc", "grpc-web"]);

/** What Kubernetes' own `appProtocol` names mean to Istio. */
const kubernetesProtocols: ReadonlyMap<string, Protocol> = new Map([
  ["kubernetes.io/h2c", "http2"],
  ["kubernetes.io/ws", "http"],
  ["kubernetes.io/wss", "https"],
]);

/** Ports that Istio takes for TCP without a word: SMTP, DNS, MySQL and MongoDB, whose servers speak first. */
const serverFirstPorts: ReadonlySet<number> = new Set([25, 53, 3306, 27017]);

/** The protocol that a word such as `HTTP2` names, in any case. */
export function parseProtocol(word: string): Protocol | undefined {
  const lower = word.toLowerCase();
  return protocols.has(lower) ? (lower as Protocol) : undefined;
}

export function isHttp(protocol: string): boolean {
  return httpProtocols.has(protocol.toLowerCase());
}

export function isTls(protocol: string): boolean {
  return /^(https|tls)$/i.test(protocol);
}

/**
 * The protocol of a Service port: UDP, or else `appProtocol`, or else the name up to its first hyphen. `undefined` where
 * none is declared, so that Istio has to guess from the bytes.
 *
 * @see https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/
 */
export function protocolOfServicePort(port: Value): Protocol | "unknown" | undefined {
  const fields = [port.get("protocol"), port.get("appProtocol"), port.get("name"), port.get("port")];
  if (fields.some((field) => field.isUnknown)) return "unknown";
  if (known(port.get("protocol").text()) === "UDP") return "udp";
  const appProtocol = known(port.get("appProtocol").text());
  const special = kubernetesProtocols.get(appProtocol ?? "");
  if (special !== undefined) return special;
  const name = appProtocol ?? known(port.get("name").text()) ?? "";
  if (/^grpc-web/i.test(name)) return "grpc-web";
  const declared = parseProtocol(name.split("-")[0] ?? "");
  if (declared !== undefined) return declared;
  const number = known(port.get("port").number());
  return number !== undefined && serverFirstPorts.has(number) ? "tcp" : undefined;
}
